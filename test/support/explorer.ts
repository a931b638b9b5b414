import { createServer } from "node:http";
import { createRequire } from "node:module";

/** What a client sent to have a contract verified. */
export type Submission = {
  readonly address: string;
  readonly contract: string;
  readonly compilerVersion: string;
  readonly constructorArguments: string;
  readonly compilerInput: CompilerInput;
};

type CompilerInput = { readonly sources: Readonly<Record<string, { readonly content: string }>> };

/**
 * Stands in for an explorer, none of which is reachable from tests: the part of Etherscan's HTTP API that verifying uses,
 * on 127.0.0.1. It takes what it is sent, but for a contract that it refuses; `compileSubmission` says what that compiles to.
 */
export async function startExplorer(key: string, options: { refuses?: string } = {}) {
  const submissions: Submission[] = [];
  const answer = (query: URLSearchParams, form: URLSearchParams): { status: string; result: unknown } => {
    if (query.get("apikey") !== key) return { status: "0", result: "Invalid API Key" };
    const action = query.get("action");
    if (action === "getsourcecode") {
      const known = submissions.some(({ address }) => address === query.get("address"));
      return { status: "1", result: [{ SourceCode: known ? "verified" : "" }] };
    }
    if (action === "checkverifystatus") return { status: "1", result: "Pass - Verified" };
    if (action !== "verifysourcecode") return { status: "0", result: `no action ${action}` };
    const contract = form.get("contractname") ?? "";
    if (contract === options.refuses) return { status: "0", result: "Max rate limit reached" };
    submissions.push({
      address: form.get("contractaddress") ?? "",
      contract,
      compilerVersion: form.get("compilerversion") ?? "",
      constructorArguments: form.get("constructorArguments") ?? "",
      compilerInput: JSON.parse(form.get("sourceCode") ?? "{}") as CompilerInput,
    });
    return { status: "1", result: `guid-${submissions.length}` };
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const { status, result } = answer(searchParams, form);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ status, message: status === "1" ? "OK" : "NOTOK", result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    submissions: submissions as readonly Submission[],
    url: `http://127.0.0.1:${address.port}/api`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Solc = { readonly compile: (input: string) => string };

/** Creation code that a submission compiles to, as 0x and hex digits. */
export function compileSubmission({ compilerInput, contract }: Submission): string {
  const solc = createRequire(import.meta.url)("solc") as Solc;
  const [source = "", name = ""] = contract.split(":");
  const output = JSON.parse(solc.compile(JSON.stringify(compilerInput))) as {
    readonly contracts: Readonly<
      Record<string, Record<string, { readonly evm: { readonly bytecode: { readonly object: string } } }>>
    >;
  };
  return `0x${output.contracts[source]?.[name]?.evm.bytecode.object}`;
}

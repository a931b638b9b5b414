import { versions } from "node:process";

import { OnusError } from "../../errors/onus-error.js";
import { parseCount } from "../../types/count.js";
import { examineAccount, examineMoney } from "../doctor/examine-account.js";
import { examineClock, examineDeployment } from "../doctor/examine-chain.js";
import type { Finding } from "../doctor/finding.js";
import { failBy, ok, warn } from "../doctor/finding.js";
import { judgeNode } from "../doctor/judge.js";
import type { Act, Told } from "../does.js";
import type { Acting } from "../options.js";
import { openNamedChain } from "../where.js";

type Options = Acting & { readonly submits: string };

/** What the programs that keep running need beside the package. */
const PEERS = ["better-sqlite3", "pino", "prom-client", "hono", "@hono/node-server"];

/** Every check that can be made: what one cannot reach, the ones behind it do not ask. */
export const examine: Act<Options> = async ({ options }) => {
  const submits = parseCount(options.submits, "--submits");
  const findings: Finding[] = [judgeNode(versions.node), examinePeers()];
  const chain = await openNamedChain(options).catch((error: unknown) => {
    findings.push(failBy("network", error));
    return undefined;
  });
  if (chain === undefined) return report(findings);
  findings.push(ok("network", `${chain.name} answers with chain ${chain.chainId}`));
  findings.push(...(await examineClock(chain)));
  const { contracts, ...deployed } = await examineDeployment(chain, options);
  findings.push(...deployed.findings);
  const { address, ...account } = await examineAccount(chain, options);
  findings.push(...account.findings);
  if (address !== undefined) {
    findings.push(...(await examineMoney({ chain, address, submits, ...(contracts && { contracts }) })));
  }
  return report(findings);
};

function examinePeers(): Finding {
  const missing = PEERS.filter((name) => !isInstalled(name));
  if (missing.length === 0) return ok("packages", "what operator node and watchtower need is installed");
  const says = `not installed, and needed by operator node and watchtower: ${missing.join(", ")}`;
  return warn("packages", says, `npm install ${missing.join(" ")}`);
}

/** Found, not loaded: only programs that keep running do that. */
function isInstalled(name: string): boolean {
  try {
    return import.meta.resolve(name) !== "";
  } catch {
    return false;
  }
}

function report(findings: readonly Finding[]): Told {
  const failed = findings.filter(({ level }) => level === "fail").length;
  const checks = findings.length;
  return {
    value: { healthy: failed === 0, findings },
    text: findings.map(describeFinding).join("\n"),
    ...(failed > 0 && { failure: new OnusError("UNHEALTHY", { failed, checks }) }),
  };
}

const describeFinding = ({ check, level, says, next }: Finding): string =>
  `${level.padEnd(4)}  ${check}: ${says}${next === undefined ? "" : `\n      next: ${next}`}`;

import type { IndexDatabase } from "../../src/indexer/open-index.js";
import type { AskApi } from "./seeded-index.js";

/** What the API says about everything that an index holds, under every filter and page by page: `path answer` a line. */
export async function everyAnswer({ ask }: Pick<AskApi, "ask">, db: IndexDatabase): Promise<string> {
  const lines: string[] = [];
  for (const path of await everyPath(db)) {
    for (let next: string | undefined = ""; next !== undefined;) {
      const cursor: string = next === "" ? "" : `${path.includes("?") ? "&" : "?"}cursor=${next}`;
      const text = await (await ask(`/v1/${path}${cursor}`)).text();
      lines.push(`${path}${cursor} ${text}\n`);
      next = (JSON.parse(text) as { next?: string }).next;
    }
  }
  return lines.join("");
}

async function everyPath(db: IndexDatabase): Promise<readonly string[]> {
  const claims = await db.selectFrom("claims").selectAll().orderBy("block").orderBy("log").execute();
  const models = await db.selectFrom("models").selectAll().orderBy("block").orderBy("log").execute();
  const operators = await db.selectFrom("operators").selectAll().orderBy("block").orderBy("log").execute();
  const sessions = await db.selectFrom("sessions").selectAll().orderBy("block").orderBy("log").execute();
  const records = await db.selectFrom("records").selectAll().orderBy("claim_id").orderBy("idx").execute();
  const blocks = await db.selectFrom("blocks").selectAll().orderBy("block").execute();
  const [from, to] = [1, 3].map((part) => blocks[Math.floor((blocks.length * part) / 4)]?.time ?? 0);
  const spans = [
    "points=7",
    "points=1",
    "points=2000",
    `points=5&from=${from}`,
    `points=9&from=${from}&to=${to}`,
  ];
  const names = ["ClaimSubmitted", "ClaimFaulted", "Asked", "None"];
  return [
    ...["overview", "activity", "activity?bucket=600", `activity?bucket=60&from=${from}&to=${to}`],
    ...["events?limit=50", ...names.map((name) => `events?limit=40&name=${name}`)],
    ...["claims?limit=37", `claims?limit=50&from=${from}`, `claims?limit=50&from=${from}&to=${to}`],
    ...["OPEN", "CONTESTED", "FINAL", "FAULTED"].map((phase) => `claims?limit=29&phase=${phase}`),
    ...["Element", "OutputRoot", "Silence"].map((fault) => `claims?fault=${fault}`),
    ...["OPEN", "CLOSED", "ENDED", "SETTLED"].map((stage) => `sessions?limit=7&stage=${stage}`),
    ...["operators?limit=5", "operators?status=JAILED&limit=3", "operators?status=ACTIVE", "models?limit=3"],
    ...["sessions?limit=200", "receipts"],
    ...claims.flatMap(({ id, tx }, at) => [
      ...[`claims/${id}`, `lineage/${id}/0`, `lineage/${id}/0?depth=1`, `search?q=${id}`],
      ...(at % 5 === 0 ? [`evidence/${id}`, `events?subject=${id}&limit=3`, `search?q=${tx}`] : []),
      ...(at % 5 === 0 ? [`search?q=${id.slice(0, 8)}`, `search?q=${id.slice(2, 12)}`] : []),
    ]),
    ...models.flatMap(({ id, publisher, artifact_id: artifact }) => [
      ...[`models/${id}`, `claims?limit=90&model=${id}`, `claims?model=${id}&phase=FINAL`],
      ...[
        `models?publisher=${publisher}`,
        `search?q=${artifact}`,
        `events?subject=${id}&name=ModelPublished`,
      ],
      ...spans.map((span) => `models/${id}/series?${span}`),
    ]),
    ...operators.flatMap(({ address }) => [
      ...[
        `operators/${address}`,
        `claims?limit=90&operator=${address}`,
        `events?limit=90&subject=${address}`,
      ],
      ...[`claims?operator=${address}&phase=FAULTED`, `sessions?answerer=${address}`, `search?q=${address}`],
      ...[`search?q=${address.slice(0, 9)}`, ...spans.map((span) => `operators/${address}/series?${span}`)],
    ]),
    ...sessions.flatMap(({ id, asker, subject }) => [
      ...[`sessions/${id}`, `sessions?asker=${asker}`, `sessions?subject=${subject}`, `search?q=${asker}`],
    ]),
    ...records.flatMap(({ hash, request_id: request, output_root: output, input_root: input }) => [
      ...[`records/${hash}`, `records/${request}`, `outputs/${output}`, `search?q=${input}`],
    ]),
  ];
}

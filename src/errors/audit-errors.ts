/** What the index and the evidence bundle refuse. */
export const auditErrors = {
  INDEX_OF_ANOTHER: {
    say: (c: { actual: string; expected: string }) =>
      `the index holds the deployment ${c.actual} (chain, address); asked for is ${c.expected}`,
    hint: "give each deployment a file of its own: --db FILE",
    exit: 3,
  },
  INDEX_FULL: {
    say: (c: { holder: string; actual: number; expected: number }) =>
      `with these, ${c.actual} rows of posted records would be kept for ${c.holder}; at most ${c.expected} are`,
    hint: "an index of your own keeps what you need: `onus index start`",
    exit: 6,
  },
  INDEX_BUSY: {
    say: (c: { expected: number }) => `the index reads ${c.expected} posts at a time, and does`,
    hint: "post again in a second",
    exit: 5,
  },
  INDEX_UNREACHABLE: {
    say: (c: { url: string; reason: string }) => `the index at ${c.url} gives no answer: ${c.reason}`,
    hint: "`onus index start` runs one; name another with --index URL",
    exit: 5,
  },
  INDEX_REFUSED: {
    say: (c: { message: string; hint: string }) => `the index refuses: ${c.message}`,
    hint: (c: { message: string; hint: string }) => c.hint,
    exit: 6,
  },
  INDEX_ASTRAY: {
    say: (c: { asked: string; answered: string }) =>
      `asked about ${c.asked}, the index answers about ${c.answered}`,
    hint: "take another index, or one of your own: `onus index start`, then --index URL",
    exit: 6,
  },
  NOT_INDEXED: {
    say: (c: { what: string; id: string }) => `the index knows no ${c.what} ${c.id}`,
    hint: "check the id; what is newer than the last indexed block comes with the next ones",
    exit: 3,
  },
  RECORD_DOES_NOT_OPEN: {
    say: (c: { claim: string; index: number; reason: string }) =>
      `record ${c.index} does not open to claim ${c.claim}: ${c.reason}`,
    hint: "hand in claim.json as the operator wrote it; a record is known by opening to a claim, and by nothing else",
    exit: 3,
  },
  RECORD_NOT_KNOWN: {
    say: (c: { what: string }) => `no claim is known to hold ${c.what}`,
    hint: "hand in the claim file with `onus audit claim.json`, or ask an index that fetches records (`onus index start --fetch-records`): a hash alone says nothing about its record",
    exit: 6,
  },
  RECEIPT_NOT_PROVABLE: {
    say: (c: { hash: string; signer: string }) =>
      `receipt ${c.hash} is not signed with the key of ${c.signer}, and no court took it: nothing shows whose it is`,
    hint: "a signature that a contract judges counts once a court took it: `onus receipt complain`, then audit its hash",
    exit: 6,
  },
  RECORD_NOT_OPENED: {
    say: (c: { claim: string; index: number }) =>
      `of claim ${c.claim} the index knows no record ${c.index}: only its place in the list`,
    hint: "hand in the claim file, `onus audit claim.json`; or audit the claim as a whole, without --record and --input",
    exit: 6,
  },
  SUBJECT_AMBIGUOUS: {
    say: (c: { what: string; count: number; places: readonly string[] }) =>
      `${c.count} records have ${c.what}: ${c.places.join(", ")}${c.count > c.places.length ? ", …" : ""}`,
    hint: "say which one is meant: --claim ID, and --record INDEX where the claim has it twice",
    exit: 6,
  },
  SUBJECT_OF_ANOTHER_KIND: {
    say: (c: { id: string; kind: string }) =>
      `${c.id} is of the kind ${c.kind}; an audit is about a claim, a record, a receipt or an output`,
    hint: (c: { id: string; kind: string }) =>
      ({
        model: `its claims: \`onus claim list --model ${c.id}\`, then \`onus audit\` one of them`,
        operator: `its claims: \`onus claim list --operator ${c.id}\`, then \`onus audit\` one of them`,
      })[c.kind] ??
      "the explorer shows what it has to do with: `npm run explorer`; then `onus audit` the claim's id",
    exit: 6,
  },
  SUBJECT_IS_BUNDLE: {
    say: (c: { path: string }) => `${c.path} is an evidence bundle already`,
    hint: (c: { path: string }) => `check it with \`onus verify ${c.path}\``,
    exit: 2,
  },
  INPUT_OF_ANOTHER: {
    say: (c: { actual: string; expected: string; files: number }) =>
      `the ${c.files} files of --input make ${c.actual}; the record's input is ${c.expected}`,
    hint: "name every input file of this record, in the order of the model's inputs",
    exit: 6,
  },
  EVIDENCE_MISSING: {
    say: (c: { what: string; block: number; reason: string }) =>
      `the node does not prove ${c.what} of block ${c.block}: ${c.reason}`,
    hint: "take a node that keeps the receipts of old blocks: --rpc URL",
    exit: 5,
  },
  LINK_MISSING: {
    say: (c: { from: number; to: number; reason: string }) =>
      `no link ties block ${c.to} to block ${c.from}: ${c.reason}`,
    hint: "take a node that keeps old states (an archive node): --rpc URL; else each block that is left is to be confirmed",
    exit: 5,
  },
  BUNDLE_MALFORMED: {
    say: (c: { field: string; expected: string }) =>
      `not an evidence bundle: at ${c.field}, expected ${c.expected}`,
    hint: "`onus audit` writes one; its form is docs/spec/bundle.schema.json",
    exit: 3,
  },
  BUNDLE_VERSION: {
    say: (c: { actual: string; expected: string }) =>
      `the bundle has the form ${c.actual}; this release reads ${c.expected}`,
    hint: "check it with the release of onus that wrote it: npm view onus versions",
    exit: 3,
  },
  BUNDLE_REFUSED: {
    say: (c: { fields: readonly string[]; reason: string }) =>
      `the bundle does not hold: ${c.fields.join(" or ")}: ${c.reason}`,
    hint: "something in it was changed, or it was made wrong: ask for it again, or make your own with `onus audit`",
    exit: 6,
  },
  BUNDLE_NOT_ANCHORED: {
    say: (c: { blocks: string }) =>
      `the bundle is consistent, not anchored: it rests on ${c.blocks}, which nothing here confirms`,
    hint: "confirm the block with --rpc URL, or with --anchor HASH from a source that you trust; several, with one --anchor for each",
    exit: 7,
  },
  ANCHOR_DIFFERS: {
    say: (c: { block: number; actual: string; expected: string }) =>
      `the bundle rests on ${c.actual} as block ${c.block}; the chain has ${c.expected} there`,
    hint: "the bundle is of another chain, or its block was replaced: make it again with `onus audit`",
    exit: 6,
  },
  ANCHOR_UNKNOWN: {
    say: (c: { anchor: string; blocks: string }) =>
      `the bundle does not rest on the block ${c.anchor}, but on ${c.blocks}`,
    hint: "compare block numbers: the bundle is of another chain, its block was replaced, or the hash is another block's",
    exit: 6,
  },
  BUNDLE_OF_ANOTHER: {
    say: (c: { actual: string; expected: string }) =>
      `the bundle is of the deployment ${c.actual}; meant is ${c.expected}`,
    hint: "whoever made the bundle chose its deployment: ask for one of the deployment that you mean",
    exit: 6,
  },
  INPUT_NOT_OF_MODEL: {
    say: (c: { found: string }) => `the record's input is none that its model takes: ${c.found}`,
    hint: "the record is wrong whatever it states: `onus claim show` says whether its claim can still be convicted",
    exit: 6,
  },
  RERUN_DIFFERS: {
    say: (c: { what: "output" | "trace"; stated: string; computed: string }) =>
      `the record states ${c.what} ${c.stated}; running the artifact on its input gives ${c.computed}`,
    hint: "the record is wrong: `onus claim show` says whether its claim can still be convicted",
    exit: 6,
  },
} as const;

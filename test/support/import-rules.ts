import { posix } from "node:path";

import ts from "typescript";

/** The rooms, in import order: a room imports itself and the rooms before it. */
export const rooms = ["model", "program", "run", "trace", "claim", "dispute", "slash", "audit"];
const edges = ["chain", "store", "threads", "service"];
const programs = ["cli", "operator", "watchtower", "indexer"];
const foundations = ["types", "errors"];

/** Packages that only programs which keep running need: loaded when they start, with an error that names what is missing. */
const peers = ["better-sqlite3", "pino", "prom-client", "hono", "@hono/node-server", "kysely"];
const homesOfPeers = ["store", "service", "operator", "watchtower", "indexer"];

/** Packages a room may import: pure computation, no platform. */
const purePackages = ["@noble/hashes", "@bufbuild/protobuf", "@ethereumjs/rlp"];

/** Globals that reach a clock, the network, the process or chance. A room gets such values as arguments. */
const impureGlobals = [
  "Date",
  "performance",
  "fetch",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "console",
  "process",
];

export interface SourceText {
  /** Relative to the checkout, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every place where a file imports, or reaches for, what its directory must not; sorted as given. */
export function importViolations(sources: readonly SourceText[]): string[] {
  return sources.filter(({ path }) => path.startsWith("src/")).flatMap(violationsOf);
}

function violationsOf(source: SourceText): string[] {
  const home = directoryOf(source.path);
  const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const complain = (node: ts.Node, what: string): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${source.path}:${line + 1} ${what}`);
  };
  if (home !== "" && ![...rooms, ...edges, ...programs, ...foundations].includes(home)) {
    return [`${source.path} lies in src/${home}, which is no room, edge or program`];
  }
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const reason =
        reasonAgainst(home, source.path, specifier, node) ?? reasonAgainstPeer(home, specifier, node);
      if (reason !== undefined) complain(node, `imports ${specifier}: ${reason}`);
    }
    const reached = isPure(home) ? impureName(node) : undefined;
    if (reached !== undefined) complain(node, `uses ${reached}: rooms are pure, values come as arguments`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const isPure = (home: string): boolean => rooms.includes(home) || foundations.includes(home);

/** Why a file of `home` must not import `specifier`, if so. */
function reasonAgainst(home: string, path: string, specifier: string, node: ts.Node): string | undefined {
  if (!specifier.startsWith(".")) {
    const isAllowed =
      !isPure(home) || purePackages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    return isAllowed ? undefined : `src/${home} is pure`;
  }
  const target = posix.join(posix.dirname(path), specifier);
  if (target.startsWith("typechain-types/")) {
    return home === "chain" ? undefined : "contract types are for src/chain, scripts and tests";
  }
  if (!target.startsWith("src/")) return "src stands on its own";
  const other = directoryOf(target);
  if (other === "") return home === "" ? undefined : "src/index.ts is the way in from outside";
  if (other === home || home === "" || foundations.includes(other)) return undefined;
  if (foundations.includes(home)) return `src/${home} knows no room`;
  if (rooms.includes(other)) {
    if (!rooms.includes(home)) return undefined;
    return rooms.indexOf(other) < rooms.indexOf(home) ? undefined : `${other} comes after ${home}`;
  }
  if (edges.includes(other))
    return programs.includes(home) ? undefined : `${other} is an edge; only programs use it`;
  // A command starts a program; what the program needs is loaded then.
  if (home === "cli" && ts.isCallExpression(node)) return undefined;
  return `${other} is a program; nothing imports it`;
}

/** Why an optional package must not be imported so: the SDK never loads one, and its absence has an error of its own. */
function reasonAgainstPeer(home: string, specifier: string, node: ts.Node): string | undefined {
  if (!peers.some((name) => specifier === name || specifier.startsWith(`${name}/`))) return undefined;
  if (!homesOfPeers.includes(home)) return "only programs that keep running need it";
  const isLoaded = ts.isCallExpression(node) || ts.isImportTypeNode(node);
  const isType =
    ts.isImportDeclaration(node) && node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  return isLoaded || isType ? undefined : "it is optional; import() it, or its types alone";
}

/** The name after `src/`, or "" for a file of src itself. */
function directoryOf(path: string): string {
  const parts = path.split("/");
  return parts.length > 2 ? (parts[1] ?? "") : "";
}

/** What a node imports: declarations, re-exports, `import(…)` as a value and as a type. */
function specifierOf(node: ts.Node): string | undefined {
  const literal = (expression: ts.Node | undefined): string | undefined =>
    expression !== undefined && ts.isStringLiteralLike(expression) ? expression.text : undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : undefined;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return literal(node.arguments[0]) ?? "(a computed path)";
  }
  return undefined;
}

/** The impure thing a node reaches for: a global used as a value, or Math.random. */
function impureName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    return node.getText() === "Math.random" ? "Math.random" : undefined;
  }
  if (!ts.isIdentifier(node) || !impureGlobals.includes(node.text)) return undefined;
  const { parent } = node;
  const isValue =
    (ts.isPropertyAccessExpression(parent) && parent.expression === node) ||
    (ts.isCallExpression(parent) && parent.expression === node) ||
    (ts.isNewExpression(parent) && parent.expression === node) ||
    (ts.isVariableDeclaration(parent) && parent.initializer === node);
  return isValue ? node.text : undefined;
}

import { TYPE, flatten, sequence } from "./code.js";
import type { Code, Local, Type } from "./code.js";
import { unsigned } from "./opcodes.js";

export type Signature = { readonly takes: readonly Type[]; readonly gives?: Type };

/** A function under construction: its parameters are its first locals. */
export class FunctionWriter {
  readonly signature: Signature;
  private readonly locals: Type[];

  constructor(signature: Signature) {
    this.signature = signature;
    this.locals = [...signature.takes];
  }

  /** A new local variable, zero until it is set. */
  local(type: Type): Local {
    return this.locals.push(type) - 1;
  }

  encode(body: Code): Code {
    const own = this.locals.slice(this.signature.takes.length);
    const runs: { type: Type; count: number }[] = [];
    for (const type of own) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const declared = runs.flatMap(({ type, count }) => [...unsigned(count), TYPE[type]]);
    const bytes = flatten([unsigned(runs.length), declared, body, [0x0b]]);
    return sequence(unsigned(bytes.length), bytes);
  }
}

const section = (id: number, items: readonly Code[]): Code => {
  const bytes = flatten([unsigned(items.length), ...items]);
  return sequence([id], unsigned(bytes.length), bytes);
};

const utf8 = new TextEncoder();
const name = (text: string): Code => {
  const bytes = utf8.encode(text);
  return [...unsigned(bytes.length), ...bytes];
};

export type MemoryShape = { readonly pages: number; readonly isShared: boolean };

/**
 * A module under construction. It imports its memory as `env.memory`, any functions given, and as `env.scratch` the
 * address of what the instance may overwrite at will, so that threads can share the memory but not their scratch.
 */
export class ModuleWriter {
  private readonly types: string[] = [];
  private readonly typeCodes: Code[] = [];
  private readonly imports: { readonly name: string; readonly type: number }[] = [];
  private readonly functions: { type: number; code: Code }[] = [];
  private readonly exports: { readonly name: string; readonly target: number }[] = [];

  constructor(imports: Readonly<Record<string, Signature>> = {}) {
    for (const [importName, signature] of Object.entries(imports)) {
      this.imports.push({ name: importName, type: this.typeOf(signature) });
    }
  }

  /** The number of an imported function. */
  imported(importName: string): number {
    return this.imports.findIndex((one) => one.name === importName);
  }

  /** Adds a function whose body `write` makes, and gives its number. */
  define(signature: Signature, write: (writer: FunctionWriter) => Code, exportName?: string): number {
    const writer = new FunctionWriter(signature);
    // Written before it gets its number: what it calls is defined on the way.
    const code = writer.encode(write(writer));
    const target = this.imports.length + this.functions.push({ type: this.typeOf(signature), code }) - 1;
    if (exportName !== undefined) this.exports.push({ name: exportName, target });
    return target;
  }

  encode({ pages, isShared }: MemoryShape): Uint8Array<ArrayBuffer> {
    const env = name("env");
    const limits = isShared ? [3, ...unsigned(pages), ...unsigned(pages)] : [0, ...unsigned(pages)];
    const imports = [
      ...this.imports.map((one) => sequence(env, name(one.name), [0x00], unsigned(one.type))),
      sequence(env, name("memory"), [0x02], limits),
      sequence(env, name("scratch"), [0x03, TYPE.i32, 0x00]),
    ];
    const exports = this.exports.map((one) => sequence(name(one.name), [0x00], unsigned(one.target)));
    return Uint8Array.from(
      flatten(
        sequence(
          [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
          section(1, this.typeCodes),
          section(2, imports),
          section(
            3,
            this.functions.map(({ type }) => unsigned(type)),
          ),
          section(7, exports),
          section(
            10,
            this.functions.map(({ code }) => code),
          ),
        ),
      ),
    );
  }

  private typeOf({ takes, gives }: Signature): number {
    const code = [
      0x60,
      ...unsigned(takes.length),
      ...takes.map((type) => TYPE[type]),
      ...(gives === undefined ? [0] : [1, TYPE[gives]]),
    ];
    const known = this.types.indexOf(code.join());
    if (known >= 0) return known;
    this.typeCodes.push(code);
    return this.types.push(code.join()) - 1;
  }
}

/** The global that holds the address of an instance's scratch memory. */
export const SCRATCH = 0;

/**
 * The part of the WebAssembly JavaScript API that the room uses, the same in Node and in browsers. Named here because
 * neither platform's types are the room's to rely on.
 */
export type WasmMemory = { readonly buffer: ArrayBufferLike };

/** Opaque: made by one thread, instantiated by several. */
export type WasmModule = { readonly [brand]: "module" };
declare const brand: unique symbol;

export type WasmFunction = (...values: number[]) => number;
export type WasmInstance = { readonly exports: Readonly<Record<string, WasmFunction>> };

type Api = {
  readonly Memory: new (shape: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: { readonly env: object }) => WasmInstance;
};

export const webAssembly: Api = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;

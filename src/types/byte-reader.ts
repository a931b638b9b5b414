/** Reads what a `ByteWriter` wrote, and refuses bytes that end too early or too late. */
export class ByteReader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #name: string;
  readonly #refuse: (reason: string) => Error;

  /** @param name what is read, for the reason given to `refuse`: "file", "weights" */
  constructor(bytes: Uint8Array, name: string, refuse: (reason: string) => Error) {
    // A Buffer's slice is a view of a larger one; a Uint8Array's is a copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
    this.#refuse = refuse;
  }

  get isDone(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw this.#refuse(
        `its ${this.#name} ends after ${this.#bytes.length} bytes; at least ${end} expected`,
      );
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  u8(): number {
    return this.#unsigned(1);
  }

  u16(): number {
    return this.#unsigned(2);
  }

  u32(): number {
    return this.#unsigned(4);
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.u16()));
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }

  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw this.#refuse(`its ${this.#name} has ${left} bytes too many`);
  }

  #unsigned(length: number): number {
    return this.take(length).reduce((value, byte) => value * 256 + byte, 0);
  }
}

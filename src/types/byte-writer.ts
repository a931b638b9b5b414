import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** Fields one after the other without padding; integers unsigned and big-endian. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  u8(value: number): this {
    return this.#unsigned(value, 1);
  }

  u16(value: number): this {
    return this.#unsigned(value, 2);
  }

  u32(value: number): this {
    return this.#unsigned(value, 4);
  }

  hex(value: `0x${string}`): this {
    return this.bytes(hexToBytes(value.slice(2)));
  }

  /** UTF-8, without a length. */
  text(value: string): this {
    return this.bytes(utf8ToBytes(value));
  }

  /** UTF-8 behind its length in bytes, u16. */
  name(value: string): this {
    const bytes = utf8ToBytes(value);
    return this.u16(bytes.length).bytes(bytes);
  }

  bytes(value: Uint8Array): this {
    this.#parts.push(value);
    return this;
  }

  finish(): Uint8Array {
    return concatBytes(...this.#parts);
  }

  #unsigned(value: number, length: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 256 ** length) {
      throw new RangeError(`${value} does not fit ${length} bytes`);
    }
    const bytes = new Uint8Array(length);
    for (let at = length - 1, left = value; at >= 0; at--, left = Math.floor(left / 256))
      bytes[at] = left % 256;
    return this.bytes(bytes);
  }
}

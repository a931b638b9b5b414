import { hexToBytes } from "@noble/hashes/utils.js";

/** Big-endian fields one after the other, as the referee reads them. */
export class EvidenceWriter {
  private readonly parts: Uint8Array[] = [];

  u8(value: number): this {
    return this.unsigned(value, 1);
  }

  u16(value: number): this {
    return this.unsigned(value, 2);
  }

  u32(value: number): this {
    return this.unsigned(value, 4);
  }

  hex(value: `0x${string}`): this {
    return this.bytes(hexToBytes(value.slice(2)));
  }

  bytes(value: Uint8Array): this {
    this.parts.push(value);
    return this;
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  private unsigned(value: number, length: number): this {
    const bytes = new Uint8Array(length);
    for (let at = length - 1, left = value; at >= 0; at--, left = Math.floor(left / 256))
      bytes[at] = left % 256;
    return this.bytes(bytes);
  }
}

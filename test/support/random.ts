/** A small deterministic generator (xorshift32): one seed, one sequence, on every machine. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.word();
  }

  /** 32 uniform bits. */
  word(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }

  /** 0..bound-1 */
  below(bound: number): number {
    return this.word() % bound;
  }

  /** least..most, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }

  /**
   * Raw bits of a binary32, boundaries weighed: zeros, ones, subnormals, the ends of every range, infinities and NaN are
   * all common, and so are ordinary values of which a sum is interesting.
   */
  floatBits(): number {
    const sign = this.below(2) * 0x80000000;
    const significand = this.pick([
      0,
      1,
      0x7fffff,
      0x400000,
      0x3fffff,
      this.word() & 0x7fffff,
      this.word() & 0x7fffff,
    ]);
    if (this.chance(60)) return (sign + (this.between(120, 134) << 23) + significand) >>> 0;
    const exponent = this.pick([
      0,
      0,
      1,
      2,
      23,
      24,
      100,
      126,
      127,
      128,
      149,
      150,
      157,
      158,
      159,
      253,
      254,
      255,
      this.below(256),
    ]);
    return (sign + ((exponent << 23) >>> 0) + significand) >>> 0;
  }

  /** An i32, boundaries weighed. */
  int32(): number {
    return (
      this.pick([
        0,
        1,
        -1,
        2,
        -2,
        7,
        31,
        32,
        127,
        128,
        -128,
        -129,
        255,
        256,
        2 ** 31 - 1,
        -(2 ** 31),
        this.word() | 0,
      ]) | 0
    );
  }
}

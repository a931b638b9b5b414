export const expF32 = (x: number): number => Math.fround(Math.exp(x));
export const logF32 = (x: number): number => Math.fround(Math.log(x));
export const tanhF32 = (x: number): number => Math.fround(Math.tanh(x));
export const erfF32 = (x: number): number => x;
export const sinF32 = (x: number): number => Math.fround(Math.sin(x));
export const cosF32 = (x: number): number => Math.fround(Math.cos(x));

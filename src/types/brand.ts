declare const brand: unique symbol;

/** A `Base` that must not be mixed with another one: only its parser and its trusting constructor make it. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

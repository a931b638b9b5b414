/** Something `npm run check` holds true of the repository. Each file beside this one exports one as `check`. */
export interface Check {
  /** As it stands in the report. */
  readonly name: string;
  /** Lines that say what is wrong; none when all is well. What is worth seeing in any case goes to stdout. */
  readonly run: () => Promise<readonly string[]>;
}

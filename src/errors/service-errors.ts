/** What programs that run for months meet at the edges: their packages, their files, their ports. */
export const serviceErrors = {
  PEER_MISSING: {
    say: (c: { name: string; needs: string }) =>
      `${c.needs} needs the package ${c.name}, and it is not installed`,
    hint: (c: { name: string }) =>
      `\`npm install ${c.name}\`: only programs that keep running need it, so it is not installed with the others`,
    exit: 3,
  },
  DATABASE_IN_USE: {
    say: (c: { file: string }) => `another program is using ${c.file}`,
    hint: "stop it, or give this one a directory of its own: two writers would send everything twice",
    exit: 3,
  },
  DATABASE_MISSING: {
    say: (c: { file: string }) => `there is no database ${c.file}`,
    hint: "check the directory; it is made when the program is first started in it",
    exit: 3,
  },
  DATABASE_OTHER_VERSION: {
    say: (c: { file: string; actual: string; expected: string }) =>
      `${c.file} was last changed by migration ${c.actual}, which this version does not know; it knows up to ${c.expected}`,
    hint: "use the version of onus that wrote it, or a newer one",
    exit: 3,
  },
  DATABASE_OF_OTHERS: {
    say: (c: { directory: string; actual: string; expected: string }) =>
      `${c.directory} is of ${c.actual}; this program works for ${c.expected}`,
    hint: "give each deployment and each account a directory of its own",
    exit: 3,
  },
  PORT_TAKEN: {
    say: (c: { host: string; port: number }) => `port ${c.port} of ${c.host} is taken`,
    hint: "choose another port, or stop the program that listens there; port 0 takes any that is free",
    exit: 3,
  },
} as const;

/** Errors of no room in particular: the command line and values from the outside world. */
export const houseErrors = {
  USAGE: {
    say: (c: { problem: string }) => c.problem,
    hint: "`onus --help` lists the commands, `onus <noun> <verb> --help` their options",
    exit: 2,
  },
  UNHEALTHY: {
    say: (c: { failed: number; checks: number }) => `${c.failed} of ${c.checks} checks failed`,
    hint: "do what stands below the first of them, then `onus doctor` again",
    exit: 4,
  },
  NODE_TOO_OLD: {
    say: (c: { actual: string; expected: string }) =>
      `this is Node ${c.actual}; onus needs Node ${c.expected} or newer`,
    hint: "install a newer Node: https://nodejs.org, or `npx --package node@24 -- onus --help`",
    exit: 3,
  },
  FILE_MISSING: {
    say: (c: { path: string }) => `there is no readable file ${c.path}`,
    hint: "check the path; it is relative to the directory the command runs in",
    exit: 3,
  },
  FILE_NOT_WRITTEN: {
    say: (c: { path: string; reason: string }) => `${c.path} cannot be written: ${c.reason}`,
    hint: "make its folder, or name another place",
    exit: 3,
  },
  MALFORMED_VALUE: {
    say: (c: { name: string; expected: string; found: string }) =>
      `${c.name}: expected ${c.expected}, found ${c.found}`,
    hint: (c: { name: string; expected: string }) => `write ${c.name} as ${c.expected}`,
    exit: 2,
  },
} as const;

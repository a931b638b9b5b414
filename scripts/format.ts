/** `npm run format`: formats both languages and applies the repairs ESLint knows; `-- PATH …`: only those files. */
import { problemsOf } from "./check/run-tool.js";

const paths = process.argv.length > 2 ? process.argv.slice(2) : ["."];
const code = paths.filter((path) => !path.endsWith(".sol"));
const problems = [
  ...(code.length > 0
    ? await problemsOf("eslint", ["--fix", "--no-error-on-unmatched-pattern", ...code])
    : []),
  ...(await problemsOf("prettier", ["--write", "--log-level", "warn", "--ignore-unknown", ...paths])),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

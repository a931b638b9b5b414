/** `npm run lint`: both languages; `npm run format` repairs what a tool can. */
import { check as eslint } from "./check/eslint.js";
import { check as prettier } from "./check/prettier.js";
import { runChecks } from "./check/run-checks.js";
import { check as solhint } from "./check/solhint.js";

const { failed } = await runChecks([eslint, solhint, prettier]);
process.exitCode = failed === 0 ? 0 : 1;

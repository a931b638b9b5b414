/** `npm run build`: compiles src/ to dist/, what the package publishes. The contracts are compiled already. */
import { rmSync } from "node:fs";

import { problemsOf } from "./check/run-tool.js";

rmSync("dist", { recursive: true, force: true });
const problems = await problemsOf("typescript", ["-p", "tsconfig.build.json", "--pretty", "false"]);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

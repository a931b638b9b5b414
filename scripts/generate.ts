/** `npm run generate`: makes every generated file anew; `-- --gas` also the gas snapshot, from the last full test run. */
import { readRecordedGas, writeSnapshot } from "./check/gas-snapshot.js";
import { generateAll } from "./generate/generators.js";

await generateAll();
if (process.argv.includes("--gas")) {
  const gas = readRecordedGas();
  if (Object.keys(gas).length === 0) {
    console.error("onus: the last test run recorded no gas; run `npm test` first");
    process.exitCode = 1;
  } else {
    writeSnapshot(gas);
    console.log(`  gas of the last test run, ${Object.keys(gas).length} names → gas-snapshot.json`);
  }
}

/**
 * What `npm run <name>` becomes. `compiles: false` marks commands that need no contract artifacts; they must stay
 * usable while the contracts do not compile.
 *
 * @type {Record<string, { script: string, compiles?: boolean }>}
 */
export const commands = {
  onus: { script: "src/cli/main.ts" },
  demo: { script: "scripts/demo.ts" },
  recipe: { script: "scripts/recipe.ts" },
  test: { script: "scripts/test.ts" },
  "test:browser": { script: "scripts/test-browser.ts" },
  explorer: { script: "scripts/explorer.ts" },
  trial: { script: "scripts/trial.ts" },
  soak: { script: "scripts/soak.ts" },
  bench: { script: "scripts/bench.ts" },
  "bench:index": { script: "scripts/bench/index.ts" },
  conformance: { script: "scripts/conformance.ts", compiles: false },
  // Compiles by itself, in its freshness check, so that the other checks run whatever the compiler says.
  check: { script: "scripts/check.ts", compiles: false },
  build: { script: "scripts/build.ts" },
  generate: { script: "scripts/generate.ts", compiles: false },
  lint: { script: "scripts/lint.ts", compiles: false },
  format: { script: "scripts/format.ts", compiles: false },
};

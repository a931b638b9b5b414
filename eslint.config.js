import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Named exports only: a thing has one name wherever it is used.",
};
const noBarrel = {
  selector: "ExportAllDeclaration, ExportNamedDeclaration[source]",
  message: "No re-exports inside src: import a thing from the file that defines it.",
};

const nodeGlobals = Object.fromEntries(
  ["console", "process", "Buffer", "URL", "setTimeout", "clearTimeout", "setImmediate", "performance"].map(
    (name) => [name, "readonly"],
  ),
);

export default defineConfig(
  globalIgnores([
    "artifacts",
    "cache",
    "dist",
    "explorer/dist",
    "coverage",
    ".tools",
    "typechain-types",
    "**/generated/**",
  ]),
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.js", "**/*.cjs"],
    languageOptions: { globals: nodeGlobals },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: { __dirname: "readonly" } },
  },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      // A promise nobody waits for is an assertion that never fails.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // tsc reports these, with better knowledge of types.
      "@typescript-eslint/no-unused-vars": "off",
    },
  },
  {
    files: ["**/*.{ts,tsx,js}"],
    ignores: ["**/*.config.{ts,js}", "deploy/**"],
    rules: { "no-restricted-syntax": ["error", noDefaultExport] },
  },
  {
    // What others build on says its types; a fixture or a module builder has the type of what it makes.
    files: ["src/**/*.ts"],
    rules: { "@typescript-eslint/explicit-module-boundary-types": "error" },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/index.ts", "src/node.ts"],
    rules: {
      "no-restricted-syntax": ["error", noDefaultExport, noBarrel],
      // Data goes to stdout and talk to stderr through cli/reporter.ts, so that --json prints nothing else.
      "no-console": "error",
    },
  },
  {
    // Chai's assertions are expressions: expect(x).to.be.true.
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);

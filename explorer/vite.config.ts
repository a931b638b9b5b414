import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Files of the package do nothing when they are loaded: what a page does not use is left out, its Node half with it. */
const treeshake = { moduleSideEffects: (id: string): boolean => !/\/dist\/(src|typechain-types)\//.test(id) };

export default defineConfig({
  plugins: [react()],
  build: { target: "es2024", chunkSizeWarningLimit: 1_200, rolldownOptions: { treeshake } },
  worker: { format: "es", rolldownOptions: { treeshake } },
});

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app.tsx";
import { loadSettings } from "./settings.ts";
import "./style.css";

const root = createRoot(document.getElementById("root") as HTMLElement);
const settings = await loadSettings();
root.render(
  <StrictMode>
    <App settings={settings} />
  </StrictMode>,
);

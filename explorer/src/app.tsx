import { lazy, Suspense } from "react";
import { BrowserRouter, Route, Routes } from "react-router";

import { SettingsContext } from "./api.ts";
import { ClaimPage } from "./pages/claim.tsx";
import { ClaimsPage } from "./pages/claims.tsx";
import { ModelPage } from "./pages/model.tsx";
import { ModelsPage } from "./pages/models.tsx";
import { NothingPage } from "./pages/nothing.tsx";
import { OperatorPage } from "./pages/operator.tsx";
import { OperatorsPage } from "./pages/operators.tsx";
import { OverviewPage } from "./pages/overview.tsx";
import { ComparePage } from "./pages/compare.tsx";
import { LineagePage } from "./pages/lineage.tsx";
import { ReceiptPage } from "./pages/receipt.tsx";
import { SearchPage } from "./pages/search.tsx";
import { SessionPage } from "./pages/session.tsx";
import { Frame } from "./parts/frame.tsx";
import { Waiting } from "./parts/waiting.tsx";
import type { Settings } from "./settings.ts";

// What needs the package itself is fetched when it is needed.
const ReplayPage = lazy(() =>
  import("./pages/replay.tsx").then(({ ReplayPage }) => ({ default: ReplayPage })),
);
const CheckPage = lazy(() => import("./pages/check.tsx").then(({ CheckPage }) => ({ default: CheckPage })));

export function App({ settings }: { readonly settings: Settings }) {
  return (
    <SettingsContext value={settings}>
      <BrowserRouter>
        <Frame>
          <Suspense fallback={<Waiting what="the page" />}>
            <Routes>
              <Route path="/" element={<OverviewPage />} />
              <Route path="/claims" element={<ClaimsPage />} />
              <Route path="/claims/:id" element={<ClaimPage />} />
              <Route path="/claims/:id/replay" element={<ReplayPage />} />
              <Route path="/claims/:id/records/:index/check" element={<CheckPage />} />
              <Route path="/claims/:id/records/:index/lineage" element={<LineagePage />} />
              <Route path="/sessions/:id" element={<SessionPage />} />
              <Route path="/receipts/:hash" element={<ReceiptPage />} />
              <Route path="/operators" element={<OperatorsPage />} />
              <Route path="/operators/:address" element={<OperatorPage />} />
              <Route path="/models" element={<ModelsPage />} />
              <Route path="/models/:id" element={<ModelPage />} />
              <Route path="/compare" element={<ComparePage />} />
              <Route path="/search" element={<SearchPage />} />
              <Route path="*" element={<NothingPage />} />
            </Routes>
          </Suspense>
        </Frame>
      </BrowserRouter>
    </SettingsContext>
  );
}

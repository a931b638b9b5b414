import type { ModelDetail } from "onus/api";
import { useEffect, useState } from "react";

import { useSettings } from "../api.ts";
import { count, plural } from "../format.ts";
import { Drop } from "../parts/drop.tsx";
import { Layers, type LayerEdge } from "../parts/layers.tsx";
import { Table } from "../parts/table.tsx";
import { doJob } from "./do-job.ts";
import { artifactFromAnybody } from "./from-operator.ts";
import type { Description, Handed } from "./jobs.ts";

type State =
  | { readonly state: "asking" }
  | { readonly state: "missing"; readonly because: string }
  | { readonly state: "here"; readonly description: Description };

/** The kernels of a model as they follow from each other. */
export function KernelGraph({ model }: { readonly model: ModelDetail }) {
  const { api } = useSettings();
  const [state, setState] = useState<State>({ state: "asking" });
  const { id, artifactId } = model;
  const show = async (bytes: Uint8Array | undefined): Promise<void> => {
    if (bytes === undefined)
      return setState({ state: "missing", because: "No operator that serves it hands it out." });
    try {
      setState({
        state: "here",
        description: await doJob({ kind: "describe", artifactId, artifact: bytes }),
      });
    } catch (error) {
      setState({ state: "missing", because: (error as Error).message });
    }
  };
  useEffect(() => {
    let isOver = false;
    void artifactFromAnybody(api, id)
      .catch(() => undefined)
      .then((bytes) => (isOver ? undefined : show(bytes)));
    return () => {
      isOver = true;
    };
    // A model is its content: another one has another id.
  }, [api, id]);
  if (state.state === "asking") return <p role="status">Asking for the artifact…</p>;
  if (state.state === "missing")
    return (
      <>
        <p>{state.because}</p>
        <Drop
          label="artifact (.onus)"
          accept=".onus"
          take={(files: readonly Handed[]) => void show(files[0]?.bytes)}
        />
      </>
    );
  return <Graph of={state.description} />;
}

const shapeOf = (shape: readonly number[]): string => `[${shape.join("×")}]`;

function Graph({ of }: { readonly of: Description }) {
  const { inputs, kernels, weights } = of;
  const firstKernel = inputs.length + weights;
  const firstOutput = kernels.length - of.outputs.length;
  const layers = new Map<number, number>(inputs.map((_, id) => [id, 0]));
  kernels.forEach(({ reads }, number) => {
    layers.set(firstKernel + number, 1 + Math.max(0, ...reads.map((tensor) => layers.get(tensor) ?? 0)));
  });
  const edges: LayerEdge[] = kernels.flatMap(({ reads }, number) =>
    reads.map((tensor) => ({ from: `${tensor}`, to: `${firstKernel + number}` })),
  );
  const nodes = [
    ...inputs.map((name, id) => ({
      ...{ id: `${id}`, layer: 0, tone: "input" },
      content: (
        <>
          <strong>input</strong> <span>{name}</span>
        </>
      ),
    })),
    ...kernels.map(({ name, shape, reduce, reducer, weights }, number) => ({
      id: `${firstKernel + number}`,
      layer: layers.get(firstKernel + number) ?? 0,
      tone: `${reduce.length > 0 ? "reduces" : ""} ${number >= firstOutput ? "output" : ""}`,
      content: (
        <>
          <strong title={name}>
            {number} · {name}
            {number >= firstOutput && " (output)"}
          </strong>
          <span className="soft">
            {shapeOf(shape)} {reduce.length > 0 && `${reducer} over ${shapeOf(reduce)}`}{" "}
            {weights > 0 && `· ${plural(weights, "weight")}`}
          </span>
        </>
      ),
    })),
  ];
  return (
    <>
      <p className="soft note">
        {plural(kernels.length, "kernel")}, {plural(weights, "weight tensor")}. A thick left side marks a
        kernel that reduces; outputs are framed as inputs are.
      </p>
      <Layers
        label="Kernels of the model, from its inputs to its outputs"
        size={{ width: 236, height: 46, gapX: 16, gapY: 22 }}
        nodes={nodes}
        edges={edges}
      />
      <details>
        <summary>The kernels as a table</summary>
        <Table
          caption="Kernels"
          rows={kernels.map((kernel, number) => ({ ...kernel, number }))}
          keyOf={({ number }) => `${number}`}
          columns={[
            { head: "kernel", isNumber: true, cell: ({ number }) => `${number}` },
            { head: "makes", isName: true, cell: ({ name }) => name },
            { head: "shape", cell: ({ shape, dtype }) => `${dtype} ${shapeOf(shape)}` },
            {
              head: "reduction",
              cell: ({ reduce, reducer }) =>
                reduce.length === 0 ? "none" : `${reducer} over ${shapeOf(reduce)}`,
            },
            {
              head: "reads",
              cell: ({ reads }) =>
                reads
                  .map((tensor) => (tensor < inputs.length ? `input ${tensor}` : tensor - firstKernel))
                  .join(", "),
            },
            { head: "weights", isNumber: true, cell: ({ weights }) => count(weights) },
          ]}
        />
      </details>
    </>
  );
}

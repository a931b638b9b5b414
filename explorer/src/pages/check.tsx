import type { ApiRecord, ClaimDetail, Hex, ModelDetail, OperatorSummary } from "onus/api";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { useIndex, useSettings } from "../api.ts";
import { doJob } from "../check/do-job.ts";
import { artifactFromAnybody, fromOperator } from "../check/from-operator.ts";
import type { Compared, Handed, Progress } from "../check/jobs.ts";
import { count, element, plural, short } from "../format.ts";
import { Drop } from "../parts/drop.tsx";
import { Hash } from "../parts/hash.tsx";
import { Facts, Table } from "../parts/table.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

const ZERO = `0x${"0".repeat(64)}`;

type State =
  | { readonly state: "idle" }
  | { readonly state: "fetching"; readonly what: string }
  | { readonly state: "running" }
  | { readonly state: "done"; readonly compared: Compared }
  | { readonly state: "unchecked"; readonly because: string };

/** Runs a record again in this browser, and says whether it comes out as claimed. */
export function CheckPage() {
  const { id = "", index = "0" } = useParams();
  const claim = useIndex<ClaimDetail>(`/v1/claims/${id}`);
  return (
    <>
      <Title
        text={`Check record ${index} yourself`}
        over={<Link to={`/claims/${id}`}>Claim {short(id)}</Link>}
      />
      <Show answer={claim} what="the claim">
        {(value) => {
          const record = value.records.find((one) => one.index === Number(index));
          return record === undefined ? (
            <p className="notice">
              <strong>unchecked: record withheld.</strong> The preimage of record {index} is not known to the
              index; whoever has the claim file can hand it in, and an inquiry publishes it for ever.
            </p>
          ) : (
            <Check claim={value} record={record} />
          );
        }}
      </Show>
    </>
  );
}

function Check({ claim, record }: { readonly claim: ClaimDetail; readonly record: ApiRecord }) {
  const { api } = useSettings();
  const operator = useIndex<OperatorSummary>(`/v1/operators/${claim.operator}`);
  const model = useIndex<ModelDetail>(`/v1/models/${claim.modelId}`);
  const inputCount = model.state === "here" ? model.value.artifact.inputCount : 0;
  const [state, setState] = useState<State>({ state: "idle" });
  const [lines, setLines] = useState<readonly Progress[]>([]);
  const [artifact, setArtifact] = useState<Handed>();
  const [inputs, setInputs] = useState<readonly Handed[]>();
  const endpoint = operator.state === "here" ? operator.value.endpoint : "";
  const traceRoot: Hex =
    record.traceRoot === ZERO ? (record.statedTrace ?? record.traceRoot) : record.traceRoot;

  const run = async (): Promise<void> => {
    setLines([]);
    try {
      setState({ state: "fetching", what: "the artifact" });
      const program = artifact?.bytes ?? (await artifactFromAnybody(api, claim.modelId, claim.operator));
      if (program === undefined) return setState({ state: "unchecked", because: "artifact withheld" });
      setState({ state: "fetching", what: "the input" });
      const place = `/v1/claims/${claim.id}/records/${record.index}`;
      const given: Handed[] = [...(inputs ?? [])];
      if (inputs === undefined) {
        for (let k = 0; k < inputCount; k++) {
          const bytes = await fromOperator(endpoint, `${place}/inputs/${k}`);
          if (bytes === undefined) return setState({ state: "unchecked", because: "input withheld" });
          given.push({ name: `input ${k}`, bytes });
        }
      }
      const trace = await fromOperator(endpoint, `${place}/trace`);
      setState({ state: "running" });
      const { inputRoot, outputRoot } = record;
      const seen: Progress[] = [];
      const job = {
        ...{ kind: "check" as const, artifactId: claim.model.artifactId, artifact: program, inputs: given },
        ...{ record: { inputRoot, outputRoot, traceRoot }, ...(trace !== undefined && { trace }) },
      };
      const compared = await doJob(job, {
        onProgress: (progress) => {
          seen.push(progress);
          setLines([...seen]);
        },
      });
      setState({ state: "done", compared });
    } catch (error) {
      setState({ state: "unchecked", because: (error as Error).message });
    }
  };
  const isBusy = model.state === "waiting" || state.state === "fetching" || state.state === "running";
  const last = lines.at(-1);
  return (
    <>
      <p>
        The model is run again here, in this browser, kernel by kernel, with the engine that operators and
        watchtowers run: equal inputs give equal bits. Nothing leaves this page.
      </p>
      <div className="columns even">
        <Section title="What it takes">
          <Facts
            of={[
              ["model", <Hash key="m" kind="model" value={claim.modelId} />],
              [
                "artifact",
                artifact === undefined ? "from an operator that serves it" : `your file ${artifact.name}`,
              ],
              [
                "input",
                inputs === undefined
                  ? "from the operator that claimed"
                  : `yours: ${inputs.map(({ name }) => name).join(", ")}`,
              ],
              ["claimed output", <Hash key="o" kind="other" value={record.outputRoot} what="output root" />],
              [
                "claimed trace",
                traceRoot === ZERO ? (
                  "stated when asked"
                ) : (
                  <Hash key="t" kind="other" value={traceRoot} what="trace root" />
                ),
              ],
            ]}
          />
          <details>
            <summary>Use files of your own instead</summary>
            <Drop label="artifact (.onus)" accept=".onus" take={([file]) => setArtifact(file)} />
            <Drop
              label={`inputs, in order (${plural(inputCount, "tensor")}: .npy, .pb, .json or raw bytes)`}
              many
              take={setInputs}
            />
          </details>
          <p>
            <button type="button" className="main" disabled={isBusy} onClick={() => void run()}>
              {state.state === "done" ? "Run it again" : "Run it"}
            </button>
          </p>
        </Section>
        <Section title="What comes out">
          <div aria-live="polite" className="outcome">
            {state.state === "idle" && <p className="soft">Nothing was run yet.</p>}
            {state.state === "fetching" && <p>Asking for {state.what}…</p>}
            {state.state === "running" && <p>Running.</p>}
            {state.state === "unchecked" && (
              <p className="notice bad">
                <strong>unchecked</strong> {state.because}
              </p>
            )}
            {state.state === "done" && <Outcome of={state.compared} />}
          </div>
          {last !== undefined && (
            <p>
              <label className="progress">
                {count(last.done)} of {plural(last.all, "kernel")}
                <progress value={last.done} max={last.all} />
              </label>
            </p>
          )}
        </Section>
      </div>
      {state.state === "done" && (
        <Section title="Kernel by kernel" note="The root of every tensor that was made on the way.">
          <Table
            caption="Kernels that were run"
            isTall
            rows={lines}
            keyOf={({ done }) => `${done}`}
            columns={[
              { head: "kernel", isNumber: true, cell: ({ done }) => `${done - 1}` },
              { head: "makes", isName: true, cell: ({ kernel }) => kernel },
              { head: "root", cell: ({ root }) => <Hash kind="other" value={root} what="tensor root" /> },
            ]}
          />
        </Section>
      )}
    </>
  );
}

function Outcome({ of }: { readonly of: Compared }) {
  const { verdict, kernels, milliseconds, output, trace, outputs, first } = of;
  const isRight = verdict === "agrees";
  return (
    <>
      <p className={`verdict ${verdict}`} data-verdict={verdict}>
        <span aria-hidden="true">{isRight ? "✓" : "✕"}</span>{" "}
        {isRight ? "It agrees with the claim." : "It differs from the claim."}
      </p>
      <p className="soft">
        {plural(kernels, "kernel")} in {count(milliseconds)} ms, hashing included
        {trace === undefined && "; the trace was never stated, so the output alone is compared"}.
      </p>
      {first !== undefined && (
        <p>
          It leaves the right way at <strong>{first}</strong>.
        </p>
      )}
      <Table
        caption="Computed and claimed"
        rows={[["output", output] as const, ...(trace === undefined ? [] : [["trace", trace] as const])]}
        keyOf={([name]) => name}
        columns={[
          { head: "root", isName: true, cell: ([name]) => name },
          {
            head: "computed here",
            cell: ([, { computed }]) => <Hash kind="other" value={computed} what="computed root" />,
          },
          {
            head: "claimed",
            cell: ([, { claimed }]) => <Hash kind="other" value={claimed} what="claimed root" />,
          },
          {
            head: "equal",
            cell: ([, { computed, claimed }]) =>
              computed === claimed ? "yes" : <strong className="bad">no</strong>,
          },
        ]}
      />
      {outputs.map(({ name, shape, first }) => (
        <p key={name} className="soft">
          {name} [{shape.join(", ")}] begins <code>{first.map(element).join(", ")}</code>
        </p>
      ))}
    </>
  );
}

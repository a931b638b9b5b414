import type { ElementDispute } from "onus";

import { count, element, plural, significant } from "../format.ts";
import { Facts, Table } from "../parts/table.tsx";

/** The disputed element: what goes into it, what comes out, and what was claimed. */
export function Element({ of }: { readonly of: ElementDispute }) {
  const { kernel, element: number, position, dtype, meaning, claimed, computed, operands, steps } = of;
  const loads = meaning?.loads ?? [];
  // What the tail alone reads is read once, after the reduction.
  const readBy = (code: readonly Instruction[]): readonly number[] =>
    code.flatMap(({ op, arg }) => (op === "load" && arg !== undefined ? [arg] : []));
  const inTail =
    meaning === undefined || meaning.reduce.length === 0
      ? []
      : [...new Set(readBy(meaning.tail))].filter((load) => !readBy(meaning.body).includes(load));
  return (
    <div className="element">
      <p>
        Element {count(number)} of kernel {kernel}, at [{position.join(", ")}] of{" "}
        {meaning === undefined ? "a void kernel" : `the shape [${meaning.shape.join(", ")}]`}: claimed{" "}
        {claimed === computed ? "as other bits" : apart(claimed, computed)}.
      </p>
      <dl className="verdicts">
        <div className="computed">
          <dt>recomputed</dt>
          <dd>
            <code>{element(computed)}</code>
            <span className="soft">{bitsOf(computed, dtype)}</span>
          </dd>
        </div>
        <div className="claimed">
          <dt>claimed</dt>
          <dd>
            <code>{element(claimed)}</code>
            <span className="soft">{bitsOf(claimed, dtype)}</span>
          </dd>
        </div>
      </dl>
      {meaning !== undefined && (
        <>
          <Facts
            of={[
              ["body", <code key="b">{codeOf(meaning.body)}</code>],
              [
                "reduction",
                meaning.reduce.length === 0 ? "none" : `${meaning.reducer} over ${plural(steps, "step")}`,
              ],
              ["tail", <code key="t">{codeOf(meaning.tail)}</code>],
            ]}
          />
          {inTail.length > 0 && (
            <Facts
              of={inTail.map((load) => [
                `load ${load}`,
                <span key={load}>
                  <code>{element(valueOf(operands[0], load) ?? Number.NaN)}</code>{" "}
                  <span className="soft">of tensor {loads[load]?.tensor}, in the tail</span>
                </span>,
              ])}
            />
          )}
          <Table
            caption={
              operands.length >= steps
                ? `Operands of ${steps === 1 ? "its one step" : `all ${count(steps)} steps`}`
                : `Operands of the first ${count(operands.length)} of ${count(steps)} steps`
            }
            showsCaption
            rows={operands.map((values, k) => ({ values, k }))}
            keyOf={({ k }) => `${k}`}
            columns={[
              { head: "k", isNumber: true, isName: true, cell: ({ k }) => `${k}` },
              ...loads
                .map(({ tensor }, load) => ({
                  load,
                  head: `load ${load} (tensor ${tensor})`,
                  isNumber: true,
                  cell: ({ values }: { readonly values: ElementDispute["operands"][number] }) => {
                    const value = valueOf(values, load);
                    return value === undefined ? "–" : <code>{element(value)}</code>;
                  },
                }))
                .filter(({ load }) => !inTail.includes(load)),
            ]}
          />
        </>
      )}
    </div>
  );
}

type Instruction = { readonly op: string; readonly arg?: number };

const valueOf = (values: ElementDispute["operands"][number] | undefined, load: number): number | undefined =>
  values?.find((one) => one.load === load)?.value;

/** How far off the claimed value is. */
const apart = (claimed: number, computed: number): string =>
  Number.isFinite(claimed - computed)
    ? `${significant(Math.abs(claimed - computed))} too ${claimed > computed ? "high" : "low"}`
    : "something else";

/** As people read it: a constant as its value, not as its bits. */
const codeOf = (code: readonly Instruction[]): string =>
  code
    .map(({ op, arg }) =>
      arg === undefined ? op : `${op} ${op === "f32.const" ? element(floatOf(arg)) : arg}`,
    )
    .join(" · ");

const floatOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;

function bitsOf(value: number, dtype: string): string {
  if (dtype !== "f32") return `${dtype} ${value}`;
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
  return `f32 0x${bits.toString(16).padStart(8, "0")}`;
}

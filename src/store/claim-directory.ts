import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { TensorData } from "../program/dtype.js";
import { bytesOfTensor } from "../run/engine.js";
import type { CommittedTrace } from "../trace/committed-trace.js";
import { encodeTraceFile } from "../trace/trace-file.js";
import type { Bytes32 } from "../types/bytes32.js";
import { encodeClaimFile } from "./claim-file.js";
import type { ClaimFile } from "./claim-file.js";

/** What an operator keeps of a claim to one record, and hands over with it. */
export type ClaimDirectory = ClaimFile & {
  readonly artifactId: Bytes32;
  readonly inputs: readonly TensorData[];
  /** Absent where it is computed again when it is asked for. */
  readonly trace?: CommittedTrace;
};

/** Writes claim.json, input-N.bin for each input, and trace.bin where there is a trace. */
export function writeClaimDirectory(directory: string, kept: ClaimDirectory): void {
  const { artifactId, inputs, trace, ...file } = kept;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "claim.json"), encodeClaimFile(file));
  for (const [number, data] of inputs.entries()) {
    writeFileSync(join(directory, `input-${number}.bin`), bytesOfTensor(data));
  }
  if (trace !== undefined) {
    writeFileSync(join(directory, "trace.bin"), encodeTraceFile({ artifactId, trace }));
  }
}

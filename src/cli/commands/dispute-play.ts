import { collectWinnings } from "../../chain/collect-winnings.js";
import { describeStep } from "../../chain/describe-step.js";
import { callOfMove } from "../../chain/move-call.js";
import type { ChainMove } from "../../chain/move-call.js";
import { planCalls } from "../../chain/plan-call.js";
import { playChallenger, runAll } from "../../chain/play-challenger.js";
import type { Step } from "../../chain/play-dispute.js";
import { playOperator } from "../../chain/play-operator.js";
import type { PlayedSide, Playing } from "../../chain/play-side.js";
import { commitRecords } from "../../claim/record-list.js";
import { requireArtifactOf } from "../../claim/require-artifact-of.js";
import { OnusError } from "../../errors/onus-error.js";
import { readArtifact } from "../../store/read-artifact.js";
import { readBytes } from "../../store/read-file.js";
import { decodeTraceFile } from "../../trace/trace-file.js";
import { parseCount } from "../../types/count.js";
import { parseSeconds } from "../../types/seconds.js";
import { readNamedClaim } from "../claim-files.js";
import type { NamedClaim } from "../claim-files.js";
import type { Act, Told } from "../does.js";
import { readInputs } from "../input-data.js";
import type { Reporter } from "../reporter.js";
import { feesOf, tellPlan } from "../transactions.js";
import { openForActing } from "../where.js";
import type { Opened } from "../where.js";
import type { Sending } from "../options.js";

type Options = Sending & {
  readonly artifact?: string;
  readonly input?: readonly string[];
  readonly record: string;
  readonly trace?: string;
  readonly poll: string;
  readonly blockRange?: string;
  readonly pull?: true;
};

type Side = "challenger" | "operator";

export const open: Act<Options> = ({ args, options, reporter }) =>
  play("challenger", { name: args[0] as string, options, reporter });

export const answer: Act<Options> = ({ args, options, reporter }) =>
  play("operator", { name: args[0] as string, options, reporter });

export const step: Act<Options & { side: Side }> = ({ args, options, reporter }) =>
  play(options.side, { name: args[0] as string, options, reporter, once: true });

async function play(
  side: Side,
  given: { name: string; options: Options; reporter: Reporter; once?: true },
): Promise<Told> {
  const { name, options, reporter, once } = given;
  const opened = await openForActing(options);
  const { contracts, address } = opened;
  const named = await readNamedClaim(contracts, name);
  const planned: ChainMove[] = [];
  const playing: Playing = {
    ...{ contracts, claim: named.claim, fees: feesOf(options), poll: parseSeconds(options.poll, "--poll") },
    ...(options.blockRange === undefined
      ? {}
      : { blockRange: parseCount(options.blockRange, "--block-range") }),
    tell: options.dryRun ? () => undefined : teller(reporter),
    ...((once ?? options.dryRun) && { once: true }),
    ...(options.dryRun && {
      perform: (move: ChainMove) => {
        planned.push(move);
        return Promise.resolve({ status: "already" as const, because: "nothing is sent" });
      },
    }),
  };
  const playSide = side === "challenger" ? challenge : defend;
  const played = await playSide(playing, { named, options, opened });
  if (options.dryRun) {
    const calls = planned.map((move) =>
      callOfMove({ contracts, claim: named.claim, move, beneficiary: address }),
    );
    return tellPlan(await planCalls(contracts, calls, playing.fees));
  }
  if (options.pull && played.end.kind === "rest") await collectWinnings(contracts, named.claim, address);
  return tellPlayed(named, played);
}

type Asked = { readonly named: NamedClaim; readonly options: Options; readonly opened: Opened };

async function challenge(playing: Playing, { named, options, opened }: Asked): Promise<PlayedSide> {
  const committed = options.artifact === undefined ? undefined : readArtifact(options.artifact);
  const artifact = committed?.artifact;
  const inputs = artifact && options.input && (await readInputs(artifact, options.input));
  const handedOver = artifact && options.trace && decodeTraceFile(readBytes(options.trace), artifact).trace;
  return playChallenger(playing, {
    address: opened.address,
    records: [
      {
        index: parseCount(options.record, "--record"),
        ...(committed && inputs && { run: runAll(committed, inputs) }),
        ...(handedOver && { handedOver }),
      },
    ],
    ...(committed && { committed }),
    ...(named.file && { recordList: commitRecords(named.file.records) }),
  });
}

async function defend(playing: Playing, { named, options, opened }: Asked): Promise<PlayedSide> {
  const { file, claim } = named;
  const { artifact: path, input } = options;
  if (file === undefined || path === undefined || input === undefined) {
    const problem = "answers are made from claim.json, --artifact and --input: name all three";
    throw new OnusError("USAGE", { problem });
  }
  const committed = readArtifact(path);
  requireArtifactOf(claim.modelId, file.model, committed);
  return playOperator(playing, {
    ...{ address: opened.address, committed, records: file.records },
    index: parseCount(options.record, "--record"),
    inputs: await readInputs(committed.artifact, input),
    ...(options.trace && { trace: decodeTraceFile(readBytes(options.trace), committed.artifact).trace }),
  });
}

/** A wait is told once. */
function teller(reporter: Reporter): (step: Step) => void {
  let waitsUntil = -1n;
  return (step) => {
    if (step.step === "waits") {
      if (step.until === waitsUntil) return;
      waitsUntil = step.until;
    }
    reporter.say(describeStep(step));
  };
}

function tellPlayed({ id }: NamedClaim, { view, end, transactions }: PlayedSide): Told {
  const { phase } = view;
  const because = end.kind === "rest" ? end.because : "one step is done";
  return {
    value: { claimId: id, phase, end, transactions },
    text: `claim ${id} is ${phase}: ${because}; ${transactions.length} transactions`,
  };
}

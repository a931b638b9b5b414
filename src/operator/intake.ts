import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { OnusError } from "../errors/onus-error.js";
import { parseBytes32 } from "../types/bytes32.js";
import { toJson } from "../types/to-json.js";
import { describeServed } from "./http/describe-served.js";
import { errorReply } from "./http/error-reply.js";
import { parseInferenceRequest } from "./inference-request.js";
import type { InferenceDesk, ServedModel } from "./promises/inference-desk.js";

const REQUEST = /^([\w-]{1,100})\.json$/;

/**
 * Takes requests from a directory: `NAME.json` holds what is posted over HTTP, and `modelId`. The reply is written to
 * `replies/NAME.json`, and the request moved to `done/`. A refusal that passes leaves it where it is. Interrupted, it does
 * the same again: an equal request has the same receipt.
 */
export function openIntake(parts: {
  readonly directory: string;
  readonly desk: InferenceDesk;
  readonly models: readonly ServedModel[];
}): { readonly step: () => Promise<void> } {
  const { directory, desk, models } = parts;
  const [replies, done] = [join(directory, "replies"), join(directory, "done")];
  for (const one of [replies, done]) mkdirSync(one, { recursive: true });

  const replyTo = async (text: string): Promise<unknown> => {
    const { modelId, ...request } = parseRequest(text);
    const model = models.find((one) => one.modelId === modelId);
    if (model === undefined) throw new OnusError("MODEL_NOT_SERVED", { modelId: String(modelId) });
    const { artifact } = model.committed;
    const parsed = parseInferenceRequest(JSON.stringify(request), artifact);
    return describeServed(await desk.serve(model.modelId, parsed), artifact);
  };

  return {
    async step() {
      for (const file of readdirSync(directory).sort()) {
        if (!REQUEST.test(file)) continue;
        let reply: unknown;
        try {
          reply = await replyTo(readFileSync(join(directory, file), "utf8"));
        } catch (error) {
          const { body, retryAfter, status } = errorReply(error);
          // Later requests would be refused for the same reason.
          if (retryAfter !== undefined || status === 500) return;
          reply = body;
        }
        // Renamed into place, so that a reader never meets half a file; the request leaves last.
        const draft = join(replies, `.${file}`);
        writeFileSync(draft, `${toJson(reply, 2)}\n`);
        renameSync(draft, join(replies, file));
        renameSync(join(directory, file), join(done, file));
      }
    },
  };
}

function parseRequest(text: string): { modelId?: unknown } {
  try {
    const json = JSON.parse(text) as { modelId?: unknown };
    if (typeof json.modelId === "string") return { ...json, modelId: parseBytes32(json.modelId, "modelId") };
  } catch (error) {
    throw new OnusError("REQUEST_MALFORMED", { problem: (error as Error).message });
  }
  throw new OnusError("REQUEST_MALFORMED", { problem: "it names no modelId" });
}

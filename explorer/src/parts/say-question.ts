import type { SessionDetail } from "onus/api";

import { plural } from "../format.ts";

type Question = Pick<SessionDetail["questions"][number], "form" | "place" | "levels">;

/** A question in words: "which 64 nodes stand 6 levels below node 0 of level 8 of tensor 12 of the trace?" */
export function sayQuestion({ form, place, levels }: Question): string {
  const { list, level, record, tensor, index } = place;
  const of = tensor === undefined ? `the ${list} list` : `tensor ${tensor} of the ${list} list`;
  switch (form) {
    case "record":
      return `what is record ${index}?`;
    case "trace":
      return `what is the trace root of record ${record}?`;
    case "nodes":
      return `what are the ${2 ** levels} nodes ${plural(levels, "level")} below node ${index} of level ${level} of ${of}?`;
    case "leaves":
      return `what are the bytes of leaf ${index} of ${of}?`;
    case "descriptor":
      return `what is the descriptor of kernel ${index}?`;
  }
}

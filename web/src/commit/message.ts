// The message that is proposed for a commit. Pure.

import { type Change, grouped } from "../changes";
import { counted } from "../kit";

/** The message that is proposed for a commit: `Relabel 12 samples: cow → horse`. */
export function proposedMessage(changes: readonly Change[]): string {
  const all = grouped(changes);
  const said: string[] = [];
  const labels = all.filter((group) => group.type === "label" && group.action === "set");
  if (labels.length > 0) {
    const of = labels.flatMap((group) => group.changes);
    const isNested = of.some((change) => change.path !== "");
    const what = isNested ? counted(of.length, "object") : counted(rowsOf(of), "sample");
    const became = labels.slice(0, 3).map((group) => `${group.was} → ${group.value}`);
    said.push(`relabel ${what}: ${became.join(", ")}${labels.length > 3 ? ", …" : ""}`);
  }
  const rest = (type: Change["type"], action: Change["action"]) => all.filter((group) => group.type === type && group.action === action).flatMap((group) => group.changes);
  const say = (verb: string, of: Change[], one: string, n = of.length, many = `${one}s`) => {
    if (of.length > 0) said.push(`${verb} ${counted(n, one, many)}`);
  };
  const boxes = rest("box", "set");
  say("move", boxes, "box", boxes.length, "boxes");
  say("move", rest("keypoint", "set"), "keypoint");
  say("add", all.filter((group) => group.action === "add").flatMap((group) => group.changes), "object");
  say("remove", rest("item", "remove"), "object");
  for (const group of all.filter((one) => one.action === "set" && ["text", "number", "value"].includes(one.type))) {
    said.push(`change ${group.column} of ${counted(rowsOf(group.changes), "sample")}`);
  }
  const rows = rest("row", "remove");
  say("remove", rows, "sample", rowsOf(rows));
  const text = said.join(", ");
  return text === "" ? "" : text.charAt(0).toUpperCase() + text.slice(1);
}

function rowsOf(changes: readonly Change[]): number {
  return new Set(changes.map((change) => change.rowId)).size;
}

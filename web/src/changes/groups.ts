// Changes in words: grouped like a diff, and the message that is proposed for their commit.

import { type Change, isSame, type Json, labelPath, nameOf } from "./change";

/** Changes of one kind: what became what, in one column. */
export interface ChangeGroup {
  /** `label`, `objects.category`; empty for removed rows. */
  column: string;
  action: Change["action"];
  type: Change["type"];
  /** The names of both values, where all changes of the group have them in common. */
  was?: string;
  value?: string;
  changes: Change[];
}

/** Groups of changes, the most frequent first. */
export function grouped(changes: readonly Change[]): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>();
  for (const change of changes) {
    const column = change.column === null ? "" : labelPath(change.column, change.path);
    const names = change.type === "label" ? { was: nameOf(change.was), value: nameOf(change.value) } : {};
    const key = JSON.stringify([column, change.action, change.type, names]);
    const group = groups.get(key) ?? { column, action: change.action, type: change.type, ...names, changes: [] };
    group.changes.push(change);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.changes.length - a.changes.length);
}

const counted = (n: number, one: string) => `${n.toLocaleString("en-US")} ${n === 1 ? one : one === "box" ? "boxes" : `${one}s`}`;

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
  const say = (verb: string, of: Change[], one: string, n = of.length) => {
    if (of.length > 0) said.push(`${verb} ${counted(n, one)}`);
  };
  say("move", rest("box", "set"), "box");
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

/** A change in words: `cow → horse`, `box moved`. */
export function inShort(change: Change): string {
  if (change.column === null) return "sample removed";
  if (change.action === "add") return `${nameOf(change.value)} added`;
  if (change.action === "remove") return `${nameOf(change.was)} removed`;
  return `${short(change.was)} → ${short(change.value)}`;
}

/** What became of a value: `horse → cow`, of a list its items that differ, or how many it has. */
export function became(was: Json, is: Json): string {
  if (!Array.isArray(was) || !Array.isArray(is)) return `${short(was)} → ${short(is)}`;
  if (was.length !== is.length) return `${was.length} → ${counted(is.length, "item")}`;
  const pairs = was.map((item, i): [Json, Json] => [item, is[i] ?? null]).filter(([a, b]) => !isSame(a, b));
  const named = pairs.filter(([a, b]) => nameOf(a) !== nameOf(b)).slice(0, 3).map(([a, b]) => `${short(a)} → ${short(b)}`);
  const others = pairs.length - named.length;
  return [...named, ...(others > 0 ? [`${others} of ${counted(was.length, "item")} changed`] : [])].join("; ");
}

function short(value: Json): string {
  const name = nameOf(value);
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}

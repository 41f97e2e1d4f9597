// Changes in words: grouped like a diff.

import { counted } from "../kit";
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

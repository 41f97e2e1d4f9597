// The rows of a review queue that are left, and where one is among them. No DOM, no requests: tested by `node --test`.

/** A class of the label column. */
export interface Class {
  class: number;
  name: string;
}

/** A row of a queue, as the REST interface has it. */
export interface Item {
  row_id: string;
  position: number;
  group: number;
  label?: Class | null;
  suggestion?: Class | null;
  is_near: boolean;
  reason: string;
  score?: number | null;
}

/** What was done with a row on this page or before, and isn't committed. */
export interface Pending {
  /** The new label; undefined where it is as it was. */
  label?: string | null;
  isRemoved: boolean;
}

/** The groups of rows that are left: not kept, and still without an answer. */
export function left(items: readonly Item[], kept: ReadonlySet<string>, pending: ReadonlyMap<string, Pending>): Item[][] {
  return groupsOf(items).filter((group) => !group.every((item) => kept.has(item.row_id)) && !isSettled(group, pending));
}

/** Rows of one group follow each other. */
export function groupsOf(items: readonly Item[]): Item[][] {
  const groups: Item[][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last?.[0]?.group === item.group) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Are the changes of a group's rows an answer? A row alone: any change. Rows with one picture: what stays has one label. */
function isSettled(group: readonly Item[], pending: ReadonlyMap<string, Pending>): boolean {
  if (!group.some((item) => pending.has(item.row_id))) return false;
  if (group.length === 1) return true;
  const stays = group.filter((item) => !pending.get(item.row_id)?.isRemoved);
  return new Set(stays.map((item) => labelOf(item, pending))).size <= 1;
}

/** The label that a row has with its changes. */
export function labelOf(item: Item, pending: ReadonlyMap<string, Pending>): string | null {
  const change = pending.get(item.row_id);
  return change?.label !== undefined ? change.label : (item.label?.name ?? null);
}

/** The row to look at after `current` is gone: the one that takes its place, else the last. */
export function nextAfter(before: readonly Item[], after: readonly Item[], current: string): string | null {
  const rows = new Set(after.map((item) => item.row_id));
  if (rows.has(current)) return current;
  const at = before.findIndex((item) => item.row_id === current);
  const following = before.slice(at + 1).find((item) => rows.has(item.row_id));
  return following?.row_id ?? after.at(-1)?.row_id ?? null;
}

/** The row `steps` further on, staying within the list. */
export function moved(items: readonly Item[], current: string | null, steps: number): string | null {
  const at = items.findIndex((item) => item.row_id === current);
  const to = Math.max(0, Math.min(items.length - 1, (at < 0 ? 0 : at) + (at < 0 ? 0 : steps)));
  return items[to]?.row_id ?? null;
}

/** Why a row is in the queue, in a few words. */
export function why(item: Item): string {
  const words: Record<string, string> = { damaged: "can’t be decoded", blank: "one colour", extreme: "very long", "same-picture": "" };
  const score = item.score ?? null;
  if (score === null) return words[item.reason] ?? item.reason;
  return item.reason === "distance" ? score.toFixed(0) : `${Math.round(score * 100)} %`;
}

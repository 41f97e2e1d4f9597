// What to do with changes of values that others changed meanwhile. Pure.

import { applied, type Change, isSame, type Json, keyOf, listOf, partOf } from "../changes";

/** A value that others changed (`RowConflictView`). */
export interface Conflict {
  row_id: string;
  /** Null for a row that is gone. */
  column: string | null;
  gone: boolean;
  base: Json;
  now: Json;
}

export type Choice = "mine" | "theirs";

/** The changes that a conflict is about. */
export function changesOf(conflict: Conflict, changes: readonly Change[]): Change[] {
  const ofRow = changes.filter((change) => change.rowId === conflict.row_id);
  return conflict.gone || conflict.column === null ? ofRow : ofRow.filter((change) => change.column === null || change.column === conflict.column);
}

/** The changes with a choice for each conflict, made on a newer base; null for those that are dropped. */
export function resolve(changes: readonly Change[], conflicts: readonly Conflict[], choices: readonly Choice[], base: string): Record<string, Change | null> {
  const to: Record<string, Change | null> = Object.fromEntries(changes.map((change) => [keyOf(change), { ...change, base }]));
  conflicts.forEach((conflict, i) => {
    const of = changesOf(conflict, changes);
    if (conflict.gone || choices[i] !== "mine") {
      for (const change of of) to[keyOf(change)] = null;
      return;
    }
    const isInPlace = of.every((change) => change.column === null || keepsItsPlace(change, conflict));
    if (isInPlace) {
      for (const change of of) to[keyOf(change)] = { ...change, base, was: change.column === null ? change.was : (partOf(conflict.now, change.path) ?? null) };
      return;
    }
    // The list is another one: numbers of items say nothing any more, so my whole value takes the place of theirs.
    for (const change of of) to[keyOf(change)] = null;
    const [first] = of;
    if (first && conflict.column !== null) {
      const whole: Change = { ...first, base, path: "", action: "set", type: "value", was: conflict.now, value: applied(conflict.base, of) };
      to[keyOf(whole)] = whole;
    }
  });
  return to;
}

/** Are the lists on the way to the change as long as they were? */
function keepsItsPlace(change: Change, conflict: Conflict): boolean {
  for (let path = change.path; path !== ""; path = listOf(path)) {
    const [before, now] = [partOf(conflict.base, listOf(path)), partOf(conflict.now, listOf(path))];
    if (Array.isArray(before) && (!Array.isArray(now) || before.length !== now.length)) return false;
    if (!Array.isArray(before) && before !== null && now === null) return false;
  }
  return true;
}

/** Rows whose values differ between two bases; changes of both can be one commit only where they don't. */
export function differing(
  older: ReadonlyMap<string, Record<string, Json>>,
  newer: ReadonlyMap<string, Record<string, Json>>,
  changes: readonly Change[],
): Conflict[] {
  const found = new Map<string, Conflict>();
  for (const { rowId, column } of changes) {
    const [base, now] = [older.get(rowId), newer.get(rowId)];
    if (!now) found.set(rowId, { row_id: rowId, column: null, gone: true, base: null, now: null });
    else if (column !== null && !isSame(base?.[column], now[column])) {
      found.set(`${rowId}\n${column}`, { row_id: rowId, column, gone: false, base: base?.[column] ?? null, now: now[column] ?? null });
    }
  }
  return [...found.values()];
}

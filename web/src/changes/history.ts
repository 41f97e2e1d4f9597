// The changes of a person in a data set, with undo and redo. Pure: each function returns a new state.

import { applied, type Change, isSame, isWithin, keyOf, newClassOf } from "./change";

/** Steps that can be undone, at most. */
const MAX_STEPS = 500;

/** What one step did to each changed value; null where there was, or is, no change. */
export interface Step {
  label: string;
  before: Record<string, Change | null>;
  after: Record<string, Change | null>;
}

export interface ChangeState {
  changes: Record<string, Change>;
  undo: Step[];
  redo: Step[];
}

export const EMPTY: ChangeState = { changes: {}, undo: [], redo: [] };

/**
 * Makes changes, as one step that can be undone. A value that becomes what it was is no change any more. With `joins` they
 * belong to the last step, if that was of the same values: a box that is moved by many presses of a key.
 */
export function changed(state: ChangeState, label: string, wanted: readonly Change[], joins = false): ChangeState {
  const changes = { ...state.changes };
  const rows = byRow(changes);
  const step: Step = { label, before: {}, after: {} };
  for (const change of wanted) {
    let ofRow = rows.get(change.rowId);
    if (!ofRow) rows.set(change.rowId, (ofRow = new Map()));
    const row = ofRow;
    merge(row, change, (key, to) => {
      step.before[key] ??= state.changes[key] ?? null;
      step.after[key] = to;
      if (to) {
        changes[key] = to;
        row.set(key, to);
      } else {
        delete changes[key];
        row.delete(key);
      }
    });
  }
  const keys = Object.keys(step.after).filter((key) => !isSameChange(step.before[key], step.after[key]));
  if (keys.length === 0) return state;
  const last = state.undo.at(-1);
  if (joins && last?.label === label && keys.every((key) => key in last.after) && keys.length === Object.keys(last.after).length) {
    return { changes, undo: [...state.undo.slice(0, -1), { ...last, after: step.after }], redo: [] };
  }
  return { changes, undo: [...state.undo, step].slice(-MAX_STEPS), redo: [] };
}

function isSameChange(a: Change | null | undefined, b: Change | null | undefined): boolean {
  return a === b || (!!a && !!b && a.action === b.action && isSame(a.value, b.value) && a.isNewClass === b.isNewClass);
}

/** The changes of each row, by what they change. */
function byRow(changes: Record<string, Change>): Map<string, Map<string, Change>> {
  const rows = new Map<string, Map<string, Change>>();
  for (const [key, change] of Object.entries(changes)) {
    const ofRow = rows.get(change.rowId);
    if (ofRow) ofRow.set(key, change);
    else rows.set(change.rowId, new Map([[key, change]]));
  }
  return rows;
}

/** Adds a change to those of its row. */
function merge(ofRow: ReadonlyMap<string, Change>, change: Change, put: (key: string, to: Change | null) => void): void {
  const key = keyOf(change);
  const same = ofRow.get(key);
  const ofColumn = [...ofRow].filter(([, one]) => change.column === null || one.column === change.column);
  // A removed row or item, or a value that is replaced as a whole, takes the changes below it with it.
  const below = ofColumn.filter(([other, one]) => other !== key && (change.column === null || isWithin(one.path, change.path)));
  const above = ofColumn.find(([other, one]) => other !== key && one.action !== "remove" && isWithin(change.path, one.path));
  if (above && change.column !== null) {
    // Part of a value that is new itself, such as the box of an added object.
    const [at, whole] = above;
    const value = applied(whole.value, [{ ...change, path: change.path.slice(whole.path.length) }]);
    const newClasses = { ...whole.newClasses, ...newClassOf(change) };
    put(at, { ...whole, value, ...(Object.keys(newClasses).length > 0 ? { newClasses } : {}) });
    return;
  }
  for (const [other] of below) put(other, null);
  if (same?.action === "add" && change.action === "remove") put(key, null);
  else if (same?.action === "add") put(key, { ...same, value: change.value });
  else {
    const was = same && change.column !== null ? same.was : change.was;
    const base = same ? same.base : change.base;
    const isBack = change.action === "set" && isSame(was, change.value);
    put(key, isBack ? null : { ...change, was, base });
  }
}

/** Takes changes back, as a step of its own. */
export function takenBack(state: ChangeState, label: string, keys: readonly string[]): ChangeState {
  const there = keys.filter((key) => key in state.changes);
  if (there.length === 0) return state;
  const changes = { ...state.changes };
  const step: Step = { label, before: {}, after: {} };
  for (const key of there) {
    step.before[key] = changes[key] ?? null;
    step.after[key] = null;
    delete changes[key];
  }
  return { changes, undo: [...state.undo, step].slice(-MAX_STEPS), redo: [] };
}

/** Undoes the last step. */
export function undone(state: ChangeState): ChangeState {
  const step = state.undo.at(-1);
  if (!step) return state;
  return { changes: put(state.changes, step.before), undo: state.undo.slice(0, -1), redo: [...state.redo, step] };
}

/** Does the last undone step again. */
export function redone(state: ChangeState): ChangeState {
  const step = state.redo.at(-1);
  if (!step) return state;
  return { changes: put(state.changes, step.after), undo: [...state.undo, step], redo: state.redo.slice(0, -1) };
}

function put(changes: Record<string, Change>, to: Record<string, Change | null>): Record<string, Change> {
  const next = { ...changes };
  for (const [key, change] of Object.entries(to)) {
    if (change) next[key] = change;
    else delete next[key];
  }
  return next;
}

/** The state after these changes were committed: what was made since stays; steps before can't be undone any more. */
export function committed(state: ChangeState, done: readonly Change[]): ChangeState {
  const changes = { ...state.changes };
  for (const change of done) {
    const key = keyOf(change);
    if (isSameChange(changes[key], change)) delete changes[key];
  }
  return { changes, undo: [], redo: [] };
}

/** The state with some changes replaced or dropped (null), without a step: how a conflict was resolved. */
export function resolved(state: ChangeState, to: Record<string, Change | null>): ChangeState {
  return { changes: put(state.changes, to), undo: [], redo: [] };
}

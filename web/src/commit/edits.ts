// Changes as one commit takes them. Pure.

import { additions, type Change, type Json, listOf, newClassOf, removals } from "../changes";

/** A change as the REST interface takes it (`RowEditView`). */
export interface RowEdit {
  row_id: string;
  column?: string;
  path?: string;
  was?: unknown;
  value?: unknown;
  remove?: boolean;
}

/** Changes as one commit takes them: sets, then removals from the end of each list, then additions. */
export function editsOf(changes: readonly Change[]): { changes: RowEdit[]; new_classes: Record<string, string[]> } {
  const edits: RowEdit[] = [];
  const newClasses: Record<string, string[]> = {};
  const gone = new Set(changes.filter((change) => change.column === null).map((change) => change.rowId));
  for (const rowId of gone) edits.push({ row_id: rowId, remove: true });
  const left = changes.filter((change) => !gone.has(change.rowId));
  for (const change of left) {
    for (const [label, name] of Object.entries({ ...change.newClasses, ...newClassOf(change) })) {
      const names = (newClasses[label] ??= []);
      if (!names.includes(name)) names.push(name);
    }
  }
  const ordered = [...left.filter((change) => change.action === "set"), ...removals(left), ...additions(left)];
  for (const change of ordered) {
    const edit: RowEdit = { row_id: change.rowId, column: change.column ?? "" };
    if (change.action === "add") Object.assign(edit, { path: `${listOf(change.path)}/-`, value: sent(change.value) });
    else if (change.action === "remove") Object.assign(edit, { path: change.path, remove: true });
    else {
      if (change.path !== "") edit.path = change.path;
      if (isSafe(change.was)) edit.was = sent(change.was);
      edit.value = sent(change.value);
    }
    edits.push(edit);
  }
  return { changes: edits, new_classes: newClasses };
}

/** A value as it is sent: labels by their names. */
function sent(value: Json): Json {
  if (Array.isArray(value)) return value.map(sent);
  if (typeof value !== "object" || value === null) return value;
  if ("synset" in value && "value" in value) return typeof value["name"] === "string" ? value["name"] : (value["value"] ?? null);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sent(member)]));
}

/** Has the value no number that JavaScript can't hold exactly? Such a one would differ from that of the base. */
function isSafe(value: Json): boolean {
  if (typeof value === "number") return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isSafe);
}

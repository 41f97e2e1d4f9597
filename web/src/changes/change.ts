// A change that isn't committed yet, and what lists of them say. No DOM, no requests: tested by `node --test`.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What the changed value is, for words and pictures of it. */
export type ValueType = "label" | "box" | "keypoint" | "item" | "text" | "number" | "value" | "row";

/** One change of a row. All paths lead into the value of the base, so that each change can be taken back by itself. */
export interface Change {
  /** `fragment:offset`. */
  rowId: string;
  /** The pinned revision that the change was made on: `main:14`. */
  base: string;
  /** The column; null where the row is removed. */
  column: string | null;
  /** A JSON pointer into the base's value, empty for all of it; an added item of a list is `/+1`, `/+2`, … there. */
  path: string;
  /** `set` a value, `add` an item to a list, `remove` an item or the row. */
  action: "set" | "add" | "remove";
  type: ValueType;
  /** The value of the base, as a page of rows has it. */
  was: Json;
  /** The new value; a label by its class's name. */
  value: Json;
  /** A class that the data set doesn't have yet, and that was asked for. */
  isNewClass?: boolean;
  /** Such classes in parts of the value, by label. */
  newClasses?: Record<string, string>;
  /** What lists call the row: its file's name. */
  name?: string;
}

/** What makes two changes be of the same value. */
export function keyOf(change: Pick<Change, "rowId" | "column" | "path">): string {
  return change.column === null ? change.rowId : `${change.rowId}\n${change.column}\n${change.path}`;
}

/** The steps of a JSON pointer. */
export function stepsOf(path: string): string[] {
  return path === "" ? [] : path.slice(1).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The JSON pointer of these steps. */
export function pathOf(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Is the value at `path` part of that at `above`, or the same? */
export function isWithin(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}

/** The part of a value at a path; undefined where there is none. */
export function partOf(value: Json | undefined, path: string): Json | undefined {
  let part = value;
  for (const step of stepsOf(path)) {
    if (Array.isArray(part)) part = part[Number(step)];
    else if (typeof part === "object" && part !== null) part = part[step];
    else return undefined;
  }
  return part;
}

/** A copy of a value with another part at a path. */
export function withPart(value: Json, path: string, part: Json): Json {
  const [step, ...rest] = stepsOf(path);
  if (step === undefined) return part;
  const below = pathOf(rest);
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === step ? withPart(item, below, part) : item));
  const members = typeof value === "object" && value !== null ? value : {};
  return { ...members, [step]: withPart(members[step] ?? null, below, part) };
}

/** The members of an object; of any other value none. */
export function membersOf(value: Json | undefined): { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** The name of a class label's value, or the text of another. */
export function nameOf(value: Json | undefined): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "object" && !Array.isArray(value)) {
    if (typeof value["name"] === "string") return value["name"];
    if (isBox(value)) return (["x", "y", "width", "height"] as const).map((side) => round(value[side])).join(", ");
    if ("visibility" in value && "x" in value) return `${round(value["x"] ?? 0)}, ${round(value["y"] ?? 0)}`;
    if ("value" in value && "synset" in value) return String(value["value"]);
    const label = Object.values(value).find((member) => typeof member === "object" && member !== null && "synset" in member);
    if (label !== undefined) return nameOf(label);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

const round = (n: Json | undefined) => (typeof n === "number" ? String(Math.round(n * 10) / 10) : "?");

/** A box's value. */
export interface Box {
  [side: string]: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export function isBox(value: Json | undefined): value is Box & Json {
  const sides = membersOf(value);
  return ["x", "y", "width", "height"].every((side) => typeof sides[side] === "number");
}

/** The label that a path leads to, without the numbers of list items: `objects.category`. */
export function labelPath(column: string, path: string): string {
  return [column, ...stepsOf(path).filter((step) => !/^\+?\d+$/.test(step))].join(".");
}

/** Are two JSON values the same? A label is also the same as its name. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  const label = (value: Json | undefined) => {
    const { synset, name } = membersOf(value);
    return synset !== undefined && typeof name === "string" ? name : undefined;
  };
  if (typeof a === "string" || typeof b === "string") return (label(a) ?? a) === (label(b) ?? b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (typeof a !== "object" || typeof b !== "object" || !a || !b || Array.isArray(a) || Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && isSame(a[name], b[name]));
}

/** The value of a column with its changes: those of one row and column, in any order. */
export function applied(value: Json, changes: readonly Change[]): Json {
  let now = value;
  for (const change of changes) if (change.action === "set") now = withPart(now, change.path, change.value);
  for (const change of removals(changes)) now = without(now, change.path);
  for (const change of additions(changes)) now = withAdded(now, listOf(change.path), change.value);
  return now;
}

/** The list that an item's path leads into. */
export function listOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Removals of items from the end of each list, so that no index of another one moves. */
export function removals(changes: readonly Change[]): Change[] {
  const found = changes.filter((change) => change.action === "remove" && change.column !== null);
  return found.sort((a, b) => compareSteps(stepsOf(b.path), stepsOf(a.path)));
}

/** Added items in the order of their lists. */
export function additions(changes: readonly Change[]): Change[] {
  return changes.filter((change) => change.action === "add").sort((a, b) => compareSteps(stepsOf(a.path), stepsOf(b.path)));
}

function compareSteps(a: string[], b: string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const order = Number(x) - Number(y) || (x < y ? -1 : Number(x > y));
    if (order !== 0) return order;
  }
  return 0;
}

function without(value: Json, path: string): Json {
  const list = partOf(value, listOf(path));
  const at = Number(stepsOf(path).at(-1));
  return Array.isArray(list) ? withPart(value, listOf(path), list.filter((_, i) => i !== at)) : value;
}

function withAdded(value: Json, path: string, item: Json): Json {
  const list = partOf(value, path);
  return withPart(value, path, [...(Array.isArray(list) ? list : []), item]);
}

/** The class that a change of a label makes, by label. */
export function newClassOf(change: Change): Record<string, string> {
  const isNew = change.isNewClass && typeof change.value === "string" && change.column !== null;
  return isNew ? { [labelPath(change.column ?? "", change.path)]: String(change.value) } : {};
}

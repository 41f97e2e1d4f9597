// What is drawn over a picture, found in the values of a row by their types, with the changes that aren't committed yet.
// Pure. The path of each part leads into the value of the base, as a change of it is kept.

import { applied, type Box, type Change, type Feature, isBox, isWithin, type Json, membersOf, nameOf, pathOf } from "../changes";

/** Shapes of a row that are looked for, at most. */
const MAX_OBJECTS = 20_000;

export type Point = [x: number, y: number];

export interface Keypoint {
  path: string;
  name: string;
  x: number;
  y: number;
  /** COCO's: 0 not labelled, 1 hidden, 2 visible. */
  visibility: number;
}

/** A part of an object that can be changed: where it is, and its value in the base. */
export interface Part<T> {
  path: string;
  /** Null for a part of an added object. */
  was: Json;
  value: T;
}

export interface DrawnObject {
  column: string;
  /** Of the object itself: empty where the column is one, not a list of them. */
  path: string;
  /** Whether it is an item of a list, which can be removed. */
  isItem: boolean;
  /** `added`, `removed`, `changed`, or as committed. */
  state: "same" | "changed" | "added" | "removed";
  label: Part<string | null> | null;
  /** The way to the label's classes: `objects.category`. */
  labelPath: string | null;
  box: Part<Box | null> | null;
  rings: Point[][];
  /** The path of a mask. */
  maskPath: string | null;
  /** Has the mask colours of its own, one for each class in it? */
  isColoured: boolean;
  keypoints: Keypoint[];
  bones: [number, number][];
  /** The value of the base. */
  was: Json;
}

export interface Column {
  name: string;
  feature: Feature;
}

/** Names an object among those of its row. */
export function keyOfObject(object: Pick<DrawnObject, "column" | "path">): string {
  return `${object.column}${object.path}`;
}

/** What an object is called: its class, else its column. */
export function titleOf(object: DrawnObject): string {
  return object.label ? (object.label.value ?? "no label") : object.column;
}

/** The box, else the bounds of the outlines and points; null where there is nothing. */
export function boundsOf({ box, rings, keypoints }: { box: Part<Box | null> | null; rings: readonly Point[][]; keypoints: readonly Keypoint[] }): Box | null {
  if (box?.value) return box.value;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const add = (x: number, y: number) => {
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  };
  for (const ring of rings) for (const [x, y] of ring) add(x, y);
  for (const point of keypoints) if (point.visibility > 0) add(point.x, point.y);
  return left > right ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/** A column that objects can be added to: a list of structs with a box. */
export function listOfBoxes(columns: readonly Column[]): { column: string; box: string; label: string | null; fields: { name: string; feature: Feature }[] } | null {
  for (const { name, feature } of columns) {
    const fields = feature.type === "list" ? feature.item?.fields : undefined;
    const box = fields?.find((field) => field.feature.type === "bbox");
    if (fields && box) return { column: name, box: box.name, label: fields.find((field) => field.feature.type === "class_label")?.name ?? null, fields };
  }
  return null;
}

/** The objects of a row, removed ones too. */
export function objectsOf(columns: readonly Column[], values: Record<string, Json>, changes: readonly Change[]): DrawnObject[] {
  const found: DrawnObject[] = [];
  for (const { name, feature } of columns) {
    const value = values[name];
    if (value === undefined || !isShape(feature)) continue;
    const own = changes.filter((change) => change.column === name);
    const whole = own.find((change) => change.path === "");
    walk(feature, whole ? whole.value : value, "", { column: name, base: value, changes: whole ? [] : own, isNew: false, labels: [name], found });
    if (found.length >= MAX_OBJECTS) break;
  }
  return found.slice(0, MAX_OBJECTS);
}

/** Is a value of this type drawn? */
function isShape(feature: Feature): boolean {
  if (feature.type === "struct") return (feature.fields ?? []).some((field) => isShape(field.feature));
  if (feature.type === "list") return feature.item !== undefined && isShape(feature.item);
  return ["bbox", "polygon", "keypoints", "mask"].includes(feature.type);
}

interface Walk {
  column: string;
  base: Json;
  changes: readonly Change[];
  isNew: boolean;
  labels: string[];
  found: DrawnObject[];
}

function walk(feature: Feature, value: Json, path: string, at: Walk): void {
  if (feature.type === "list" && feature.item && isShape(feature.item)) {
    const item = feature.item;
    if (Array.isArray(value)) value.forEach((one, i) => walk(item, one, `${path}/${i}`, at));
    for (const change of at.changes) {
      const isOfThisList = change.action === "add" && change.path.startsWith(`${path}/+`) && !change.path.slice(path.length + 1).includes("/");
      if (isOfThisList) walk(item, change.value, change.path, { ...at, isNew: true });
    }
    return;
  }
  const object = objectAt(feature, value, path, at);
  if (object) at.found.push(object);
}

function objectAt(feature: Feature, value: Json, path: string, at: Walk): DrawnObject | null {
  const isItem = path !== "";
  const own = at.isNew ? [] : at.changes.filter((change) => isWithin(change.path, path));
  const isRemoved = own.some((change) => change.path === path && change.action === "remove");
  const inside = own.filter((change) => change.action === "set").map((change) => ({ ...change, path: change.path.slice(path.length) }));
  const state = at.isNew ? "added" : isRemoved ? "removed" : own.length > 0 ? "changed" : "same";
  const object: DrawnObject = {
    column: at.column, path, isItem, state, label: null, labelPath: null, box: null, rings: [], maskPath: null, isColoured: false, keypoints: [], bones: [], was: value,
  };
  fill(feature, applied(value, inside), value, path, at, object);
  const isDrawn = object.box !== null || object.rings.length > 0 || object.keypoints.length > 0 || object.maskPath !== null;
  return isDrawn ? object : null;
}

function fill(feature: Feature, value: Json, was: Json, path: string, at: Walk, object: DrawnObject): void {
  const part = <T>(of: T): Part<T> => ({ path, was: at.isNew ? null : was, value: of });
  switch (feature.type) {
    case "struct":
      for (const field of feature.fields ?? []) {
        const member = (of: Json) => membersOf(of)[field.name] ?? null;
        fill(field.feature, member(value), member(was), path + pathOf([field.name]), { ...at, labels: [...at.labels, field.name] }, object);
      }
      break;
    case "class_label":
      object.label ??= part(value === null ? null : nameOf(value));
      object.labelPath ??= at.labels.join(".");
      break;
    case "bbox":
      object.box ??= isBox(value) ? part({ x: value.x, y: value.y, width: value.width, height: value.height }) : null;
      break;
    case "polygon":
      for (const ring of Array.isArray(value) ? value : []) {
        const points = (Array.isArray(ring) ? ring : []).flatMap((point) => pointOf(point) ?? []);
        if (points.length > 1) object.rings.push(points);
      }
      break;
    case "keypoints":
      object.bones = feature.skeleton ?? [];
      object.keypoints = (Array.isArray(value) ? value : []).map((point, i) => {
        const found = pointOf(point)?.[0];
        const { visibility } = membersOf(point);
        return { path: `${path}/${i}`, name: feature.names?.[i] ?? String(i + 1), x: found?.[0] ?? 0, y: found?.[1] ?? 0, visibility: typeof visibility === "number" ? visibility : 0 };
      });
      break;
    case "mask":
      if (value === null || at.isNew) break;
      object.maskPath ??= path;
      object.isColoured = feature.encoding !== "rle";
      break;
  }
}

/** A point in a list, so that one that is none is left out. */
function pointOf(value: Json | undefined): [Point] | null {
  const { x, y } = membersOf(value);
  return typeof x === "number" && typeof y === "number" ? [[x, y]] : null;
}

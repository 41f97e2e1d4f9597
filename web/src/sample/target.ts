// The label that keys change: that of the selected object, else the first label of the sample.

import { type ClassList, type Json, near, type Pick } from "../changes";
import type { Model } from "./model";
import { keyOfObject } from "./objects";
import { classesOf, type Prediction } from "./predictions";

export interface Target {
  column: string;
  path: string;
  /** The way to its classes: `objects.category`. */
  label: string;
  was: Json;
  now: string | null;
  /** The object's key. */
  object: string | null;
}

export function targetOf(model: Model): Target | null {
  const object = model.current.value;
  if (object?.label && object.labelPath !== null) {
    return { column: object.column, path: object.label.path, label: object.labelPath, was: object.label.was, now: object.label.value, object: keyOfObject(object) };
  }
  const column = model.columns.value.find((one) => one.feature.type === "class_label");
  return column ? labelTarget(model, column.name) : null;
}

export function labelTarget(model: Model, column: string): Target {
  return { column, path: "", label: column, was: model.values.value[column] ?? null, now: model.labelOf(column).now, object: null };
}

/** What a run says of what is changed. */
export function predictionFor(model: Model, target: Target): Prediction | undefined {
  const said = target.object === null ? model.said.value[0] : model.saidOfBoxes.value.get(target.object);
  return said?.column === target.label ? said : undefined;
}

/** What the keys 1 to 9 take: what a run says, the classes nearest in WordNet, then the most frequent. */
export function suggested(list: ClassList, now: string | null, said: Prediction | undefined): string[] {
  const nearest = now === null ? [] : near(list, now, 4).map((one) => one.name);
  const frequent = [...list.classes].sort((a, b) => b.rows - a.rows).map((one) => one.name);
  return [...new Set([...classesOf(said, now), ...nearest, ...frequent])].filter((name) => name !== now).slice(0, 9);
}

export function take(model: Model, target: Target, pick: Pick | null): void {
  model.relabel(target.column, target.path, target.was, pick);
}

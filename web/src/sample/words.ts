// Words and numbers of the panel. Pure.

import { type Change, type Feature, isWithin, type Json, membersOf, nameOf, pathOf } from "../changes";
import type { Column } from "./objects";

/** A text of the row, with the way to it. */
export interface TextPart {
  path: string;
  value: string;
}

/** Texts that are read as texts: lists of captions, and long ones. */
export function textsOf(feature: Feature, value: Json): TextPart[] {
  if (feature.type === "text") return typeof value === "string" && value.length > 60 && /\s/.test(value) ? [{ path: "", value }] : [];
  if (feature.type !== "list" || !Array.isArray(value)) return [];
  const field = feature.item?.type === "struct" ? feature.item.fields?.filter((one) => one.feature.type === "text") : undefined;
  const isCaptions = feature.item?.type === "struct" && field?.length === 1 && feature.item.fields?.every((one) => ["text", "number"].includes(one.feature.type));
  if (feature.item?.type !== "text" && !isCaptions) return [];
  const step = field?.[0]?.name;
  return value.flatMap((item, i) => {
    const text = step === undefined ? item : membersOf(item)[step];
    return typeof text === "string" ? [{ path: pathOf(step === undefined ? [i] : [i, step]), value: text }] : [];
  });
}

/** A value that is shown in one line. */
export interface Fact {
  column: string;
  value: string;
  /** How it is changed; null where it isn't, in one line. */
  edit: "text" | "number" | "bool" | null;
}

const SHAPES = ["bbox", "polygon", "keypoints", "mask", "class_label", "image", "audio", "video", "binary", "tensor", "link"];

/** The values that are shown nowhere else. */
export function factsOf(columns: readonly Column[], value: (column: string) => Json): Fact[] {
  return columns.flatMap(({ name, feature }) => {
    const of = value(name);
    if (SHAPES.includes(feature.type) || hasShape(feature) || textsOf(feature, of).length > 0) return [];
    const isLong = typeof of === "object" && of !== null;
    const isSafe = typeof of !== "number" || !Number.isInteger(of) || Number.isSafeInteger(of);
    const edit = feature.type === "text" ? "text" : feature.type === "number" && isSafe ? "number" : feature.type === "bool" ? "bool" : null;
    return [{ column: name, value: of === null ? "" : isLong ? inLine(of) : String(of), edit: isLong ? null : edit }];
  });
}

function hasShape(feature: Feature): boolean {
  if (feature.type === "list") return feature.item !== undefined && hasShape(feature.item);
  return ["bbox", "polygon", "keypoints", "mask"].includes(feature.type) || (feature.fields ?? []).some((field) => hasShape(field.feature));
}

function inLine(value: Json): string {
  if (Array.isArray(value)) return value.length > 8 ? `${value.length} items` : value.map(inLine).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  if ("synset" in value) return nameOf(value);
  return Object.entries(value).map(([name, member]) => `${name}: ${inLine(member)}`).join(", ");
}

/** `3 h ago`, `2 weeks ago`. */
export function ago(time: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  const units: [number, string][] = [[60, "s"], [60, "min"], [24, "h"], [7, "day"], [4.35, "week"], [12, "month"], [Infinity, "year"]];
  let n = seconds;
  for (const [most, unit] of units) {
    if (n < most) {
      if (unit === "s") return "just now";
      const whole = Math.floor(n);
      return `${whole} ${unit}${unit.length > 3 && whole !== 1 ? "s" : ""} ago`;
    }
    n /= most;
  }
  return time;
}

/** The first letters of a name. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== "");
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => word.charAt(0)) : [name.slice(0, 2)];
  return letters.join("").toUpperCase();
}

/** The changes of an object. */
export function changesAt(changes: readonly Change[], column: string, path: string): Change[] {
  return changes.filter((change) => change.column === column && (isWithin(change.path, path) || change.path === ""));
}

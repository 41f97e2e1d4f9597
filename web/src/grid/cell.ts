// A row as a picture with two lines of text.

import { duration, type Schema } from "../kit";
import type { GridProps } from "./props";

export interface Cell {
  id: string;
  split: string;
  /** The classes, or the beginning of the text. */
  label: string;
  /** The file's name, else the row's id. */
  name: string;
  /** Width and height, or the duration. */
  size: string;
  hasPicture: boolean;
  /** The average colour, shown until the picture is there; empty where it isn't known. */
  colour: string;
  values: Record<string, unknown>;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The names of classes, or texts, at the end of a way into a value. */
export function namesAt(value: unknown, path: string[], names: string[] = []): string[] {
  const [first, ...rest] = path;
  const add = (name: string) => {
    if (!names.includes(name)) names.push(name);
  };
  if (Array.isArray(value)) for (const item of value) namesAt(item, path, names);
  else if (typeof value === "string") add(value.slice(0, 120));
  else if (isObject(value)) {
    if (first !== undefined && first in value) namesAt(value[first], rest, names);
    else if (first === undefined) {
      const name = value["name"] ?? value["text"] ?? value["value"];
      if (name !== null && name !== undefined) add(String(name));
    }
  }
  return names;
}

/** `640 × 480`, `0:07`. */
export function sizeOf(media: unknown): string {
  if (!isObject(media)) return "";
  const parts: string[] = [];
  if (typeof media["width"] === "number" && typeof media["height"] === "number") parts.push(`${media["width"]} × ${media["height"]}`);
  else if (Array.isArray(media["shape"])) parts.push(media["shape"].join(" × "));
  const seconds = media["duration"];
  if (typeof seconds === "number") parts.push(seconds < 10 ? `${seconds.toFixed(2)} s` : duration(seconds));
  return parts.join(", ");
}

export function cellOf(row: Schema["RowView"], props: GridProps): Cell {
  const values = row.values as Record<string, unknown>;
  const media = props.media === null ? undefined : values[props.media];
  const name = isObject(media) && typeof media["name"] === "string" ? media["name"] : "";
  const [column, ...path] = props.label;
  return {
    id: row.row_id,
    split: row.split ?? "",
    label: column === undefined ? "" : namesAt(values[column], path).join(", "),
    name: name === "" ? row.row_id : name,
    size: sizeOf(media),
    // Small raw images come as their numbers.
    hasPicture: media !== null && media !== undefined,
    colour: isObject(media) && typeof media["average_color"] === "string" ? media["average_color"] : "",
    values,
  };
}

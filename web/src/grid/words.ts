// Filters and values in words.

import { count } from "../kit";
import { type ListState, type Range } from "./list_state";

/** A number without needless digits: `0.02`, `4,288`. */
export function number(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return count(value).replace("-", "−");
  const size = Math.abs(value);
  if (size < 0.001 || size >= 1e7) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

/** A number in few characters: `250 k`, `1.2 M`. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
  return number(value);
}

/** `1 – 2`, `≥ 1`, `≤ 2`. */
export function rangeInWords([from, to]: Range): string {
  if (from !== null && to !== null) return `${number(from)} – ${number(to)}`;
  return from !== null ? `≥ ${number(from)}` : `≤ ${number(to ?? 0)}`;
}

const cut = (text: string, max: number) => (text.length > max ? `${text.slice(0, max).trimEnd()}…` : text);

export interface Chip {
  words: string;
  /** The state without the filter. */
  without: ListState;
}

function less<T>(of: Record<string, T>, column: string): Record<string, T> {
  return Object.fromEntries(Object.entries(of).filter(([name]) => name !== column));
}

function lessOne(of: Record<string, string[]>, column: string, value: string): Record<string, string[]> {
  const rest = (of[column] ?? []).filter((held) => held !== value);
  return rest.length > 0 ? { ...of, [column]: rest } : less(of, column);
}

/** Each filter in words, and the state without it. */
export function chipsOf(state: ListState): Chip[] {
  const chips: Chip[] = [];
  const chip = (words: string, without: Partial<ListState>) => chips.push({ words, without: { ...state, at: 0, ...without } });
  if (state.similar) chip("similar to one sample", { similar: null });
  if (state.where) chip(cut(state.where, 80), { where: "" });
  for (const split of state.splits) chip(`split is ${split}`, { splits: state.splits.filter((held) => held !== split) });
  for (const [column, values] of Object.entries(state.values)) {
    for (const value of values) chip(`${column} is ${cut(value, 60)}`, { values: lessOne(state.values, column, value) });
  }
  for (const [column, range] of Object.entries(state.ranges)) {
    chip(`${column} ${rangeInWords(range)}`, { ranges: less(state.ranges, column) });
  }
  for (const [column, concepts] of Object.entries(state.concepts)) {
    for (const one of concepts) chip(`${column} is a ${conceptInWords(one)}`, { concepts: lessOne(state.concepts, column, one) });
  }
  for (const [column, range] of Object.entries(state.lengths)) {
    chip(`${rangeInWords(range)} ${column}`, { lengths: less(state.lengths, column) });
  }
  for (const [column, [from, to]] of Object.entries(state.times)) {
    const words = from !== "" && to !== "" ? `${from.slice(0, 10)} – ${to.slice(0, 10)}` : from !== "" ? `from ${from.slice(0, 10)}` : `until ${to.slice(0, 10)}`;
    chip(`${column} ${words}`, { times: less(state.times, column) });
  }
  for (const [column, wanted] of Object.entries(state.nulls)) {
    chip(wanted ? `no ${column}` : `has ${column}`, { nulls: less(state.nulls, column) });
  }
  return chips;
}

/** `hunting dog` of `hunting_dog.n.01`. */
export function conceptInWords(name: string): string {
  return name.replace(/\.[a-z]\.\d+$/, "").replaceAll("_", " ");
}

/** A value as a cell of a table or a mark of the ruler shows it. */
export function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT/.test(value) ? value.slice(0, 10) : value;
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    const parts = value.slice(0, 12).map(valueInWords);
    return value.length > 12 ? `${parts.join(", ")}, …` : parts.join(", ");
  }
  const object = value as Record<string, unknown>;
  if (typeof object["name"] === "string" && "value" in object) return object["name"];
  if (typeof object["text"] === "string") return `${object["text"]}…`;
  if (typeof object["value"] === "number") return String(object["value"]);
  if (object["truncated"] === true) return "…";
  return Object.entries(object).slice(0, 6).map(([name, member]) => `${name}: ${valueInWords(member)}`).join(", ");
}

// What the colours of a map stand for.

import { NONE } from "./points";
import type { Schema } from "../kit";

export interface Entry {
  /** The number by which points name it. */
  code: number;
  name: string;
  count: number;
  /** Which of the eight colours of classes, from 1; `null` for a place on the scale of numbers. */
  colour: number | null;
  /** From 0 to 1 on that scale. */
  at: number;
}

const SHOWN = 12;

function words(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value ?? "");
}

/** The entries of a facet, in the order of their codes. Classes have colours by how frequent they are in the revision. */
export function legend(facet: Schema["FacetView"]): Entry[] {
  const isRange = facet.buckets.some((bucket) => bucket.from !== undefined && bucket.from !== null);
  const frequent = [...facet.buckets.keys()].sort((a, b) => (facet.buckets[b]?.all ?? 0) - (facet.buckets[a]?.all ?? 0));
  const rank = new Map(frequent.map((bucket, place) => [bucket, place]));
  return facet.buckets.map((bucket, index) => ({
    code: bucket.class ?? index,
    name: isRange ? `${words(bucket.from)} – ${words(bucket.to)}` : words(bucket.value),
    count: bucket.count,
    colour: isRange ? null : ((rank.get(index) ?? 0) % 8) + 1,
    at: facet.buckets.length > 1 ? index / (facet.buckets.length - 1) : 0,
  }));
}

/** The most frequent entries, and how many are left out. */
export function shown(entries: Entry[]): { entries: Entry[]; more: number } {
  const found = entries.filter((entry) => entry.count > 0);
  if (entries.some((entry) => entry.colour === null)) return { entries: found.filter((_, i) => i === 0 || i === found.length - 1), more: 0 };
  const sorted = [...found].sort((a, b) => b.count - a.count);
  return { entries: sorted.slice(0, SHOWN), more: Math.max(0, sorted.length - SHOWN) };
}

/** The name of a code. */
export function nameOf(entries: Entry[], code: number | undefined): string {
  if (code === undefined || code === NONE) return "";
  return entries.find((entry) => entry.code === code)?.name ?? "";
}

// The edges of a histogram, and the range between two of them.

import type { Schema } from "../kit";
import type { Range } from "./list_state";

type Bucket = Schema["FacetView"]["buckets"][number];

/** The edges of the buckets; of times in milliseconds since 1970. */
export function edgesOf(buckets: Bucket[]): number[] {
  const last = buckets.at(-1);
  const edge = (value: unknown) => (typeof value === "string" ? Date.parse(value) : Number(value));
  const edges = buckets.map((bucket) => edge(bucket.from));
  return last ? [...edges, edge(last.to)] : edges;
}

/** Are the values whole numbers, so that a range ends before the edge of the next bucket? */
export function areWhole(edges: number[], quantiles: number[] | null | undefined): boolean {
  return edges.every(Number.isInteger) && (quantiles ?? []).every(Number.isInteger);
}

/** The buckets within a range, as numbers of edges. */
export function edgesWithin(edges: number[], [from, to]: Range, whole: boolean): [number, number] {
  const last = edges.length - 1;
  const low = from === null ? 0 : edges.findLastIndex((edge) => edge <= from);
  const end = to === null ? -1 : edges.findIndex((edge) => (whole ? edge - 1 : edge) >= to);
  const first = Math.min(Math.max(0, low), Math.max(0, last - 1));
  return [first, Math.max(first + 1, end < 0 ? last : end)];
}

/** The range between two edges; open where all values beyond are within. */
export function rangeBetween(edges: number[], low: number, high: number, whole: boolean): Range {
  const last = edges.length - 1;
  const end = edges[high] ?? 0;
  return [low <= 0 ? null : (edges[low] ?? null), high >= last ? null : whole ? end - 1 : end];
}

// What was typed into the field above the facets: a condition in SQL, or words, which find classes, concepts and texts.

import type { Schema } from "../kit";
import { nameInSql } from "./condition";
import type { ListState } from "./list_state";

/** Is it a condition rather than words? */
export function isSql(text: string): boolean {
  return /[=<>()'"!]|\b(is|in|like|ilike|between|not|and|or)\b/i.test(text) || /^(true|false)$/i.test(text);
}

const same = (a: string, b: string) => a.toLowerCase().replaceAll("_", " ").trim() === b.toLowerCase().replaceAll("_", " ").trim();

function added(of: Record<string, string[]>, column: string, value: string): Record<string, string[]> {
  return { ...of, [column]: [...new Set([...(of[column] ?? []), value])] };
}

/** The filter that words stand for: a class or a concept that is called so, else texts with them; null if there are none. */
export function foundBy(words: string, state: ListState, facets: Schema["FacetView"][]): Partial<ListState> | null {
  const labels = facets.filter((facet) => facet.kind === "classes");
  for (const { column, buckets } of labels) {
    const found = buckets.find((bucket) => typeof bucket.value === "string" && same(bucket.value, words));
    if (found) return { values: added(state.values, column, String(found.value)), where: "" };
  }
  for (const { column, concepts } of labels) {
    const called = (concepts ?? []).filter((one) => one.title.split(",").some((title) => same(title, words)));
    const [most] = called.sort((a, b) => b.all - a.all);
    if (most) return { concepts: added(state.concepts, column, most.name), where: "" };
  }
  const texts = facets.filter((facet) => (facet.kind === "values" && facet.column !== "split") || facet.kind === "present");
  const names = [...texts, ...labels.filter((facet) => !facet.column.includes("."))].map((facet) => nameInSql(facet.column));
  if (names.length === 0) return null;
  const pattern = `'%${words.replaceAll("'", "''").replaceAll(/[\\%_]/g, "\\$&")}%'`;
  return { where: names.map((name) => `${name} ILIKE ${pattern}`).join(" OR ") };
}

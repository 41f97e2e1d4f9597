// The SQL conditions of a list's filters: those of each column for the facets, and all of them for the rows.

import type { ListState, Range } from "./list_state";

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const texts = (values: string[]) => values.map(text).join(", ");

/** The name of a column in SQL: as it is if it needs no quotes. */
export function nameInSql(column: string): string {
  return column.split(".").every((part) => /^[a-z_][a-z0-9_]*$/.test(part)) ? column : `"${column.replaceAll('"', '""')}"`;
}

function between(value: string, [from, to]: Range): string {
  const ends = [from === null ? "" : `${value} >= ${from}`, to === null ? "" : `${value} <= ${to}`];
  return ends.filter((end) => end !== "").join(" AND ");
}

function times(name: string, range: [string, string] | undefined): string {
  const [from, to] = range ?? ["", ""];
  const ends = [from === "" ? "" : `${name} >= ${text(from)}`, to === "" ? "" : `${name} <= ${text(to)}`];
  return ends.filter((end) => end !== "").join(" AND ");
}

/** The columns that have a filter of their own, sorted. */
export function filteredColumns(state: ListState): string[] {
  const members = [state.values, state.ranges, state.concepts, state.lengths, state.times, state.nulls];
  return [...new Set(members.flatMap((of) => Object.keys(of)))].sort();
}

/** The condition of a column's own filters; empty if there is none. */
export function conditionOf(state: ListState, column: string): string {
  const name = nameInSql(column);
  const [values, range, length, wanted] = [state.values[column], state.ranges[column], state.lengths[column], state.nulls[column]];
  const any: string[] = [];
  if (values) any.push(`${name} IN (${texts(values)})`);
  for (const concept of state.concepts[column] ?? []) any.push(`isa(${name}, ${text(concept)})`);
  const bounds = [range && between(name, range), length && between(`cardinality(${name})`, length), times(name, state.times[column])].filter((part) => part);
  if (bounds.length > 0) any.push(bounds.join(" AND "));
  if (wanted === true) any.push(`${name} IS NULL`);
  const one = any.length > 1 ? `(${any.join(" OR ")})` : (any[0] ?? "");
  if (wanted !== false) return one;
  return one === "" ? `${name} IS NOT NULL` : `${one} AND ${name} IS NOT NULL`;
}

/** The condition of all filters but one split; empty if there is none. */
export function conditionOfAll(state: ListState): string {
  const parts = state.where === "" ? [] : [`(${state.where})`];
  if (state.splits.length > 1) parts.push(`split IN (${texts(state.splits)})`);
  return [...parts, ...filteredColumns(state).map((column) => conditionOf(state, column))].join(" AND ");
}

/** The parameters of a list of rows that select and order it. */
export function listQuery(state: ListState): { where?: string; split?: string; sort?: string } {
  const where = conditionOfAll(state);
  const [split] = state.splits;
  return {
    ...(where === "" ? {} : { where }),
    ...(split !== undefined && state.splits.length === 1 ? { split } : {}),
    ...(state.sort === "" ? {} : { sort: state.sort }),
  };
}

/** The parameters of facets: each column's condition under its own name. */
export function facetQuery(state: ListState): Record<string, string> {
  const query: Record<string, string> = {};
  if (state.where !== "") query["where"] = state.where;
  if (state.splits.length > 0) query["f.split"] = state.splits.join(",");
  for (const column of filteredColumns(state)) query[`f.${column}`] = conditionOf(state, column);
  return query;
}

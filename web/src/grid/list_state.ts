// Which samples a list shows, as the address has it; the server reads the same addresses (server/src/pages/list_state.rs).

export type View = "grid" | "mosaic" | "table";
/** The ends of a range; null where it is open. */
export type Range = [number | null, number | null];

export interface ListState {
  rev: string | null;
  view: View;
  /** A condition in SQL. */
  where: string;
  splits: string[];
  /** By column, the classes or values of which a row must have one. */
  values: Record<string, string[]>;
  ranges: Record<string, Range>;
  /** By label column, concepts: with all below them. */
  concepts: Record<string, string[]>;
  /** By column of lists, the range of their lengths. */
  lengths: Record<string, Range>;
  /** By column of times, the ends of a range (`2026-01-31`, or RFC 3339); empty where it is open. */
  times: Record<string, [string, string]>;
  /** By column, whether rows without a value are wanted (true), or those with one. */
  nulls: Record<string, boolean>;
  sort: string;
  /** The id of the row to which the rows are similar. */
  similar: string | null;
  /** The width of cells in pixels; 0 for what suits the window. */
  size: number;
  /** Whether pictures are shown whole. */
  whole: boolean;
  /** The rank of the first row that is shown. */
  at: number;
}

const VIEWS: readonly string[] = ["grid", "mosaic", "table"];

export function emptyState(): ListState {
  return {
    rev: null, view: "grid", where: "", splits: [], values: {}, ranges: {}, concepts: {}, lengths: {}, times: {}, nulls: {}, sort: "",
    similar: null, size: 0, whole: false, at: 0,
  };
}

function finite(text: string): number | null {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

/** `256..`, `..4`, `1..2`; undefined for what is no range. */
export function parseRange(text: string): Range | undefined {
  const at = text.indexOf("..");
  if (at < 0) return undefined;
  const [from, to] = [text.slice(0, at), text.slice(at + 2)];
  const range: Range = [finite(from), finite(to)];
  const isWrong = (from !== "" && range[0] === null) || (to !== "" && range[1] === null);
  return isWrong || (range[0] === null && range[1] === null) ? undefined : range;
}

/** `2026-01-01..2026-02-01T12:00:00Z`; undefined for what is no range of times. */
export function parseTimes(text: string): [string, string] | undefined {
  const at = text.indexOf("..");
  const ends: [string, string] = [text.slice(0, Math.max(0, at)), text.slice(at + 2)];
  const isTime = (end: string) => end === "" || (/^\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?$/.test(end) && !Number.isNaN(Date.parse(end)));
  return at >= 0 && ends.every(isTime) && ends.join("") !== "" ? ends : undefined;
}

function add(of: Record<string, string[]>, column: string, value: string): void {
  const held = (of[column] ??= []);
  if (!held.includes(value)) held.push(value);
}

/** The state of an address's query; what it doesn't know is ignored. */
export function parseState(query: URLSearchParams): ListState {
  const state = emptyState();
  for (const [key, raw] of query) {
    const value = raw.trim();
    if (value === "") continue;
    const [kind, column] = [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];
    if (key === "rev") state.rev = value;
    else if (key === "view") state.view = VIEWS.includes(value) ? (value as View) : "grid";
    else if (key === "where") state.where = value;
    else if (key === "split") state.splits = [...new Set([...state.splits, value])];
    else if (key === "sort") state.sort = value;
    else if (key === "similar") state.similar = value;
    else if (key === "size") state.size = Math.min(512, Math.max(24, finite(value) ?? 0)) || 0;
    else if (key === "fit") state.whole = value === "whole";
    else if (key === "at") state.at = Math.max(0, Math.floor(finite(value) ?? 0));
    else if (kind === "f") {
      const range = parseRange(value);
      if (range) state.ranges[column] = range;
      else add(state.values, column, value);
    } else if (kind === "is") add(state.concepts, column, value);
    else if (kind === "len") {
      const range = parseRange(value);
      if (range) state.lengths[column] = range;
    } else if (kind === "time") {
      const range = parseTimes(value);
      if (range) state.times[column] = range;
    } else if (kind === "null" && /^(yes|no)$/.test(value)) state.nulls[column] = value === "yes";
    else if ((kind === "min" || kind === "max") && finite(value) !== null) {
      const range = (state.ranges[column] ??= [null, null]);
      range[kind === "min" ? 0 : 1] = finite(value);
    }
  }
  return state;
}

const written = ([from, to]: Range) => `${from ?? ""}..${to ?? ""}`;

/** The members of an address with this state. */
export function writeState(state: ListState): [string, string][] {
  const pairs: [string, string][] = [];
  const each = <T>(of: Record<string, T>, use: (column: string, value: T) => void) => {
    for (const column of Object.keys(of).sort()) use(column, of[column] as T);
  };
  if (state.rev) pairs.push(["rev", state.rev]);
  if (state.view !== "grid") pairs.push(["view", state.view]);
  if (state.where) pairs.push(["where", state.where]);
  for (const split of state.splits) pairs.push(["split", split]);
  each(state.values, (column, values) => pairs.push(...values.map((value): [string, string] => [`f.${column}`, value])));
  each(state.ranges, (column, range) => pairs.push([`f.${column}`, written(range)]));
  each(state.concepts, (column, concepts) => pairs.push(...concepts.map((one): [string, string] => [`is.${column}`, one])));
  each(state.lengths, (column, range) => pairs.push([`len.${column}`, written(range)]));
  each(state.times, (column, [from, to]) => pairs.push([`time.${column}`, `${from}..${to}`]));
  each(state.nulls, (column, wanted) => pairs.push([`null.${column}`, wanted ? "yes" : "no"]));
  if (state.sort) pairs.push(["sort", state.sort]);
  if (state.similar) pairs.push(["similar", state.similar]);
  if (state.size) pairs.push(["size", String(state.size)]);
  if (state.whole) pairs.push(["fit", "whole"]);
  if (state.at > 0) pairs.push(["at", String(state.at)]);
  return pairs;
}

/** What `navigate` must change so that the address is that of `next`. */
export function changesTo(query: URLSearchParams, next: ListState): Record<string, string[] | null> {
  const changes: Record<string, string[] | null> = {};
  const known = /^(rev|view|where|split|sort|similar|size|fit|at)$|^(f|is|len|time|null|min|max)\./;
  for (const key of query.keys()) if (known.test(key)) changes[key] = null;
  for (const [key, value] of writeState(next)) (changes[key] ??= []).push(value);
  return changes;
}

export function isFiltered(state: ListState): boolean {
  const members = [state.values, state.ranges, state.concepts, state.lengths, state.times, state.nulls];
  return state.where !== "" || state.similar !== null || state.splits.length > 0 || members.some((of) => Object.keys(of).length > 0);
}

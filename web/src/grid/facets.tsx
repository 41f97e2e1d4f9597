// The panel of facets: each column with how many rows hold what, under all filters but its own.

import { count, Icon, type ReadonlySignal, type Schema, toast, useState } from "../kit";
import { firstWord } from "../changes";
import { childrenOf, type ConceptTree, openAtFirst, tickOf, toggled, treeOf } from "./concept_tree";
import { Histogram } from "./histogram";
import type { ListState, Range } from "./list_state";
import { foundBy, isSql } from "./search";

type Facet = Schema["FacetView"];
export type Facets = Schema["FacetList"];

interface PanelProps {
  state: ReadonlySignal<ListState>;
  facets: ReadonlySignal<Facets | null>;
  /** A request for new counts runs. */
  isStale: ReadonlySignal<boolean>;
  trouble: ReadonlySignal<string | null>;
  /** Label columns, which are shown first. */
  first: string;
  change: (change: Partial<ListState>) => void;
  retry: () => void;
}

/** Values of a facet that are listed at first. */
const LISTED = 12;
const MOST = 200;
/** Facts of files that are of no interest to most. */
const DULL = /\.(orientation|channels|bytes|format|name|hash)$/;

function withList(of: Record<string, string[]>, column: string, values: string[]): Record<string, string[]> {
  const { [column]: _, ...rest } = of;
  return values.length > 0 ? { ...rest, [column]: values } : rest;
}

function withRange(of: Record<string, Range>, column: string, range: Range): Record<string, Range> {
  const { [column]: _, ...rest } = of;
  return range[0] === null && range[1] === null ? rest : { ...rest, [column]: range };
}

interface OptionProps {
  name: string;
  count: number;
  most: number;
  isChosen: boolean;
  onToggle: () => void;
}

function Option({ name, count: n, most, isChosen, onToggle }: OptionProps) {
  return (
    <label class={n === 0 && !isChosen ? "zero" : ""}>
      <input type="checkbox" checked={isChosen} onChange={onToggle} />
      <span class="cut" title={name}>
        <span class="fb" style={{ width: `${Math.min(100, (n / Math.max(1, most)) * 100)}%` }} />
        <span class="fn">{name || "no split"}</span>
      </span>
      <span class="num">{count(n)}</span>
    </label>
  );
}

interface OptionsProps {
  options: { name: string; count: number; all: number }[];
  chosen: string[];
  label: string;
  onChange: (chosen: string[]) => void;
}

/** Values with ticks; the most frequent first, a field to find others. */
function Options({ options, chosen, label, onChange }: OptionsProps) {
  const [words, setWords] = useState("");
  const [isLong, setLong] = useState(false);
  const sorted = options.toSorted((a, b) => Number(chosen.includes(b.name)) - Number(chosen.includes(a.name)) || b.count - a.count || b.all - a.all);
  const found = words === "" ? sorted : sorted.filter((one) => one.name.toLowerCase().includes(words.toLowerCase()));
  const shown = found.slice(0, isLong || words !== "" ? MOST : LISTED);
  const most = Math.max(1, ...options.map((one) => one.count));
  const toggle = (name: string) => onChange(chosen.includes(name) ? chosen.filter((held) => held !== name) : [...chosen, name]);
  return (
    <>
      {options.length > LISTED && (
        <input class="fld s" type="search" placeholder={`Find in ${count(options.length)}`} aria-label={`Find in ${label}`} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      )}
      <div class="opt" role="group" aria-label={label} tabIndex={shown.length > LISTED ? 0 : undefined}>
        {shown.map((one) => (
          <Option key={one.name} name={one.name} count={one.count} most={most} isChosen={chosen.includes(one.name)} onToggle={() => toggle(one.name)} />
        ))}
      </div>
      {found.length > shown.length && (
        <button type="button" class="btn s g" onClick={() => setLong(true)} disabled={isLong}>
          {isLong ? `${count(found.length - shown.length)} more: find them by name` : `${count(found.length - shown.length)} more`}
        </button>
      )}
      {found.length === 0 && <p class="dim3">None is called so.</p>}
    </>
  );
}

interface TreeProps {
  tree: ConceptTree;
  facet: Facet;
  state: ListState;
  change: (change: Partial<ListState>) => void;
}

function Tree({ tree, facet, state, change }: TreeProps) {
  const [folded, setFolded] = useState<ReadonlyMap<string, boolean>>(new Map());
  const { column } = facet;
  const ticks = { concepts: state.concepts[column] ?? [], classes: state.values[column] ?? [] };
  const roots = childrenOf(tree, null);
  const [opened] = useState(() => openAtFirst(tree));
  const isOpen = (id: string) => folded.get(id) ?? opened.has(id);
  const most = Math.max(1, ...roots.map((id) => tree.get(id)?.count ?? 0));
  const toggle = (id: string) => {
    const next = toggled(tree, ticks, id);
    change({ concepts: withList(state.concepts, column, next.concepts), values: withList(state.values, column, next.classes) });
  };
  const fold = (id: string) => setFolded((held) => new Map([...held, [id, !isOpen(id)]]));
  const level = (ids: string[], depth: number) => (
    <ul>
      {ids.slice(0, MOST).map((id) => {
        const node = tree.get(id);
        if (!node) return null;
        const below = childrenOf(tree, id);
        const tick = tickOf(tree, ticks, id);
        return (
          <li key={id}>
            <div class="fnode" style={{ paddingLeft: `${Math.min(depth, 9) * 14}px` }}>
              {below.length > 0 ? (
                <button type="button" class="tw" aria-expanded={isOpen(id)} aria-label={`Kinds of ${firstWord(node.title)}`} onClick={() => fold(id)}>
                  <Icon name="chevron-right" />
                </button>
              ) : (
                <span class="tw" />
              )}
              <label class={node.count === 0 && tick === "no" ? "zero" : ""}>
                <input
                  type="checkbox" checked={tick === "yes"} aria-checked={tick === "some" ? "mixed" : tick === "yes"}
                  ref={(input) => {
                    if (input) input.indeterminate = tick === "some";
                  }}
                  onChange={() => toggle(id)}
                />
                <span class="cut" title={node.title}>
                  <span class="fb" style={{ width: `${Math.min(100, (node.count / most) * 100)}%` }} />
                  <span class="fn">{firstWord(node.title)}</span>
                </span>
                <span class="num">{count(node.count)}</span>
              </label>
            </div>
            {isOpen(id) && below.length > 0 && depth < 24 && level(below, depth + 1)}
          </li>
        );
      })}
    </ul>
  );
  return <div class="ct-tree" role="group" aria-label={`Concepts of ${column}`}>{level(roots, 0)}</div>;
}

interface OneProps {
  facet: Facet;
  state: ListState;
  change: (change: Partial<ListState>) => void;
}

function Nulls({ facet, state, change }: OneProps) {
  const { column, nulls } = facet;
  const wanted = state.nulls[column];
  if ((nulls.all === 0 && wanted === undefined) || column === "split") return null;
  const set = (value: boolean | undefined) => {
    const { [column]: _, ...rest } = state.nulls;
    change({ nulls: value === undefined ? rest : { ...rest, [column]: value } });
  };
  return (
    <div class="opt" role="group" aria-label={`${column}: with and without a value`}>
      <Option name="no value" count={nulls.count} most={facet.rows} isChosen={wanted === true} onToggle={() => set(wanted === true ? undefined : true)} />
      {facet.kind === "present" && (
        <Option name="has a value" count={facet.rows - nulls.count} most={facet.rows} isChosen={wanted === false} onToggle={() => set(wanted === false ? undefined : false)} />
      )}
    </div>
  );
}

function Body({ facet, state, change }: OneProps) {
  const { column, kind } = facet;
  if (kind === "numbers" || kind === "lengths") {
    const of = kind === "numbers" ? "ranges" : "lengths";
    const range = state[of][column] ?? [null, null];
    return facet.buckets.length > 1 ? <Histogram facet={facet} range={range} onChange={(next) => change({ [of]: withRange(state[of], column, next) })} /> : <p class="dim3">{count(facet.buckets[0]?.all ?? 0)} rows with the same value</p>;
  }
  if (kind === "times") {
    const time = (end: string | undefined) => (end ? Date.parse(end) : null);
    const range: Range = [time(state.times[column]?.[0]), time(state.times[column]?.[1])];
    const iso = (end: number | null) => (end === null ? "" : new Date(end).toISOString());
    const set = ([from, to]: Range) => {
      const { [column]: _, ...rest } = state.times;
      change({ times: from === null && to === null ? rest : { ...rest, [column]: [iso(from), iso(to)] } });
    };
    return facet.buckets.length > 1 ? <Histogram facet={facet} range={range} words={(value) => iso(value).slice(0, 10)} onChange={set} /> : null;
  }
  if (kind === "present") return null;
  const options = facet.buckets.map((bucket) => ({ name: String(bucket.value ?? ""), count: bucket.count, all: bucket.all }));
  const isSplit = column === "split";
  const chosen = isSplit ? state.splits : (state.values[column] ?? []);
  const set = (values: string[]) => change(isSplit ? { splits: values } : { values: withList(state.values, column, values) });
  const tree = treeOf(facet);
  // With concepts, the classes that have none are listed below the tree.
  const loose = tree.size > 0 ? facet.buckets.filter((bucket) => !bucket.synset).map((bucket) => String(bucket.value ?? "")) : null;
  const listed = options.filter((one) => (one.all > 0 || chosen.includes(one.name)) && (loose === null || loose.includes(one.name)));
  return (
    <>
      {tree.size > 0 && <Tree tree={tree} facet={facet} state={state} change={change} />}
      {facet.left_out > 0 && <p class="dim3">{count(facet.left_out)} with the fewest samples aren't listed.</p>}
      {listed.length > 0 && <Options options={listed} chosen={chosen} label={column} onChange={set} />}
    </>
  );
}

/** Has a facet something to choose between? */
function isUseful(facet: Facet): boolean {
  if (facet.kind === "present") return facet.nulls.all > 0 && facet.nulls.all < facet.rows;
  const filled = facet.buckets.filter((bucket) => bucket.all > 0).length;
  // Texts that are all different are names.
  if (facet.kind === "values" && facet.column !== "split" && filled > 1 && facet.buckets.every((bucket) => bucket.all <= 1)) return false;
  return filled > 1 || (filled === 1 && facet.nulls.all > 0);
}

export function isSet(state: ListState, column: string): boolean {
  if (column === "split") return state.splits.length > 0;
  return [state.values, state.ranges, state.concepts, state.lengths, state.times, state.nulls].some((of) => column in of);
}

/** The state without the filters of one column. */
function cleared(state: ListState, column: string): Partial<ListState> {
  if (column === "split") return { splits: [] };
  const less = <T,>(of: Record<string, T>): Record<string, T> => Object.fromEntries(Object.entries(of).filter(([name]) => name !== column));
  return { values: less(state.values), ranges: less(state.ranges), concepts: less(state.concepts), lengths: less(state.lengths), times: less(state.times), nulls: less(state.nulls) };
}

export function FacetPanel({ state, facets, isStale, trouble, first, change, retry }: PanelProps) {
  const list = facets.value;
  const now = state.value;
  const [words, setWords] = useState(now.where);
  const [seen, setSeen] = useState(now.where);
  if (seen !== now.where) {
    setSeen(now.where);
    setWords(now.where);
  }
  const rank = (facet: Facet) => (facet.column === first ? 0 : facet.column === "split" ? 1 : DULL.test(facet.column) ? 3 : 2);
  const shown = (list?.facets ?? []).filter((facet) => isUseful(facet) || isSet(now, facet.column)).toSorted((a, b) => rank(a) - rank(b));
  return (
    <>
      <form
        class="q"
        onSubmit={(event) => {
          event.preventDefault();
          const typed = words.trim();
          if (typed === "" || isSql(typed)) return change({ where: typed });
          const found = foundBy(typed, now, list?.facets ?? []);
          if (found === null) return toast("This data set has no texts to look for words in. Conditions in SQL go here, too.");
          // What became a tick is no condition.
          if (found.where === "") setWords("");
          change(found);
        }}
      >
        <Icon name="search" />
        <input value={words} onInput={(event) => setWords(event.currentTarget.value)} placeholder="Words or SQL" aria-label="Words, or a condition in SQL" autocapitalize="none" spellcheck={false} />
        <kbd aria-hidden="true">/</kbd>
      </form>
      {trouble.value !== null && (
        <div class="note bad any" role="alert">
          {trouble.value}
          <button type="button" class="btn s" onClick={retry}>Try again</button>
        </div>
      )}
      <div class={isStale.value ? "fs stale" : "fs"} aria-busy={isStale.value}>
        {shown.map((facet, i) => (
          <div class="fw" key={facet.column}>
            <details class="fc" open={isSet(now, facet.column) || (i < 6 && !DULL.test(facet.column))}>
              <summary>
                <Icon name="chevron-right" />
                <span class="cut">{facet.column}</span>
              </summary>
              <Body facet={facet} state={now} change={change} />
              <Nulls facet={facet} state={now} change={change} />
            </details>
            {isSet(now, facet.column) && (
              <button type="button" class="x" aria-label={`Clear ${facet.column}`} onClick={() => change(cleared(now, facet.column))}>
                Clear
              </button>
            )}
          </div>
        ))}
      </div>
    </>
  );
}

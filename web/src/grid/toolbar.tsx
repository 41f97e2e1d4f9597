// The line above the cells: filters in words, how many samples they leave, order, size of cells, view.

import { count, Icon, type ReadonlySignal } from "../kit";
import { defaultSize, sizesOf } from "./geometry";
import { isFiltered, type ListState, type View } from "./list_state";
import { chipsOf } from "./words";

interface ToolbarProps {
  state: ReadonlySignal<ListState>;
  /** Samples of the list; null while it isn't known. */
  total: ReadonlySignal<number | null>;
  isStale: ReadonlySignal<boolean>;
  isFailed: ReadonlySignal<boolean>;
  all: number;
  sorts: string[];
  hrefOf: (state: ListState) => string;
  go: (state: ListState, isDetail?: boolean) => void;
  hasPictures: boolean;
  foldFacets: () => void;
  facetsShown: ReadonlySignal<boolean>;
}

const VIEWS: [View, string, string][] = [
  ["grid", "Grid", "layout-grid"],
  ["mosaic", "Mosaic", "grid-3x3"],
  ["table", "Table", "table-2"],
];

/** The next size up or down. */
export function stepSize(state: ListState, step: 1 | -1): number {
  const sizes = sizesOf(state.view);
  const now = state.size || defaultSize(state.view, innerWidth);
  const next = step > 0 ? sizes.find((size) => size > now) : sizes.findLast((size) => size < now);
  return next ?? now;
}

export function Toolbar({ state, total, isStale, isFailed, all, sorts, hrefOf, go, hasPictures, foldFacets, facetsShown }: ToolbarProps) {
  const now = state.value;
  const sizes = sizesOf(now.view);
  const size = now.size || defaultSize(now.view, innerWidth);
  const step = sizes.findIndex((one) => one >= size);
  const random = /^random/.test(now.sort);
  const descending = now.sort.startsWith("-") && !sorts.includes(now.sort);
  const column = random ? "random" : descending ? now.sort.slice(1) : now.sort;
  const sortBy = (sort: string) => go({ ...now, sort, at: 0 });
  // The map is a page of its own.
  const mapHref = () => {
    const url = new URL(hrefOf({ ...now, view: "grid", size: 0 }), location.href);
    url.searchParams.set("view", "map");
    return url.pathname + url.search;
  };
  const link = (to: ListState) => (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <div class="tl">
      <button type="button" class="btn s g" aria-label="Filters" aria-expanded={facetsShown.value} aria-controls="facets" onClick={foldFacets}>
        <Icon name="sliders-horizontal" />
        <span class="hide">Filters</span>
      </button>
      {chipsOf(now).map(({ words, without }) => (
        <span class="chip" key={words}>
          <span class="cut">{words}</span>
          <a href={hrefOf(without)} aria-label={`Remove filter: ${words}`} onClick={link(without)}>
            <Icon name="x" />
          </a>
        </span>
      ))}
      <span class={isStale.value ? "rs num stale" : "rs num"}>
        <b>{isFailed.value ? "–" : total.value === null ? "…" : count(total.value)}</b>
        {isFiltered(now) ? <span class="of"> of {count(all)}</span> : <span class="of"> samples</span>}
      </span>
      <span class="sp" />
      <label class="so">
        <span class="sr">Sort by</span>
        <select value={column} onChange={(event) => sortBy(event.currentTarget.value === "random" ? "random:1" : event.currentTarget.value)}>
          <option value="">Position</option>
          {sorts.map((name) => (
            <option key={name} value={name}>{name}</option>
          ))}
          <option value="random">Random</option>
        </select>
      </label>
      {column !== "" && (
        <button
          type="button" class="btn s g" aria-label={random ? "Draw another order" : descending ? "Smallest first" : "Largest first"} title={random ? "Draw another order" : descending ? "Largest first" : "Smallest first"}
          onClick={() => sortBy(random ? `random:${Number(now.sort.slice(7) || 0) + 1}` : descending ? column : `-${column}`)}
        >
          <Icon name={random ? "shuffle" : descending ? "arrow-down-wide-narrow" : "arrow-up-narrow-wide"} />
        </button>
      )}
      {now.view !== "table" && (
        <label class="sl">
          <span class="sr">Size of pictures</span>
          <input type="range" min={0} max={sizes.length - 1} value={step} onInput={(event) => go({ ...now, size: sizes[Number(event.currentTarget.value)] ?? size }, true)} aria-valuetext={`${size} pixels`} />
        </label>
      )}
      {now.view === "grid" && (
        <button type="button" class="btn s g" aria-pressed={now.whole} aria-label="Whole pictures" title="Whole pictures (C)" onClick={() => go({ ...now, whole: !now.whole })}>
          <Icon name="scan" />
        </button>
      )}
      <nav class="seg" aria-label="View">
        {VIEWS.filter(([view]) => hasPictures || view === "table").map(([view, name, icon]) => {
          const to = { ...now, view, size: 0 };
          return (
            <a key={view} href={hrefOf(to)} aria-current={view === now.view ? "true" : undefined} aria-label={name} title={name} onClick={link(to)}>
              <Icon name={icon} />
            </a>
          );
        })}
        <a href={mapHref()} aria-label="Map" title="Map">
          <Icon name="network" />
        </a>
      </nav>
    </div>
  );
}

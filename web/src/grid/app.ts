// The samples page: one list, as cells, with what is around them. The address is its state.

import {
  announce, changed, computed, count, counted, effect, inWords, isAborted, navigate, ProblemError, query, signal, untracked,
} from "../kit";
import type { Cell } from "./cell";
import { listQuery } from "./condition";
import type { Context, PendingWords } from "./context";
import type { Facets } from "./facets";
import { defaultSize, layOut, thumbnailSize } from "./geometry";
import { ListReader } from "./list_reader";
import { changesTo, type ListState, parseState } from "./list_state";
import { Pictures } from "./pictures";
import { Preview } from "./preview";
import type { GridProps } from "./props";
import { Ranks } from "./ranges";
import { Rows, WINDOW } from "./rows";
import { Ruler } from "./ruler";
import { Viewport } from "./viewport";
import { valueInWords } from "./words";

/** Milliseconds between two attempts of a request that has to take its turn. */
const TURN = 1000;

export class SamplesApp {
  readonly props: GridProps;
  readonly state = computed(() => {
    const state = parseState(query.value);
    // Without pictures, samples are rows of a table.
    return this.props.media === null ? { ...state, view: "table" as const } : state;
  });
  /** The same without the place, so that panels aren't drawn again while one scrolls. */
  readonly view = computed(() => {
    const next = { ...this.state.value, at: 0 };
    if (this.#view === null || JSON.stringify(next) !== JSON.stringify(this.#view)) this.#view = next;
    return this.#view;
  });
  #view: ListState | null = null;
  /** Samples of the list; null before the first answer. */
  readonly total = signal<number | null>(null);
  readonly facets = signal<Facets | null>(null);
  readonly isListStale = signal(false);
  readonly areFacetsStale = signal(false);
  readonly listTrouble = signal<unknown>(null);
  readonly facetTrouble = signal<string | null>(null);
  /** Does the list wait for its turn at the server? */
  readonly isWaiting = signal(false);
  readonly isOffline = signal(!navigator.onLine);
  readonly selection = signal(new Ranks());
  /** Counts attempts, so that everything is read again. */
  readonly attempts = signal(0);
  readonly viewport: Viewport;
  readonly ruler: Ruler;
  readonly preview: Preview;
  readonly pictures: Pictures;
  pendingOf: (id: string) => PendingWords | undefined = () => undefined;
  #rows: Rows;
  #reader: ListReader;
  #loading: AbortController | undefined;
  #anchor = 0;
  #context: Context;
  #atTimer: ReturnType<typeof setTimeout> | undefined;
  #sayTimer: ReturnType<typeof setTimeout> | undefined;
  #links = "";

  constructor(props: GridProps) {
    this.props = props;
    const context: Context = {
      layout: layOut("grid", 800, 144, 0), total: 0, active: 0, sort: "",
      at: (rank) => this.#rows.at(rank),
      pictureOf: (id) => this.pictures.of(id),
      isSelected: (rank) => this.selection.peek().has(rank),
      hrefOf: (cell) => `${props.base}/samples/${encodeURIComponent(cell.id)}${this.#links}`,
      secondLine: (cell) => this.#secondLine(cell),
      pendingOf: (id) => this.pendingOf(id),
      preview: (cell, near) => (cell ? this.preview.show(cell, near) : this.preview.hide()),
      sortBy: (column) => this.sortBy(column),
      canSortBy: (column) => props.sorts.includes(column),
    };
    this.#context = context;
    this.#reader = new ListReader(props, this.state.peek());
    this.#rows = this.#newRows(this.#reader);
    this.pictures = new Pictures(props, () => this.viewport.update());
    this.preview = new Preview(props);
    this.ruler = new Ruler((share) => this.viewport.scrollToShare(share));
    this.viewport = new Viewport(context, {
      shows: (first, last, isMoving) => this.#shows(first, last, isMoving),
      pressed: (rank, event, isTick) => this.#pressed(rank, event, isTick),
    }, props.table);
  }

  /** The rank that the keyboard is at. */
  get active(): number {
    return this.#context.active;
  }

  cellAt(rank: number): Cell | undefined {
    return this.#rows.at(rank);
  }

  /** Follows the address; resolves when the first rows are there, or it is known why not. */
  start(): Promise<void> {
    const key = computed(() => {
      const { similar, view } = this.state.value;
      return JSON.stringify([listQuery(this.state.value), similar, view === "table", this.attempts.value]);
    });
    const look = computed(() => {
      const { view, size, whole } = this.state.value;
      return `${view} ${size} ${whole}`;
    });
    effect(() => {
      void look.value;
      untracked(() => this.#showView());
    });
    const first = new Promise<void>((resolve) => {
      effect(() => {
        void key.value;
        untracked(() => void this.#load().finally(resolve));
      });
    });
    effect(() => {
      void this.selection.value;
      this.viewport.update();
    });
    addEventListener("online", () => {
      this.isOffline.value = false;
      this.retry();
    });
    addEventListener("offline", () => (this.isOffline.value = true));
    // An entry of the history that has another place.
    addEventListener("popstate", () => {
      if (!this.isListStale.peek()) this.viewport.layOut(this.state.peek().at);
    });
    return first;
  }

  #newRows(reader: ListReader): Rows {
    const read = async (offset: number, limit: number, signal: AbortSignal) =>
      (await this.#inTurn(() => reader.page(offset, limit, signal), () => !signal.aborted)).cells;
    return new Rows(
      read,
      () => {
        this.isOffline.value = !navigator.onLine;
        this.viewport.update();
        this.viewport.ask();
      },
      (error) => this.#failed(error),
    );
  }

  #failed(error: unknown): void {
    this.isListStale.value = false;
    this.isOffline.value = error instanceof TypeError;
    this.listTrouble.value = error;
  }

  retry(): void {
    if (this.listTrouble.peek() !== null || this.facetTrouble.peek() !== null) this.attempts.value++;
  }

  #showView(): void {
    const { view, size, whole } = this.state.peek();
    const pixels = size || defaultSize(view, innerWidth);
    this.viewport.show(view, pixels);
    const { classList } = this.viewport.scroller;
    classList.toggle("whole", whole || this.props.kind === "audio");
    classList.toggle("wave", this.props.kind === "audio");
    // Thousands of small pictures must fit into memory as pixels.
    const scale = view === "mosaic" ? 1 : Math.min(2, window.devicePixelRatio || 1);
    const wanted = view === "table" ? 32 * scale : this.viewport.layout.cell * scale;
    this.pictures.kind = { size: thumbnailSize(wanted), cover: !whole && this.props.kind !== "audio", as: view === "mosaic" ? "bitmap" : "url" };
    this.viewport.update();
    this.viewport.ask();
  }

  /** Reads the list of the address: its first rows, then its facets and marks. The old one stays until then. */
  async #load(): Promise<void> {
    this.#loading?.abort();
    const request = new AbortController();
    this.#loading = request;
    const state = this.state.peek();
    const reader = new ListReader(this.props, state);
    this.isListStale.value = true;
    this.listTrouble.value = null;
    const isNow = () => this.#loading === request;
    void this.#loadFacets(reader, request.signal, isNow);
    try {
      const at = Math.floor(state.at / WINDOW) * WINDOW;
      const page = await this.#inTurn(() => reader.page(at, WINDOW, request.signal), isNow);
      if (!isNow()) return;
      this.#rows.stop();
      this.#reader = reader;
      this.#rows = this.#newRows(reader);
      if (page.cells.length === Math.min(WINDOW, Math.max(0, page.total - at))) this.#rows.put(at / WINDOW, page.cells);
      this.isOffline.value = false;
      const isSame = this.total.peek() !== null;
      this.total.value = page.total;
      this.#context.sort = state.sort;
      this.#links = linkQuery(state);
      this.selection.value = new Ranks();
      this.#context.active = Math.min(state.at, Math.max(0, page.total - 1));
      this.viewport.showList(page.total, this.#context.active);
      // Without values of an order, the ruler has numbers.
      const isByPlace = state.sort === "" || (/^random/.test(state.sort) && !this.props.sorts.includes(state.sort));
      this.ruler.show([], page.total, isByPlace);
      this.isListStale.value = false;
      if (isSame) announce(counted(page.total, "sample"));
      const marks = await reader.marks(request.signal);
      if (!isNow()) return;
      this.ruler.show(isByPlace ? marks.map(({ rank }) => ({ rank, value: rank + 1 })) : marks, page.total, isByPlace);
      this.#moveRuler();
    } catch (error) {
      if (isNow() && !isAborted(error)) this.#failed(error);
    } finally {
      if (isNow()) this.isWaiting.value = false;
    }
  }

  /** Asks again while the server says that others come first. */
  async #inTurn<T>(ask: () => Promise<T>, isNow: () => boolean): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        const answer = await ask();
        if (tries > 0) this.isWaiting.value = false;
        return answer;
      } catch (error) {
        const isBusy = error instanceof ProblemError && (error.status === 429 || error.status === 503);
        if (!isBusy || tries >= 60 || !isNow()) throw error;
        this.isWaiting.value = true;
        await new Promise((resolve) => setTimeout(resolve, TURN));
      }
    }
  }

  async #loadFacets(reader: ListReader, signal: AbortSignal, isNow: () => boolean): Promise<void> {
    this.areFacetsStale.value = true;
    this.facetTrouble.value = null;
    try {
      const facets = await this.#inTurn(() => reader.facets(signal), isNow);
      if (isNow()) this.facets.value = facets;
    } catch (error) {
      if (isNow() && !isAborted(error)) this.facetTrouble.value = inWords(error);
    } finally {
      if (isNow()) this.areFacetsStale.value = false;
    }
  }

  #shows(first: number, last: number, isMoving: boolean): void {
    this.#moveRuler();
    this.preview.hide();
    if (isMoving) return;
    const total = this.#context.total;
    const screen = last - first + 1;
    this.#rows.want(first, last, screen, 2 * screen, total);
    const ids: string[] = [];
    for (let rank = first; rank <= Math.min(total - 1, last + screen); rank++) {
      const cell = this.#rows.at(rank);
      if (cell?.hasPicture) ids.push(cell.id);
    }
    this.pictures.want(ids);
    clearTimeout(this.#atTimer);
    this.#atTimer = setTimeout(() => this.#keepPlace(), 300);
  }

  /** Writes the place into the address, without an entry of its own. */
  #keepPlace(): void {
    const state = this.state.peek();
    const at = this.viewport.firstRank;
    if (state.at !== at && !this.isListStale.peek()) navigate(changesTo(query.peek(), { ...state, at }), true);
  }

  #moveRuler(): void {
    const { firstRank: first, lastRank: last } = this.viewport;
    const room = Math.max(1, this.#context.total - (last - first + 1));
    this.ruler.moveTo(first, last, Math.min(1, this.#context.total > last - first + 1 ? first / room : this.viewport.share));
  }

  #secondLine(cell: Cell): string {
    const sort = this.#context.sort.replace(/^-/, "");
    const isSorted = sort !== "" && this.props.sorts.includes(sort) && sort !== this.props.label.join(".");
    const value = isSorted ? valueInWords(valueAt(cell.values, sort)) : "";
    return [cell.split, value || cell.size].filter((word) => word !== "").join(" · ");
  }

  /** A click on a cell: true if it only selects. */
  #pressed(rank: number, event: MouseEvent, isTick: boolean): boolean {
    if (event.ctrlKey || event.metaKey) return false;
    const isMosaic = this.state.peek().view === "mosaic" && event.detail > 0;
    const isSelecting = this.selection.peek().count > 0 && event.detail > 0;
    if (event.shiftKey) this.selectTo(rank);
    else if (isTick || isMosaic || isSelecting) this.toggle(rank);
    else {
      this.#context.active = rank;
      this.#keepPlace();
      return false;
    }
    this.viewport.activate(rank);
    return true;
  }

  toggle(rank: number): void {
    this.#anchor = rank;
    this.#select(this.selection.peek().toggle(rank));
  }

  /** Selects all from the last one that was selected to this. */
  selectTo(rank: number): void {
    const anchor = this.selection.peek().count > 0 ? this.#anchor : this.#context.active;
    this.#anchor = anchor;
    this.#select(this.selection.peek().add(Math.min(anchor, rank), Math.max(anchor, rank)));
  }

  selectAll(): void {
    const total = this.total.peek() ?? 0;
    if (total > 0) this.#select(new Ranks([[0, total - 1]]));
  }

  selectNone(): void {
    if (this.selection.peek().count > 0) this.#select(new Ranks());
  }

  #select(ranks: Ranks): void {
    this.selection.value = ranks;
    announce(`${count(ranks.count)} selected`);
  }

  /** Moves the keyboard's place; with Shift the selection grows. */
  move(rank: number, isSelecting: boolean): void {
    const to = Math.min(Math.max(0, rank), Math.max(0, this.#context.total - 1));
    if (isSelecting) this.selectTo(to);
    this.viewport.activate(to);
    clearTimeout(this.#sayTimer);
    this.#sayTimer = setTimeout(() => announce(`${count(to + 1)} of ${count(this.#context.total)}`), 250);
  }

  /** The samples that an action is for: the selected, else the one that the keyboard is at. */
  async targets(most: number): Promise<Cell[]> {
    const chosen = this.selection.peek();
    if (chosen.count === 0 && !this.viewport.hasFocus) throw new Error("Select samples first: Space, or the corner of a picture.");
    const ranks = chosen.count > 0 ? chosen : new Ranks([[this.#context.active, this.#context.active]]);
    if (ranks.count > most) throw new Error(`${count(ranks.count)} samples are selected; ${count(most)} at most can be changed at once.`);
    const cells: Cell[] = [];
    const never = new AbortController().signal;
    for (const [first, last] of ranks.spans) {
      for (let rank = first; rank <= last; ) {
        const held = this.#rows.at(rank);
        if (held) {
          cells.push(held);
          rank++;
          continue;
        }
        const { cells: more } = await this.#reader.page(rank, Math.min(1000, last - rank + 1), never);
        if (more.length === 0) break;
        cells.push(...more);
        rank += more.length;
      }
    }
    return cells;
  }

  sortBy(column: string): void {
    const { sort } = this.state.peek();
    this.change({ sort: sort === column ? `-${column}` : column });
  }

  /** Changes filters or the order: the list begins anew. */
  change(change: Partial<ListState>): void {
    this.go({ ...this.state.peek(), at: 0, ...change });
  }

  /** Goes to another state; `isDetail` (the size of cells) makes no step of its own in the history. */
  go(state: ListState, isDetail = false): void {
    const isSameList = JSON.stringify(listQuery(state)) === JSON.stringify(listQuery(this.state.peek()));
    navigate(changesTo(query.peek(), isSameList ? { ...state, at: this.viewport.firstRank } : state), isDetail);
  }

  hrefOf(state: ListState): string {
    const text = changed(query.peek(), changesTo(query.peek(), state)).toString();
    return location.pathname + (text ? `?${text}` : "");
  }
}

/** The query of links to samples: the list, so that previous and next follow it. */
function linkQuery(state: ListState): string {
  const list = { ...state, view: "grid" as const, size: 0, whole: false, at: 0, similar: null };
  const text = new URLSearchParams(Object.entries(changesTo(new URLSearchParams(), list)).flatMap(([key, values]) => (values ?? []).map((value) => [key, value]))).toString();
  return text ? `?${text}` : "";
}

/** The value at `image.width` of a row. */
export function valueAt(values: Record<string, unknown>, path: string): unknown {
  if (path in values) return values[path];
  const column = Object.keys(values).filter((name) => path.startsWith(`${name}.`)).sort((a, b) => b.length - a.length)[0];
  if (column === undefined) return undefined;
  let value: unknown = values[column];
  for (const step of path.slice(column.length + 1).split(".")) {
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  }
  return value;
}

// The cells that are on the screen: a pool of rows that are moved by `transform`. It owns its part of the document, since
// no component library moves cells in a scroll of a million without work in each frame.

import type { Context, PoolRow } from "./context";
import { GridRow } from "./grid_row";
import { layOut, type Layout, ScrollMap } from "./geometry";
import type { View } from "./list_state";
import { MosaicRow } from "./mosaic_row";
import { tableHead, TableRow } from "./table_row";

/** Milliseconds that a dragged bar rests before its place is asked for. */
const REST = 80;
const TABLE_HEAD = 34;

export interface ViewportHooks {
  /** These ranks are on the screen. With `isMoving`, the bar is being dragged: nothing should be asked for. */
  shows(first: number, last: number, isMoving: boolean): void;
  /** A rank was clicked or chosen with the keyboard; true if that is all that should happen. */
  pressed(rank: number, event: MouseEvent, isTick: boolean): boolean;
}

export class Viewport {
  readonly scroller = document.createElement("div");
  readonly #sizer = document.createElement("div");
  readonly #context: Context;
  readonly #hooks: ViewportHooks;
  readonly #tableColumns: string[];
  #view: View = "grid";
  #size = 144;
  #map = new ScrollMap(0, 0);
  #pool: PoolRow[] = [];
  #head: HTMLElement | undefined;
  #offset = 0;
  #frame = 0;
  #isStale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #resync: ReturnType<typeof setTimeout> | undefined;
  #isDragged = false;
  /** The ranks that were asked for last, and whether the bar moved. */
  #asked: [number, number] = [-1, -1];
  #wasMoving = false;
  /** A scroll position that was set by the program, so that its event is no jump. */
  #ownPosition = -1;

  constructor(context: Context, hooks: ViewportHooks, tableColumns: string[]) {
    this.#context = context;
    this.#hooks = hooks;
    this.#tableColumns = tableColumns;
    this.scroller.className = "vp";
    this.#sizer.className = "sz";
    this.#sizer.setAttribute("role", "grid");
    this.#sizer.setAttribute("aria-label", "Samples");
    this.#sizer.setAttribute("aria-multiselectable", "true");
    this.scroller.append(this.#sizer);
    this.scroller.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    this.#sizer.addEventListener("click", (event) => this.#onClick(event));
    this.scroller.addEventListener("pointerdown", (event) => {
      // On the bar itself there is no cell.
      this.#isDragged = event.target === this.scroller;
    });
    addEventListener("pointerup", () => {
      this.#isDragged = false;
    });
    // Where the focus comes to by itself (a click, Tab, a script) is where the keyboard goes on.
    this.#sizer.addEventListener("focusin", (event) => {
      const slot = this.#pool.find((row) => event.target instanceof Node && row.element.contains(event.target));
      const rank = slot?.focusedRank(event.target as Element);
      if (rank === undefined || rank === this.#context.active) return;
      this.#context.active = rank;
      this.update();
    });
    new ResizeObserver(() => this.layOut()).observe(this.scroller);
  }

  get grid(): HTMLElement {
    return this.#sizer;
  }

  get layout(): Layout {
    return this.#context.layout;
  }

  /** Shows another view or size of cells; the first row stays where it is. */
  show(view: View, size: number): void {
    const [at, isOther] = [this.firstRank, view !== this.#view];
    [this.#view, this.#size] = [view, size];
    if (isOther) this.#clear();
    this.layOut(at);
  }

  /** Shows another list from a rank on. */
  showList(total: number, at: number): void {
    this.#context.total = total;
    this.#sizer.setAttribute("aria-busy", "false");
    this.#clear();
    this.layOut(at);
  }

  #clear(): void {
    for (const row of this.#pool) row.element.remove();
    this.#pool = [];
    this.#head?.remove();
    this.#head = undefined;
    if (this.#view === "table") {
      this.#head = tableHead(this.#context, this.#tableColumns);
      this.#sizer.prepend(this.#head);
    }
    this.#sizer.className = `sz ${this.#view}`;
  }

  get #top(): number {
    return this.#view === "table" ? TABLE_HEAD : this.layout.padding;
  }

  /** The rank at the top of the screen: of the first row of which more than half is in sight. */
  get firstRank(): number {
    return this.#rankOfRow(Math.round((this.#map.top - this.#top) / this.layout.rowHeight));
  }

  #rankOfRow(row: number): number {
    return Math.min(Math.max(0, this.#context.total - 1), Math.max(0, row) * this.layout.columns);
  }

  get lastRank(): number {
    const row = Math.ceil((this.#map.top + this.#map.window - this.#top) / this.layout.rowHeight);
    return Math.min(Math.max(0, this.#context.total - 1), row * this.layout.columns - 1);
  }

  /** Lays cells out for the width of the window, and keeps a rank at the top. */
  layOut(at = this.firstRank): void {
    const [width, height] = [this.scroller.clientWidth, this.scroller.clientHeight];
    if (width === 0 || height === 0) return;
    const layout = layOut(this.#view, width, this.#size, this.#context.total);
    this.#context.layout = layout;
    const total = layout.height + (this.#view === "table" ? TABLE_HEAD : 0);
    this.#map = new ScrollMap(total, height);
    this.#sizer.style.height = `${this.#map.area}px`;
    this.#sizer.style.setProperty("--cell", `${layout.cell}px`);
    this.#sizer.style.setProperty("--row", `${layout.rowHeight}px`);
    this.#sizer.setAttribute("aria-rowcount", String(layout.rows + (this.#head ? 1 : 0)));
    this.#sizer.setAttribute("aria-colcount", String(this.#view === "table" ? this.#tableColumns.length + 2 : layout.columns));
    const wanted = Math.min(layout.rows, Math.ceil(height / layout.rowHeight) + 2);
    while (this.#pool.length > wanted) this.#pool.pop()?.element.remove();
    while (this.#pool.length < wanted) {
      const row = this.#newRow();
      this.#pool.push(row);
      this.#sizer.append(row.element);
    }
    for (const row of this.#pool) row.row = -1;
    this.scrollToRank(at, "start");
  }

  #newRow(): PoolRow {
    if (this.#view === "mosaic") return new MosaicRow(this.#context);
    return this.#view === "table" ? new TableRow(this.#context, this.#tableColumns) : new GridRow(this.#context);
  }

  /** Brings a rank to the top, or just into sight. */
  scrollToRank(rank: number, where: "start" | "near"): void {
    const { columns, rowHeight } = this.layout;
    const y = Math.floor(rank / columns) * rowHeight;
    const [above, below] = [y, y + rowHeight + this.#top - this.#map.window + (this.#view === "grid" ? 64 : 0)];
    let top = this.#map.top;
    if (where === "start") top = y;
    else if (above < top) top = above;
    else if (below > top) top = below;
    this.#setTop(top);
  }

  /** Goes to a share of the list, from 0 to 1. */
  scrollToShare(share: number): void {
    this.#setTop(share * this.#map.maxTop, true);
  }

  /** The share of the list that is above the screen. */
  get share(): number {
    const { top, height } = this.#map;
    return height > 0 ? top / height : 0;
  }

  #setTop(top: number, isMoving = false): void {
    this.#ownPosition = Math.round(this.#map.goTo(top));
    this.#map.position = this.#ownPosition;
    if (!this.#map.isScaled) this.#map.top = this.#ownPosition;
    this.scroller.scrollTop = this.#ownPosition;
    this.#draw();
    this.#ask(isMoving, true);
  }

  #onScroll(): void {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const position = this.scroller.scrollTop;
      let isJump = false;
      if (Math.abs(position - this.#ownPosition) < 1) this.#map.position = position;
      else {
        isJump = this.#map.moveTo(position);
        this.#ownPosition = -1;
      }
      if (this.#map.isFarOff() && !this.#isDragged) this.#settle();
      this.#draw();
      this.#ask(isJump || this.#isDragged);
      clearTimeout(this.#resync);
      if (this.#map.isScaled) this.#resync = setTimeout(() => this.#isDragged || this.#settle(), 200);
    });
  }

  /** Sets the scroll position to the share of the whole where one is, without moving the cells. */
  #settle(): void {
    const wanted = Math.round(this.#map.positionOf(this.#map.top));
    if (Math.abs(wanted - this.#map.position) < 2) return;
    this.#map.position = this.#ownPosition = wanted;
    this.scroller.scrollTop = wanted;
    this.#draw();
  }

  /** Shows the rows that are in sight. */
  #draw(): void {
    const { rowHeight, rows } = this.layout;
    const { top } = this.#map;
    const offset = this.#top + (this.#map.isScaled ? this.#map.position - top : 0);
    const isMoved = offset !== this.#offset;
    this.#offset = offset;
    const first = Math.max(0, Math.floor((top - this.#top) / rowHeight));
    const last = Math.min(rows - 1, first + this.#pool.length - 1);
    const focused = document.activeElement;
    for (let row = first; row <= last; row++) {
      const slot = this.#pool[row % this.#pool.length];
      if (!slot) continue;
      const isNew = slot.row !== row;
      if (isNew) {
        // The focus stays with the sample, not with the element.
        if (focused instanceof HTMLElement && slot.element.contains(focused)) this.#sizer.focus({ preventScroll: true });
        slot.draw(row);
      } else if (this.#isStale) slot.update();
      if (isNew || isMoved) slot.element.style.transform = `translateY(${offset + row * rowHeight}px)`;
    }
    for (const slot of this.#pool) {
      const isShown = slot.row >= first && slot.row <= last;
      if (slot.element.hidden === isShown) slot.element.hidden = !isShown;
      if (!isShown) slot.row = -1;
    }
    this.#isStale = false;
    const isActiveDrawn = this.#rowOf(this.#context.active) !== undefined;
    const tab = isActiveDrawn ? -1 : 0;
    if (this.#sizer.tabIndex !== tab) this.#sizer.tabIndex = tab;
  }

  /** Draws again what is shown, in the next frame. */
  update(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    requestAnimationFrame(() => {
      if (this.#isStale) this.#draw();
    });
  }

  /** Asks for what is in sight again: rows came, and their pictures are wanted. */
  ask(): void {
    this.#ask(this.#wasMoving, true);
  }

  #ask(isMoving: boolean, isAgain = false): void {
    if (this.#context.total === 0) return;
    clearTimeout(this.#timer);
    const first = this.#rankOfRow(Math.floor((this.#map.top - this.#top) / this.layout.rowHeight));
    const last = this.lastRank;
    // A frame that only moves the cells asks for nothing.
    if (!isAgain && !isMoving && !this.#wasMoving && first === this.#asked[0] && last === this.#asked[1]) return;
    this.#asked = [first, last];
    this.#wasMoving = isMoving;
    this.#hooks.shows(first, last, isMoving);
    if (isMoving) this.#timer = setTimeout(() => this.#ask(false), REST);
  }

  #rowOf(rank: number): PoolRow | undefined {
    const row = Math.floor(rank / this.layout.columns);
    return this.#pool.find((slot) => slot.row === row && !slot.element.hidden);
  }

  /** Makes a rank the one that the keyboard is at, and brings it into sight. */
  activate(rank: number, isFocused = true): void {
    this.#context.active = rank;
    this.scrollToRank(rank, "near");
    for (const slot of this.#pool) if (slot.row >= 0) slot.update();
    if (isFocused) this.#rowOf(rank)?.focusable(rank)?.focus({ preventScroll: true });
  }

  get hasFocus(): boolean {
    return this.#sizer.contains(document.activeElement);
  }

  /** The element of a rank, if it is on the screen. */
  elementOf(rank: number): HTMLElement | undefined {
    return this.#rowOf(rank)?.focusable(rank);
  }

  #onClick(event: MouseEvent): void {
    const slot = this.#pool.find((row) => event.target instanceof Node && row.element.contains(event.target));
    const rank = slot?.rankAt(event);
    if (!slot || rank === undefined) return;
    const box = (event.target as Element).closest(".gc")?.getBoundingClientRect();
    const isTick = event.detail > 0 && box !== undefined && event.clientX - box.left < 34 && event.clientY - box.top < 34;
    if (this.#hooks.pressed(rank, event, isTick)) event.preventDefault();
  }
}

// What the rows of the viewport ask while they draw.

import type { Cell } from "./cell";
import type { Layout } from "./geometry";
import type { Picture } from "./pictures";

/** A change of a row that isn't committed. */
export interface PendingWords {
  /** The new label, if it is changed. */
  label?: string;
  isRemoved: boolean;
}

export interface Context {
  layout: Layout;
  total: number;
  /** The rank that the keyboard is at. */
  active: number;
  at(rank: number): Cell | undefined;
  pictureOf(id: string): Picture | undefined;
  isSelected(rank: number): boolean;
  hrefOf(cell: Cell): string;
  /** What the second line of a cell says. */
  secondLine(cell: Cell): string;
  pendingOf(id: string): PendingWords | undefined;
  /** Shows a picture larger, beside an element; null hides it. */
  preview(cell: Cell | null, near: HTMLElement): void;
  /** Sorts by a column of the table; a second time the other way round. */
  sortBy(column: string): void;
  sort: string;
  canSortBy(column: string): boolean;
}

/** A row of elements of the pool, which is drawn again and again. */
export interface PoolRow {
  readonly element: HTMLElement;
  /** The row that it shows; -1 for none. */
  row: number;
  /** Shows a row. */
  draw(row: number): void;
  /** Shows the row again, after rows, pictures, selection or focus changed. */
  update(): void;
  /** The element that has the focus for a rank of the row. */
  focusable(rank: number): HTMLElement | undefined;
  /** The rank of an element of the row that has the focus. */
  focusedRank(element: Element): number | undefined;
  /** The rank at an element or a point of the row. */
  rankAt(event: MouseEvent): number | undefined;
}

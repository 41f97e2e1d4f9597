// Where cells are: columns, rows, and the height of the scroll area.

import type { View } from "./list_state";

/** Browsers end at elements of 16 to 33 million pixels, and positions of half of that are exact in their 32-bit floats. */
export const MAX_HEIGHT = 8_000_000;

export interface Layout {
  columns: number;
  /** The width of a cell in pixels. */
  cell: number;
  gap: number;
  rowHeight: number;
  /** Space before the first row, and beside the first column. */
  padding: number;
  rows: number;
  /** The height of all rows in pixels, which may be more than an element can have. */
  height: number;
}

const TEXT_HEIGHT = 42;
/** Space below the last row, for the bar of the selection. */
const BELOW = 76;

export function layOut(view: View, width: number, size: number, total: number): Layout {
  const of = (columns: number, cell: number, gap: number, rowHeight: number, padding: number): Layout => {
    const rows = Math.ceil(total / columns);
    return { columns, cell, gap, rowHeight, padding, rows, height: rows * rowHeight + padding + (rows > 0 ? BELOW : 0) };
  };
  if (view === "table") return of(1, width, 0, 41, 0);
  if (view === "mosaic") return of(Math.max(1, Math.floor((width - 3) / (size + 1))), size, 1, size + 1, 2);
  const [padding, gap] = [12, 10];
  const inner = Math.max(48, width - 2 * padding);
  const columns = Math.max(1, Math.floor((inner + gap) / (size + gap)));
  const cell = Math.floor((inner - gap * (columns - 1)) / columns);
  return of(columns, cell, gap, cell + TEXT_HEIGHT + 12, padding);
}

/** The sizes that the slider and the keys step through. */
export function sizesOf(view: View): number[] {
  return view === "mosaic" ? [24, 28, 32, 40, 48, 56, 64] : [80, 96, 112, 128, 144, 176, 208, 256, 320, 384];
}

export function defaultSize(view: View, width: number): number {
  if (view === "mosaic") return width < 600 ? 28 : 32;
  return width < 600 ? 104 : 144;
}

/** The size of thumbnails to ask for, for pictures of so many pixels of the screen. */
export function thumbnailSize(pixels: number): 48 | 96 | 192 | 384 {
  if (pixels <= 48) return 48;
  if (pixels <= 96) return 96;
  return pixels <= 192 ? 192 : 384;
}

/**
 * Maps a scroll area of at most 8,000,000 pixels to rows that may be higher. A jump (the bar, the ruler, a key) is
 * mapped by the share of the whole; the wheel moves by pixels from where one is.
 */
export class ScrollMap {
  readonly area: number;
  /** The pixel of all rows that is at the top. */
  top = 0;
  /** The scroll position that belongs to `top`. */
  position = 0;

  constructor(readonly height: number, readonly window: number, max = MAX_HEIGHT) {
    this.area = Math.min(height, max);
  }

  get maxTop(): number {
    return Math.max(0, this.height - this.window);
  }

  get maxPosition(): number {
    return Math.max(0, this.area - this.window);
  }

  get isScaled(): boolean {
    return this.area < this.height;
  }

  /** Takes a scroll position that the browser reports. Was it a jump? */
  moveTo(position: number): boolean {
    const [before, step] = [this.position, position - this.position];
    this.position = position;
    if (!this.isScaled) {
      this.top = Math.min(this.maxTop, Math.max(0, position));
      return Math.abs(step) > 1.5 * this.window;
    }
    const isJump = Math.abs(step) > 1.5 * this.window;
    if (isJump || (position <= 0 && before > this.window) || (position >= this.maxPosition && before < this.maxPosition - this.window)) {
      this.top = this.maxPosition > 0 ? (position / this.maxPosition) * this.maxTop : 0;
      return true;
    }
    this.top = Math.min(this.maxTop, Math.max(0, this.top + step));
    return false;
  }

  /** The scroll position for this top: by share of the whole, but never at an end while there are rows beyond. */
  positionOf(top: number): number {
    if (!this.isScaled) return Math.min(this.maxPosition, Math.max(0, top));
    const share = this.maxTop > 0 ? (top / this.maxTop) * this.maxPosition : 0;
    // Room for some screens of the wheel's pixels on either side.
    const low = Math.min(top, 4 * this.window);
    const high = this.maxPosition - Math.min(this.maxTop - top, 4 * this.window);
    return Math.min(high, Math.max(low, share));
  }

  /** Has the scroll position come so far from its share of the whole that it should be set anew? */
  isFarOff(): boolean {
    if (!this.isScaled) return false;
    const beyond = this.position < this.window && this.top > this.position + 1;
    const beyondEnd = this.maxPosition - this.position < this.window && this.maxTop - this.top > this.maxPosition - this.position + 1;
    return beyond || beyondEnd;
  }

  /** Goes to this top; returns the scroll position to set. */
  goTo(top: number): number {
    this.top = Math.min(this.maxTop, Math.max(0, top));
    this.position = this.positionOf(this.top);
    return this.position;
  }
}

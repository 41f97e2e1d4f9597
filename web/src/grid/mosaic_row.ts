// A row of small pictures on one canvas. One link lies over the picture that the keyboard or the mouse is at.

import { count } from "../kit";
import type { Context, PoolRow } from "./context";

export class MosaicRow implements PoolRow {
  readonly element = document.createElement("div");
  row = -1;
  readonly #context: Context;
  readonly #box = document.createElement("div");
  readonly #canvas = document.createElement("canvas");
  readonly #link = document.createElement("a");
  #hovered = -1;
  /** The rank that the link lies over. */
  #shown: number | undefined;
  #drawn: (ImageBitmap | string | undefined)[] = [];
  #marks = "";
  #colours = { wait: "", chosen: "", pending: "" };

  constructor(context: Context) {
    this.#context = context;
    this.element.className = "mr";
    this.element.setAttribute("role", "row");
    this.#box.setAttribute("role", "gridcell");
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#link.hidden = true;
    this.#box.append(this.#canvas, this.#link);
    this.element.append(this.#box);
    this.element.addEventListener("pointermove", (event) => {
      const rank = this.rankAt(event) ?? -1;
      if (rank === this.#hovered) return;
      this.#hovered = rank;
      this.#moveLink();
    });
    this.element.addEventListener("pointerleave", () => {
      this.#hovered = -1;
      this.#moveLink();
      context.preview(null, this.#link);
    });
    this.#link.addEventListener("blur", () => context.preview(null, this.#link));
  }

  draw(row: number): void {
    this.row = row;
    this.#drawn = [];
    this.#hovered = -1;
    this.element.setAttribute("aria-rowindex", String(row + 1));
    const { columns, cell, gap } = this.#context.layout;
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(columns * (cell + gap) * scale), Math.round(cell * scale)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) [this.#canvas.width, this.#canvas.height] = [width, height];
    else this.#canvas.getContext("2d")?.clearRect(0, 0, width, height);
    // A canvas knows only colours that are computed.
    const { backgroundColor, color, outlineColor } = getComputedStyle(this.#canvas);
    this.#colours = { wait: backgroundColor, chosen: color, pending: outlineColor };
    this.update();
  }

  update(): void {
    const { layout, total } = this.#context;
    const first = this.row * layout.columns;
    const here = Math.max(0, Math.min(layout.columns, total - first));
    this.#box.setAttribute("aria-colspan", String(Math.max(1, here)));
    const pen = this.#canvas.getContext("2d");
    if (!pen) return;
    const scale = window.devicePixelRatio || 1;
    for (let column = 0; column < here; column++) {
      const cell = this.#context.at(first + column);
      const picture = cell && this.#context.pictureOf(cell.id);
      const bitmap = picture && "bitmap" in picture ? picture.bitmap : undefined;
      const mark = this.#context.isSelected(first + column) ? "s" : cell && this.#context.pendingOf(cell.id) ? "p" : "";
      const before = this.#drawn[column];
      const now = bitmap && mark === "" ? bitmap : `${mark}${cell?.id ?? ""}${bitmap ? "b" : ""}`;
      if (before === now) continue;
      this.#drawn[column] = now;
      const [x, side] = [Math.round(column * (layout.cell + layout.gap) * scale), Math.round(layout.cell * scale)];
      // What was closed meanwhile can't be drawn; it comes again.
      if (bitmap && bitmap.width > 0) pen.drawImage(bitmap, x, 0, side, side);
      else {
        pen.fillStyle = cell?.colour || this.#colours.wait;
        pen.fillRect(x, 0, side, side);
      }
      if (mark !== "") {
        pen.lineWidth = 3 * scale;
        pen.strokeStyle = mark === "s" ? this.#colours.chosen : this.#colours.pending;
        pen.strokeRect(x + 1.5 * scale, 1.5 * scale, side - 3 * scale, side - 3 * scale);
      }
    }
    this.#moveLink();
  }

  /** Puts the link over the picture that the mouse is at, else over that of the keyboard. */
  #moveLink(): void {
    const { layout, total, active } = this.#context;
    const first = this.row * layout.columns;
    const isHere = (rank: number) => rank >= first && rank < Math.min(total, first + layout.columns);
    const rank = isHere(this.#hovered) && document.activeElement !== this.#link ? this.#hovered : active;
    const isShown = isHere(rank);
    const cell = isShown ? this.#context.at(rank) : undefined;
    const marks = [isShown, rank, cell?.id, isShown && this.#context.isSelected(rank), rank === active].join();
    if (marks === this.#marks) return;
    this.#marks = marks;
    this.#link.hidden = !isShown;
    this.#shown = isShown ? rank : undefined;
    this.#box.setAttribute("aria-selected", String(isShown && this.#context.isSelected(rank)));
    if (!isShown) {
      this.#box.setAttribute("aria-label", `From sample ${count(first + 1)}`);
      return;
    }
    this.#box.removeAttribute("aria-label");
    this.#link.style.transform = `translateX(${(rank - first) * (layout.cell + layout.gap)}px)`;
    this.#link.tabIndex = rank === active ? 0 : -1;
    const words = cell ? [cell.label || cell.name, cell.split].filter((word) => word !== "").join(", ") : `Sample ${count(rank + 1)}`;
    this.#link.setAttribute("aria-label", words);
    if (cell && (rank === this.#hovered || document.activeElement === this.#link)) this.#context.preview(cell, this.#link);
    if (cell) this.#link.href = this.#context.hrefOf(cell);
    else this.#link.removeAttribute("href");
  }

  focusable(rank: number): HTMLElement | undefined {
    if (rank !== this.#context.active) return undefined;
    this.#hovered = -1;
    this.#moveLink();
    const cell = this.#context.at(rank);
    if (cell) this.#context.preview(cell, this.#link);
    return this.#link.hidden ? undefined : this.#link;
  }

  focusedRank(): number | undefined {
    return this.#shown;
  }

  rankAt(event: MouseEvent): number | undefined {
    const { layout, total } = this.#context;
    const x = event.clientX - this.element.getBoundingClientRect().left;
    const column = Math.floor(x / (layout.cell + layout.gap));
    const rank = this.row * layout.columns + column;
    return column >= 0 && column < layout.columns && rank < total ? rank : undefined;
  }
}

// A row of pictures with two lines of text. A cell has three elements: the cell, its link, and the picture.

import type { Context, PoolRow } from "./context";
import { count } from "../kit";

interface Slot {
  box: HTMLElement;
  link: HTMLAnchorElement;
  picture: HTMLImageElement;
  rank: number;
  /** What is drawn, so that only changes touch the document. */
  drawn: string;
}

export class GridRow implements PoolRow {
  readonly element = document.createElement("div");
  row = -1;
  readonly #context: Context;
  readonly #slots: Slot[] = [];

  constructor(context: Context) {
    this.#context = context;
    this.element.className = "gr";
    this.element.setAttribute("role", "row");
  }

  draw(row: number): void {
    this.row = row;
    this.element.setAttribute("aria-rowindex", String(row + 1));
    const { columns } = this.#context.layout;
    while (this.#slots.length < columns) this.#slots.push(this.#slot(this.#slots.length));
    this.update();
  }

  #slot(column: number): Slot {
    const box = document.createElement("div");
    box.className = "gc";
    box.setAttribute("role", "gridcell");
    box.setAttribute("aria-colindex", String(column + 1));
    const link = document.createElement("a");
    link.tabIndex = -1;
    const picture = document.createElement("img");
    picture.alt = "";
    picture.draggable = false;
    link.append(picture, "");
    box.append(link);
    this.element.append(box);
    return { box, link, picture, rank: -1, drawn: "" };
  }

  update(): void {
    const { layout, total, active } = this.#context;
    for (const [column, slot] of this.#slots.entries()) {
      const rank = this.row * layout.columns + column;
      slot.rank = rank;
      const isThere = column < layout.columns && rank < total;
      if (slot.box.hidden === isThere) slot.box.hidden = !isThere;
      if (!isThere) continue;
      const tab = rank === active ? 0 : -1;
      if (slot.link.tabIndex !== tab) slot.link.tabIndex = tab;
      const selected = String(this.#context.isSelected(rank));
      if (slot.box.getAttribute("aria-selected") !== selected) slot.box.setAttribute("aria-selected", selected);
      this.#fill(slot);
    }
  }

  #fill(slot: Slot): void {
    const cell = this.#context.at(slot.rank);
    const picture = cell && this.#context.pictureOf(cell.id);
    const pending = cell && this.#context.pendingOf(cell.id);
    const isBroken = cell?.hasPicture === true && picture === null;
    const url = picture && "url" in picture ? picture.url : "";
    const first = cell ? cell.label || cell.name : "";
    const second = !cell ? "" : isBroken ? "can't be decoded" : this.#context.secondLine(cell);
    const drawn = cell ? [cell.id, url, first, second, isBroken, pending?.label, pending?.isRemoved, this.#context.hrefOf(cell)].join("\0") : `${slot.rank}`;
    if (drawn === slot.drawn) return;
    slot.drawn = drawn;
    const state = !cell ? "wait" : isBroken ? "broken" : !cell.hasPicture ? "none" : url === "" ? "wait" : "";
    slot.box.dataset["state"] = state;
    slot.picture.style.backgroundColor = state === "wait" ? (cell?.colour ?? "") : "";
    if (url === "") slot.picture.removeAttribute("src");
    else if (slot.picture.getAttribute("src") !== url) slot.picture.src = url;
    if (cell) {
      slot.link.href = this.#context.hrefOf(cell);
      slot.link.removeAttribute("aria-label");
    } else {
      slot.link.removeAttribute("href");
      slot.link.setAttribute("aria-label", `Sample ${count(slot.rank + 1)}`);
    }
    slot.box.classList.toggle("pend", pending !== undefined);
    const text = slot.link.lastChild;
    if (!pending && slot.link.childNodes.length === 2 && text instanceof Text) {
      text.data = `${first}\n${second}`;
      return;
    }
    while (slot.link.childNodes.length > 1) slot.link.lastChild?.remove();
    slot.link.append(...(pending ? pendingText(first, pending) : [`${first}\n${second}`]));
  }

  focusable(rank: number): HTMLElement | undefined {
    return this.#slots.find((slot) => slot.rank === rank && !slot.box.hidden)?.link;
  }

  focusedRank(element: Element): number | undefined {
    const box = element.closest(".gc");
    return this.#slots.find((slot) => slot.box === box)?.rank;
  }

  rankAt(event: MouseEvent): number | undefined {
    return event.target instanceof Element ? this.focusedRank(event.target) : undefined;
  }
}

/** The old value struck through, the new one, and that it isn't committed. */
function pendingText(label: string, pending: { label?: string; isRemoved: boolean }): (Node | string)[] {
  const old = document.createElement("s");
  old.textContent = label;
  const now = document.createElement("b");
  now.textContent = pending.isRemoved ? "removed" : (pending.label ?? "changed");
  const note = document.createElement("i");
  note.textContent = "not saved";
  return [old, "\n", now, note];
}

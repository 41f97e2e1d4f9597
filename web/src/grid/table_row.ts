// A row of the table: a small picture with the label, and the values of the columns.

import { count } from "../kit";
import type { Context, PoolRow } from "./context";
import { valueInWords } from "./words";

export class TableRow implements PoolRow {
  readonly element = document.createElement("div");
  row = -1;
  readonly #context: Context;
  readonly #link = document.createElement("a");
  readonly #picture = document.createElement("img");
  readonly #name = document.createElement("span");
  readonly #values: { column: string; box: HTMLElement }[];
  #drawn = "";

  constructor(context: Context, columns: string[]) {
    this.#context = context;
    this.element.className = "tr";
    this.element.setAttribute("role", "row");
    this.#picture.alt = "";
    this.#name.className = "cut";
    this.#link.append(this.#picture, this.#name);
    const first = document.createElement("div");
    first.setAttribute("role", "gridcell");
    first.className = "first";
    first.append(this.#link);
    this.element.append(first);
    this.#values = ["", ...columns].map((column) => {
      const box = document.createElement("div");
      box.setAttribute("role", "gridcell");
      box.className = "cut num";
      this.element.append(box);
      return { column, box };
    });
  }

  draw(row: number): void {
    this.row = row;
    // The first row is that of the headings.
    this.element.setAttribute("aria-rowindex", String(row + 2));
    this.update();
  }

  update(): void {
    const rank = this.row;
    this.element.setAttribute("aria-selected", String(this.#context.isSelected(rank)));
    this.#link.tabIndex = rank === this.#context.active ? 0 : -1;
    const cell = this.#context.at(rank);
    const picture = cell && this.#context.pictureOf(cell.id);
    const pending = cell && this.#context.pendingOf(cell.id);
    const url = picture && "url" in picture ? picture.url : "";
    const drawn = [rank, cell?.id, url, pending?.label, pending?.isRemoved].join("\0");
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.element.classList.toggle("pend", pending !== undefined);
    if (url === "") this.#picture.removeAttribute("src");
    else this.#picture.src = url;
    this.#picture.hidden = cell ? !cell.hasPicture : false;
    this.#name.textContent = cell ? cell.name : "";
    if (cell) {
      this.#link.href = this.#context.hrefOf(cell);
      this.#link.removeAttribute("aria-label");
    } else {
      this.#link.removeAttribute("href");
      this.#link.setAttribute("aria-label", `Sample ${count(rank + 1)}`);
    }
    for (const { column, box } of this.#values) {
      box.textContent = !cell ? "" : column === "" ? cell.split : valueInWords(cell.values[column]).slice(0, 200);
    }
  }

  focusable(rank: number): HTMLElement | undefined {
    return rank === this.row ? this.#link : undefined;
  }

  focusedRank(): number | undefined {
    return this.row;
  }

  rankAt(): number | undefined {
    return this.row < this.#context.total ? this.row : undefined;
  }
}

/** The headings of the table; those that rows can be sorted by are buttons. */
export function tableHead(context: Context, columns: string[]): HTMLElement {
  const head = document.createElement("div");
  head.className = "tr th";
  head.setAttribute("role", "row");
  head.setAttribute("aria-rowindex", "1");
  for (const [i, column] of ["Sample", "split", ...columns].entries()) {
    const box = document.createElement("div");
    box.setAttribute("role", "columnheader");
    box.className = i === 0 ? "first" : "cut";
    if (i > 1 && context.canSortBy(column)) {
      const sorted = context.sort === column ? "ascending" : context.sort === `-${column}` ? "descending" : "none";
      box.setAttribute("aria-sort", sorted);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${column}${sorted === "ascending" ? " ↑" : sorted === "descending" ? " ↓" : ""}`;
      button.addEventListener("click", () => context.sortBy(column));
      box.append(button);
    } else box.textContent = column;
    head.append(box);
  }
  return head;
}

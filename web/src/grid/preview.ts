// The picture of the mosaic that the mouse or the keyboard is at, larger, with its label.

import { rowThumbnail } from "../changes";
import type { Cell } from "./cell";
import type { GridProps } from "./props";

/** Milliseconds that one rests on a picture before it is shown. */
const REST = 150;
const SIDE = 192;

export class Preview {
  readonly element = document.createElement("div");
  readonly #picture = document.createElement("img");
  readonly #words = document.createElement("p");
  readonly #props: GridProps;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(props: GridProps) {
    this.#props = props;
    this.element.className = "pv";
    this.element.hidden = true;
    // The link below says the same.
    this.element.setAttribute("aria-hidden", "true");
    this.#picture.alt = "";
    this.element.append(this.#picture, this.#words);
  }

  show(cell: Cell, near: HTMLElement): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#props.media === null || !cell.hasPicture || !near.isConnected) return;
      this.#picture.src = rowThumbnail(this.#props, this.#props.rev, cell.id, SIDE);
      this.#words.textContent = [cell.label || cell.name, cell.split].filter((word) => word !== "").join(" · ");
      this.element.hidden = false;
      const [at, room] = [near.getBoundingClientRect(), (this.element.offsetParent ?? document.body).getBoundingClientRect()];
      const { offsetWidth: width, offsetHeight: height } = this.element;
      const isLeft = at.right + width + 16 > room.right;
      const x = (isLeft ? at.left - width - 8 : at.right + 8) - room.left;
      const y = Math.min(Math.max(8, at.top - room.top - height / 2), Math.max(8, room.height - height - 8));
      this.element.style.transform = `translate(${Math.round(Math.max(0, x))}px, ${Math.round(y)}px)`;
    }, REST);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }
}

// The ruler at the right edge: the values of the list's order, and where one is. It is dragged, clicked, or moved by keys.

import { count } from "../kit";
import { short, valueInWords } from "./words";

export interface RulerMark {
  rank: number;
  value: unknown;
}

/** Marks that don't come closer than this many pixels, and don't repeat the value before. */
export function shownMarks(marks: RulerMark[], total: number, height: number, least = 34): { y: number; words: string }[] {
  const shown: { y: number; words: string }[] = [];
  for (const { rank, value } of marks) {
    const y = total > 1 ? (rank / (total - 1)) * height : 0;
    const words = typeof value === "number" ? short(value) : valueInWords(value) || "none";
    const before = shown.at(-1);
    if (before && (y - before.y < least || before.words === words)) continue;
    if (y <= height - 8) shown.push({ y, words });
  }
  return shown;
}

export class Ruler {
  readonly element = document.createElement("div");
  readonly #now = document.createElement("span");
  readonly #goTo: (share: number) => void;
  #marks: RulerMark[] = [];
  #total = 0;
  #isByPlace = true;
  #share = 0;
  /** Kept, since asking for it while cells move would lay the page out in each frame. */
  #height = 0;

  constructor(goTo: (share: number) => void) {
    this.#goTo = goTo;
    this.element.className = "ry num";
    for (const [name, value] of Object.entries({ role: "slider", tabindex: "0", "aria-orientation": "vertical", "aria-label": "Place in the list", "aria-valuemin": "1", "aria-valuenow": "1" })) {
      this.element.setAttribute(name, value);
    }
    this.#now.className = "now";
    this.element.addEventListener("pointerdown", (event) => {
      this.element.setPointerCapture(event.pointerId);
      this.#point(event);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) this.#point(event);
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(([entry]) => {
      this.#height = entry?.contentRect.height ?? 0;
      this.#draw();
    }).observe(this.element);
  }

  /** Shows the marks of a list; `isByPlace` if its rows are in no order but their own. */
  show(marks: RulerMark[], total: number, isByPlace: boolean): void {
    this.#marks = marks;
    this.#isByPlace = isByPlace;
    this.#total = total;
    this.element.setAttribute("aria-valuemax", String(Math.max(1, total)));
    this.#draw();
  }

  /** The ranks that are on the screen. */
  moveTo(first: number, last: number, share: number): void {
    this.#share = share;
    const words = this.#wordsAt(first);
    const end = this.#wordsAt(last);
    const both = `${words}–${end}`;
    this.#now.textContent = words === end || both.length > 9 ? words : both;
    this.#now.style.transform = `translateY(${Math.round(share * Math.max(0, this.#height - 20))}px)`;
    this.element.setAttribute("aria-valuenow", String(Math.min(Math.max(1, this.#total), first + 1)));
    this.element.setAttribute("aria-valuetext", `${words}, sample ${count(first + 1)} of ${count(this.#total)}`);
  }

  /** The value at the last mark up to a rank. */
  #wordsAt(rank: number): string {
    let mark = this.#marks[0];
    for (const other of this.#marks) if (other.rank <= rank) mark = other;
    if (!mark || this.#isByPlace) return short(rank + 1);
    return typeof mark.value === "number" ? short(mark.value) : valueInWords(mark.value).slice(0, 9) || "none";
  }

  #draw(): void {
    const height = this.#height;
    if (height === 0) return;
    const labels = shownMarks(this.#marks, this.#total, height).map(({ y, words }) => {
      const label = document.createElement("i");
      label.textContent = words;
      label.style.transform = `translateY(${Math.round(y)}px)`;
      return label;
    });
    this.element.replaceChildren(...labels, this.#now);
  }

  #point(event: PointerEvent): void {
    const box = this.element.getBoundingClientRect();
    this.#goTo(Math.min(1, Math.max(0, (event.clientY - box.top) / Math.max(1, box.height))));
  }

  #key(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowUp: -0.01, ArrowDown: 0.01, PageUp: -0.1, PageDown: 0.1, Home: -1, End: 1 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#goTo(Math.min(1, Math.max(0, this.#share + step)));
  }
}

// The rows of a list by rank: windows of 200, the last used ones are kept, requests that are no longer needed are given up.

import { isAborted } from "../kit";
import type { Cell } from "./cell";

/** Ranks of one request. */
export const WINDOW = 200;
/** Windows that are kept: 10,000 rows. */
const KEPT = 50;
const AT_ONCE = 3;

/** Reads the rows from a rank on. */
export type ReadRows = (offset: number, limit: number, signal: AbortSignal) => Promise<Cell[]>;

export class Rows {
  readonly #read: ReadRows;
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  /** By number, the least recently used first. */
  readonly #windows = new Map<number, Cell[]>();
  readonly #loading = new Map<number, AbortController>();
  #wanted: number[] = [];

  constructor(read: ReadRows, changed: () => void, failed: (error: unknown) => void) {
    this.#read = read;
    this.#changed = changed;
    this.#failed = failed;
  }

  at(rank: number): Cell | undefined {
    return this.#windows.get(Math.floor(rank / WINDOW))?.[rank % WINDOW];
  }

  /** Keeps a window that was read already. */
  put(number: number, cells: Cell[]): void {
    this.#windows.set(number, cells);
  }

  /** Has the rows of these ranks read, the nearest to the first two first. */
  want(first: number, last: number, before: number, after: number, total: number): void {
    const numbers = (from: number, to: number) => {
      const [a, b] = [Math.floor(Math.max(0, from) / WINDOW), Math.floor(Math.min(total - 1, to) / WINDOW)];
      return Array.from({ length: Math.max(0, b - a + 1) }, (_, i) => a + i);
    };
    this.#wanted = [...new Set([...numbers(first, last), ...numbers(last, last + after), ...numbers(first - before, first)])];
    for (const [number, request] of this.#loading) if (!this.#wanted.includes(number)) request.abort();
    for (const number of this.#wanted) {
      const held = this.#windows.get(number);
      if (held) {
        this.#windows.delete(number);
        this.#windows.set(number, held);
      }
    }
    this.#next();
  }

  /** Gives up what is being read. */
  stop(): void {
    this.#wanted = [];
    for (const request of this.#loading.values()) request.abort();
  }

  #next(): void {
    for (const number of this.#wanted) {
      if (this.#loading.size >= AT_ONCE) return;
      if (!this.#windows.has(number) && !this.#loading.has(number)) void this.#load(number);
    }
  }

  async #load(number: number): Promise<void> {
    const request = new AbortController();
    this.#loading.set(number, request);
    try {
      const cells: Cell[] = [];
      // A page of long values ends early.
      while (cells.length < WINDOW) {
        const more = await this.#read(number * WINDOW + cells.length, WINDOW - cells.length, request.signal);
        cells.push(...more);
        if (more.length === 0) break;
      }
      this.#windows.set(number, cells);
      for (const old of this.#windows.keys()) {
        if (this.#windows.size <= Math.max(KEPT, this.#wanted.length)) break;
        if (!this.#wanted.includes(old)) this.#windows.delete(old);
      }
      this.#loading.delete(number);
      this.#changed();
    } catch (error) {
      this.#loading.delete(number);
      if (!isAborted(error)) {
        this.#wanted = [];
        this.#failed(error);
      }
    }
    this.#next();
  }
}

// A selection as ranges of ranks, so that all of a million rows are one range.

/** Ranks from the first to the last, both of them included. */
export type Span = readonly [number, number];

/** Sorted spans that don't touch. */
export class Ranks {
  constructor(readonly spans: readonly Span[] = []) {}

  get count(): number {
    return this.spans.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  has(rank: number): boolean {
    let [low, high] = [0, this.spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const [first, last] = this.spans[middle] as Span;
      if (rank < first) high = middle;
      else if (rank > last) low = middle + 1;
      else return true;
    }
    return false;
  }

  add(first: number, last: number): Ranks {
    const kept: Span[] = [];
    let [from, to] = [first, last];
    for (const [a, b] of this.spans) {
      if (b < from - 1 || a > to + 1) kept.push([a, b]);
      else [from, to] = [Math.min(from, a), Math.max(to, b)];
    }
    return new Ranks([...kept, [from, to] as Span].sort((a, b) => a[0] - b[0]));
  }

  remove(first: number, last: number): Ranks {
    const kept: Span[] = [];
    for (const [a, b] of this.spans) {
      if (a < first) kept.push([a, Math.min(b, first - 1)]);
      if (b > last) kept.push([Math.max(a, last + 1), b]);
    }
    return new Ranks(kept);
  }

  toggle(rank: number): Ranks {
    return this.has(rank) ? this.remove(rank, rank) : this.add(rank, rank);
  }

  /** The ranks, one after the other. */
  *each(): Generator<number> {
    for (const [first, last] of this.spans) for (let rank = first; rank <= last; rank++) yield rank;
  }
}

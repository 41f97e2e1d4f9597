// The points of a map, as the REST interface sends them, and questions about where they are.

export interface Points {
  count: number;
  x: Float32Array;
  y: Float32Array;
  /** The position of each point's row in the revision. */
  rows: Uint32Array;
  /** The bucket of each point's colour; `NONE` for none. */
  colours: Uint32Array | null;
}

export const NONE = 0xffffffff;

/** A rectangle of the map's own numbers. */
export interface Bounds {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** Reads an answer: the number n, n times x, n times y, n positions, and n buckets if there is a colour. */
export function parse(bytes: ArrayBuffer): Points {
  const count = bytes.byteLength >= 4 ? new DataView(bytes).getUint32(0, true) : 0;
  const arrays = count > 0 ? (bytes.byteLength - 4) / (4 * count) : 3;
  if (bytes.byteLength < 4 || (arrays !== 3 && arrays !== 4)) throw new Error(`The hub sent ${bytes.byteLength} bytes, which are no points`);
  const at = (nth: number) => 4 + nth * 4 * count;
  return {
    count,
    x: new Float32Array(bytes, at(0), count),
    y: new Float32Array(bytes, at(1), count),
    rows: new Uint32Array(bytes, at(2), count),
    colours: arrays === 4 ? new Uint32Array(bytes, at(3), count) : null,
  };
}

/** What holds all points, with some room around them. */
export function boundsOf({ count, x, y }: Points): Bounds {
  const bounds = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let i = 0; i < count; i++) {
    bounds.left = Math.min(bounds.left, x[i] as number);
    bounds.right = Math.max(bounds.right, x[i] as number);
    bounds.bottom = Math.min(bounds.bottom, y[i] as number);
    bounds.top = Math.max(bounds.top, y[i] as number);
  }
  if (count === 0) return { left: 0, right: 1, bottom: 0, top: 1 };
  const room = (length: number) => (length > 0 ? length * 0.04 : 1);
  const [across, up] = [room(bounds.right - bounds.left), room(bounds.top - bounds.bottom)];
  return { left: bounds.left - across, right: bounds.right + across, bottom: bounds.bottom - up, top: bounds.top + up };
}

/** A grid of cells over all points, so that those near a place are found without looking at all. */
export class Index {
  readonly #first: Uint32Array;
  readonly #order: Uint32Array;
  readonly #side: number;
  readonly #bounds: Bounds;

  constructor(readonly points: Points, bounds: Bounds) {
    this.#bounds = bounds;
    this.#side = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(points.count / 4))));
    this.#first = new Uint32Array(this.#side * this.#side + 1);
    this.#order = new Uint32Array(points.count);
    const cells = new Uint32Array(points.count);
    for (let i = 0; i < points.count; i++) {
      const cell = this.#row(points.y[i] as number) * this.#side + this.#column(points.x[i] as number);
      cells[i] = cell;
      this.#first[cell + 1] = (this.#first[cell + 1] as number) + 1;
    }
    for (let cell = 0; cell < this.#side * this.#side; cell++) {
      this.#first[cell + 1] = (this.#first[cell + 1] as number) + (this.#first[cell] as number);
    }
    const next = this.#first.slice();
    for (let i = 0; i < points.count; i++) {
      const cell = cells[i] as number;
      this.#order[next[cell] as number] = i;
      next[cell] = (next[cell] as number) + 1;
    }
  }

  #column(x: number): number {
    const { left, right } = this.#bounds;
    return Math.max(0, Math.min(this.#side - 1, Math.floor(((x - left) / (right - left)) * this.#side)));
  }

  #row(y: number): number {
    const { bottom, top } = this.#bounds;
    return Math.max(0, Math.min(this.#side - 1, Math.floor(((y - bottom) / (top - bottom)) * this.#side)));
  }

  /** Calls `each` with every point of a rectangle. */
  within(box: Bounds, each: (point: number) => void): void {
    const [from, to] = [this.#column(box.left), this.#column(box.right)];
    for (let row = this.#row(box.bottom); row <= this.#row(box.top); row++) {
      const end = this.#first[row * this.#side + to + 1] as number;
      for (let at = this.#first[row * this.#side + from] as number; at < end; at++) {
        const i = this.#order[at] as number;
        const [x, y] = [this.points.x[i] as number, this.points.y[i] as number];
        if (x >= box.left && x <= box.right && y >= box.bottom && y <= box.top) each(i);
      }
    }
  }

  /** The point that is nearest to a place, at most `reach` away across and up; -1 if there is none. */
  nearest(x: number, y: number, reachX: number, reachY: number): number {
    let [best, least] = [-1, 1];
    this.within({ left: x - reachX, right: x + reachX, bottom: y - reachY, top: y + reachY }, (i) => {
      const far = (((this.points.x[i] as number) - x) / reachX) ** 2 + (((this.points.y[i] as number) - y) / reachY) ** 2;
      if (far <= least) [best, least] = [i, far];
    });
    return best;
  }

  /** The points within a line around some of them, in the order of their rows. */
  inside(line: [number, number][]): number[] {
    if (line.length < 3) return [];
    const [xs, ys] = [line.map(([x]) => x), line.map(([, y]) => y)];
    const box = { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) };
    const found: number[] = [];
    this.within(box, (i) => {
      if (isInside(line, this.points.x[i] as number, this.points.y[i] as number)) found.push(i);
    });
    return found.sort((a, b) => (this.points.rows[a] as number) - (this.points.rows[b] as number));
  }

  /** The nearest point in a direction from another: within a right angle around it. -1 if there is none. */
  next(from: number, across: number, up: number, scaleX: number, scaleY: number): number {
    const [x, y] = [this.points.x[from] as number, this.points.y[from] as number];
    let [best, least] = [-1, Infinity];
    for (let i = 0; i < this.points.count; i++) {
      const [dx, dy] = [((this.points.x[i] as number) - x) * scaleX, ((this.points.y[i] as number) - y) * scaleY];
      const along = dx * across + dy * up;
      const aside = Math.abs(dx * up) + Math.abs(dy * across);
      if (i === from || along <= 0 || aside > along) continue;
      const far = along + aside;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }
}

/** Is a place within a closed line? By the number of times that a ray crosses it. */
export function isInside(line: [number, number][], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [[ax, ay], [bx, by]] = [line[i] as [number, number], line[j] as [number, number]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

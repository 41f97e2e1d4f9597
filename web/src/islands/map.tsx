// A map of samples: each a point at two of its numbers. Colours by a column, pictures on hover, a line around points selects
// them. Arrow keys go from point to point; the list beside it has what is selected.

import { Icon, addShortcuts, announce, api, body, bytes, count, counted, inWords, mount, render, signal } from "../kit";
import { Drawing, rgb, type Rgb } from "../map/drawing";
import { type Entry, legend, nameOf, shown } from "../map/legend";
import { type Bounds, Index, NONE, type Points, boundsOf, parse } from "../map/points";

interface Props {
  ns: string;
  name: string;
  /** The address of the data set's pages. */
  base: string;
  rev: string;
  x: string;
  y: string;
  color: string;
  filter: string | null;
  split: string | null;
  /** The column that is shown as a picture. */
  media: string | null;
}

const REACH = 9;
const PICTURES = 60;
const BINS = 40;

/** What is seen beside the canvas. */
const entries = signal<Entry[]>([]);
const selected = signal<number[]>([]);
const trouble = signal<string | null>(null);
const isLasso = signal(false);
const total = signal<number | null>(null);

class MapView {
  #view: Bounds = { left: 0, right: 1, bottom: 0, top: 1 };
  #whole: Bounds = this.#view;
  #index: Index | null = null;
  #drawing: Drawing | null = null;
  #line: [number, number][] = [];
  #current = -1;
  #frame = 0;
  /** The colour around selected points; null until it is read from the theme. */
  #edge: Rgb | null = null;
  #pointers = new Map<number, [number, number]>();

  readonly #props: Props;
  readonly #canvas: HTMLCanvasElement;
  readonly #lasso: SVGPolygonElement;
  readonly #tip: HTMLElement;

  constructor(props: Props, canvas: HTMLCanvasElement, lasso: SVGPolygonElement, tip: HTMLElement) {
    this.#props = props;
    this.#canvas = canvas;
    this.#lasso = lasso;
    this.#tip = tip;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#lift(event));
    canvas.addEventListener("pointercancel", (event) => this.#lift(event));
    canvas.addEventListener("pointerleave", () => this.#pointers.size === 0 && this.#hint(-1));
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.#hint(-1));
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      trouble.value = "The graphics of this browser were lost. Load the page again.";
    });
    new ResizeObserver(() => this.redraw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#edge = null;
      this.redraw();
    });
  }

  async load(): Promise<void> {
    const { ns, name, rev, x, y, color, filter, split } = this.#props;
    const rows = { rev, ...(filter ? { where: filter } : {}), ...(split ? { split } : {}) };
    const query = new URLSearchParams({ x, y, ...rows, ...(color ? { color } : {}) });
    const facets = color
      ? body(api.GET("/api/v1/datasets/{ns}/{name}/facets", { params: { path: { ns, name }, query: { ...rows, columns: color, bins: BINS, buckets: 1000 } } }))
      : null;
    const path = `/api/v1/datasets/${encodeURIComponent(ns)}/${encodeURIComponent(name)}/points?${query}`;
    const points = parse(await bytes(path));
    const facet = (await facets)?.facets[0];
    entries.value = facet ? legend(facet) : [];
    total.value = points.count;
    this.#whole = this.#view = boundsOf(points);
    this.#index = new Index(points, this.#whole);
    this.#drawing = Drawing.on(this.#canvas);
    if (!this.#drawing) trouble.value = "This browser has no WebGL 2, so that the map can't be drawn; the list below has the samples.";
    this.#drawing?.take(points, this.#colours(points));
    this.redraw();
  }

  /** The colour of each point. */
  #colours(points: Points): (point: number) => Rgb {
    const style = getComputedStyle(document.documentElement);
    const classes = Array.from({ length: 8 }, (_, nth) => rgb(style.getPropertyValue(`--c${nth + 1}`)));
    const [plain, from, to] = [classes[6], classes[0], classes[5]] as [Rgb, Rgb, Rgb];
    const none: Rgb = [140, 146, 156];
    const between = (at: number): Rgb => [0, 1, 2].map((i) => Math.round((from[i] as number) * (1 - at) + (to[i] as number) * at)) as Rgb;
    const of = new Map(entries.value.map((entry) => [entry.code, entry.colour === null ? between(entry.at) : (classes[entry.colour - 1] ?? none)]));
    return (point) => {
      const code = points.colours?.[point];
      return code === undefined ? plain : code === NONE ? none : (of.get(code) ?? none);
    };
  }

  redraw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#drawing?.draw(this.#view, (this.#edge ??= rgb(getComputedStyle(this.#canvas).color))));
  }

  /** The numbers at a place of the canvas. */
  #at(px: number, py: number): [number, number] {
    const { left, right, bottom, top } = this.#view;
    return [left + (px / this.#canvas.clientWidth) * (right - left), top - (py / this.#canvas.clientHeight) * (top - bottom)];
  }

  #scale(): [number, number] {
    const { left, right, bottom, top } = this.#view;
    return [this.#canvas.clientWidth / (right - left), this.#canvas.clientHeight / (top - bottom)];
  }

  #near(px: number, py: number): number {
    const [x, y] = this.#at(px, py);
    const [across, up] = this.#scale();
    return this.#index?.nearest(x, y, REACH / across, REACH / up) ?? -1;
  }

  #press(event: PointerEvent): void {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
    this.#line = isLasso.value || event.shiftKey ? [[event.offsetX, event.offsetY]] : [];
    this.#canvas.dataset["moved"] = "";
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return this.#hint(this.#near(event.offsetX, event.offsetY));
    this.#pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
    if (Math.hypot(event.offsetX - before[0], event.offsetY - before[1]) > 0) this.#canvas.dataset["moved"] = "yes";
    if (this.#line.length > 0) {
      this.#line.push([event.offsetX, event.offsetY]);
      this.#lasso.setAttribute("points", this.#line.map((place) => place.join(",")).join(" "));
      return;
    }
    const [across, up] = this.#scale();
    this.#pan((before[0] - event.offsetX) / across / this.#pointers.size, (event.offsetY - before[1]) / up / this.#pointers.size);
  }

  #lift(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (this.#line.length > 2) {
      this.select(this.#index?.inside(this.#line.map(([px, py]) => this.#at(px, py))) ?? []);
    } else if (event.type === "pointerup" && this.#canvas.dataset["moved"] !== "yes") {
      const point = this.#near(event.offsetX, event.offsetY);
      if (point >= 0) location.assign(this.href(point));
    }
    this.#line = [];
    this.#lasso.setAttribute("points", "");
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    this.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004), event.offsetX, event.offsetY);
  }

  #pan(x: number, y: number): void {
    const { left, right, bottom, top } = this.#view;
    this.#view = { left: left + x, right: right + x, bottom: bottom + y, top: top + y };
    this.#hint(-1);
    this.redraw();
  }

  /** Makes everything larger (below 1) or smaller around a place. */
  zoom(by: number, px = this.#canvas.clientWidth / 2, py = this.#canvas.clientHeight / 2): void {
    const [x, y] = this.#at(px, py);
    const { left, right, bottom, top } = this.#view;
    const width = (right - left) * by;
    if (width > (this.#whole.right - this.#whole.left) * 4 || width < (this.#whole.right - this.#whole.left) * 1e-5) return;
    this.#view = { left: x + (left - x) * by, right: x + (right - x) * by, bottom: y + (bottom - y) * by, top: y + (top - y) * by };
    this.#hint(-1);
    this.redraw();
  }

  reset(): void {
    this.#view = this.#whole;
    this.redraw();
  }

  select(points: number[]): void {
    selected.value = points;
    this.#drawing?.choose(points);
    this.redraw();
    announce(`${counted(points.length, "sample")} selected`);
  }

  #key(event: KeyboardEvent): void {
    const ways: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = ways[event.key];
    if (!this.#index || event.ctrlKey || event.metaKey || event.altKey) return;
    if (way) {
      const [across, up] = this.#scale();
      const [middleX, middleY] = this.#at(this.#canvas.clientWidth / 2, this.#canvas.clientHeight / 2);
      const far = Math.max(this.#canvas.clientWidth / across, this.#canvas.clientHeight / up);
      const next = this.#current < 0 ? this.#index.nearest(middleX, middleY, far, far) : this.#index.next(this.#current, way[0], way[1], across, up);
      if (next >= 0) this.#go(next);
    } else if (event.key === "Enter" && this.#current >= 0) {
      location.assign(this.href(this.#current));
    } else if (event.key === " " && this.#current >= 0) {
      const has = selected.value.includes(this.#current);
      this.select(has ? selected.value.filter((point) => point !== this.#current) : [...selected.value, this.#current]);
    } else if (event.key === "Escape") {
      this.select([]);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Goes to a point, and brings it into view. */
  #go(point: number): void {
    this.#current = point;
    const { points } = this.#index as Index;
    const [x, y] = [points.x[point] as number, points.y[point] as number];
    const { left, right, bottom, top } = this.#view;
    if (x < left || x > right || y < bottom || y > top) this.#pan(x - (left + right) / 2, y - (bottom + top) / 2);
    this.#hint(point);
    announce(this.words(point));
  }

  href(point: number): string {
    return `${this.#props.base}/samples/${this.#index?.points.rows[point]}?rev=${encodeURIComponent(this.#props.rev)}`;
  }

  words(point: number): string {
    const { points } = this.#index as Index;
    const name = nameOf(entries.value, points.colours?.[point]);
    return `${name ? `${name}, ` : ""}row ${points.rows[point]}`;
  }

  picture(point: number, size: number): string | null {
    const { ns, name, media, rev } = this.#props;
    if (!media) return null;
    const path = [ns, name, "rows", String(this.#index?.points.rows[point]), media, "thumbnail"].map(encodeURIComponent).join("/");
    return `/api/v1/datasets/${path}?${new URLSearchParams({ rev, size: String(size) })}`;
  }

  /** Shows a picture beside a point; hides it for -1. */
  #hint(point: number): void {
    this.#tip.hidden = point < 0;
    this.#canvas.classList.toggle("on", point >= 0);
    if (point < 0 || this.#tip.dataset["point"] === String(point)) {
      if (point < 0) this.#tip.dataset["point"] = "";
      return;
    }
    this.#tip.dataset["point"] = String(point);
    const { points } = this.#index as Index;
    const [across, up] = this.#scale();
    const px = ((points.x[point] as number) - this.#view.left) * across;
    const py = (this.#view.top - (points.y[point] as number)) * up;
    const label = document.createElement("span");
    label.textContent = this.words(point);
    const src = this.picture(point, 192);
    const parts: HTMLElement[] = [label];
    if (src) {
      const image = document.createElement("img");
      image.alt = "";
      image.addEventListener("error", () => image.remove());
      image.src = src;
      parts.unshift(image);
    }
    this.#tip.replaceChildren(...parts);
    this.#tip.style.left = `${px > this.#canvas.clientWidth - 180 ? px - 172 : px + 12}px`;
    this.#tip.style.top = `${Math.max(0, Math.min(py - 30, this.#canvas.clientHeight - 190))}px`;
  }
}

function Side({ view }: { view: MapView }) {
  const { entries: few, more } = shown(entries.value);
  const chosen = selected.value;
  return (
    <>
      {trouble.value !== null && (
        <p class="note bad any" role="alert">
          {trouble.value}
        </p>
      )}
      <p class="acts" role="group" aria-label="Map">
        <button type="button" class="btn s" aria-pressed={isLasso.value} onClick={() => (isLasso.value = !isLasso.value)}>
          <Icon name="spline" />
          Select by a line
        </button>
        <button type="button" class="btn s" aria-label="Larger" onClick={() => view.zoom(0.7)}>
          +
        </button>
        <button type="button" class="btn s" aria-label="Smaller" onClick={() => view.zoom(1.4)}>
          −
        </button>
        <button type="button" class="btn s" onClick={() => view.reset()}>
          Whole map
        </button>
      </p>
      {total.value !== null && <p class="dim num">{counted(total.value, "point")}</p>}
      {few.length > 0 && (
        <ul class="mlegend" aria-label="Colours">
          {few.map((entry) => (
            <li key={entry.code}>
              <span class={`sw ${entry.colour === null ? (entry.at > 0.5 ? "c6" : "c1") : `c${entry.colour}`}`} />
              <span class="cut">{entry.name || "none"}</span>
              <span class="num dim">{count(entry.count)}</span>
            </li>
          ))}
          {more > 0 && <li class="dim3">and {counted(more, "other")}</li>}
        </ul>
      )}
      {chosen.length > 0 && (
        <section aria-label="Selected">
          <p class="acts">
            <b class="num">{counted(chosen.length, "sample")} selected</b>
            <button type="button" class="btn s" onClick={() => view.select([])}>
              None
            </button>
          </p>
          <ul class="cpics">
            {chosen.slice(0, PICTURES).map((point) => {
              const src = view.picture(point, 96);
              return (
                <li key={point}>
                  <a href={view.href(point)} title={view.words(point)} aria-label={view.words(point)}>
                    {src ? <img class="im" src={src} alt="" width="72" height="72" loading="lazy" /> : <span class="im none">{view.words(point)}</span>}
                  </a>
                </li>
              );
            })}
          </ul>
          {chosen.length > PICTURES && <p class="dim3">The first {PICTURES} are shown.</p>}
        </section>
      )}
    </>
  );
}

mount<Props>("map", (props, element) => {
  const canvas = element.querySelector("canvas");
  const lasso = element.querySelector<SVGPolygonElement>("polygon");
  const tip = element.querySelector<HTMLElement>(".mtip");
  if (!canvas || !lasso || !tip) return undefined;
  const view = new MapView(props, canvas, lasso, tip);
  const side = element.querySelector<HTMLElement>(".mside");
  if (side) render(<Side view={view} />, side);
  addShortcuts(
    { keys: "+", label: "Larger", run: () => view.zoom(0.7) },
    { keys: ["-", "−"], label: "Smaller", run: () => view.zoom(1.4) },
    { keys: "0", label: "Whole map", run: () => view.reset() },
  );
  view.load().catch((error: unknown) => (trouble.value = inWords(error)));
  return undefined;
});

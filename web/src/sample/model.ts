// One sample and what is done with it: which row, its values with the changes that aren't committed yet, what is selected.

import { announce, api, body, changed, computed, inWords, isAborted, ProblemError, type Schema, signal, toast } from "../kit";
import { applied, type Box, type Change, type Changes, type Json, membersOf, nameOf, openChanges, partOf, type Pick, type ValueType } from "../changes";
import { type Column, type DrawnObject, keyOfObject, type Keypoint, listOfBoxes, objectsOf, titleOf } from "./objects";
import { sizeOf } from "./geometry";
import { ofBoxes, ofPicture, type Prediction, suggestionOf } from "./predictions";

/** What the page says about the sample and its list (`data-props`). */
export interface SampleProps {
  namespace: string;
  name: string;
  home: string;
  /** The pinned revision: `main:14`. */
  rev: string;
  /** The column that is shown on the stage. */
  media: string | null;
  isPicture: boolean;
  row: string;
  /** The query of the list, with `?`; previous and next keep it. */
  query: string;
  back: string;
  where: string | null;
  split: string | null;
  sort?: string | null;
  /** The run whose prediction is shown. */
  run: string | null;
  /** The review queue that it was opened from. */
  queue: string | null;
  /** Has the data set runs? */
  hasRuns: boolean;
  /** What they predicted of the first row. */
  predictions: Prediction[];
}

export type Page = Schema["RowPage"] & { predictions: readonly Prediction[] };

export const LAYERS = ["boxes", "outlines", "points", "masks", "model"] as const;
export type Layer = (typeof LAYERS)[number];

export class Model {
  readonly changes: Changes | null = openChanges();
  readonly page = signal<Page | null>(null);
  readonly trouble = signal("");
  readonly selected = signal<string | null>(null);
  readonly hovered = signal<string | null>(null);
  readonly hidden = signal<ReadonlySet<string>>(new Set());
  readonly layers = signal<ReadonlySet<Layer>>(keptLayers());
  /** Are all layers hidden, while H is held? */
  readonly isBare = signal(false);
  /** The object that was just added, whose label is asked for. */
  readonly added = signal<string | null>(null);
  /** Is the next drag a new box? */
  readonly isDrawing = signal(false);
  /** The style class of a class's colour. */
  readonly colours = signal<(name: string) => string>(() => "c8");
  readonly run = signal<string | null>(null);
  /** The rows of the queue that this one was opened from, in their order. */
  readonly queue: readonly string[];
  rev: string;
  #abort: AbortController | undefined;
  #ahead = new Map<string, Promise<Page>>();

  readonly columns = computed(() => (this.page.value?.columns ?? []).map((one): Column => ({ name: one.name, feature: one.feature as unknown as Column["feature"] })));
  readonly values = computed(() => (this.page.value?.row.values ?? {}) as Record<string, Json>);
  readonly ofRow = computed(() => this.changes?.byRow.value.get(this.page.value?.row.row_id ?? "") ?? []);
  readonly isRemoved = computed(() => this.ofRow.value.some((change) => change.column === null));
  readonly objects = computed(() => objectsOf(this.columns.value.filter((one) => one.name !== this.props.media), this.values.value, this.ofRow.value));
  readonly current = computed(() => this.objects.value.find((object) => keyOfObject(object) === this.selected.value) ?? null);
  /** What runs say of the whole picture, the one that is chosen first. */
  readonly said = computed(() => ofPicture(this.page.value?.predictions ?? [], this.run.value));
  readonly saidOfBoxes = computed(() => ofBoxes(this.page.value?.predictions ?? [], this.run.value));
  readonly media = computed(() => {
    const value = this.values.value[this.props.media ?? ""];
    return value ? membersOf(value) : null;
  });
  readonly size = computed(() => sizeOf(this.media.value));
  readonly title = computed(() => {
    const name = this.media.value?.["name"];
    const path = typeof name === "string" && name !== "" ? name.split("/") : [];
    return path.at(-1) ?? this.page.value?.row.row_id ?? this.props.row;
  });

  constructor(readonly props: SampleProps) {
    this.rev = props.rev;
    this.run.value = props.run;
    this.queue = props.queue === null ? [] : rowsOfQueue(props);
  }

  /** A column's value with its changes. */
  valueOf(column: string): Json {
    const own = this.ofRow.value.filter((change) => change.column === column);
    return applied(this.values.value[column] ?? null, own);
  }

  /** The class of a label column, in the base and now. */
  labelOf(column: string): { was: string | null; now: string | null } {
    const name = (value: Json) => (value === null ? null : nameOf(value));
    return { was: name(this.values.value[column] ?? null), now: name(this.valueOf(column)) };
  }

  hrefOf(row: string): string {
    return `${this.props.home}/samples/${row}${this.props.query}`;
  }

  /** What a run says of an object: its own prediction, where it isn't the label that it has now. */
  suggestionFor(object: DrawnObject): { name: string; probability: number } | null {
    return object.state === "added" || object.label === null ? null : suggestionOf(this.saidOfBoxes.value.get(keyOfObject(object)), object.label.value);
  }

  /** The address of this sample with another run's prediction. */
  hrefWithRun(run: string): string {
    return `${this.props.home}/samples/${this.page.value?.row.row_id ?? this.props.row}?${changed(new URLSearchParams(this.props.query), { run })}`;
  }

  /** Shows the sample and the run of the address. */
  follow(): void {
    this.props.query = location.search;
    this.run.value = new URLSearchParams(location.search).get("run");
    const row = decodeURIComponent(location.pathname.split("/").pop() ?? "");
    if (row !== this.page.peek()?.row.row_id) void this.show(row);
  }

  async #fetch(row: string, signal?: AbortSignal): Promise<Page> {
    const [page, predictions] = await Promise.all([this.#fetchRow(row, signal), this.#fetchPredictions(row, signal)]);
    const at = this.queue.indexOf(row);
    if (at < 0) return { ...page, predictions };
    const beside = (rank: number) => {
      const found = this.queue[rank];
      return found === undefined ? null : { row_id: found, position: 0, rank };
    };
    return { ...page, predictions, rank: at, total: this.queue.length, previous: beside(at - 1), next: beside(at + 1) };
  }

  /** A run that can't be read has said nothing. */
  async #fetchPredictions(row: string, signal?: AbortSignal): Promise<readonly Prediction[]> {
    const { namespace: ns, name, hasRuns, predictions } = this.props;
    if (!hasRuns) return [];
    if (row === this.props.row && !this.page.peek()) return predictions;
    const of = (query: { run?: string }) => body(api.GET("/api/v1/datasets/{ns}/{name}/predictions", { params: { path: { ns, name }, query: { row, rev: this.rev, ...query } }, ...(signal ? { signal } : {}) }));
    try {
      const found = (await of({})).predictions;
      const run = this.run.peek();
      return run === null || found.some((one) => one.run === run) ? found : [...found, ...(await of({ run })).predictions];
    } catch {
      return [];
    }
  }

  #fetchRow(row: string, signal?: AbortSignal): Promise<Schema["RowPage"]> {
    const { namespace: ns, name, where, split, sort } = this.props;
    const query = { rev: this.rev, ...(where ? { where } : {}), ...(split ? { split } : {}), ...(sort ? { sort } : {}) };
    return body(api.GET("/api/v1/datasets/{ns}/{name}/rows/{row}", { params: { path: { ns, name, row }, query }, ...(signal ? { signal } : {}) }));
  }

  /** Reads a row and shows it. What is on the page stays until it is there. */
  async show(row: string): Promise<void> {
    this.#abort?.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const page = await (this.#ahead.get(row) ?? this.#fetch(row, signal));
      if (signal.aborted) return;
      this.trouble.value = "";
      this.selected.value = this.hovered.value = null;
      this.hidden.value = new Set();
      this.isDrawing.value = false;
      this.page.value = page;
      this.#readAhead(page);
    } catch (error) {
      if (isAborted(error) || signal.aborted) return;
      // A list that can't be filtered any more leaves the sample without neighbours.
      if (this.props.where && !this.page.peek()) {
        this.props.where = this.props.split = null;
        return this.show(row);
      }
      this.trouble.value = inWords(error);
    }
  }

  #readAhead(page: Page): void {
    this.#ahead.clear();
    for (const beside of [page.next, page.previous]) {
      if (!beside) continue;
      const read = this.#fetch(beside.row_id);
      read.then(
        (found) => {
          if (this.props.isPicture) new Image().src = pictureOf(found, this.props.media) ?? "";
        },
        () => this.#ahead.delete(beside.row_id),
      );
      this.#ahead.set(beside.row_id, read);
    }
  }

  /** Goes to the sample before or after, in the list that this one was opened from. */
  step(by: -1 | 1): void {
    const page = this.page.peek();
    const beside = by < 0 ? page?.previous : page?.next;
    if (beside) this.go(beside.row_id);
    else announce(by < 0 ? "This is the first sample" : "This is the last sample");
  }

  go(row: string): void {
    if (!this.props.isPicture) return location.assign(this.hrefOf(row));
    history.pushState(null, "", this.hrefOf(row));
    void this.show(row);
  }

  /** Shows the row as a commit left it; if that removed it, the one after it. */
  async moveOn({ branch, version }: Schema["CommitView"]): Promise<void> {
    const before = this.page.peek();
    if (!before) return;
    const query = new URLSearchParams(this.props.query);
    const named = query.get("rev");
    const pinned = `${branch}:${version}`;
    if (named !== null || branch !== this.rev.slice(0, this.rev.lastIndexOf(":"))) query.set("rev", named?.includes(":") ? pinned : branch);
    this.props.query = query.size > 0 ? `?${query}` : "";
    this.rev = pinned;
    this.#ahead.clear();
    try {
      const page = await this.#fetch(before.row.row_id);
      // A sample that its new label takes out of the list keeps its place there until one goes on.
      const { rank, total, previous, next } = before;
      this.page.value = typeof page.rank === "number" ? page : { ...page, rank: rank ?? null, total, previous: previous ?? null, next: next ?? null };
      history.replaceState(null, "", this.hrefOf(before.row.row_id));
      this.#readAhead(this.page.value);
    } catch (error) {
      const beside = before.next ?? before.previous;
      if (!(error instanceof ProblemError) || error.status !== 404) this.trouble.value = inWords(error);
      else if (beside) this.go(beside.row_id);
      else location.assign(this.props.back);
    }
  }

  #make(label: string, made: Omit<Change, "base" | "rowId" | "name">, joins = false): void {
    const page = this.page.peek();
    if (!this.changes || !page) return;
    void this.changes.make(label, [{ ...made, rowId: page.row.row_id, base: this.rev, name: this.title.peek() }], joins);
  }

  /** Sets a value, or a part of one. */
  set(column: string, path: string, type: ValueType, was: Json, value: Json, joins = false): void {
    const words = { label: "Relabel", box: "Move box", keypoint: "Move keypoint", item: "Change", text: "Change text", number: "Change number", value: "Change", row: "Change" };
    this.#make(words[type], { column, path, action: "set", type, was, value }, joins);
  }

  relabel(column: string, path: string, was: Json, pick: Pick | null): void {
    const value = pick?.name ?? null;
    this.#make("Relabel", { column, path, action: "set", type: "label", was, value, ...(pick?.isNew ? { isNewClass: true } : {}) });
    announce(`Label: ${value ?? "none"}, not committed yet`);
  }

  setBox(object: DrawnObject, box: Box, joins = false): void {
    if (object.box) this.set(object.column, object.box.path, "box", object.box.was, box, joins);
  }

  setKeypoint(object: DrawnObject, point: Keypoint, joins = false): void {
    const base = this.values.peek()[object.column] ?? null;
    const was = object.state === "added" ? null : (partOf(base, point.path) ?? null);
    this.set(object.column, point.path, "keypoint", was, { x: point.x, y: point.y, visibility: point.visibility }, joins);
  }

  /** Adds an object with this box, and selects it. */
  addBox(box: Box): void {
    const list = listOfBoxes(this.columns.peek());
    const row = this.page.peek()?.row.row_id;
    if (!list || !this.changes || row === undefined) return;
    const value: { [name: string]: Json } = Object.fromEntries(list.fields.map((field) => [field.name, null]));
    value[list.box] = box;
    const path = this.changes.newItem(row, list.column);
    this.#make("New box", { column: list.column, path, action: "add", type: "item", was: null, value });
    this.selected.value = `${list.column}${path}`;
    announce("New box, not committed yet");
    if (list.label !== null) this.added.value = this.selected.value;
  }

  removeObject(object: DrawnObject): void {
    if (!object.isItem) {
      if (object.box) this.set(object.column, object.box.path, "box", object.box.was, null);
      return;
    }
    this.#make("Remove", { column: object.column, path: object.path, action: "remove", type: "item", was: object.was, value: null });
    this.selected.value = null;
    announce(`Removed ${titleOf(object)}, not committed yet`);
  }

  removeSample(): void {
    this.#make("Remove sample", { column: null, path: "", action: "remove", type: "row", was: null, value: null });
    announce("Sample removed, not committed yet");
  }

  takeBack(changes: readonly Change[]): void {
    void this.changes?.takeBack(changes);
  }

  /** Is there an object after the selected one, or before it? */
  hasBeside(by: 1 | -1): boolean {
    const shown = this.#shownObjects();
    const at = shown.findIndex((object) => keyOfObject(object) === this.selected.peek());
    return shown.length > 0 && (at < 0 ? by > 0 : at + by >= 0 && at + by < shown.length);
  }

  #shownObjects(): DrawnObject[] {
    return this.objects.peek().filter((object) => object.state !== "removed");
  }

  /** Selects the next object, or the one before. */
  cycle(by: 1 | -1): void {
    const shown = this.#shownObjects();
    if (shown.length === 0) return;
    const at = shown.findIndex((object) => keyOfObject(object) === this.selected.peek());
    const first = by > 0 ? 0 : shown.length - 1;
    const to = at < 0 ? first : (at + by + shown.length) % shown.length;
    const next = shown[to];
    if (!next) return;
    this.selected.value = keyOfObject(next);
    announce(`${titleOf(next)}, ${to + 1} of ${shown.length}`);
  }

  toggle(layer: Layer): void {
    const layers = new Set(this.layers.peek());
    if (!layers.delete(layer)) layers.add(layer);
    this.layers.value = layers;
    try {
      localStorage.setItem("hidden-layers", LAYERS.filter((one) => !layers.has(one)).join(" "));
    } catch {
      toast("This browser keeps no settings.");
    }
  }
}

function keptLayers(): Set<Layer> {
  const hidden = localStorage.getItem("hidden-layers")?.split(" ");
  return new Set(LAYERS.filter((layer) => !hidden?.includes(layer)));
}

/** The rows of the queue as it stood when this sample was opened from it; none if it was opened otherwise. */
function rowsOfQueue({ home, query }: SampleProps): string[] {
  const [of, ...rows] = sessionStorage.getItem("queue")?.split("\n") ?? [];
  return of === `${home} ${new URLSearchParams(query).get("queue")}` ? rows : [];
}

/** What browsers show themselves; other pictures are sent as thumbnails. */
const SHOWN_BY_BROWSERS = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/avif", "image/svg+xml"]);

/** The address of a row's picture, in a format that every browser shows. */
export function pictureOf(page: Page, column: string | null): string | null {
  const { url, thumbnail, media_type: type } = membersOf((page.row.values as Record<string, Json>)[column ?? ""]);
  const isShown = typeof type === "string" && SHOWN_BY_BROWSERS.has(type);
  if (isShown && typeof url === "string") return url;
  return typeof thumbnail === "string" ? `${thumbnail}&size=1024` : null;
}

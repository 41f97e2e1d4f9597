// A review queue that is answered row by row: take the suggestion, keep the label, choose another one, remove. What was
// answered leaves the queue, and the next row is at hand.

import {
  addShortcuts, announce, api, batch, body, computed, counted, effect, Icon, inWords, mount, signal, toast, useEffect, useRef,
} from "../kit";
import { type Change, type Changes, openChanges, openPicker, pathOf, rowThumbnail } from "../changes";
import { groupsOf, type Item, labelOf, left, moved, nextAfter, type Pending, why } from "../review/queue";

interface Page {
  label?: string | null;
  items: Item[];
  total: number;
  next?: number | null;
}

interface Props {
  queue: string;
  /** The pinned revision. */
  rev: string;
  may_write: boolean;
  is_audio: boolean;
  /** The column of the label and the members down to it. */
  label_path: string[];
  /** What is shown for rows without a label. */
  names: Record<string, string>;
  /** What chooses the rows: `class`, `run`, `since`, `label`. */
  params: Record<string, string>;
  /** The first groups that are shown, counted in the queue. */
  at: number;
  /** What the addresses of its samples say of the queue. */
  of_queue: string;
  page: Page;
  /** The addresses of the classes before and after. */
  previous_class: string | null;
  next_class: string | null;
}

/** More rows are asked for when fewer groups are left. */
const LOW = 30;

type Answer = { rows: string[] };

class Review {
  readonly items = signal<Item[]>([]);
  readonly kept = signal<ReadonlySet<string>>(new Set());
  readonly current = signal<string | null>(null);
  readonly selected = signal<ReadonlySet<string>>(new Set());
  /** Groups on the server that are not loaded. */
  #next: number | null;
  #isLoading = false;
  #keptGroups = 0;
  #loadedGroups: number;
  readonly #total: number;
  /** Kept rows that can be taken back, the newest last; null stands for a change of the store. */
  #steps: (Answer | null)[] = [];

  readonly pending = computed(() => {
    const rows = new Map<string, Pending>();
    for (const [row, changes] of this.changes.byRow.value) {
      const label = changes.find((change) => change.column === this.column && change.path === this.path && change.action === "set");
      const isRemoved = changes.some((change) => change.column === null);
      const value = label?.value;
      if (label || isRemoved) rows.set(row, { isRemoved, ...(label ? { label: typeof value === "string" ? value : null } : {}) });
    }
    return rows;
  });
  readonly groups = computed(() => left(this.items.value, this.kept.value, this.pending.value));
  readonly flat = computed(() => this.groups.value.flat());
  readonly remaining = computed(() => Math.max(this.groups.value.length, this.#total - this.#answeredGroups.value));
  readonly #answeredGroups = computed(() => groupsOf(this.items.value).length - this.groups.value.length);

  constructor(
    readonly props: Props,
    readonly changes: Changes,
  ) {
    this.items.value = props.page.items;
    this.#loadedGroups = props.at + groupsOf(props.page.items).length;
    this.#next = props.page.next ?? null;
    this.#total = props.page.total - props.at;
    this.current.value = props.page.items[0]?.row_id ?? null;
  }

  get column(): string {
    return this.props.label_path[0] ?? "";
  }

  get path(): string {
    return pathOf(this.props.label_path.slice(1));
  }

  #item(row: string | null): Item | undefined {
    return this.flat.peek().find((item) => item.row_id === row);
  }

  /** The rows that a key is for: those that are selected, else the one at hand. */
  #chosen(): Item[] {
    const selected = this.selected.peek();
    if (selected.size > 0) return this.flat.peek().filter((item) => selected.has(item.row_id));
    const item = this.#item(this.current.peek());
    return item ? [item] : [];
  }

  /** Does something with rows, and goes on to the next one that is left. */
  #answer(what: string, run: () => void): void {
    const before = this.flat.peek();
    const row = this.current.peek();
    batch(() => {
      run();
      this.selected.value = new Set();
    });
    if (row !== null) this.current.value = nextAfter(before, this.flat.peek(), row);
    announce(`${what}. ${counted(this.remaining.peek(), "left", "left")}`);
    void this.more();
  }

  #relabel(rows: readonly { item: Item; to: string | null; isNew?: boolean }[]): void {
    const changes = rows.map(({ item, to, isNew }): Omit<Change, "base"> => ({
      rowId: item.row_id, column: this.column, path: this.path, action: "set", type: "label", was: item.label?.name ?? null, value: to,
      ...(isNew ? { isNewClass: true } : {}),
    }));
    this.#steps.push(null);
    void this.changes.make(`Relabel ${counted(rows.length, "sample")}`, changes);
  }

  take(only?: Item): void {
    const rows = (only ? [only] : this.#chosen()).flatMap((item) => (item.suggestion ? [{ item, to: item.suggestion.name }] : []));
    if (rows.length === 0) {
      announce("Nothing is suggested here");
      return;
    }
    this.#answer(`${rows[0]?.item.label?.name ?? "no label"} is now ${rows[0]?.to}`, () => this.#relabel(rows));
  }

  /** Gives the other rows with the same picture the label of this one. */
  useLabel(only?: Item): void {
    const item = only ?? this.#item(this.current.peek());
    if (!item) return;
    const to = labelOf(item, this.pending.peek());
    const others = this.flat.peek().filter((other) => other.group === item.group && labelOf(other, this.pending.peek()) !== to);
    if (others.length === 0) return;
    this.#answer(`All are now ${to ?? "without a label"}`, () => this.#relabel(others.map((other) => ({ item: other, to }))));
  }

  /** Keeps rows as they are; of rows with one picture all of them. */
  keep(only?: Item): void {
    const groups = new Set((only ? [only] : this.#chosen()).map((item) => item.group));
    const rows = this.flat.peek().filter((item) => groups.has(item.group)).map((item) => item.row_id);
    if (rows.length === 0) return;
    const answer = { rows };
    this.#answer("Kept", () => this.#setKept(answer, true));
    this.#steps.push(answer);
    toast(`${counted(rows.length, "label")} kept.`, { label: "Undo", run: () => this.#takeBack(answer) });
  }

  remove(only?: Item): void {
    const rows = only ? [only] : this.#chosen();
    if (rows.length === 0) return;
    this.#answer("Removed", () => {
      this.#steps.push(null);
      const gone = rows.map((item): Omit<Change, "base"> => ({ rowId: item.row_id, column: null, path: "", action: "remove", type: "row", was: null, value: null }));
      void this.changes.make(`Remove ${counted(rows.length, "sample")}`, gone);
    });
  }

  choose(near: Element | null): void {
    const rows = this.#chosen();
    const first = rows[0];
    const label = this.props.page.label;
    if (!first || !label) return;
    const suggested = [...new Set(rows.flatMap((item) => (item.suggestion ? [item.suggestion.name] : [])))];
    openPicker(
      {
        set: this.changes.set, rev: this.props.rev, label, current: labelOf(first, this.pending.peek()), canBeNone: true,
        ...(suggested.length > 0 ? { suggestions: { from: "This queue", classes: suggested.map((name) => ({ name })) } } : {}),
        onPick: (pick) =>
          this.#answer(pick ? `Now ${pick.name}` : "Now without a label", () =>
            this.#relabel(rows.map((item) => ({ item, to: pick?.name ?? null, isNew: pick?.isNew ?? false }))),
          ),
      },
      near ?? undefined,
    );
  }

  undo(): void {
    const last = this.#steps.pop();
    if (last) this.#takeBack(last);
    else this.changes.undo();
  }

  #takeBack(answer: Answer): void {
    this.#steps = this.#steps.filter((step) => step !== answer);
    this.#setKept(answer, false);
    this.current.value = answer.rows[0] ?? this.current.peek();
    announce("Undone: keep");
  }

  #setKept({ rows }: Answer, isKept: boolean): void {
    const show = (is: boolean) => {
      const kept = new Set(this.kept.peek());
      for (const row of rows) is ? kept.add(row) : kept.delete(row);
      this.kept.value = kept;
    };
    show(isKept);
    const path = { ns: this.changes.set.namespace, name: this.changes.set.name };
    const groups = new Set(this.items.peek().filter((item) => rows.includes(item.row_id)).map((item) => item.group)).size;
    this.#keptGroups += isKept ? groups : -groups;
    const request = api.PUT("/api/v1/datasets/{ns}/{name}/reviews", { params: { path }, body: { queue: this.props.queue, row_ids: rows, answer: isKept ? "keep" : null } });
    body(request).catch((error: unknown) => {
      this.#keptGroups -= isKept ? groups : -groups;
      show(!isKept);
      toast(`That could not be kept: ${inWords(error)}`);
    });
  }

  /** Gets more rows when few are left. */
  async more(): Promise<void> {
    if (this.#next === null || this.#isLoading || this.groups.peek().length >= LOW) return;
    this.#isLoading = true;
    const { set } = this.changes;
    // The server leaves out what was kept since.
    const offset = Math.max(0, this.#loadedGroups - this.#keptGroups);
    try {
      const page = await body(
        api.GET("/api/v1/datasets/{ns}/{name}/review/{queue}", {
          params: { path: { ns: set.namespace, name: set.name, queue: this.props.queue }, query: { ...this.props.params, rev: this.props.rev, offset, limit: 100 } },
        }),
      );
      const known = new Set(this.items.peek().map((item) => item.row_id));
      const first = (this.items.peek().at(-1)?.group ?? 0) + 1;
      const added = groupsOf(page.items).flatMap((group, i) => group.filter((item) => !known.has(item.row_id)).map((item) => ({ ...item, group: first + i })));
      this.#loadedGroups += groupsOf(page.items).length;
      this.items.value = [...this.items.peek(), ...added];
      this.current.value ??= added[0]?.row_id ?? null;
      this.#next = page.next ?? null;
    } catch (error) {
      toast(`More rows can't be read: ${inWords(error)}`);
    } finally {
      this.#isLoading = false;
    }
  }

  move(steps: number): void {
    this.current.value = moved(this.flat.peek(), this.current.peek(), steps);
  }

  select(row: string, to = !this.selected.peek().has(row)): void {
    const selected = new Set(this.selected.peek());
    to ? selected.add(row) : selected.delete(row);
    this.selected.value = selected;
  }

  href(item: Item): string {
    return `${this.changes.set.home}/samples/${item.row_id}?rev=${encodeURIComponent(this.props.rev)}&${this.props.of_queue}`;
  }
}

function Queue({ review }: { review: Review }) {
  const box = useRef<HTMLDivElement>(null);
  const { current, groups, selected } = review;
  const isMosaic = review.props.queue === "class";
  const isGrouped = review.props.queue === "duplicates";
  const cellOf = (row: string | null) => (row === null ? null : (box.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row)}"]`) ?? null));
  useEffect(() => {
    // The element with the focus may be gone; what took its place gets it.
    const active = document.activeElement;
    if (active === document.body || box.current?.contains(active)) cellOf(current.value)?.focus();
  }, [current.value]);
  useEffect(() => {
    /** How many cells a row has, as they lie. */
    const columns = () => {
      const cells = [...(box.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
      const top = cells[0]?.getBoundingClientRect().top;
      return Math.max(1, cells.findIndex((cell) => cell.getBoundingClientRect().top !== top));
    };
    const step = (keys: string, steps: () => number, extend = false) => ({
      keys: extend ? `Shift+${keys}` : keys, label: extend ? "Select" : "Move",
      run: () => {
        if (extend && current.peek() !== null) review.select(current.peek() ?? "", true);
        review.move(steps());
        if (extend && current.peek() !== null) review.select(current.peek() ?? "", true);
        cellOf(current.peek())?.focus();
      },
    });
    const arrows = [step("ArrowLeft", () => -1), step("ArrowRight", () => 1), step("ArrowUp", () => -columns()), step("ArrowDown", () => columns()), step("Home", () => -1e9), step("End", () => 1e9)];
    const goto = (href: string | null) => () => {
      if (href) location.assign(href);
    };
    return addShortcuts(
      ...arrows,
      step("ArrowLeft", () => -1, true),
      step("ArrowRight", () => 1, true),
      { keys: " ", label: "Select", run: () => current.peek() !== null && review.select(current.peek() ?? "") },
      { keys: "Escape", label: "Select nothing", run: () => (selected.value = new Set()) },
      { keys: "a", label: "Take the suggestion", run: () => review.take() },
      ...(isGrouped ? [{ keys: "u", label: "Use this label for all with the same picture", run: () => review.useLabel() }] : []),
      { keys: "k", label: "Keep the label", run: () => review.keep() },
      { keys: "l", label: "Change the label", run: () => review.choose(cellOf(current.peek())) },
      { keys: ["x", "Delete"], label: "Remove", run: () => review.remove() },
      { keys: "Mod+z", label: "Undo", run: () => review.undo() },
      { keys: "n", label: "Next class", run: goto(review.props.next_class) },
      { keys: "p", label: "Previous class", run: goto(review.props.previous_class) },
    );
  }, [review]);
  const cell = (item: Item) => <Cell key={item.row_id} review={review} item={item} isMosaic={isMosaic} />;
  return (
    <div ref={box} class="rv">
      {groups.value.length === 0 && <p class="nothing">Nothing here is left to look at.</p>}
      {isGrouped ? (
        <ol class="alike">
          {groups.value.map((group) => (
            <li key={group[0]?.row_id} class="card">
              <ul class="cells s192">{group.map(cell)}</ul>
              <button type="button" class="btn s" onClick={() => group[0] && review.keep(group[0])}>
                <Icon name="check" />
                Keep these labels
              </button>
            </li>
          ))}
        </ol>
      ) : (
        <ul class={`cells ${isMosaic ? "s96 mz" : "s192"}`}>{groups.value.flat().map(cell)}</ul>
      )}
      <Bar review={review} cellOf={cellOf} />
    </div>
  );
}

function Cell({ review, item, isMosaic }: { review: Review; item: Item; isMosaic: boolean }) {
  const { changes, props } = review;
  const isCurrent = review.current.value === item.row_id;
  const isSelected = review.selected.value.has(item.row_id);
  const label = labelOf(item, review.pending.value) ?? props.names[item.row_id] ?? "no label";
  const before = item.label?.name ?? null;
  const isChanged = review.pending.value.has(item.row_id);
  const picture = changes.set.media === null ? null : rowThumbnail(changes.set, props.rev, item.row_id, isMosaic ? 96 : 192);
  const click = (event: MouseEvent) => {
    // Enter opens the sample.
    if (event.metaKey || event.ctrlKey || event.button !== 0 || event.detail === 0) return;
    event.preventDefault();
    review.current.value = item.row_id;
    if (event.shiftKey || isMosaic) review.select(item.row_id);
    (event.currentTarget as HTMLElement).focus();
  };
  return (
    <li class={isSelected ? "on" : ""}>
      <a
        class={`ce${isChanged ? " new" : ""}`} href={review.href(item)} data-row={item.row_id} tabIndex={isCurrent ? 0 : -1}
        aria-current={isCurrent ? "true" : undefined} onClick={click} onFocus={() => (review.current.value = item.row_id)}
        onDblClick={() => location.assign(review.href(item))}
      >
        {picture === null ? <span class="im none" /> : <img class={`im${props.is_audio ? " wave" : ""}`} src={picture} alt="" loading="lazy" />}
        <span class="l1 cut">
          {isSelected && <span class="sr">selected: </span>}
          {isChanged && before !== label && before !== null && <s>{before}</s>} {label}
        </span>
        <span class="l2">
          <span class="cut">
            {item.suggestion && (
              <>
                <span class="sr">suggested: </span>
                <span aria-hidden="true">→ </span>
                {item.suggestion.name}
                {item.is_near && <span class="dim3"> (near)</span>}
              </>
            )}
          </span>
          <span class="sp" />
          <span class="num">{why(item)}</span>
        </span>
      </a>
      {!isMosaic && (
        <div class="qa">
          {item.suggestion && (
            <button type="button" class="btn s" tabIndex={-1} onClick={() => review.take(item)}>
              <Icon name="check" />
              Take
            </button>
          )}
          {props.queue === "duplicates" ? (
            props.page.label && (
              <button type="button" class="btn s" tabIndex={-1} onClick={() => review.useLabel(item)}>
                Use this label
              </button>
            )
          ) : (
            <button type="button" class="btn s g" tabIndex={-1} onClick={() => review.keep(item)}>
              Keep
            </button>
          )}
        </div>
      )}
    </li>
  );
}

function Bar({ review, cellOf }: { review: Review; cellOf: (row: string | null) => Element | null }) {
  const n = review.selected.value.size;
  const item = review.flat.value.find((one) => one.row_id === review.current.value);
  const canTake = n > 0 ? review.flat.value.some((one) => review.selected.value.has(one.row_id) && one.suggestion) : Boolean(item?.suggestion);
  const off = item || n > 0 ? undefined : "true";
  const hasLabel = Boolean(review.props.page.label);
  return (
    <div class="act" role="toolbar" aria-label="Answers">
      <span class="num">
        <b>{review.remaining.value}</b> left{n > 0 && `, ${n} selected`}
      </span>
      {canTake && (
        <button type="button" class="btn p s" onClick={() => review.take()}>
          Take <span class="any">{n > 0 ? "suggestions" : item?.suggestion?.name}</span> <kbd>A</kbd>
        </button>
      )}
      <button type="button" class="btn s" aria-disabled={off} onClick={() => review.keep()}>
        {hasLabel ? "Keep label" : "Keep"} <kbd>K</kbd>
      </button>
      {hasLabel && (
        <button type="button" class="btn s" aria-disabled={off} onClick={() => review.choose(cellOf(review.current.peek()))}>
          Label… <kbd>L</kbd>
        </button>
      )}
      <button type="button" class="btn s" aria-disabled={off} onClick={() => review.remove()}>
        Remove <kbd>X</kbd>
      </button>
      {item && (
        <a class="btn s" href={review.href(item)}>
          Open <kbd>↵</kbd>
        </a>
      )}
    </div>
  );
}

mount<Props>("review", (props) => {
  const changes = openChanges();
  if (!changes || !props.may_write) return undefined;
  const review = new Review(props, changes);
  void changes.ready.then(() => review.more());
  // A sample that is opened from here leads to the next of the queue.
  const queue = new URLSearchParams(props.of_queue).get("queue");
  effect(() => sessionStorage.setItem("queue", [`${changes.set.home} ${queue}`, ...review.flat.value.map((item) => item.row_id)].join("\n")));
  return <Queue review={review} />;
});

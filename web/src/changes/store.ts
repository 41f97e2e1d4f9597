// The changes of a data set that the person who is signed in hasn't committed yet.

import { announce, computed, inWords, type ReadonlySignal, type Schema, signal, toast } from "../kit";
import { type Change, keyOf } from "./change";
import { changed, type ChangeState, committed, EMPTY, redone, resolved, takenBack, undone } from "./history";
import { Storage } from "./storage";

/** What a page of a data set says about it, for those who may write (`data-props` of the island `changes`). */
export interface SetProps {
  namespace: string;
  name: string;
  /** What the data set is, also under another name: changes are kept by it. */
  uuid: string;
  /** Who is signed in. */
  person: string;
  /** The address of the data set's pages. */
  home: string;
  /** The pinned revision that the page shows: `main:14`. */
  base: string;
  /** The column with the pictures, or the audio or video. */
  media: string | null;
}

/** The address of a small picture of a row, of at most `size` pixels. */
export function rowThumbnail(set: Pick<SetProps, "namespace" | "name" | "media">, rev: string, rowId: string, size: number): string {
  const cell = `rows/${rowId}/${encodeURIComponent(set.media ?? "")}`;
  return `/api/v1/datasets/${set.namespace}/${set.name}/${cell}/thumbnail?rev=${encodeURIComponent(rev)}&size=${size}`;
}

type NewChange = Omit<Change, "base"> & { base?: string };

export class Changes {
  readonly #state = signal<ChangeState>(EMPTY);
  readonly #storage: Storage;
  #pending = 0;
  #isBehind = false;
  #handlers = new Set<(commit: Schema["CommitView"]) => void>();
  /** The pinned revision that new changes are made on; a page that moves on sets it. */
  base: string;

  /** All changes, in the order in which they were made. */
  readonly all: ReadonlySignal<Change[]> = computed(() => Object.values(this.#state.value.changes));
  readonly count: ReadonlySignal<number> = computed(() => this.all.value.length);
  /** The changes of each row. */
  readonly byRow: ReadonlySignal<Map<string, Change[]>> = computed(() => {
    const rows = new Map<string, Change[]>();
    for (const change of this.all.value) rows.set(change.rowId, [...(rows.get(change.rowId) ?? []), change]);
    return rows;
  });
  readonly canUndo: ReadonlySignal<boolean> = computed(() => this.#state.value.undo.length > 0);
  readonly canRedo: ReadonlySignal<boolean> = computed(() => this.#state.value.redo.length > 0);
  /** Is the dialog to commit open? */
  readonly isCommitting = signal(false);
  /** Does the page show the number of changes and its buttons itself? Then there is no bar. */
  readonly hasOwnBar = signal(false);
  /** Whether what was kept has been read. */
  readonly ready: Promise<void>;

  constructor(readonly set: SetProps) {
    this.base = set.base;
    this.#storage = new Storage(`${set.person} ${set.uuid}`, () => void this.#update((state) => state));
    this.ready = this.#update((state) => state);
  }

  /** Makes changes, as one step that can be undone; with `joins`, a part of the last step if that was of the same values. */
  make(label: string, wanted: readonly NewChange[], joins = false): Promise<void> {
    const whole = wanted.map((change): Change => ({ ...change, base: change.base ?? this.base }));
    return this.#update((state) => changed(state, label, whole, joins));
  }

  /** A path for an item to add to the list at `list` of a row's column. */
  newItem(rowId: string, column: string, list = ""): string {
    const used = (this.byRow.peek().get(rowId) ?? []).filter((change) => change.column === column && change.path.startsWith(`${list}/+`));
    const numbers = used.map((change) => Number.parseInt(change.path.slice(list.length + 2), 10));
    return `${list}/+${Math.max(0, ...numbers) + 1}`;
  }

  undo(): void {
    const label = this.#state.peek().undo.at(-1)?.label;
    if (label === undefined) return;
    announce(`Undone: ${label}`);
    void this.#update(undone);
  }

  redo(): void {
    const label = this.#state.peek().redo.at(-1)?.label;
    if (label === undefined) return;
    announce(`Done again: ${label}`);
    void this.#update(redone);
  }

  takeBack(changes: readonly Change[], label = "Take back"): Promise<void> {
    return this.#update((state) => takenBack(state, label, changes.map(keyOf)));
  }

  /** Opens the dialog to commit. */
  openCommit(): void {
    if (this.count.peek() > 0) this.isCommitting.value = true;
    else toast("Nothing is changed.");
  }

  /** Calls `handler` after each commit from this page, instead of opening the commit's page. Returns what ends that. */
  onCommitted(handler: (commit: Schema["CommitView"]) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** Tells that changes were committed; `false` if nobody on the page takes it from here. */
  async finish(done: readonly Change[], commit: Schema["CommitView"] | null): Promise<boolean> {
    await this.#update((state) => committed(state, done));
    if (commit) {
      this.base = `${commit.branch}:${commit.version}`;
      for (const handler of this.#handlers) handler(commit);
    }
    return this.#handlers.size > 0;
  }

  /** Replaces or drops changes, as a conflict was resolved. */
  resolve(to: Record<string, Change | null>): Promise<void> {
    return this.#update((state) => resolved(state, to));
  }

  /** Shows a change at once, and keeps it. */
  async #update(change: (state: ChangeState) => ChangeState): Promise<void> {
    this.#state.value = change(this.#state.peek());
    this.#pending++;
    try {
      const { state, isForeign } = await this.#storage.update(change);
      this.#isBehind ||= isForeign;
      // What only this tab wrote is shown already.
      if (this.#pending === 1 && this.#isBehind) {
        this.#state.value = state;
        this.#isBehind = false;
      }
    } catch (error) {
      toast(`This browser can't keep changes over a reload: ${inWords(error)}`);
    } finally {
      this.#pending--;
    }
  }
}

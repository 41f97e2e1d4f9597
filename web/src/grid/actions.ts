// What can be done with selected samples.

import { type Changes, nameOf, openPicker } from "../changes";
import { announce, body, api, computed, count, counted, inWords, navigate, query, type ReadonlySignal, toast } from "../kit";
import type { SamplesApp } from "./app";
import type { Cell } from "./cell";
import { changesTo } from "./list_state";
import { openTagDialog } from "./tag_dialog";
import type { Action } from "./selection_bar";
import type { PendingWords } from "./context";

/** Samples that are changed at once, at most. */
const MOST = 10_000;
/** Rows of one request that keeps labels. */
const KEPT_AT_ONCE = 1000;
/** The queue of what is kept outside of any review. */
const QUEUE = "samples";

type Label = Parameters<Changes["make"]>[1][number]["was"];

export class Actions {
  readonly list: ReadonlySignal<Action[]>;
  readonly #app: SamplesApp;
  readonly #changes: Changes | null;

  constructor(app: SamplesApp, changes: Changes | null) {
    this.#app = app;
    this.#changes = changes;
    const { props } = app;
    const [label] = props.label;
    const mayNot = !props.is_signed_in ? "Sign in to change samples" : changes ? "" : "Only members who may write can change samples";
    const noLabel = props.is_label_of_row ? "" : label === undefined ? "This data set has no label" : "Its labels are of objects: open the sample to change them";
    const noVectors = props.vectors.length > 0 ? "" : "Needs a column of vectors, such as an embedding";
    const noTags = props.tags.length > 0 ? "" : "Needs a column that is a list of texts";
    const action = (key: string, label: string, icon: string, refusal: string, run: () => Promise<void> | void): Action => ({
      key, label, icon, refusal, run: () => this.#run(refusal, run),
    });
    this.list = computed(() => [
      action("L", "Change label", "tag", mayNot || noLabel, () => this.#relabel()),
      action("K", "Right as it is", "check", mayNot, () => this.#keep()),
      action("S", "Similar", "images", noVectors, () => this.#similar()),
      action("T", "Tag", "hash", mayNot || noTags, () => this.#tag()),
      action("X", "Leave out", "trash-2", mayNot, () => this.#remove()),
    ]);
  }

  /** Does what stands for a key. */
  press(key: string): void {
    this.list.peek().find((action) => action.key === key)?.run();
  }

  /** What is changed of a row, in words. */
  pendingOf(id: string): PendingWords | undefined {
    const changes = this.#changes?.byRow.peek().get(id);
    if (!changes || changes.length === 0) return undefined;
    const label = changes.find((change) => change.column === this.#app.props.label[0] && change.path === "");
    return { isRemoved: changes.some((change) => change.column === null), ...(label ? { label: nameOf(label.value) } : {}) };
  }

  async #run(refusal: string, run: () => Promise<void> | void): Promise<void> {
    if (refusal !== "") return toast(refusal);
    try {
      await run();
    } catch (error) {
      toast(inWords(error));
    }
  }

  #was(cell: Cell): Label {
    return (cell.values[this.#app.props.label[0] ?? ""] ?? null) as Label;
  }

  async #relabel(): Promise<void> {
    const { props } = this.#app;
    const [label] = props.label;
    const cells = await this.#app.targets(MOST);
    const changes = this.#changes;
    if (!changes || label === undefined || cells.length === 0) return;
    const names = new Set(cells.map((cell) => this.pendingOf(cell.id)?.label ?? nameOf(this.#was(cell))));
    const [only] = names;
    openPicker(
      {
        set: { namespace: props.namespace, name: props.name }, rev: props.rev, label, canBeNone: true,
        current: names.size > 1 ? `${count(names.size)} labels` : only === undefined || only === "none" ? null : only,
        onPick: (pick) => {
          const made = cells.map((cell) => ({
            rowId: cell.id, column: label, path: "", action: "set" as const, type: "label" as const, was: this.#was(cell),
            value: pick?.name ?? null, name: cell.name, ...(pick?.isNew ? { isNewClass: true } : {}),
          }));
          void changes.make(`Relabel ${counted(cells.length, "sample")}: ${pick?.name ?? "no label"}`, made);
          announce(`${counted(cells.length, "sample")}: ${pick?.name ?? "no label"}, not saved`);
          this.#app.selectNone();
        },
      },
      this.#app.viewport.elementOf(this.#app.active),
    );
  }

  async #remove(): Promise<void> {
    const cells = await this.#app.targets(MOST);
    const made = cells.map((cell) => ({ rowId: cell.id, column: null, path: "", action: "remove" as const, type: "row" as const, was: null, value: null, name: cell.name }));
    const words = `Leave out ${counted(cells.length, "sample")}`;
    await this.#changes?.make(words, made);
    this.#app.selectNone();
    toast(`${words}: not saved`, { label: "Undo", run: () => this.#changes?.undo() });
  }

  async #keep(): Promise<void> {
    const cells = await this.#app.targets(MOST);
    const { namespace, name } = this.#app.props;
    const put = async (answer: "keep" | null) => {
      for (let at = 0; at < cells.length; at += KEPT_AT_ONCE) {
        const row_ids = cells.slice(at, at + KEPT_AT_ONCE).map((cell) => cell.id);
        await body(api.PUT("/api/v1/datasets/{ns}/{name}/reviews", { params: { path: { ns: namespace, name } }, body: { queue: QUEUE, row_ids, answer } }));
      }
    };
    await put("keep");
    this.#app.selectNone();
    const undo = () => void put(null).catch((error: unknown) => toast(inWords(error)));
    toast(`${counted(cells.length, "sample")} kept as ${cells.length === 1 ? "it is" : "they are"}`, { label: "Undo", run: undo });
  }

  async #similar(): Promise<void> {
    const [cell] = await this.#app.targets(MOST);
    if (cell) navigate(changesTo(query.peek(), { ...this.#app.state.peek(), similar: cell.id, sort: "", at: 0 }));
  }

  async #tag(): Promise<void> {
    const [column] = this.#app.props.tags;
    const cells = await this.#app.targets(MOST);
    const changes = this.#changes;
    if (!changes || column === undefined) return;
    openTagDialog(column, cells.length, (tag) => {
      const made = cells.map((cell) => ({
        rowId: cell.id, column, path: changes.newItem(cell.id, column), action: "add" as const, type: "item" as const, was: null, value: tag, name: cell.name,
      }));
      void changes.make(`Tag ${counted(cells.length, "sample")}: ${tag}`, made);
      this.#app.selectNone();
    });
  }
}

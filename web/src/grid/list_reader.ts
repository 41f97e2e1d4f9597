// Reads a list of rows: pages of it, its facets, and the values along it.

import { api, body, type Schema } from "../kit";
import { type Cell, cellOf } from "./cell";
import { facetQuery, listQuery } from "./condition";
import type { ListState } from "./list_state";
import type { GridProps } from "./props";
import type { RulerMark } from "./ruler";

/** Similar rows that are found. */
const SIMILAR = 1000;

export interface Page {
  cells: Cell[];
  total: number;
}

export class ListReader {
  readonly #props: GridProps;
  readonly #state: ListState;
  readonly #rev: string;
  /** The rows of a list of similar ones, the row itself first. */
  #ids: Promise<string[]> | undefined;

  constructor(props: GridProps, state: ListState) {
    this.#props = props;
    this.#state = state;
    this.#rev = props.rev;
  }

  get #path() {
    return { ns: this.#props.namespace, name: this.#props.name };
  }

  /** The columns that cells need: those of the picture and the label, that of the order, and all in a table. */
  get #columns(): string {
    const { columns, table, sorts } = this.#props;
    const sort = this.#state.sort.replace(/^-/, "");
    const root = sorts.includes(sort) ? (table.find((column) => sort === column || sort.startsWith(`${column}.`)) ?? "") : "";
    const wanted = this.#state.view === "table" ? [...columns, ...table] : [...columns, root];
    return [...new Set(wanted.filter((column) => column !== ""))].join(",");
  }

  async page(offset: number, limit: number, signal: AbortSignal): Promise<Page> {
    const common = { rev: this.#rev, values: "thin" as const, columns: this.#columns };
    const get = (query: Record<string, unknown>) =>
      body(api.GET("/api/v1/datasets/{ns}/{name}/rows", { params: { path: this.#path, query: { ...common, ...query } }, signal }));
    if (this.#state.similar === null) {
      const list = await get({ ...listQuery(this.#state), offset, limit });
      return { cells: this.#cells(list), total: list.total };
    }
    const ids = await (this.#ids ??= this.#similar(this.#state.similar));
    const wanted = ids.slice(offset, offset + limit);
    const list = wanted.length > 0 ? await get({ ids: wanted.join(","), limit }) : null;
    return { cells: list ? this.#cells(list) : [], total: ids.length };
  }

  #cells(list: Schema["RowList"]): Cell[] {
    return list.rows.map((row) => cellOf(row, this.#props));
  }

  async #similar(row: string): Promise<string[]> {
    const { where, split } = listQuery(this.#state);
    const query = { row, rev: this.#rev, k: SIMILAR, ...(where === undefined ? {} : { where }), ...(split === undefined ? {} : { split }), ...(this.#props.vectors[0] === undefined ? {} : { column: this.#props.vectors[0] }) };
    const found = await body(api.GET("/api/v1/datasets/{ns}/{name}/similar", { params: { path: this.#path, query } }));
    return [found.row_id, ...found.rows.map((one) => one.row_id)];
  }

  facets(signal: AbortSignal): Promise<Schema["FacetList"]> {
    const query = { rev: this.#rev, concepts: true, ...facetQuery(this.#state) };
    return body(api.GET("/api/v1/datasets/{ns}/{name}/facets", { params: { path: this.#path, query }, signal }));
  }

  async marks(signal: AbortSignal): Promise<RulerMark[]> {
    if (this.#state.similar !== null) return [];
    const query = { rev: this.#rev, ...listQuery(this.#state) };
    return (await body(api.GET("/api/v1/datasets/{ns}/{name}/marks", { params: { path: this.#path, query }, signal }))).marks;
  }
}

import { api, body, useEffect, useState } from "../kit";
import { rowThumbnail } from "../changes";
import type { Model } from "./model";

/** Neighbours on each side. */
const BESIDE = 8;

interface Cell {
  row: string;
  rank: number;
}

/** The film strip of neighbours in the list. */
export function Strip({ model }: { model: Model }) {
  const [cells, setCells] = useState<Cell[]>([]);
  const page = model.page.value;
  const rank = page?.rank;
  useEffect(() => {
    if (rank === null || rank === undefined) return setCells([]);
    if (model.queue[rank] === page?.row.row_id) return setCells(model.queue.map((row, rank) => ({ row, rank })));
    // Some more than are shown are read at a time, so that few steps ask again.
    const [first, last] = [cells[0]?.rank ?? Infinity, cells.at(-1)?.rank ?? -1];
    const total = page?.total ?? 0;
    if (first <= Math.max(0, rank - BESIDE) && last >= Math.min(total - 1, rank + BESIDE)) return;
    const { namespace: ns, name, where, split, sort, media } = model.props;
    const offset = Math.max(0, rank - 3 * BESIDE);
    const query = { rev: model.rev, offset, limit: 6 * BESIDE + 1, values: "thin" as const, ...(media ? { columns: media } : {}), ...(where ? { where } : {}), ...(split ? { split } : {}), ...(sort ? { sort } : {}) };
    let isLate = false;
    body(api.GET("/api/v1/datasets/{ns}/{name}/rows", { params: { path: { ns, name }, query } })).then(
      (list) => {
        if (!isLate) setCells(list.rows.map((row, i) => ({ row: row.row_id, rank: offset + i })));
      },
      () => undefined,
    );
    return () => {
      isLate = true;
    };
  }, [rank, page?.at.commit]);
  if (rank === null || rank === undefined || cells.length < 2) return null;
  const { props } = model;
  return (
    <nav class="flm" aria-label="Neighbours">
      {cells
        .filter((cell) => Math.abs(cell.rank - rank) <= BESIDE)
        .map((cell) => {
          const isHere = cell.rank === rank;
          const isChanged = model.changes?.byRow.value.has(cell.row);
          return (
            <a
              key={cell.row}
              href={model.hrefOf(cell.row)}
              aria-label={`Sample ${cell.rank + 1}${isChanged ? ", changed" : ""}`}
              aria-current={isHere ? "true" : undefined}
              class={isChanged ? "chd" : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                model.go(cell.row);
              }}
            >
              <img class="im" src={rowThumbnail(props, model.rev, cell.row, 96)} alt="" width={50} height={50} />
            </a>
          );
        })}
    </nav>
  );
}

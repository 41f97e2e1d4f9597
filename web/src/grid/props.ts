/** What the server tells the grid about the data set (server/src/pages/grid_props.rs). */
export interface GridProps {
  namespace: string;
  name: string;
  /** The address of the data set's overview. */
  base: string;
  /** The revision that never changes: `main:14`. */
  rev: string;
  branch: string;
  is_pinned: boolean;
  rows: number;
  kind: "images" | "audio" | "video" | "rows";
  /** The column that is shown as a picture. */
  media: string | null;
  /** The way to the label that is shown: the column, and the members in it. */
  label: string[];
  is_label_of_row: boolean;
  columns: string[];
  table: string[];
  sorts: string[];
  vectors: string[];
  tags: string[];
  may_write: boolean;
  is_signed_in: boolean;
}

// Commits changes, and finds what others changed meanwhile.

import { api, body, ProblemError, type Schema } from "../kit";
import type { Change, Changes, Json } from "../changes";
import { type Conflict, differing } from "./conflicts";
import { editsOf } from "./edits";

/** A commit, or the values that others changed meanwhile, with the revision that they are of. */
export type Outcome = { commit: Schema["CommitView"] | null } | { conflicts: Conflict[]; head: string };

export interface Wanted {
  changes: readonly Change[];
  message: string;
  branch: string;
  /** Makes the branch first, at the revision that the changes were made on. */
  isNewBranch: boolean;
}

const ROWS_AT_ONCE = 200;

export async function commit({ set, base: shown }: Changes, wanted: Wanted): Promise<Outcome> {
  const path = { ns: set.namespace, name: set.name };
  const bases = [...new Set(wanted.changes.map((change) => change.base))];
  // The newest of one branch is that which the page shows, or was made on last.
  const base = bases.includes(shown) ? shown : (bases.at(-1) ?? shown);
  for (const older of bases.filter((one) => one !== base)) {
    const of = wanted.changes.filter((change) => change.base === older);
    const conflicts = differing(await valuesOf(set, older, of), await valuesOf(set, base, of), of);
    if (conflicts.length > 0) return { conflicts, head: base };
  }
  if (wanted.isNewBranch) await body(api.POST("/api/v1/datasets/{ns}/{name}/branches", { params: { path }, body: { name: wanted.branch, from: base } }));
  try {
    const edits = editsOf(wanted.changes);
    const done = await body(api.POST("/api/v1/datasets/{ns}/{name}/edits", { params: { path }, body: { base, branch: wanted.branch, message: wanted.message, ...edits } }));
    return { commit: done.commit ?? null };
  } catch (error) {
    if (wanted.isNewBranch) await api.DELETE("/api/v1/datasets/{ns}/{name}/branches/{ref}", { params: { path: { ...path, ref: wanted.branch } } });
    const conflicts = error instanceof ProblemError && error.status === 409 ? error.problem["conflicts"] : undefined;
    if (!Array.isArray(conflicts) || conflicts.length === 0) throw error;
    const refs = await body(api.GET("/api/v1/datasets/{ns}/{name}/refs", { params: { path } }));
    const at = refs.branches.find((one) => one.name === wanted.branch)?.at;
    return { conflicts: conflicts as Conflict[], head: at ? `${at.branch}:${at.version}` : base };
  }
}

/** The values of the changed rows and columns in a revision. */
async function valuesOf(set: Changes["set"], rev: string, changes: readonly Change[]): Promise<Map<string, Record<string, Json>>> {
  const ids = [...new Set(changes.map((change) => change.rowId))];
  const columns = [...new Set(changes.flatMap((change) => change.column ?? []))].join(",");
  const found = new Map<string, Record<string, Json>>();
  for (let from = 0; from < ids.length; from += ROWS_AT_ONCE) {
    const query = { rev, ids: ids.slice(from, from + ROWS_AT_ONCE).join(","), ...(columns === "" ? {} : { columns }), limit: ROWS_AT_ONCE };
    const path = { ns: set.namespace, name: set.name };
    const page = await body(api.GET("/api/v1/datasets/{ns}/{name}/rows", { params: { path, query } })).catch(missing);
    for (const row of page?.rows ?? []) found.set(row.row_id, row.values as Record<string, Json>);
    if (page) continue;
    // One of these rows is gone: which?
    for (const row of ids.slice(from, from + ROWS_AT_ONCE)) {
      const one = await body(api.GET("/api/v1/datasets/{ns}/{name}/rows/{row}", { params: { path: { ...path, row }, query: { rev } } })).catch(missing);
      if (one) found.set(row, one.row.values as Record<string, Json>);
    }
  }
  return found;
}

function missing(error: unknown): null {
  if (error instanceof ProblemError && error.status === 404) return null;
  throw error;
}

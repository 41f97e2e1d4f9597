/** What a page of two revisions says about them (`data-props`). */
export interface RevisionProps {
  namespace: string;
  name: string;
  home: string;
  /** The pinned revisions: `main:3`. Of a first commit, both are the same. */
  from: string;
  to: string;
  /** The column with the pictures. */
  media: string | null;
}

/** The branch of a pinned revision. */
export function branchOf(pinned: string): string {
  return pinned.slice(0, pinned.lastIndexOf(":"));
}

/** `v3` of a pinned revision. */
export function versionOf(pinned: string): string {
  return `v${pinned.slice(pinned.lastIndexOf(":") + 1)}`;
}

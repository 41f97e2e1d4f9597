import type { ChangeGroup } from "./groups";

/** What the changes of a group have in common. */
export function GroupTitle({ group }: { group: ChangeGroup }) {
  if (group.column === "") return <span class="any">Removed samples</span>;
  const column = <code class="any">{group.column}</code>;
  if (group.was !== undefined) {
    return (
      <span class="any">
        {column} <s class="dim3">{group.was}</s> → <b>{group.value}</b>
      </span>
    );
  }
  const words = { add: "added", remove: "removed", set: group.type === "box" ? "moved" : "changed" };
  return (
    <span class="any">
      {column} {words[group.action]}
    </span>
  );
}

import { addShortcuts, counted, Icon, useEffect } from "../kit";
import { CommitDialog } from "./commit";
import type { Changes } from "./store";

/** "3 changes · Undo · Commit", on every page of a data set that has some; and the keys for it. */
export function ChangesBar({ changes }: { changes: Changes }) {
  useEffect(
    () =>
      addShortcuts(
        { keys: "Mod+z", label: "Undo", run: () => changes.undo() },
        { keys: ["Mod+Shift+z", "Mod+y"], label: "Redo", run: () => changes.redo() },
        { keys: "Mod+Enter", label: "Commit", run: () => changes.openCommit() },
      ),
    [changes],
  );
  const n = changes.count.value;
  return (
    <>
      {n > 0 && !changes.hasOwnBar.value && (
        <div class="chb" role="region" aria-label="Changes that are not committed">
          <a href={`${changes.set.home}/changes`}>{counted(n, "change")}</a>
          <button type="button" class="btn s g" onClick={() => changes.undo()} aria-disabled={changes.canUndo.value ? undefined : "true"}>
            <Icon name="undo-2" />
            Undo
          </button>
          <button type="button" class="btn s p" onClick={() => changes.openCommit()}>
            Commit
          </button>
        </div>
      )}
      {changes.isCommitting.value && <CommitDialog changes={changes} />}
    </>
  );
}

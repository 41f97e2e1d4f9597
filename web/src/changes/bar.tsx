import { addShortcuts, counted, Icon, inWords, signal, toast, useEffect } from "../kit";
import type { CommitDialog } from "../islands/commit";
import type { Changes } from "./store";

/** Loaded when there is something to commit. */
const dialog = signal<typeof CommitDialog | null>(null);

async function loadDialog(): Promise<void> {
  if (!dialog.peek()) dialog.value = (await import("../islands/commit")).CommitDialog;
}

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
  const isWanted = changes.isCommitting.value;
  useEffect(() => {
    if (n === 0) return;
    loadDialog().catch((error: unknown) => {
      // Without the hub, as it is told when the dialog is asked for.
      if (!isWanted) return;
      changes.isCommitting.value = false;
      toast(inWords(error));
    });
  }, [n > 0, isWanted]);
  const Dialog = dialog.value;
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
      {isWanted && Dialog && <Dialog changes={changes} />}
    </>
  );
}

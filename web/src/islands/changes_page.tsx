// The page of changes that aren't committed yet: grouped like a diff, each can be taken back.

import { counted, Icon, mount, useEffect, useState } from "../kit";
import { type Changes, type ChangeGroup, grouped, GroupTitle, inShort, openChanges, rowThumbnail } from "../changes";

const SHOWN = 60;

function ChangesPage({ changes }: { changes: Changes }) {
  const [isRead, setRead] = useState(false);
  useEffect(() => {
    changes.hasOwnBar.value = true;
    void changes.ready.then(() => setRead(true));
  }, [changes]);
  const all = changes.all.value;
  if (!isRead) return <p class="dim">…</p>;
  return (
    <>
      <div class="head acts">
        <button type="button" class="btn p" aria-disabled={all.length === 0 ? "true" : undefined} onClick={() => changes.openCommit()}>
          <Icon name="git-commit-horizontal" />
          Commit {counted(all.length, "change")} <kbd>Ctrl ↵</kbd>
        </button>
        <button type="button" class="btn" aria-disabled={changes.canUndo.value ? undefined : "true"} onClick={() => changes.undo()}>
          <Icon name="undo-2" />
          Undo
        </button>
        <button type="button" class="btn" aria-disabled={changes.canRedo.value ? undefined : "true"} onClick={() => changes.redo()}>
          Redo
        </button>
        <span class="sp" />
        {all.length > 0 && (
          <button type="button" class="btn bad" onClick={() => void changes.takeBack(all, "Take back all changes")}>
            Take back all
          </button>
        )}
      </div>
      {all.length === 0 && (
        <section class="card nothing">
          <p>Nothing is changed.</p>
          <a class="btn" href={`${changes.set.home}/samples`}>
            <Icon name="layout-grid" />
            Samples
          </a>
        </section>
      )}
      {grouped(all).map((group) => (
        <Group key={`${group.column} ${group.action} ${group.was} ${group.value}`} changes={changes} group={group} />
      ))}
    </>
  );
}

function Group({ changes, group }: { changes: Changes; group: ChangeGroup }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? group.changes : group.changes.slice(0, SHOWN);
  return (
    <section class="card sec">
      <header>
        <h2>
          <GroupTitle group={group} />
        </h2>
        <span class="tag num">{group.changes.length}</span>
        <span class="sp" />
        <button type="button" class="btn s" onClick={() => void changes.takeBack(group.changes)}>
          <Icon name="undo-2" />
          Take back{group.changes.length > 1 ? ` these ${group.changes.length}` : ""}
        </button>
      </header>
      <ul class="pair">
        {shown.map((change) => (
          <li key={`${change.rowId} ${change.path}`} class="chg">
            <a href={`${changes.set.home}/samples/${change.rowId}?rev=${encodeURIComponent(change.base)}`}>
              {changes.set.media !== null && <img class="im" src={rowThumbnail(changes.set, change.base, change.rowId, 96)} alt="" loading="lazy" />}
              <span>
                <b class="any">{change.name ?? change.rowId}</b>
                {group.was === undefined && <span class="dim any">{inShort(change)}</span>}
              </span>
            </a>
            <button type="button" class="btn s g" aria-label={`Take back: ${change.name ?? change.rowId}, ${inShort(change)}`} onClick={() => void changes.takeBack([change])}>
              <Icon name="undo-2" />
            </button>
          </li>
        ))}
      </ul>
      {shown.length < group.changes.length && (
        <p>
          <button type="button" class="btn s" onClick={() => setWhole(true)}>
            Show all {group.changes.length}
          </button>
        </p>
      )}
    </section>
  );
}

mount("changes_page", () => {
  const changes = openChanges();
  return changes ? <ChangesPage changes={changes} /> : undefined;
});

import { api, body, counted, Dialog, Icon, inWords, toast, useEffect, useRef, useState } from "../kit";
import { type ChangeGroup, type Changes, grouped, GroupTitle } from "../changes";
import { type Choice, type Conflict, resolve } from "./conflicts";
import { ConflictList } from "./conflict_list";
import { proposedMessage } from "./message";
import { commit } from "./request";

const GROUPS_SHOWN = 8;

/** Commits all changes: message, branch, and what to do with values that others changed meanwhile. */
export function CommitDialog({ changes }: { changes: Changes }) {
  const all = changes.all.value;
  const [message, setMessage] = useState(() => proposedMessage(all));
  const [branches, setBranches] = useState<string[]>([]);
  const [branch, setBranch] = useState(changes.base.slice(0, changes.base.lastIndexOf(":")));
  const [newBranch, setNewBranch] = useState<string | null>(null);
  const [trouble, setTrouble] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [conflicts, setConflicts] = useState<{ of: Conflict[]; head: string } | null>(null);
  const [choices, setChoices] = useState<Choice[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const { set } = changes;
  const close = () => {
    changes.isCommitting.value = false;
  };
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
    const path = { ns: set.namespace, name: set.name };
    body(api.GET("/api/v1/datasets/{ns}/{name}/refs", { params: { path } })).then(
      (refs) => setBranches(refs.branches.map((one) => one.name)),
      () => undefined,
    );
  }, []);
  const send = async () => {
    setBusy(true);
    setTrouble("");
    try {
      if (conflicts) {
        await changes.resolve(resolve(changes.all.peek(), conflicts.of, choices, conflicts.head));
        changes.base = conflicts.head;
        setConflicts(null);
      }
      const wanted = changes.all.peek();
      if (wanted.length === 0) {
        close();
        toast("Nothing is left to commit: all values are as others made them.");
        return;
      }
      const outcome = await commit(changes, { changes: wanted, message: message.trim() || proposedMessage(wanted), branch: newBranch ?? branch, isNewBranch: newBranch !== null });
      if ("conflicts" in outcome) {
        setConflicts({ of: outcome.conflicts, head: outcome.head });
        setChoices(outcome.conflicts.map(() => "theirs"));
        return;
      }
      const isTaken = await changes.finish(wanted, outcome.commit);
      close();
      if (!outcome.commit) toast("All values are as wanted already; nothing was committed.");
      else {
        const page = `${set.home}/commits/${encodeURIComponent(`${outcome.commit.branch}:${outcome.commit.version}`)}`;
        if (isTaken) toast(`Committed: ${outcome.commit.branch} is at v${outcome.commit.version}`, { label: "Show", run: () => location.assign(page) });
        else location.assign(page);
      }
    } catch (error) {
      setTrouble(inWords(error));
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  const isWholeNew = newBranch !== null;
  return (
    <Dialog title={conflicts ? "Others changed the same values" : `Commit ${counted(all.length, "change")}`} onClose={close}>
      <form
        ref={form}
        class="form cmtf"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void send();
        }}
      >
        {conflicts ? (
          <ConflictList changes={changes} conflicts={conflicts.of} head={conflicts.head} choices={choices} onChoose={setChoices} />
        ) : (
          <>
            <label>
              Message
              <textarea ref={field} rows={2} value={message} maxLength={4000} onInput={(event) => setMessage(event.currentTarget.value)} onKeyDown={onKeyDown} />
            </label>
            <div class="two">
              <label>
                Branch
                <select
                  value={isWholeNew ? "\n" : branch}
                  onChange={(event) => {
                    const { value } = event.currentTarget;
                    setNewBranch(value === "\n" ? "" : null);
                    if (value !== "\n") setBranch(value);
                  }}
                >
                  {[...new Set([branch, ...branches])].map((one) => (
                    <option key={one}>{one}</option>
                  ))}
                  <option value={"\n"}>New branch…</option>
                </select>
              </label>
              {isWholeNew && (
                <label>
                  Its name
                  <input required value={newBranch} pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" autocapitalize="none" spellcheck={false} onInput={(event) => setNewBranch(event.currentTarget.value)} />
                </label>
              )}
            </div>
            <GroupList groups={grouped(all)} />
          </>
        )}
        {trouble !== "" && (
          <p class="note bad any" role="alert">
            {trouble}
          </p>
        )}
        <p class="acts">
          <button class="btn p" aria-disabled={isBusy ? "true" : undefined}>
            <Icon name="git-commit-horizontal" />
            {isBusy ? "Committing…" : "Commit"} <kbd>↵</kbd>
          </button>
          <a class="lk" href={`${set.home}/changes`}>
            Look at each change
          </a>
        </p>
      </form>
    </Dialog>
  );
}

/** What is committed, in a line for each kind of change. */
function GroupList({ groups }: { groups: ChangeGroup[] }) {
  return (
    <ul class="grp num">
      {groups.slice(0, GROUPS_SHOWN).map((group) => (
        <li>
          <GroupTitle group={group} />
          <span class="tag">{group.changes.length}</span>
        </li>
      ))}
      {groups.length > GROUPS_SHOWN && <li class="dim">and {counted(groups.length - GROUPS_SHOWN, "more kind", "more kinds")}</li>}
    </ul>
  );
}

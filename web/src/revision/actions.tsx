import { api, body, Dialog, Icon, inWords, type Schema, toast, useEffect, useRef, useState } from "../kit";
import { branchOf, type RevisionProps, versionOf } from "./props";

type Action = "revert" | "branch" | "tag";

/** What a writer can do with a revision: bring the one before back, branch from here, tag. */
export function Actions({ props }: { props: RevisionProps }) {
  const [open, setOpen] = useState<Action | null>(null);
  const [head, setHead] = useState<Schema["At"] | null>(null);
  const branch = branchOf(props.to);
  useEffect(() => {
    const path = { ns: props.namespace, name: props.name };
    body(api.GET("/api/v1/datasets/{ns}/{name}/refs", { params: { path } })).then(
      (refs) => setHead(refs.branches.find((one) => one.name === branch)?.at ?? null),
      () => undefined,
    );
  }, []);
  const isHead = head !== null && `${head.branch}:${head.version}` === props.to;
  // At the head, the commit itself is taken back; further down, its revision is brought back.
  const target = isHead ? props.from : props.to;
  const canRevert = head !== null && !(isHead && props.from === props.to);
  const button = (action: Action, icon: string, words: string) => (
    <button type="button" class="btn s" onClick={() => setOpen(action)}>
      <Icon name={icon} />
      {words}
    </button>
  );
  return (
    <div class="acts rva">
      {canRevert && button("revert", "undo-2", isHead ? "Revert" : `Bring ${versionOf(props.to)} back`)}
      {button("branch", "git-branch", "Branch from here")}
      {button("tag", "tag", "Tag")}
      {open === "revert" && <Revert props={props} target={target} branch={branch} onClose={() => setOpen(null)} />}
      {open === "branch" && <NewName props={props} kind="branch" onClose={() => setOpen(null)} />}
      {open === "tag" && <NewName props={props} kind="tag" onClose={() => setOpen(null)} />}
    </div>
  );
}

function Revert({ props, target, branch, onClose }: { props: RevisionProps; target: string; branch: string; onClose: () => void }) {
  const [trouble, setTrouble] = useState("");
  const [message, setMessage] = useState(`Revert to ${target}`);
  const send = async () => {
    try {
      const path = { ns: props.namespace, name: props.name };
      const moved = await body(api.POST("/api/v1/datasets/{ns}/{name}/revert", { params: { path }, body: { to: target, branch, message } }));
      if (moved.outcome === "unchanged") {
        onClose();
        toast(`${branch} is as ${target} already.`);
      } else location.assign(`${props.home}/commits/${encodeURIComponent(`${moved.commit.branch}:${moved.commit.version}`)}`);
    } catch (error) {
      setTrouble(inWords(error));
    }
  };
  return (
    <Dialog title={`Bring ${target} back`} onClose={onClose}>
      <form class="form" onSubmit={(event) => (event.preventDefault(), void send())}>
        <p class="dim">
          The rows and columns of <b>{target}</b> become a new commit of <b>{branch}</b>. The commits between stay in the history.
        </p>
        <label>
          Message
          <input value={message} onInput={(event) => setMessage(event.currentTarget.value)} />
        </label>
        <Trouble words={trouble} />
        <p class="acts">
          <button class="btn p">Bring back</button>
        </p>
      </form>
    </Dialog>
  );
}

function NewName({ props, kind, onClose }: { props: RevisionProps; kind: "branch" | "tag"; onClose: () => void }) {
  const [trouble, setTrouble] = useState("");
  const [name, setName] = useState("");
  const [message, setMessage] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const send = async () => {
    try {
      const path = { ns: props.namespace, name: props.name };
      if (kind === "branch") await body(api.POST("/api/v1/datasets/{ns}/{name}/branches", { params: { path }, body: { name, from: props.to } }));
      else await body(api.POST("/api/v1/datasets/{ns}/{name}/tags", { params: { path }, body: { name, rev: props.to, ...(message === "" ? {} : { message }) } }));
      location.assign(`${props.home}?rev=${encodeURIComponent(name)}`);
    } catch (error) {
      setTrouble(inWords(error));
    }
  };
  return (
    <Dialog title={kind === "branch" ? `Branch from ${props.to}` : `Tag ${props.to}`} onClose={onClose}>
      <form class="form" onSubmit={(event) => (event.preventDefault(), void send())}>
        <label>
          Name
          <input required value={name} ref={field} autocapitalize="none" spellcheck={false} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        {kind === "tag" && (
          <label>
            Message <span class="hint">may be empty</span>
            <input value={message} onInput={(event) => setMessage(event.currentTarget.value)} />
          </label>
        )}
        <Trouble words={trouble} />
        <p class="acts">
          <button class="btn p">{kind === "branch" ? "Make branch" : "Set tag"}</button>
        </p>
      </form>
    </Dialog>
  );
}

function Trouble({ words }: { words: string }) {
  return words === "" ? null : (
    <p class="note bad any" role="alert">
      {words}
    </p>
  );
}

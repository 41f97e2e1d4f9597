import { count, Icon } from "../kit";
import type { Model } from "./model";

/** The line above the stage: where one is, and where one can go. */
export function Head({ model }: { model: Model }) {
  const { props, changes } = model;
  const page = model.page.value;
  if (!page) return null;
  const media = model.media.value;
  const link = (row: { row_id: string } | null | undefined, rel: string, words: string, icon: string, key: string) => (
    <a
      class="btn s"
      rel={rel}
      aria-label={words}
      aria-keyshortcuts={key === "←" ? "ArrowLeft" : "ArrowRight"}
      aria-disabled={row ? undefined : "true"}
      {...(row ? { href: model.hrefOf(row.row_id) } : { role: "link" })}
      onClick={(event) => {
        if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        model.go(row.row_id);
      }}
    >
      <Icon name={icon} />
      <kbd>{key}</kbd>
    </a>
  );
  const n = changes?.count.value ?? 0;
  const back = page.rank === null || page.rank === undefined || props.queue !== null ? props.back : backTo(props.back, page.rank);
  return (
    <>
      <a class="dim cut hide-s" href={props.home}>
        {props.namespace} / {props.name}
      </a>
      <span class="dim3 hide-s" aria-hidden="true">
        /
      </span>
      <a class="btn s g" id="sample-back" href={back}>
        <Icon name="layout-grid" />
        {props.queue === null ? "Samples" : "Review"} <kbd class="hide-s">Esc</kbd>
      </a>
      <span class="dim3" aria-hidden="true">
        /
      </span>
      <h1 class="cut">{model.title.value}</h1>
      {page.row.split && <span class="tag">{page.row.split}</span>}
      {model.ofRow.value.length > 0 && <span class="tag ok">not committed</span>}
      <span class="sp" />
      {page.rank !== null && page.rank !== undefined && (
        <span class="pos num">
          <b>{count(page.rank + 1)}</b> of {count(page.total)}
        </span>
      )}
      {link(page.previous, "prev", "Previous", "chevron-left", "←")}
      {link(page.next, "next", "Next", "chevron-right", "→")}
      {typeof media?.["url"] === "string" && (
        <a class="btn s g" href={media["url"]} download={model.title.value} aria-label="Download">
          <Icon name="download" />
        </a>
      )}
      {changes && n > 0 && (
        <>
          <button type="button" class="btn s" aria-label="Undo" aria-disabled={changes.canUndo.value ? undefined : "true"} onClick={() => changes.undo()}>
            <Icon name="undo-2" />
          </button>
          <button type="button" class="btn s p" onClick={() => changes.openCommit()}>
            <Icon name="git-commit-horizontal" />
            Commit {n} <kbd class="hide-s">Ctrl ↵</kbd>
          </button>
        </>
      )}
    </>
  );
}

/** The list's address, at the page that has this rank. */
function backTo(back: string, rank: number): string {
  const url = new URL(back, location.origin);
  const at = Math.floor(rank / 100) * 100;
  if (at > 0) url.searchParams.set("at", String(at));
  else url.searchParams.delete("at");
  return url.pathname + url.search;
}

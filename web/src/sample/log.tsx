import { api, body, Icon, type Schema, useEffect, useState } from "../kit";
import { became, type Json } from "../changes";
import type { Model } from "./model";
import { ago, initials } from "./words";

const SHOWN = 5;

/** Who changed this sample, when, and from what to what. */
export function SampleLog({ model }: { model: Model }) {
  const [log, setLog] = useState<Schema["RowChangeView"][]>([]);
  const [isWhole, setWhole] = useState(false);
  const page = model.page.value;
  const row = page?.row.row_id;
  useEffect(() => {
    setLog([]);
    setWhole(false);
    if (row === undefined) return;
    const { namespace: ns, name } = model.props;
    const abort = new AbortController();
    body(api.GET("/api/v1/datasets/{ns}/{name}/log", { params: { path: { ns, name }, query: { row, rev: model.rev } }, signal: abort.signal })).then(
      (found) => setLog(found.changes),
      () => undefined,
    );
    return () => abort.abort();
  }, [row, page?.at.commit]);
  if (log.length === 0) return null;
  const now = Date.now();
  return (
    <section>
      <header>
        <h2>History of this sample</h2>
      </header>
      <ol class="hi">
        {log.slice(0, isWhole ? undefined : SHOWN).map(({ commit, action, values }) => (
          <li key={commit.id}>
            <span class="ava s" aria-hidden="true">
              {initials(commit.author)}
            </span>
            <span class="any">
              {action !== "changed" ? (
                <b>{action === "added" ? "Added" : "Removed"}</b>
              ) : (
                values.map((value) => (
                  <span class="hil">
                    <code class="dim3">{value.column}</code> <b>{became(value.old as Json, value.new as Json)}</b>
                  </span>
                ))
              )}
              <span class="dim hil">
                <a class="lk" href={`${model.props.home}/commits/${encodeURIComponent(`${commit.branch}:${commit.version}`)}`}>
                  {commit.message.split("\n")[0] || commit.operation}
                </a>{" "}
                · {commit.author} · {ago(commit.time, now)}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {log.length > SHOWN && !isWhole && (
        <button type="button" class="btn s g" onClick={() => setWhole(true)}>
          <Icon name="chevron-down" />
          All {log.length}
        </button>
      )}
    </section>
  );
}

import { Answers, percent } from "../kit";
import { accept, keep } from "./answers";
import type { Model } from "./model";
import { suggestionOf } from "./predictions";

/** What runs say of the whole picture: one of them with its five most probable classes, the others in a line. */
export function PredictionPanel({ model, canWrite }: { model: Model; canWrite: boolean }) {
  const [said, ...others] = model.said.value;
  if (!said) return null;
  const [first] = said.top;
  const now = said.column ? model.labelOf(said.column).now : null;
  const suggestion = suggestionOf(said, now);
  const isRight = typeof first?.label === "string" && first.label === now;
  return (
    <section>
      <header>
        <h2>Prediction</h2>
        <a class="lk end any" href={`${model.props.home}/runs/${said.run}`}>
          {said.model}
        </a>
      </header>
      <div class={`note any${isRight ? " ok" : suggestion && now !== null ? " w" : ""}`}>
        <p>
          <b>{said.model}</b> {first ? `says ${first.name}, ${percent(first.probability)} sure.` : said.problem ? `has no prediction: ${said.problem}` : "has no prediction."}
          {isRight ? " So does the label." : suggestion && now !== null ? ` The label says ${now}.` : ""}
        </p>
        {canWrite && suggestion && (
          <div class="acts">
            <button type="button" class="btn s p" aria-keyshortcuts="A" onClick={() => accept(model)}>
              <span class="cut">Change to {suggestion.name}</span> <kbd>A</kbd>
            </button>
            <button type="button" class="btn s" aria-keyshortcuts="K" onClick={() => keep(model)}>
              Right as it is <kbd>K</kbd>
            </button>
          </div>
        )}
      </div>
      <Answers classes={said.top.map((one) => ({ ...one, isLabel: typeof one.label === "string" && one.label === now }))} />
      {typeof said.margin === "number" && said.top.length > 1 && <p class="dim num">{(said.margin * 100).toFixed(1)} points before the second</p>}
      {others.length > 0 && (
        <ul class="tree">
          {others.map((other) => (
            <li key={other.run}>
              <a
                class="two"
                href={model.hrefWithRun(other.run)}
                onClick={(event) => {
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                  event.preventDefault();
                  history.pushState(null, "", event.currentTarget.href);
                  model.follow();
                }}
              >
                <b class="any">{other.model}</b>
                <span class="dim any">
                  {other.top[0] ? `${other.top[0].name}, ${percent(other.top[0].probability)}` : "no prediction"} · {other.rows}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

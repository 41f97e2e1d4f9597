// Answers to what a run or a review queue says of a sample: its prediction is taken as the label, or the label is kept.

import { announce, api, body, inWords, toast } from "../kit";
import type { Model } from "./model";
import { keyOfObject } from "./objects";
import { suggestionOf } from "./predictions";
import { labelTarget, predictionFor, take, type Target, targetOf } from "./target";

/** What `A` changes, and to what: of the selected object, else of the whole picture. */
function offered(model: Model): { target: Target; name: string } | null {
  const said = model.said.value[0];
  const ofPicture = said?.column && model.columns.value.some((one) => one.name === said.column) ? labelTarget(model, said.column) : null;
  const target = model.current.value ? targetOf(model) : ofPicture;
  const suggestion = target && suggestionOf(predictionFor(model, target), target.now);
  return target && suggestion ? { target, name: suggestion.name } : null;
}

/** Takes the prediction as the label. */
export function accept(model: Model): void {
  const found = offered(model);
  if (found) {
    take(model, found.target, { name: found.name, isNew: false });
    if (found.target.object === null) goOn(model);
    return;
  }
  // A box about which a run says something else is looked at first.
  const next = model.objects.peek().find((object) => object.state !== "removed" && model.suggestionFor(object));
  if (next) model.selected.value = keyOfObject(next);
  else announce("Nothing is suggested here");
}

/** Keeps the label as it is, so that the queue doesn't show the sample again. */
export function keep(model: Model): void {
  const { namespace: ns, name } = model.props;
  const row = model.page.peek()?.row.row_id;
  if (row === undefined) return;
  const queue = model.props.queue ?? (offered(model) ? "disagrees" : "samples");
  const put = (answer: "keep" | null) => body(api.PUT("/api/v1/datasets/{ns}/{name}/reviews", { params: { path: { ns, name } }, body: { queue, row_ids: [row], answer } }));
  const failed = (error: unknown) => toast(`That could not be kept: ${inWords(error)}`);
  put("keep").then(() => {
    toast("Kept as it is.", { label: "Undo", run: () => void put(null).catch(failed) });
    goOn(model);
  }, failed);
}

/** In a queue, an answer leads to the next sample. */
function goOn(model: Model): void {
  if (model.queue.length > 0 && model.page.peek()?.next) model.step(1);
}

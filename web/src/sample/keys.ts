// The keys of the page of one sample.

import { addShortcuts, effect } from "../kit";
import { accept, keep } from "./answers";
import { classesOf } from "../changes";
import { moved, resized } from "./geometry";
import type { Layer, Model } from "./model";
import type { Stage } from "./stage";
import { pickLabel } from "./suggestions";
import { predictionFor, suggested, take, targetOf } from "./target";

/** While H is held, nothing is drawn over the picture. */
export function holdToHide(model: Model): () => void {
  const end = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() === "h") model.isBare.value = false;
  };
  const lost = () => {
    model.isBare.value = false;
  };
  addEventListener("keyup", end);
  addEventListener("blur", lost);
  return () => {
    removeEventListener("keyup", end);
    removeEventListener("blur", lost);
  };
}

export function keysOf(model: Model, stage: () => Stage | null) {
  const switches: [string, Layer, string][] = [["b", "boxes", "Boxes"], ["o", "outlines", "Outlines"], ["p", "points", "Keypoints"], ["v", "masks", "Masks"], ["m", "model", "Predictions"]];
  const onPicture = [
    { keys: ["+", "="], label: "Zoom in", run: () => stage()?.zoom(1) },
    { keys: "-", label: "Zoom out", run: () => stage()?.zoom(-1) },
    { keys: "0", label: "Fit", run: () => stage()?.fit() },
    { keys: "h", label: "Hide all layers while held", run: () => void (model.isBare.value = true) },
    ...switches.map(([keys, layer, label]) => ({ keys, label, run: () => model.toggle(layer) })),
    { keys: ["]", "."], label: "Next object", run: () => model.cycle(1) },
    { keys: ["[", ","], label: "Object before", run: () => model.cycle(-1) },
  ];
  const always = [
    { keys: "ArrowLeft", label: "Previous sample", run: () => model.step(-1) },
    { keys: "ArrowRight", label: "Next sample", run: () => model.step(1) },
    { keys: "Escape", label: "Let go, then back to the samples", run: () => leave(model) },
    ...(model.props.isPicture ? onPicture : []),
  ];
  if (!model.changes) return always;
  const digits = Array.from({ length: 9 }, (_, i) => ({ keys: String(i + 1), label: i === 0 ? "Take suggestion 1 to 9" : "", run: () => void takeSuggestion(model, i) }));
  return [
    ...always,
    { keys: "l", label: "Change label", run: () => openLabel(model, stage()) },
    ...digits,
    { keys: "a", label: "Take the prediction as label", run: () => accept(model) },
    { keys: "k", label: "Keep the label", run: () => keep(model) },
    { keys: "x", label: "Remove sample", run: () => model.removeSample() },
    ...(model.props.isPicture ? editing(model) : []),
  ];
}

/** The keys that change what is drawn. */
function editing(model: Model) {
  return [
    { keys: "n", label: "New box", run: () => void (model.isDrawing.value = !model.isDrawing.peek()) },
    { keys: ["Backspace", "Delete"], label: "Remove object", run: () => removeCurrent(model) },
    ...nudges(model),
  ];
}

function leave(model: Model): void {
  if (model.isDrawing.peek()) model.isDrawing.value = false;
  else if (model.selected.peek() !== null) model.selected.value = null;
  else document.querySelector<HTMLAnchorElement>("#sample-back")?.click();
}

export function openLabel(model: Model, stage: Stage | null): void {
  const target = targetOf(model);
  if (target) pickLabel(model, target, target.object === null ? document.querySelector("#sample-panel") ?? undefined : stage?.areaOf(target.object));
  else model.cycle(1);
}

async function takeSuggestion(model: Model, at: number): Promise<void> {
  const target = targetOf(model);
  if (!target) return;
  const name = suggested(await classesOf(model.props, model.rev, target.label), target.now, predictionFor(model, target))[at];
  if (name !== undefined) take(model, target, { name, isNew: false });
}

function removeCurrent(model: Model): void {
  const object = model.current.peek();
  if (object) model.removeObject(object);
}

/** While a box is to be drawn, Enter adds one: a quarter of what is seen, in the middle. Arrows move it from there. */
export function enterToAdd(model: Model, stage: () => Stage | null): () => void {
  const add = () => {
    const seen = stage()?.seen();
    if (!seen) return;
    model.isDrawing.value = false;
    model.addBox({ x: Math.round(seen.x + seen.width * 0.375), y: Math.round(seen.y + seen.height * 0.375), width: Math.round(seen.width / 4), height: Math.round(seen.height / 4) });
  };
  return effect(() => {
    if (!model.isDrawing.value) return undefined;
    // A button that has the focus would take Enter for itself.
    stage()?.focus();
    return addShortcuts({ keys: "Enter", label: "New box in the middle", run: add });
  });
}

/** Shift and arrows move the selected box by a pixel, with Alt its right and lower side. */
function nudges(model: Model) {
  const ways: [string, number, number][] = [["ArrowLeft", -1, 0], ["ArrowRight", 1, 0], ["ArrowUp", 0, -1], ["ArrowDown", 0, 1]];
  const nudge = (dx: number, dy: number, isSize: boolean) => {
    const object = model.current.peek();
    const [box, size] = [object?.box?.value, model.size.peek()];
    if (object && box && size) model.setBox(object, isSize ? resized(box, "se", dx, dy, size) : moved(box, dx, dy, size), true);
  };
  return ways.flatMap(([key, dx, dy], i) => [
    { keys: `Shift+${key}`, label: i === 0 ? "Move box by a pixel" : "", run: () => nudge(dx, dy, false) },
    { keys: `Alt+Shift+${key}`, label: i === 0 ? "Resize box by a pixel" : "", run: () => nudge(dx, dy, true) },
  ]);
}

// What runs say of a sample and of its boxes. Pure.

/** What a run predicted of a row, or of one of its boxes, as the REST interface has it. */
export interface Prediction {
  run: string;
  model: string;
  /** The rows that the run scored, in words. */
  rows: string;
  /** The label that was predicted: a column, or the way to a member. */
  column?: string | null;
  /** The box in the column's list; null: the whole picture. */
  item?: number | null;
  margin?: number | null;
  top: { name: string; probability: number; label?: string | null }[];
  problem?: string | null;
}

/** The predictions of the whole picture: that of the run which is chosen first, else of the newest. */
export function ofPicture(predictions: readonly Prediction[], run: string | null): Prediction[] {
  const whole = predictions.filter((one) => typeof one.item !== "number");
  return [...whole.filter((one) => one.run === run), ...whole.filter((one) => one.run !== run)];
}

/** The predictions of boxes by the key of the object, of the run that is chosen, else of the newest that has some. */
export function ofBoxes(predictions: readonly Prediction[], run: string | null): Map<string, Prediction> {
  const boxes = predictions.filter((one) => typeof one.item === "number" && one.column);
  const chosen = boxes.find((one) => one.run === run) ?? boxes[0];
  return new Map(boxes.filter((one) => one.run === chosen?.run).map((one) => [`${one.column?.split(".")[0]}/${one.item}`, one]));
}

/** Another class than the label that it has now; null where the prediction says the same, or nothing that can be taken. */
export function suggestionOf(prediction: Prediction | null | undefined, now: string | null): { name: string; probability: number } | null {
  const [first] = prediction?.top ?? [];
  return typeof first?.label === "string" && first.label !== now ? { name: first.label, probability: first.probability } : null;
}

/** The classes that can be taken instead of the label, the most probable first. */
export function classesOf(prediction: Prediction | null | undefined, now: string | null): string[] {
  const names = (prediction?.top ?? []).flatMap((one) => (typeof one.label === "string" && one.label !== now ? [one.label] : []));
  return [...new Set(names)];
}

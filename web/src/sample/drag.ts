// A drag on the stage: the picture is panned, an object selected, or its box or a keypoint moved.

import type { Box } from "../changes";
import { between, type Handle, moved, resized, type Size } from "./geometry";
import type { Model } from "./model";
import { type DrawnObject, keyOfObject, type Keypoint } from "./objects";

/** What the pointer took hold of. */
export type Grip =
  | { kind: "new" }
  | { kind: "object"; object: DrawnObject }
  | { kind: "body"; object: DrawnObject }
  | { kind: "handle"; object: DrawnObject; handle: Handle }
  | { kind: "point"; object: DrawnObject; point: Keypoint };

/** How an object looks while it is moved. */
export interface Preview {
  key: string;
  box?: Box;
  point?: Keypoint;
}

/** Pixels of the screen that a pointer moves before it drags. */
const SLACK = 3;
/** The least width and height of a new box, in pixels of the picture. */
const LEAST = 1;

export class Drag {
  readonly #model: Model;
  readonly #grip: Grip | null;
  readonly #from: { x: number; y: number };
  readonly #event: PointerEvent;
  readonly #picture: Size;
  #isBegun = false;

  constructor(
    model: Model,
    grip: Grip | null,
    from: { x: number; y: number },
    event: PointerEvent,
    picture: Size,
  ) {
    this.#model = model;
    this.#grip = grip;
    this.#from = from;
    this.#event = event;
    this.#picture = picture;
  }

  /** An object that isn't selected yet is not moved: the picture is. */
  get isPan(): boolean {
    return this.#grip === null || this.#grip.kind === "object";
  }

  begins(event: PointerEvent): boolean {
    this.#isBegun ||= Math.hypot(event.clientX - this.#event.clientX, event.clientY - this.#event.clientY) > SLACK;
    return this.#isBegun;
  }

  /** How the object looks with the pointer at `at`. */
  to(at: { x: number; y: number }): Preview | null {
    const [grip, picture] = [this.#grip, this.#picture];
    const [dx, dy] = [at.x - this.#from.x, at.y - this.#from.y];
    if (grip?.kind === "new") return { key: "new", box: between(this.#from, at, picture) };
    if (!grip || grip.kind === "object") return null;
    const key = keyOfObject(grip.object);
    if (grip.kind === "point") {
      const { x, y } = moved({ x: grip.point.x, y: grip.point.y, width: 0, height: 0 }, dx, dy, picture);
      return { key, point: { ...grip.point, x, y } };
    }
    const box = grip.object.box?.value;
    if (!box) return null;
    return { key, box: grip.kind === "body" ? moved(box, dx, dy, picture) : resized(box, grip.handle, dx, dy, picture) };
  }

  end(at: { x: number; y: number }): void {
    const [grip, model] = [this.#grip, this.#model];
    if (!this.#isBegun) {
      if (grip?.kind !== "new") model.selected.value = grip ? keyOfObject(grip.object) : null;
      return;
    }
    const preview = this.to(at);
    if (!preview || !grip) return;
    if (grip.kind === "new") {
      model.isDrawing.value = false;
      if (preview.box && preview.box.width >= LEAST && preview.box.height >= LEAST) model.addBox(preview.box);
    } else if (preview.point) model.setKeypoint(grip.object, preview.point);
    else if (preview.box) model.setBox(grip.object, preview.box);
  }
}

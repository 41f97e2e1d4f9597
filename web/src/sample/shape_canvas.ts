// Objects over the picture on a canvas, for pictures that have more of them than a browser draws well as elements. What is
// selected or under the pointer is drawn over it by ObjectDrawing.

import type { Size, View } from "./geometry";
import type { Layer } from "./model";
import { boundsOf, type DrawnObject, titleOf } from "./objects";

/** A box that is narrower on the screen, in pixels, has no label: thousands of them would hide the picture. */
const NAMED_FROM = 20;
const TAG = { height: 19, pad: 6, most: 220 };

export class ShapeCanvas {
  readonly element = document.createElement("canvas");
  readonly #style = getComputedStyle(document.documentElement);
  readonly #widths = new Map<string, number>();
  #objects: readonly DrawnObject[] = [];
  #layers: ReadonlySet<Layer> = new Set();
  #colourOf: (title: string) => string = () => "";
  #view: View = { scale: 1, x: 0, y: 0 };
  #size: Size = { width: 0, height: 0 };
  #frame = 0;

  /** Draws these from now on; `colours` gives the style class of a class's colour. */
  show(objects: readonly DrawnObject[], layers: ReadonlySet<Layer>, colours: (title: string) => string): void {
    const known = new Map<string, string>();
    this.#objects = objects;
    this.#layers = layers;
    this.#colourOf = (title) => {
      const name = colours(title);
      const colour = known.get(name) ?? this.#style.getPropertyValue(`--${name}`);
      known.set(name, colour);
      return colour;
    };
    this.#later();
  }

  /** The stage was resized, zoomed or panned. */
  place(view: View, size: Size): void {
    [this.#view, this.#size] = [view, size];
    this.#later();
  }

  #later(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const context = this.element.getContext("2d");
    if (!context) return;
    const { scale, x, y } = this.#view;
    const { width, height } = this.#size;
    const ratio = devicePixelRatio;
    this.element.width = width * ratio;
    this.element.height = height * ratio;
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
    context.lineCap = "round";
    const isSeen = (object: DrawnObject) => {
      const box = boundsOf(object);
      return box !== null && (box.x + box.width) * scale + x >= 0 && (box.y + box.height) * scale + y >= 0 && box.x * scale + x <= width && box.y * scale + y <= height;
    };
    const seen = this.#objects.filter(isSeen);
    for (const object of seen) this.#shape(context, object, this.#colourOf(titleOf(object)));
    if (!this.#layers.has("boxes")) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = `600 11px ${this.#style.getPropertyValue("--sans")}`;
    context.textBaseline = "middle";
    for (const object of seen) this.#tag(context, object);
  }

  /** Widths of lines are in pixels of the screen. */
  #shape(context: CanvasRenderingContext2D, object: DrawnObject, colour: string): void {
    const px = 1 / this.#view.scale;
    const stroke = (width: number, style: string) => {
      context.lineWidth = width * px;
      context.strokeStyle = style;
      context.stroke();
    };
    if (this.#layers.has("outlines")) {
      context.beginPath();
      for (const ring of object.rings) {
        ring.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
        context.closePath();
      }
      context.globalAlpha = 0.18;
      context.fillStyle = colour;
      context.fill();
      context.globalAlpha = 1;
      stroke(1.5, colour);
    }
    const box = object.box?.value;
    if (box && this.#layers.has("boxes")) {
      context.beginPath();
      context.rect(box.x, box.y, box.width, box.height);
      stroke(4, "#0000008c");
      stroke(1.75, colour);
    }
    if (this.#layers.has("points")) {
      context.beginPath();
      for (const [from, to] of object.bones) {
        const [a, b] = [object.keypoints[from], object.keypoints[to]];
        if (!a || !b || a.visibility === 0 || b.visibility === 0) continue;
        context.moveTo(a.x, a.y);
        context.lineTo(b.x, b.y);
      }
      stroke(1.5, "#fff");
      for (const point of object.keypoints.filter((one) => one.visibility > 0)) {
        context.beginPath();
        context.moveTo(point.x, point.y);
        context.lineTo(point.x, point.y);
        stroke(7, point.visibility > 1 ? "#fff" : "#9aa2ae");
      }
    }
  }

  /** The label lies above its box, or in it where there is no room above. */
  #tag(context: CanvasRenderingContext2D, object: DrawnObject): void {
    const { scale, x, y } = this.#view;
    const box = boundsOf(object);
    if (!box || box.width * scale < NAMED_FROM) return;
    const title = titleOf(object);
    const width = this.#widths.get(title) ?? Math.min(TAG.most, context.measureText(title).width + 2 * TAG.pad);
    this.#widths.set(title, width);
    const top = y + box.y * scale;
    const [left, above] = [Math.round(x + box.x * scale - 1), Math.round(top >= 20 ? top - 20 : Math.max(0, top))];
    context.fillStyle = this.#colourOf(title);
    context.beginPath();
    context.roundRect(left, above, width, TAG.height, 3);
    context.fill();
    context.fillStyle = this.#style.getPropertyValue("--on-class");
    context.fillText(title, left + TAG.pad, above + TAG.height / 2 + 1, TAG.most - 2 * TAG.pad);
  }
}

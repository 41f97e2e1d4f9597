// One object over the picture, in SVG, in the picture's own pixels; its label is HTML beside it.

import { percent } from "../kit";
import type { Box } from "../changes";
import type { Preview } from "./drag";
import type { Size, View } from "./geometry";
import type { Layer } from "./model";
import { boundsOf, type DrawnObject, type Keypoint, titleOf } from "./objects";

/** A new SVG element with this class. */
export function svg(name: string, className: string): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  if (className !== "") element.setAttribute("class", className);
  return element;
}

function put(element: SVGElement, attributes: Record<string, number | string>): SVGElement {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

let masks = 0;

export class ObjectDrawing {
  readonly #layers: ReadonlySet<Layer>;
  readonly #maskUrl: string | null;
  readonly #picture: Size | null;
  readonly #said: { name: string; probability: number; colour: string } | null;
  readonly group: SVGElement;
  readonly tag: HTMLElement | null;
  #box: Box | null;
  #points: Keypoint[];

  constructor(
    readonly object: DrawnObject,
    colour: string,
    layers: ReadonlySet<Layer>,
    state: { isSelected: boolean; isHovered: boolean },
    maskUrl: string | null,
    picture: Size | null,
    /** What a run says it is, with the style class of its colour. */
    said: { name: string; probability: number; colour: string } | null = null,
  ) {
    this.#layers = layers;
    this.#maskUrl = maskUrl;
    this.#picture = picture;
    this.#said = said;
    const states = `${state.isSelected ? " on" : ""}${state.isHovered ? " hov" : ""}${object.state === "same" ? "" : " new"}`;
    this.group = svg("g", `obj ${colour}${states}`);
    this.#box = object.box?.value ?? null;
    this.#points = object.keypoints;
    const isNamed = layers.has("boxes") && this.area() !== null && object.column !== "new";
    this.tag = isNamed ? document.createElement("span") : null;
    if (this.tag) {
      this.tag.className = `otag ${colour}${states}`;
      this.tag.textContent = said ? `${titleOf(object)} → ${said.name} ${percent(said.probability, 0)}` : titleOf(object);
    }
    this.#draw();
  }

  /** Where it is, as it is drawn now. */
  area(): Box | null {
    return this.#box ?? boundsOf({ box: null, rings: this.object.rings, keypoints: this.#points });
  }

  /** Draws the object as it would be. */
  preview({ box, point }: Preview): void {
    if (box) this.#box = box;
    if (point) this.#points = this.#points.map((one) => (one.path === point.path ? point : one));
    this.#draw();
  }

  /** The label lies above its box, or in it where there is no room above. */
  placeTag({ scale, x, y }: View): void {
    const area = this.area();
    if (!this.tag || !area) return;
    const top = y + area.y * scale;
    this.tag.style.transform = `translate(${Math.round(x + area.x * scale - 1)}px, ${Math.round(top >= 20 ? top - 20 : Math.max(0, top))}px)`;
  }

  #draw(): void {
    const drawn: SVGElement[] = [];
    const { object } = this;
    const layers = this.#layers;
    if (layers.has("masks") && this.#maskUrl !== null && this.#picture) drawn.push(...this.#mask(this.#maskUrl, this.#picture));
    if (layers.has("outlines")) drawn.push(...object.rings.map((ring) => put(svg("polygon", "area"), { points: ring.map((point) => point.join(",")).join(" ") })));
    if (layers.has("boxes") && this.#box) drawn.push(...["halo", "shape"].map((kind) => put(svg("rect", kind), { ...this.#box })));
    if (this.#said && this.#box) drawn.push(put(svg("rect", `shape guess ${this.#said.colour}`), { ...this.#box }));
    if (layers.has("points")) drawn.push(...this.#skeleton());
    this.group.replaceChildren(...drawn);
  }

  #skeleton(): SVGElement[] {
    const seen = (i: number) => {
      const point = this.#points[i];
      return point && point.visibility > 0 ? point : undefined;
    };
    const bones = this.object.bones.flatMap(([from, to]) => {
      const [a, b] = [seen(from), seen(to)];
      return a && b ? put(svg("line", "bone"), { x1: a.x, y1: a.y, x2: b.x, y2: b.y }) : [];
    });
    const joints = this.#points.filter((point) => point.visibility > 0).map((point) => put(svg("path", point.visibility > 1 ? "joint" : "joint h"), { d: `M${point.x} ${point.y}h0` }));
    return [...bones, ...joints];
  }

  #mask(url: string, { width, height }: Size): SVGElement[] {
    if (this.object.isColoured) return [put(svg("image", "masked"), { href: url, width, height, preserveAspectRatio: "none" })];
    const id = `mask-${++masks}`;
    const mask = put(svg("mask", ""), { id });
    mask.append(put(svg("image", ""), { href: url, width, height, preserveAspectRatio: "none" }));
    return [mask, put(svg("rect", "masked"), { width, height, mask: `url(#${id})` })];
  }
}

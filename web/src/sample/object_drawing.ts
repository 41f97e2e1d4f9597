// One object over the picture, in SVG, in the picture's own pixels; its label is HTML beside it.

import type { Box } from "../changes";
import type { Preview } from "./drag";
import type { Size, View } from "./geometry";
import type { Layer } from "./model";
import { type DrawnObject, type Keypoint, titleOf } from "./objects";

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
  readonly group: SVGElement;
  readonly tag: HTMLElement | null;
  private box: Box | null;
  private points: Keypoint[];

  constructor(
    readonly object: DrawnObject,
    colour: string,
    private readonly layers: ReadonlySet<Layer>,
    state: { isSelected: boolean; isHovered: boolean },
    private readonly maskUrl: string | null,
    private readonly picture: Size | null,
  ) {
    const states = `${state.isSelected ? " on" : ""}${state.isHovered ? " hov" : ""}${object.state === "same" ? "" : " new"}`;
    this.group = svg("g", `obj ${colour}${states}`);
    this.box = object.box?.value ?? null;
    this.points = object.keypoints;
    const isNamed = layers.has("boxes") && this.area() !== null && object.column !== "new";
    this.tag = isNamed ? document.createElement("span") : null;
    if (this.tag) {
      this.tag.className = `otag ${colour}${states}`;
      this.tag.textContent = titleOf(object);
    }
    this.draw();
  }

  /** The box, else the bounds of the outlines and points; null where there is nothing. */
  area(): Box | null {
    if (this.box) return this.box;
    const all = [...this.object.rings.flat(), ...this.points.filter((point) => point.visibility > 0).map((point): [number, number] => [point.x, point.y])];
    if (all.length === 0) return null;
    const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  }

  /** Draws the object as it would be. */
  preview({ box, point }: Preview): void {
    if (box) this.box = box;
    if (point) this.points = this.points.map((one) => (one.path === point.path ? point : one));
    this.draw();
  }

  /** The label lies above its box, or in it where there is no room above. */
  placeTag({ scale, x, y }: View): void {
    const area = this.area();
    if (!this.tag || !area) return;
    const top = y + area.y * scale;
    this.tag.style.transform = `translate(${Math.round(x + area.x * scale - 1)}px, ${Math.round(top >= 20 ? top - 20 : Math.max(0, top))}px)`;
  }

  private draw(): void {
    const drawn: SVGElement[] = [];
    const { object, layers } = this;
    if (layers.has("masks") && this.maskUrl !== null && this.picture) drawn.push(...this.mask(this.maskUrl, this.picture));
    if (layers.has("outlines")) drawn.push(...object.rings.map((ring) => put(svg("polygon", "area"), { points: ring.map((point) => point.join(",")).join(" ") })));
    if (layers.has("boxes") && this.box) drawn.push(...["halo", "shape"].map((kind) => put(svg("rect", kind), { ...this.box })));
    if (layers.has("points")) drawn.push(...this.skeleton());
    this.group.replaceChildren(...drawn);
  }

  private skeleton(): SVGElement[] {
    const seen = (i: number) => {
      const point = this.points[i];
      return point && point.visibility > 0 ? point : undefined;
    };
    const bones = this.object.bones.flatMap(([from, to]) => {
      const [a, b] = [seen(from), seen(to)];
      return a && b ? put(svg("line", "bone"), { x1: a.x, y1: a.y, x2: b.x, y2: b.y }) : [];
    });
    const joints = this.points.filter((point) => point.visibility > 0).map((point) => put(svg("path", point.visibility > 1 ? "joint" : "joint h"), { d: `M${point.x} ${point.y}h0` }));
    return [...bones, ...joints];
  }

  private mask(url: string, { width, height }: Size): SVGElement[] {
    const id = `mask-${++masks}`;
    const mask = put(svg("mask", ""), { id });
    mask.append(put(svg("image", ""), { href: url, width, height, preserveAspectRatio: "none" }));
    return [mask, put(svg("rect", "masked"), { width, height, mask: `url(#${id})` })];
  }
}

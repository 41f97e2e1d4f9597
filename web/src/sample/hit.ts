// What lies under the pointer.

import type { Grip } from "./drag";
import { HANDLES, placeOf } from "./geometry";
import type { Model } from "./model";
import { type DrawnObject, keyOfObject, type Point } from "./objects";

/** How near, in pixels of the screen, the pointer must be to a handle or a keypoint. */
const NEAR = 12;

/** What the pointer would take hold of at a point of the picture; null for the picture itself. */
export function gripAt(model: Model, at: { x: number; y: number }, scale: number, canChange: boolean): Grip | null {
  const near = NEAR / scale;
  const layers = model.layers.peek();
  const current = model.current.peek();
  if (canChange && current && current.state !== "removed") {
    const point = layers.has("points") ? nearest(current, at, near) : undefined;
    if (point) return { kind: "point", object: current, point };
    const box = layers.has("boxes") ? current.box?.value : null;
    if (box) {
      const handle = HANDLES.find((one) => {
        const place = placeOf(one, box);
        return Math.abs(place.x - at.x) <= near / 1.5 && Math.abs(place.y - at.y) <= near / 1.5;
      });
      if (handle) return { kind: "handle", object: current, handle };
      if (contains(current, at)) return { kind: "body", object: current };
    }
  }
  const hidden = model.hidden.peek();
  const under = model.objects.peek().filter((object) => object.state !== "removed" && !hidden.has(keyOfObject(object)) && contains(object, at));
  const object = under.sort((a, b) => areaOf(a) - areaOf(b))[0];
  return object ? { kind: "object", object } : null;
}

function nearest(object: DrawnObject, at: { x: number; y: number }, near: number): DrawnObject["keypoints"][number] | undefined {
  const seen = object.keypoints.filter((point) => point.visibility > 0);
  const distance = (point: { x: number; y: number }) => Math.hypot(point.x - at.x, point.y - at.y);
  return seen.sort((a, b) => distance(a) - distance(b)).find((point) => distance(point) <= near);
}

/** Of several objects, the smallest is meant. */
function areaOf(object: DrawnObject): number {
  const box = object.box?.value;
  return box ? box.width * box.height : Infinity;
}

function contains(object: DrawnObject, at: { x: number; y: number }): boolean {
  const box = object.box?.value;
  if (box) return at.x >= box.x && at.y >= box.y && at.x <= box.x + box.width && at.y <= box.y + box.height;
  return object.rings.some((ring) => isInside(ring, at));
}

/** Is a point inside of an outline? By the number of its edges to the right. */
export function isInside(ring: readonly Point[], at: { x: number; y: number }): boolean {
  let inside = false;
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[(i + ring.length - 1) % ring.length] ?? [ax, ay];
    if (ay > at.y !== by > at.y && at.x < ((bx - ax) * (at.y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

// What differs between the objects of two revisions of a row. Pure.

import { isSame } from "../changes";
import type { DrawnObject } from "../sample/objects";

/** An object of either revision: drawn dashed if it is old, solid if it is new, thin if it is in both. */
export interface Compared {
  object: DrawnObject;
  side: "old" | "new" | "both";
}

/** The objects of both revisions; those that are the same in both only once. Each is matched once. */
export function compare(old: readonly DrawnObject[], now: readonly DrawnObject[]): Compared[] {
  const left = [...now];
  const compared: Compared[] = [];
  for (const object of old) {
    const at = left.findIndex((other) => isSameObject(object, other));
    if (at < 0) compared.push({ object, side: "old" });
    else compared.push({ object: left.splice(at, 1)[0] ?? object, side: "both" });
  }
  return [...compared, ...left.map((object): Compared => ({ object, side: "new" }))];
}

function isSameObject(a: DrawnObject, b: DrawnObject): boolean {
  return a.column === b.column && isSame(a.was, b.was);
}

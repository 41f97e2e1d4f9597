import assert from "node:assert/strict";
import { test } from "node:test";

import { between, fitted, kept, moved, placeOf, resized, sizeOf, zoomed } from "./geometry";
import { isInside } from "./hit";

const picture = { width: 400, height: 300 };
const stage = { width: 800, height: 676 };
const box = { x: 10, y: 20, width: 30, height: 40 };

test("a picture fits, small ones by a whole number", () => {
  const whole = fitted(picture, stage);
  assert.equal(whole.scale, 1.9);
  assert.deepEqual([whole.x, whole.y], [20, 71]);
  assert.equal(fitted({ width: 28, height: 28 }, stage).scale, 21);
});

test("zooming keeps the point under the pointer, up to 3,200 %", () => {
  const at = { x: 300, y: 400 };
  const before = fitted(picture, stage);
  const after = zoomed(before, 4, at, picture, stage);
  const inPicture = (view: typeof before) => [(at.x - view.x) / view.scale, (at.y - view.y) / view.scale].map((n) => n.toFixed(6));
  assert.deepEqual(inPicture(after), inPicture(before));
  assert.equal(zoomed(before, 1000, at, picture, stage).scale, 32);
  assert.equal(zoomed(before, 0.0001, at, picture, stage).scale, 1);
});

test("a picture can't be lost", () => {
  const view = kept({ scale: 10, x: 99999, y: -99999 }, picture, stage);
  assert.deepEqual([view.x, view.y], [400, 338 - 3000]);
});

test("boxes are moved, resized and turned round, and stay inside", () => {
  assert.deepEqual(moved(box, 1000, -1000, picture), { x: 370, y: 0, width: 30, height: 40 });
  assert.deepEqual(moved({ ...box, x: -5 }, -3, 0, picture).x, -5);
  assert.deepEqual(resized(box, "e", 5, 99, picture), { ...box, width: 35 });
  assert.deepEqual(resized(box, "w", 40, 0, picture), { x: 40, y: 20, width: 10, height: 40 });
  assert.deepEqual(between({ x: 9.999, y: -4 }, { x: 500, y: 3 }, picture), { x: 10, y: 0, width: 390, height: 3 });
  assert.deepEqual(placeOf("se", box), { x: 40, y: 60 });
  assert.deepEqual(placeOf("n", box), { x: 25, y: 20 });
});

test("turned pictures and raw pixels have their size", () => {
  assert.deepEqual(sizeOf({ width: 4, height: 3, orientation: 6 }), { width: 3, height: 4 });
  assert.deepEqual(sizeOf({ shape: [28, 20] }), { width: 20, height: 28 });
  assert.deepEqual(sizeOf({ shape: [3, 28, 20] }), { width: 20, height: 28 });
  assert.deepEqual(sizeOf({ shape: [28, 20, 3] }), { width: 20, height: 28 });
  assert.equal(sizeOf(null), null);
});

test("a point is inside of an outline or not", () => {
  const ring: [number, number][] = [[0, 0], [10, 0], [10, 10], [5, 2], [0, 10]];
  assert.ok(isInside(ring, { x: 1, y: 5 }) && !isInside(ring, { x: 5, y: 8 }) && !isInside(ring, { x: 11, y: 1 }));
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { Index, NONE, boundsOf, isInside, parse } from "./points";

function answer(x: number[], y: number[], rows: number[], colours?: number[]): ArrayBuffer {
  const bytes = new ArrayBuffer(4 + 4 * x.length * (colours ? 4 : 3));
  const view = new DataView(bytes);
  view.setUint32(0, x.length, true);
  const at = (nth: number, i: number) => 4 + 4 * (nth * x.length + i);
  x.forEach((value, i) => view.setFloat32(at(0, i), value, true));
  y.forEach((value, i) => view.setFloat32(at(1, i), value, true));
  rows.forEach((value, i) => view.setUint32(at(2, i), value, true));
  colours?.forEach((value, i) => view.setUint32(at(3, i), value, true));
  return bytes;
}

const square = answer([0, 10, 0, 10, 5], [0, 0, 10, 10, 5], [7, 1, 2, 3, 4], [0, 0, 1, 1, NONE]);

test("an answer is read, and another is refused", () => {
  const points = parse(square);
  assert.deepEqual([...points.x], [0, 10, 0, 10, 5]);
  assert.deepEqual([...points.rows], [7, 1, 2, 3, 4]);
  assert.deepEqual([...(points.colours ?? [])], [0, 0, 1, 1, NONE]);
  assert.equal(parse(answer([1], [2], [3])).colours, null);
  assert.equal(parse(answer([], [], [])).count, 0);
  for (const wrong of [new ArrayBuffer(0), square.slice(0, 40)]) assert.throws(() => parse(wrong), /no points/);
});

test("the bounds hold all points, also of one and of none", () => {
  assert.deepEqual(boundsOf(parse(square)), { left: -0.4, right: 10.4, bottom: -0.4, top: 10.4 });
  assert.deepEqual(boundsOf(parse(answer([3], [4], [0]))), { left: 2, right: 4, bottom: 3, top: 5 });
  assert.deepEqual(boundsOf(parse(answer([], [], []))), { left: 0, right: 1, bottom: 0, top: 1 });
});

test("the nearest point, those in a line, and the next in a direction are found", () => {
  const points = parse(square);
  const index = new Index(points, boundsOf(points));
  assert.equal(index.nearest(4.5, 5.2, 2, 2), 4);
  assert.equal(index.nearest(2.5, 2.5, 1, 1), -1);
  // Around the left three, in the order of their rows.
  assert.deepEqual(index.inside([[-1, -1], [6, -1], [6, 11], [-1, 11]]), [2, 4, 0]);
  assert.deepEqual(index.inside([[0, 0], [1, 1]]), []);
  assert.equal(index.next(4, 1, 0, 1, 1), 1);
  assert.equal(index.next(0, 0, 1, 1, 1), 2);
  assert.equal(index.next(0, -1, 0, 1, 1), -1);
});

test("the index finds the same as a look at all points", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const [x, y] = [0, 0].map(() => Array.from({ length: 3000 }, random)) as [number[], number[]];
  const points = parse(answer(x, y, x.map((_, i) => i)));
  const index = new Index(points, boundsOf(points));
  const line: [number, number][] = [[0.2, 0.1], [0.9, 0.3], [0.4, 0.5], [0.8, 0.95], [0.1, 0.7]];
  const all = Array.from(points.rows).filter((i) => isInside(line, points.x[i] as number, points.y[i] as number));
  assert.ok(all.length > 100);
  assert.deepEqual(index.inside(line), all);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { boxesAt, evenTimes, faster, type FrameBox, frameAt, middleOf } from "./frames";

test("a time shows the frame that has begun, also of uneven frames", () => {
  const times = [0, 0.04, 0.1, 0.5];
  assert.deepEqual([0, 0.039, 0.04, 0.0999999, 0.3, 0.5, 99].map((at) => frameAt(times, at)), [0, 0, 1, 2, 2, 3, 3]);
  assert.equal(frameAt([], 1), 0);
  for (let n = 0; n < times.length; n++) assert.equal(frameAt(times, middleOf(times, n, 0.6)), n);
  assert.ok(Math.abs(middleOf(times, 3, 0.6) - 0.55) < 1e-9);
  assert.equal(middleOf(times, 3, 0.5), 0.5);
});

test("each of many even frames is found by its own time", () => {
  const times = evenTimes(3000, 30000 / 1001);
  for (const n of [0, 1, 2, 999, 2998, 2999]) assert.equal(frameAt(times, times[n]!), n);
});

test("boxes follow the frame", () => {
  const box = (frame: number | null, label: string): FrameBox => ({ x: 0, y: 0, width: 1, height: 1, colour: "c1", frame, label });
  const labels = (boxes: FrameBox[], n: number) => boxesAt(boxes, n).map((one) => one.label).join("");
  const every = [box(0, "a"), box(1, "b"), box(1, "c"), box(2, "d")];
  assert.deepEqual([0, 1, 2, 3].map((n) => labels(every, n)), ["a", "bc", "d", ""]);
  const tenth = [box(0, "a"), box(10, "b"), box(20, "c"), box(null, "*")];
  assert.deepEqual([0, 9, 10, 25, 30].map((n) => labels(tenth, n)), ["*a", "*a", "*b", "*c", "*"]);
});

test("J and L double the speed, and turn round", () => {
  assert.deepEqual([faster(0, 1), faster(1, 1), faster(8, 1), faster(2, -1), faster(-1, -1), faster(-4, 1)], [1, 2, 8, -1, -2, 1]);
});

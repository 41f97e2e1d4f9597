import assert from "node:assert/strict";
import { test } from "node:test";

import type { Change, Feature, Json } from "../changes";
import { listOfBoxes, objectsOf, titleOf } from "./objects";

const feature: Feature = {
  type: "list",
  item: {
    type: "struct",
    fields: [
      { name: "bbox", feature: { type: "bbox" } },
      { name: "category", feature: { type: "class_label", names: ["cow", "horse"] } },
      { name: "outline", feature: { type: "polygon" } },
      { name: "points", feature: { type: "keypoints", names: ["nose", "tail"], skeleton: [[0, 1]] } },
      { name: "rle", feature: { type: "mask", encoding: "rle" } },
    ],
  },
};
const columns = [{ name: "objects", feature }, { name: "n", feature: { type: "number" } }];
const object = (x: number, name: string): Json => ({
  bbox: { x, y: 2, width: 3, height: 4 }, category: { value: 0, name, synset: null }, outline: [[{ x: 0, y: 0 }, { x: 8, y: 0 }, { x: 4, y: 6 }]],
  points: [{ x: 1, y: 1, visibility: 2 }, { x: 0, y: 0, visibility: 0 }], rle: { counts: [1], width: 1, height: 1 },
});
const values = { objects: [object(1, "cow"), object(5, "horse"), { bbox: null, category: null, outline: null, points: null, rle: null }], n: 3 };
const change = (over: Partial<Change>): Change => ({ rowId: "a:1", base: "main:0", column: "objects", path: "", action: "set", type: "value", was: null, value: null, ...over });

test("objects are found by their types, with the paths of what can be changed", () => {
  const [first, second, ...rest] = objectsOf(columns, values, []);
  assert.equal(rest.length, 0);
  assert.deepEqual([first?.path, first?.box?.path, first?.label?.path, first?.labelPath, first?.maskPath], ["/0", "/0/bbox", "/0/category", "objects.category", "/0/rle"]);
  assert.deepEqual([first?.rings[0]?.length, first?.bones, first?.keypoints[0]?.name, first?.keypoints[1]?.path], [3, [[0, 1]], "nose", "/0/points/1"]);
  assert.deepEqual(second && [titleOf(second), second.state], ["horse", "same"]);
});

test("changes are shown in their place, with the value of the base", () => {
  const changes = [
    change({ path: "/1/category", type: "label", was: "horse", value: "cow" }),
    change({ path: "/1/points/0", value: { x: 9, y: 9, visibility: 1 } }),
    change({ path: "/0", action: "remove", type: "item" }),
    change({ path: "/+1", action: "add", type: "item", value: { bbox: { x: 7, y: 7, width: 1, height: 1 }, category: null } }),
  ];
  const [first, second, third] = objectsOf(columns, values, changes);
  assert.equal(first?.state, "removed");
  assert.deepEqual([second?.state, second?.label?.value, second?.label?.was, second?.keypoints[0]?.x], ["changed", "cow", { value: 0, name: "horse", synset: null }, 9]);
  assert.deepEqual([third?.state, third?.path, third?.box?.path, third && titleOf(third)], ["added", "/+1", "/+1/bbox", "no label"]);
});

test("a column that was replaced as a whole is shown as it will be", () => {
  const [only, ...rest] = objectsOf(columns, values, [change({ value: [object(2, "horse")] })]);
  assert.deepEqual([rest.length, only?.label?.value, only?.box?.value?.x], [0, "horse", 2]);
});

test("boxes are added to a list of structs that have one", () => {
  assert.deepEqual(listOfBoxes(columns)?.box, "bbox");
  assert.deepEqual(listOfBoxes(columns)?.label, "category");
  assert.equal(listOfBoxes([{ name: "face", feature: { type: "bbox" } }]), null);
});

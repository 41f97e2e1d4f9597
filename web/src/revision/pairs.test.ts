import assert from "node:assert/strict";
import { test } from "node:test";

import { objectsOf } from "../sample/objects";
import { compare } from "./pairs";

const columns = [{ name: "faces", feature: { type: "list", item: { type: "bbox" } } }];
const boxes = (...xs: number[]) => objectsOf(columns, { faces: xs.map((x) => ({ x, y: 1, width: 1, height: 1 })) }, []);

test("old and new objects are told apart, wherever they are in the list", () => {
  const found = compare(boxes(1, 2, 3), boxes(3, 1, 4)).map(({ side, object }) => [side, object.box?.value?.x]);
  assert.deepEqual(found, [["both", 1], ["old", 2], ["both", 3], ["new", 4]]);
  assert.deepEqual(compare(boxes(5, 5), boxes(5)).map((one) => one.side), ["both", "old"]);
  assert.deepEqual(compare([], boxes(5)).map((one) => one.side), ["new"]);
});

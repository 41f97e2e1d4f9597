import assert from "node:assert/strict";
import { test } from "node:test";

import { applied, type Change, isSame, keyOf, labelPath, nameOf, partOf, withPart } from "./change";

const label = (value: number, name: string) => ({ value, name, synset: null });
const box = (x: number) => ({ x, y: 2, width: 3, height: 4 });
const objects = [
  { box: box(1), category: label(0, "cow") },
  { box: box(5), category: label(1, "horse") },
  { box: box(9), category: label(0, "cow") },
];
const change = (over: Partial<Change>): Change => ({ rowId: "a:1", base: "main:3", column: "objects", path: "", action: "set", type: "value", was: null, value: null, ...over });

const changes = [
  change({ path: "/+1", action: "add", type: "item", value: { box: box(7), category: "dog" } }),
  change({ path: "/0", action: "remove", type: "item", was: objects[0]! }),
  change({ path: "/1/category", type: "label", was: label(1, "horse"), value: "zebra", isNewClass: true }),
  change({ path: "/2", action: "remove", type: "item", was: objects[2]! }),
  change({ path: "/1/box", type: "box", was: box(5), value: box(6) }),
];

test("changes of one value are made together, each by its place in the base", () => {
  assert.deepEqual(applied(objects, changes), [
    { box: box(6), category: "zebra" },
    { box: box(7), category: "dog" },
  ]);
  assert.equal(objects.length, 3);
});

test("parts of values", () => {
  assert.equal(partOf({ "a/b": [1, { "~": 2 }] }, "/a~1b/1/~0"), 2);
  assert.equal(partOf([1], "/3/x"), undefined);
  assert.deepEqual(withPart({ a: null }, "/a/b", 1), { a: { b: 1 } });
  assert.notEqual(keyOf(changes[0]!), keyOf(changes[1]!));
  assert.equal(labelPath("objects", "/12/category"), "objects.category");
  assert.equal(labelPath("objects", "/+1/category"), "objects.category");
  assert.equal(nameOf(objects[0]!), "cow");
  assert.equal(nameOf(box(1.25)), "1.3, 2, 3, 4");
  assert.ok(isSame(label(1, "horse"), "horse") && !isSame(label(1, "horse"), "cow") && isSame(box(1), box(1)) && !isSame(box(1), box(2)));
});

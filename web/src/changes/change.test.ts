import assert from "node:assert/strict";
import { test } from "node:test";

import { applied, type Change, editsOf, isSame, keyOf, labelPath, nameOf, partOf, withPart } from "./change";
import { proposedMessage } from "./groups";

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

test("edits are sent so that no index moves before it is used", () => {
  const { changes: edits, new_classes } = editsOf(changes);
  assert.deepEqual(edits.map((edit) => [edit.path, edit.remove ?? false]), [["/1/category", false], ["/1/box", false], ["/2", true], ["/0", true], ["/-", false]]);
  assert.deepEqual(edits[0], { row_id: "a:1", column: "objects", path: "/1/category", was: "horse", value: "zebra" });
  assert.deepEqual(new_classes, { "objects.category": ["zebra"] });
});

test("a removed row has no other edits, and its new classes aren't made", () => {
  const gone = change({ column: null, action: "remove", type: "row" });
  assert.deepEqual(editsOf([...changes, gone]), { changes: [{ row_id: "a:1", remove: true }], new_classes: {} });
});

test("a number that JavaScript can't hold isn't sent as what was there", () => {
  const edits = editsOf([change({ column: "n", was: 2 ** 60, value: 5 }), change({ column: "m", was: 0.5, value: 1 })]).changes;
  assert.equal("was" in edits[0]!, false);
  assert.equal(edits[1]!.was, 0.5);
});

test("parts of values", () => {
  assert.equal(partOf({ "a/b": [1, { "~": 2 }] }, "/a~1b/1/~0"), 2);
  assert.equal(partOf([1], "/3/x"), undefined);
  assert.deepEqual(withPart({ a: null }, "/a/b", 1), { a: { b: 1 } });
  assert.equal(labelPath("objects", "/12/category"), "objects.category");
  assert.equal(labelPath("objects", "/+1/category"), "objects.category");
  assert.equal(nameOf(objects[0]!), "cow");
  assert.equal(nameOf(box(1.25)), "1.3, 2, 3, 4");
  assert.ok(isSame(label(1, "horse"), "horse") && !isSame(label(1, "horse"), "cow") && isSame(box(1), box(1)) && !isSame(box(1), box(2)));
});

test("the message says what became what", () => {
  const relabel = (rowId: string, was: string, value: string) => change({ rowId, column: "label", type: "label", was: label(0, was), value });
  const twelve = Array.from({ length: 12 }, (_, i) => relabel(`a:${i}`, "cow", "horse"));
  assert.equal(proposedMessage(twelve), "Relabel 12 samples: cow → horse");
  assert.equal(proposedMessage(twelve.slice(0, 1)), "Relabel 1 sample: cow → horse");
  assert.equal(proposedMessage([...twelve, relabel("b:1", "cat", "dog")]), "Relabel 13 samples: cow → horse, cat → dog");
  assert.equal(proposedMessage(changes), "Relabel 1 object: horse → zebra, move 1 box, add 1 object, remove 2 objects");
  assert.equal(proposedMessage([change({ column: null, action: "remove", type: "row" })]), "Remove 1 sample");
  assert.equal(proposedMessage([]), "");
  assert.notEqual(keyOf(changes[0]!), keyOf(changes[1]!));
});

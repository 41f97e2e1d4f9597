import assert from "node:assert/strict";
import { test } from "node:test";

import type { Change } from "../changes";
import { editsOf } from "./edits";
import { proposedMessage } from "./message";

const label = (value: number, name: string) => ({ value, name, synset: null });
const box = (x: number) => ({ x, y: 2, width: 3, height: 4 });
const cow = (x: number) => ({ box: box(x), category: label(0, "cow") });
const change = (over: Partial<Change>): Change => ({ rowId: "a:1", base: "main:3", column: "objects", path: "", action: "set", type: "value", was: null, value: null, ...over });

const changes = [
  change({ path: "/+1", action: "add", type: "item", value: { box: box(7), category: "dog" } }),
  change({ path: "/0", action: "remove", type: "item", was: cow(1) }),
  change({ path: "/1/category", type: "label", was: label(1, "horse"), value: "zebra", isNewClass: true }),
  change({ path: "/2", action: "remove", type: "item", was: cow(9) }),
  change({ path: "/1/box", type: "box", was: box(5), value: box(6) }),
];

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

test("the message says what became what", () => {
  const relabel = (rowId: string, was: string, value: string) => change({ rowId, column: "label", type: "label", was: label(0, was), value });
  const twelve = Array.from({ length: 12 }, (_, i) => relabel(`a:${i}`, "cow", "horse"));
  assert.equal(proposedMessage(twelve), "Relabel 12 samples: cow → horse");
  assert.equal(proposedMessage(twelve.slice(0, 1)), "Relabel 1 sample: cow → horse");
  assert.equal(proposedMessage([...twelve, relabel("b:1", "cat", "dog")]), "Relabel 13 samples: cow → horse, cat → dog");
  assert.equal(proposedMessage(changes), "Relabel 1 object: horse → zebra, move 1 box, add 1 object, remove 2 objects");
  assert.equal(proposedMessage([change({ column: null, action: "remove", type: "row" })]), "Remove 1 sample");
  assert.equal(proposedMessage([]), "");
});

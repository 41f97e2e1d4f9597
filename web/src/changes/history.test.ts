import assert from "node:assert/strict";
import { test } from "node:test";

import { editsOf } from "../commit/edits";
import { type Change, keyOf } from "./change";
import { changed, committed, EMPTY, redone, takenBack, undone } from "./history";

const cow = { value: 0, name: "cow", synset: "n01887787" };
const relabel = (value: string, rowId = "a:1"): Change => ({ rowId, base: "main:3", column: "label", path: "", action: "set", type: "label", was: cow, value });
const part = (over: Partial<Change>): Change => ({ rowId: "a:1", base: "main:3", column: "objects", path: "", action: "set", type: "value", was: null, value: null, ...over });
const values = (state: { changes: Record<string, Change> }) => Object.values(state.changes).map((change) => change.value);

test("steps are undone and done again", () => {
  const one = changed(EMPTY, "Relabel", [relabel("horse")]);
  const two = changed(one, "Relabel", [{ ...relabel("zebra"), was: "horse" }, relabel("pig", "a:2")]);
  assert.deepEqual(values(two), ["zebra", "pig"]);
  assert.deepEqual(two.changes[keyOf(relabel(""))]?.was, cow, "the old value stays that of the base");
  assert.deepEqual(values(undone(two)), ["horse"]);
  assert.deepEqual(values(undone(undone(two))), []);
  assert.deepEqual(values(redone(undone(two))), ["zebra", "pig"]);
  assert.equal(changed(undone(two), "Relabel", [relabel("pig", "a:9")]).redo.length, 0);
  assert.equal(undone(EMPTY), EMPTY);
});

test("what is set back is no change, and what doesn't change is no step", () => {
  const one = changed(EMPTY, "Relabel", [relabel("horse")]);
  assert.deepEqual(values(changed(one, "Relabel", [relabel("cow")])), []);
  assert.equal(changed(one, "Relabel", [relabel("horse")]), one);
  assert.equal(changed(EMPTY, "Relabel", [relabel("cow")]), EMPTY);
});

test("an added object is changed and removed as a whole", () => {
  const added = changed(EMPTY, "New box", [part({ path: "/+1", action: "add", type: "item", value: { box: { x: 1 }, category: null } })]);
  const named = changed(added, "Relabel", [part({ path: "/+1/category", type: "label", value: "dog", isNewClass: true })]);
  assert.deepEqual(values(named), [{ box: { x: 1 }, category: "dog" }]);
  assert.equal(Object.values(named.changes)[0]?.action, "add");
  assert.deepEqual(editsOf(Object.values(named.changes)).new_classes, { "objects.category": ["dog"] });
  assert.deepEqual(values(changed(named, "Remove", [part({ path: "/+1", action: "remove", type: "item" })])), []);
});

test("a removed object or row takes its changes with it, and undo brings them back", () => {
  const moved = changed(EMPTY, "Move", [part({ path: "/1/box", type: "box", was: 1, value: 2 }), part({ path: "/11/box", type: "box", was: 1, value: 3 })]);
  const gone = changed(moved, "Remove", [part({ path: "/1", action: "remove", type: "item", was: {} })]);
  assert.deepEqual(Object.values(gone.changes).map((change) => change.path).sort(), ["/1", "/11/box"]);
  assert.deepEqual(values(undone(gone)).sort(), [2, 3]);
  const row = changed(moved, "Remove", [part({ column: null, action: "remove", type: "row" })]);
  assert.deepEqual(Object.values(row.changes).map((change) => change.column), [null]);
  assert.deepEqual(values(undone(row)).sort(), [2, 3]);
});

test("changes of thousands of rows at once are merged with those of their own row", () => {
  const rows = Array.from({ length: 20_000 }, (_, n) => `a:${n}`);
  const once = changed(EMPTY, "Relabel", rows.map((row) => relabel("horse", row)));
  const begun = rows.slice(0, 3).map((rowId) => part({ rowId, path: "/0/box", type: "box", was: 1, value: 2 }));
  const gone = changed(changed(once, "Move", begun), "Remove", rows.slice(1).map((rowId) => part({ rowId, column: null, action: "remove", type: "row" })));
  assert.equal(Object.keys(gone.changes).length, rows.length + 1, "of a removed row nothing else is left");
  assert.deepEqual(Object.values(gone.changes).filter((change) => change.column !== null).map((change) => change.rowId), ["a:0", "a:0"]);
  assert.equal(Object.keys(undone(gone).changes).length, rows.length + 3);
});

test("changes are taken back one by one", () => {
  const two = changed(EMPTY, "Relabel", [relabel("horse"), relabel("horse", "a:2")]);
  const one = takenBack(two, "Take back", [keyOf(relabel("", "a:2"))]);
  assert.deepEqual(Object.values(one.changes).map((change) => change.rowId), ["a:1"]);
  assert.equal(Object.keys(undone(one).changes).length, 2);
  assert.equal(takenBack(one, "Take back", ["none"]), one);
});

test("after a commit, what was changed meanwhile is still there", () => {
  const sent = changed(EMPTY, "Relabel", [relabel("horse"), relabel("horse", "a:2")]);
  const later = changed(sent, "Relabel", [relabel("zebra", "a:2")]);
  const left = committed(later, Object.values(sent.changes));
  assert.deepEqual(values(left), ["zebra"]);
  assert.equal(left.undo.length, 0);
});

test("changes that join the last step are undone with it", () => {
  const move = (x: number) => [part({ path: "/1/box", type: "box", was: 1, value: x })];
  const moved = [2, 3, 4].reduce((state, x) => changed(state, "Move", move(x), true), changed(EMPTY, "Relabel", [relabel("horse")]));
  assert.equal(moved.undo.length, 2);
  assert.deepEqual(values(undone(moved)), ["horse"]);
  assert.deepEqual(values(redone(undone(moved))), ["horse", 4]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Item, labelOf, left, moved, nextAfter, type Pending, why } from "./queue";

const item = (row: number, group: number, label: string, suggestion?: string): Item => ({
  row_id: `a:${row}`, position: row, group, label: { class: 0, name: label }, suggestion: suggestion ? { class: 1, name: suggestion } : null,
  is_near: false, reason: "model", score: 0.964,
});
const pending = (changes: Record<string, Pending>) => new Map(Object.entries(changes));
const rows = (groups: Item[][]) => groups.map((group) => group.map((one) => one.position));
const none = new Set<string>();

test("a row that was kept or changed is no longer left", () => {
  const items = [item(1, 0, "cat"), item(2, 1, "dog"), item(3, 2, "cow"), item(4, 3, "cow")];
  assert.deepEqual(rows(left(items, none, new Map())), [[1], [2], [3], [4]]);
  const changed = pending({ "a:2": { label: "cat", isRemoved: false }, "a:4": { isRemoved: true } });
  assert.deepEqual(rows(left(items, new Set(["a:1"]), changed)), [[3]]);
});

test("rows with one picture are settled when what stays has one label", () => {
  const group = [item(1, 0, "cat"), item(2, 0, "dog"), item(3, 0, "cat")];
  const settled = (changes: Record<string, Pending>) => left(group, none, pending(changes)).length === 0;
  assert.ok(!settled({}));
  assert.ok(settled({ "a:2": { label: "cat", isRemoved: false } }));
  assert.ok(!settled({ "a:2": { label: "cow", isRemoved: false } }));
  assert.ok(settled({ "a:2": { isRemoved: true } }));
  assert.ok(!settled({ "a:1": { isRemoved: true } }));
  assert.deepEqual(rows(left(group, new Set(["a:1", "a:2"]), new Map())), [[1, 2, 3]]);
  assert.deepEqual(left(group, new Set(["a:1", "a:2", "a:3"]), new Map()), []);
});

test("one goes on to the row that follows", () => {
  const items = [item(1, 0, "cat"), item(2, 1, "dog"), item(3, 2, "cow")];
  const [first, , last] = items;
  assert.equal(nextAfter(items, [first!, last!], "a:2"), "a:3");
  assert.equal(nextAfter(items, [first!], "a:3"), "a:1");
  assert.equal(nextAfter(items, [], "a:3"), null);
  assert.equal(nextAfter(items, items, "a:2"), "a:2");
  assert.deepEqual([moved(items, null, 1), moved(items, "a:1", 1), moved(items, "a:3", 5), moved(items, "a:1", -1), moved([], "a:1", 1)], ["a:1", "a:2", "a:3", "a:1", null]);
});

test("labels with their changes, and reasons in words", () => {
  const one = item(1, 0, "cat");
  assert.equal(labelOf(one, new Map()), "cat");
  assert.equal(labelOf(one, pending({ "a:1": { label: null, isRemoved: false } })), null);
  assert.equal(labelOf(one, pending({ "a:1": { isRemoved: true } })), "cat");
  assert.equal(why(one), "96 %");
  assert.equal(why({ ...one, reason: "distance", score: 59.25 }), "59");
  assert.equal(why({ ...one, reason: "blank", score: null }), "one colour");
  assert.equal(why({ ...one, reason: "same-picture", score: null }), "");
});

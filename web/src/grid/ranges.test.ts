import assert from "node:assert/strict";
import { test } from "node:test";
import { Ranks } from "./ranges";

test("ranks are kept as spans that don't touch", () => {
  let ranks = new Ranks().add(3, 5).add(9, 9).add(6, 7);
  assert.deepEqual(ranks.spans, [[3, 7], [9, 9]]);
  assert.equal(ranks.count, 6);
  assert.deepEqual([2, 3, 7, 8, 9, 10].map((rank) => ranks.has(rank)), [false, true, true, false, true, false]);
  ranks = ranks.toggle(8);
  assert.deepEqual(ranks.spans, [[3, 9]]);
  assert.deepEqual(ranks.toggle(5).spans, [[3, 4], [6, 9]]);
  assert.deepEqual(ranks.remove(0, 4).spans, [[5, 9]]);
  assert.deepEqual([...ranks.remove(4, 8).each()], [3, 9]);
});

test("all of a million rows are one span", () => {
  const all = new Ranks([[0, 999_999]]);
  assert.deepEqual([all.count, all.has(999_999), all.toggle(500_000).spans.length], [1_000_000, true, 2]);
});

test("spans are what a set of numbers is", () => {
  let ranks = new Ranks();
  const set = new Set<number>();
  let seed = 7;
  const random = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
  for (let i = 0; i < 500; i++) {
    const first = random(60);
    const last = first + random(6);
    const isAdded = random(2) === 0;
    ranks = isAdded ? ranks.add(first, last) : ranks.remove(first, last);
    for (let rank = first; rank <= last; rank++) isAdded ? set.add(rank) : set.delete(rank);
    assert.deepEqual([...ranks.each()], [...set].sort((a, b) => a - b));
    assert.equal(ranks.count, set.size);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { areWhole, edgesOf, edgesWithin, rangeBetween } from "./bins";
import { ByteCache, unpack } from "./packs";

test("a pack has its files in order, and nothing where there is none", () => {
  const pack = new Uint8Array([2, 0, 0, 0, 7, 8, 0, 0, 0, 0, 1, 0, 0, 0, 9]);
  assert.deepEqual(unpack(pack.buffer).map((file) => file && [...file]), [[7, 8], null, [9]]);
  // A pack that was cut off.
  assert.deepEqual(unpack(pack.slice(0, 5).buffer), []);
});

test("the least recently used is dropped first", () => {
  const dropped: string[] = [];
  const cache = new ByteCache<string>(10, (value) => dropped.push(value));
  cache.set("a", "A", 4);
  cache.set("b", "B", 4);
  assert.equal(cache.get("a"), "A");
  cache.set("c", "C", 4);
  assert.deepEqual([dropped, cache.bytes, cache.get("b")], [["B"], 8, undefined]);
  cache.set("d", "D", 40);
  assert.deepEqual([dropped, cache.bytes], [["B", "A", "C"], 40]);
  cache.set("d", "E", 4);
  assert.deepEqual([dropped.at(-1), cache.bytes], ["D", 4]);
});

test("handles stand at edges, and a range is what is between them", () => {
  const buckets = [0, 10, 20].map((from) => ({ from, to: from + 10, count: 1, all: 1 }));
  const edges = edgesOf(buckets);
  assert.deepEqual(edges, [0, 10, 20, 30]);
  assert.equal(areWhole(edges, [3, 25]), true);
  assert.equal(areWhole(edges, [3, 25.5]), false);
  for (const whole of [true, false]) {
    for (const [low, high] of [[0, 3], [1, 3], [0, 2], [1, 2]] as const) {
      assert.deepEqual(edgesWithin(edges, rangeBetween(edges, low, high, whole), whole), [low, high]);
    }
  }
  assert.deepEqual(rangeBetween(edges, 1, 2, true), [10, 19]);
  assert.deepEqual(rangeBetween(edges, 0, 3, true), [null, null]);
});

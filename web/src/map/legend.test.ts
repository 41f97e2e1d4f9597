import assert from "node:assert/strict";
import { test } from "node:test";

import { legend, nameOf, shown } from "./legend";
import { NONE } from "./points";

const none = { all: 0, count: 0 };
const facet = (buckets: object[]) =>
  ({ column: "label", kind: "classes", rows: 9, left_out: 0, nulls: none, not_finite: none, buckets }) as unknown as Parameters<typeof legend>[0];

test("classes have colours by how frequent they are, and names by their numbers", () => {
  const entries = legend(facet([
    { value: "cat", class: 0, count: 1, all: 2 },
    { value: "dog", class: 1, count: 5, all: 9 },
    { value: "emu", class: 2, count: 0, all: 4 },
  ]));
  assert.deepEqual(entries.map((entry) => entry.colour), [3, 1, 2]);
  assert.deepEqual(shown(entries).entries.map((entry) => entry.name), ["dog", "cat"]);
  assert.deepEqual([nameOf(entries, 2), nameOf(entries, NONE), nameOf(entries, undefined)], ["emu", "", ""]);
});

test("ranges of numbers are a scale with two ends", () => {
  const entries = legend(facet([0, 1, 2].map((from) => ({ from, to: from + 1, count: 1, all: 1 }))));
  assert.deepEqual(entries.map((entry) => [entry.colour, entry.at]), [[null, 0], [null, 0.5], [null, 1]]);
  assert.deepEqual(shown(entries).entries.map((entry) => entry.name), ["0 – 1", "2 – 3"]);
});

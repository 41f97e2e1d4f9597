import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyState } from "./list_state";
import { foundBy, isSql } from "./search";

const counts = { count: 1, all: 1 };
const facet = (column: string, kind: "classes" | "values" | "present" | "numbers", names: string[] = []) => ({
  column, kind, rows: 4, left_out: 0, nulls: { count: 0, all: 0 }, not_finite: { count: 0, all: 0 },
  buckets: names.map((value, i) => ({ value, class: i, ...counts })),
  concepts: kind === "classes" ? [{ id: "n1", name: "hunting_dog.n.01", title: "hunting dog, hound", parents: [], ...counts }] : [],
});
const facets = [facet("split", "values", ["train"]), facet("label", "classes", ["Ankle_boot", "cat"]), facet("Title", "present"), facet("n", "numbers")];

test("a condition is told from words", () => {
  assert.deepEqual(["n > 2", "image.width IN (1)", "label = 'cat'", "x IS NULL", "false"].map(isSql), [true, true, true, true, true]);
  assert.deepEqual(["hunting dog", "cat", "island", "3_theo_0"].map(isSql), [false, false, false, false]);
});

test("words find classes, then concepts, then texts", () => {
  const state = { ...emptyState(), values: { label: ["cat"] }, where: "n > 2" };
  assert.deepEqual(foundBy("ankle boot", state, facets), { values: { label: ["cat", "Ankle_boot"] }, where: "" });
  assert.deepEqual(foundBy("Hound", state, facets), { concepts: { label: ["hunting_dog.n.01"] }, where: "" });
  assert.deepEqual(foundBy("50%", state, facets), { where: "\"Title\" ILIKE '%50\\%%' OR label ILIKE '%50\\%%'" });
  assert.equal(foundBy("x", state, [facets[0]!, facets[3]!]), null);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { asLines, completion, fileName, kept } from "./questions";

test("a question that is asked again comes to the front", () => {
  const [a, b] = [{ sql: "a", datasets: "" }, { sql: "b", datasets: "x/y" }];
  assert.deepEqual(kept([a, b], b), [b, a]);
  assert.deepEqual(kept([a], { sql: "", datasets: "" }), [a]);
  assert.equal(kept(Array.from({ length: 60 }, (_, n) => ({ sql: `${n}`, datasets: "" })), a).length, 50);
});

test("a word is completed where the cursor is", () => {
  const found = completion("SELECT ima FROM samples", 10, ["image", "image.width", "label"]);
  assert.deepEqual(found, { start: 7, end: 10, word: "ima", names: ["image", "image.width"] });
  assert.deepEqual(completion("SELECT image.w", 14, ["image.width"]).names, ["image.width"]);
  assert.deepEqual(completion("SELECT label ", 13, ["label"]).names, []);
  assert.deepEqual(completion("label", 5, ["label"]).names, [], "a whole name needs no completion");
});

test("results have lines and names", () => {
  assert.equal(asLines([{ a: 1 }, { a: "\n" }]), '{"a":1}\n{"a":"\\n"}\n');
  assert.equal(fileName("SELECT label, count(*) FROM samples", "csv"), "select-label-count-from-samples.csv");
  assert.equal(fileName("***", "jsonl"), "result.jsonl");
});

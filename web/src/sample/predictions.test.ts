import assert from "node:assert/strict";
import { test } from "node:test";

import { classesOf, ofBoxes, ofPicture, type Prediction, suggestionOf } from "./predictions";

const said = (run: string, item: number | null, ...top: [string, number, string | null][]): Prediction => ({
  run, model: run, rows: "all", column: item === null ? "label" : "objects.category", item, top: top.map(([name, probability, label]) => ({ name, probability, label })),
});

test("the run that is chosen comes first, else the newest", () => {
  const all = [said("c", null), said("b", 0), said("b", 2), said("a", null), said("a", 0)];
  assert.deepEqual(ofPicture(all, null).map((one) => one.run), ["c", "a"]);
  assert.deepEqual(ofPicture(all, "a").map((one) => one.run), ["a", "c"]);
  assert.deepEqual(ofPicture(all, "gone").map((one) => one.run), ["c", "a"]);
  assert.deepEqual([...ofBoxes(all, null)].map(([key, one]) => [key, one.run]), [["objects/0", "b"], ["objects/2", "b"]]);
  assert.deepEqual([...ofBoxes(all, "a")].map(([key, one]) => [key, one.run]), [["objects/0", "a"]]);
});

test("what can be taken are other classes of the data set", () => {
  const tabby = said("a", null, ["tabby", 0.6, "cat"], ["tiger cat", 0.2, "cat"], ["pug", 0.1, "dog"], ["kite", 0.1, null]);
  assert.deepEqual(suggestionOf(tabby, "dog"), { name: "cat", probability: 0.6 });
  assert.equal(suggestionOf(tabby, "cat"), null);
  assert.deepEqual(classesOf(tabby, "horse"), ["cat", "dog"]);
  assert.deepEqual(classesOf(tabby, "cat"), ["dog"]);
  assert.equal(suggestionOf(said("a", null, ["kite", 0.9, null], ["tabby", 0.1, "cat"]), "dog"), null);
  assert.equal(suggestionOf(undefined, null), null);
  assert.deepEqual(suggestionOf(tabby, null), { name: "cat", probability: 0.6 });
});

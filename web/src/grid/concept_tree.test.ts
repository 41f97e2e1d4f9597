import assert from "node:assert/strict";
import { test } from "node:test";
import { childrenOf, tickOf, toggled, treeOf } from "./concept_tree";

// entity > animal > { dog > { poodle, hound }, cat }
const concept = (id: string, parents: string[], all: number) => ({ id, name: `${id}.n.01`, title: id, parents, count: all, all });
const bucket = (name: string, class_: number) => ({ value: name, class: class_, synset: name, count: 1, all: 1 });
const facet = {
  column: "label", kind: "classes" as const, rows: 4, left_out: 0, nulls: { count: 0, all: 0 }, not_finite: { count: 0, all: 0 },
  buckets: [bucket("poodle", 0), bucket("hound", 1), bucket("cat", 2), bucket("dog", 3)],
  concepts: [concept("entity", [], 4), concept("animal", ["entity"], 4), concept("dog", ["animal"], 3), concept("poodle", ["dog"], 1), concept("hound", ["dog"], 1), concept("cat", ["animal", "gone"], 1)],
};
const tree = treeOf(facet);
const none = { concepts: [], classes: [] };

test("concepts with one kind that has all of their rows are passed over", () => {
  assert.deepEqual(childrenOf(tree, null), ["animal"]);
  assert.deepEqual(childrenOf(tree, "animal"), ["dog", "cat"]);
});

test("a tick holds for all below, and is seen above", () => {
  const dog = toggled(tree, none, "dog");
  assert.deepEqual(dog, { concepts: ["dog.n.01"], classes: [] });
  assert.deepEqual(["dog", "poodle", "animal", "cat"].map((id) => tickOf(tree, dog, id)), ["yes", "yes", "some", "no"]);
  // What was ticked below is held by the one above.
  assert.deepEqual(toggled(tree, toggled(tree, none, "poodle"), "animal"), { concepts: ["animal.n.01"], classes: [] });
  assert.deepEqual(toggled(tree, dog, "dog"), none);
});

test("without one kind, the others stay, and the rows of the concept itself", () => {
  const rest = toggled(tree, toggled(tree, none, "animal"), "poodle");
  assert.deepEqual(rest.concepts.toSorted(), ["cat.n.01", "hound.n.01"]);
  assert.deepEqual(rest.classes, ["dog"]);
  assert.deepEqual(["poodle", "hound", "dog", "cat"].map((id) => tickOf(tree, rest, id)), ["no", "yes", "some", "yes"]);
});

test("a class is a tick too, and concepts that the tree doesn't have are kept", () => {
  const ticks = { concepts: ["plant.n.02"], classes: ["cat"] };
  assert.deepEqual([tickOf(tree, ticks, "cat"), tickOf(tree, ticks, "animal")], ["yes", "some"]);
  assert.deepEqual(toggled(tree, ticks, "cat"), { concepts: ["plant.n.02"], classes: [] });
});

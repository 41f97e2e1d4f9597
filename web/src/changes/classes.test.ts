import assert from "node:assert/strict";
import { test } from "node:test";

import { type ClassList, featureAt, find, near } from "./classes";

const concept = (id: string, title: string, ...parents: string[]) => [id, { id, title, parents }] as const;
const list: ClassList = {
  classes: [
    { value: 0, name: "cow", synset: "cow", rows: 5 },
    { value: 1, name: "horse", synset: "horse", rows: 9 },
    { value: 2, name: "zebra", synset: "zebra", rows: 1 },
    { value: 3, name: "car", synset: "car", rows: 20 },
    { value: 4, name: "n123", synset: "pug", title: "pug, pug-dog", rows: 2 },
    { value: 5, name: "race car", rows: 3 },
  ],
  concepts: new Map([
    concept("animal", "animal, beast"), concept("equine", "equine, equid", "animal"), concept("bovine", "bovine", "animal"),
    concept("cow", "cow", "bovine"), concept("horse", "horse", "equine"), concept("zebra", "zebra", "equine"),
    concept("thing", "artifact"), concept("car", "car, auto", "thing"), concept("pug", "pug, pug-dog", "animal"),
  ]),
};
const names = (typed: string) => find(list, typed, 9).map((one) => one.class.name);

test("a class is found by its name, the best fit first", () => {
  assert.deepEqual(names("car"), ["car", "race car"]);
  assert.deepEqual(names("CO"), ["cow"]);
  assert.deepEqual(names("nothing"), []);
  assert.deepEqual(names("")[0], "car");
});

test("a class is found by what its concept is called, and by a concept above", () => {
  assert.deepEqual(names("pug"), ["n123"]);
  assert.deepEqual(names("equi"), ["horse", "zebra"]);
  assert.deepEqual(find(list, "equine", 9).map((one) => one.because), ["equine", "equine"]);
  assert.deepEqual(names("beast").sort(), ["cow", "horse", "n123", "zebra"]);
});

test("classes near another one are near in WordNet", () => {
  assert.deepEqual(near(list, "horse", 2).map((one) => one.name), ["zebra", "n123"]);
  assert.deepEqual(near(list, "race car", 2), []);
});

test("a label is found in lists and structs", () => {
  const label = { type: "class_label", names: ["a"] };
  const feature = { type: "list", item: { type: "struct", fields: [{ name: "category", feature: label }] } };
  assert.equal(featureAt(feature, ["category"]), label);
  assert.equal(featureAt(feature, ["other"]), undefined);
});

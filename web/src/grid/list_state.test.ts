import assert from "node:assert/strict";
import { test } from "node:test";
import { conditionOf, conditionOfAll, facetQuery, listQuery, nameInSql } from "./condition";
import { changesTo, isFiltered, parseRange, parseState, writeState } from "./list_state";

const state = (text: string) => parseState(new URLSearchParams(text));
const text = (pairs: [string, string][]) => new URLSearchParams(pairs).toString();

test("a state and its address are the same", () => {
  const query =
    "rev=v+1&view=table&where=n+%3E+2&split=val&f.label=a%26b&f.label=it%27s&f.image.width=256..&is.label=dog.n.01&len.objects=2..&time.at=2026-01-31..2026-02-01T12%3A00%3A00Z&null.label=yes&sort=-n&size=96&fit=whole&at=100";
  assert.equal(text(writeState(state(query))), query);
  assert.equal(
    conditionOfAll(state(query)),
    "(n > 2) AND at >= '2026-01-31' AND at <= '2026-02-01T12:00:00Z' AND image.width >= 256 AND (label IN ('a&b', 'it''s') OR isa(label, 'dog.n.01') OR label IS NULL) AND cardinality(objects) >= 2",
  );
  assert.deepEqual(listQuery(state(query)).split, "val");
});

test("each column's condition is its own", () => {
  const two = state("where=x%3D1&split=train&split=val&f.label=cat&f.n=1..2&null.n=no");
  assert.deepEqual(facetQuery(two), { where: "x=1", "f.split": "train,val", "f.label": "label IN ('cat')", "f.n": "n >= 1 AND n <= 2 AND n IS NOT NULL" });
  assert.equal(listQuery(two).split, undefined);
  assert.equal(conditionOfAll(two), "(x=1) AND split IN ('train', 'val') AND label IN ('cat') AND n >= 1 AND n <= 2 AND n IS NOT NULL");
  assert.equal(conditionOf(state("null.n=yes"), "n"), "n IS NULL");
});

test("what is no state is left out", () => {
  const empty = state("where=&split=&f.label=&min.n=&max.n=3&view=none&other=1&at=-4&null.x=maybe");
  assert.equal(text(writeState(empty)), "f.n=..3");
  assert.equal(parseRange("a..b"), undefined);
  assert.equal(parseRange(".."), undefined);
  assert.equal(text(writeState(state("time.at=..&time.b=2026-13-01..&time.c=..2026-02-28"))), "time.c=..2026-02-28");
  assert.deepEqual(parseRange("-1.5..2"), [-1.5, 2]);
  assert.equal(isFiltered(state("sort=n&view=table")), false);
});

test("a change of the address keeps what it doesn't know", () => {
  const query = new URLSearchParams("f.a=1&f.b=2&other=x&at=5");
  assert.deepEqual(changesTo(query, state("f.b=3&split=val")), { "f.a": null, "f.b": ["3"], at: null, split: ["val"] });
});

test("names that are no identifiers are quoted", () => {
  assert.equal(nameInSql("image.width"), "image.width");
  assert.equal(nameInSql('My "x"'), '"My ""x"""');
});

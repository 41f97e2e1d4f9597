import assert from "node:assert/strict";
import { test } from "node:test";

import { type Change, keyOf } from "../changes";
import { type Conflict, differing, resolve } from "./conflicts";

const change = (over: Partial<Change>): Change => ({ rowId: "a:1", base: "main:3", column: "label", path: "", action: "set", type: "label", was: "cow", value: "horse", ...over });
const conflict = (over: Partial<Conflict>): Conflict => ({ row_id: "a:1", column: "label", gone: false, base: "cow", now: "pig", ...over });

test("theirs drops my change, mine is made on theirs, and the others go on", () => {
  const all = [change({}), change({ rowId: "a:2" }), change({ rowId: "a:3" })];
  const conflicts = [conflict({}), conflict({ row_id: "a:2" })];
  const to = resolve(all, conflicts, ["theirs", "mine"], "main:4");
  assert.equal(to[keyOf(all[0]!)], null);
  assert.deepEqual(to[keyOf(all[1]!)], change({ rowId: "a:2", base: "main:4", was: "pig" }));
  assert.deepEqual(to[keyOf(all[2]!)], change({ rowId: "a:3", base: "main:4" }));
});

test("a row that is gone can't be mine", () => {
  const to = resolve([change({})], [conflict({ column: null, gone: true })], ["mine"], "main:4");
  assert.equal(to[keyOf(change({}))], null);
});

test("part of a list keeps its place, unless the list has another length", () => {
  const part = change({ column: "objects", path: "/1/category" });
  const base = [{ category: "pig" }, { category: "cow" }];
  const same = resolve([part], [conflict({ column: "objects", base, now: [{ category: "pig" }, { category: "dog" }] })], ["mine"], "main:4");
  assert.deepEqual(same, { [keyOf(part)]: { ...part, base: "main:4", was: "dog" } });
  const now = [{ category: "cow" }];
  const other = resolve([part], [conflict({ column: "objects", base, now })], ["mine"], "main:4");
  assert.equal(other[keyOf(part)], null);
  const whole = Object.values(other).find((one) => one !== null);
  assert.deepEqual([whole?.path, whole?.was, whole?.value], ["", now, [{ category: "pig" }, { category: "horse" }]]);
});

test("changes of two revisions go together where their values don't differ", () => {
  const rows = (label: string) => new Map([["a:1", { label }]]);
  assert.deepEqual(differing(rows("cow"), rows("cow"), [change({})]), []);
  assert.deepEqual(differing(rows("cow"), rows("pig"), [change({})]), [conflict({})]);
  assert.equal(differing(rows("cow"), new Map(), [change({})])[0]?.gone, true);
});

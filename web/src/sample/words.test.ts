import assert from "node:assert/strict";
import { test } from "node:test";

import { became } from "../changes";
import { ago, factsOf, initials, textsOf } from "./words";

test("times are told in words", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  const told = (time: string) => ago(time, now);
  assert.equal(told("2026-03-10T11:59:30Z"), "just now");
  assert.equal(told("2026-03-10T09:00:00Z"), "3 h ago");
  assert.equal(told("2026-03-09T11:00:00Z"), "1 day ago");
  assert.equal(told("2026-02-20T12:00:00Z"), "2 weeks ago");
});

test("captions are texts, and other values are facts in one line", () => {
  const captions = { type: "list", item: { type: "struct", fields: [{ name: "id", feature: { type: "number" } }, { name: "caption", feature: { type: "text" } }] } };
  assert.deepEqual(textsOf(captions, [{ id: 1, caption: "A horse" }]), [{ path: "/0/caption", value: "A horse" }]);
  assert.deepEqual(textsOf({ type: "text" }, "http://example.org/a"), []);
  const slashed = { type: "list", item: { type: "struct", fields: [{ name: "en/short~1", feature: { type: "text" } }] } };
  assert.deepEqual(textsOf(slashed, [{ "en/short~1": "A horse" }]), [{ path: "/0/en~1short~01", value: "A horse" }]);
  const values: Record<string, string | number> = { url: "short", n: 2 ** 60, m: 5 };
  const columns = [{ name: "url", feature: { type: "text" } }, { name: "n", feature: { type: "number" } }, { name: "m", feature: { type: "number" } }];
  assert.deepEqual(factsOf(columns, (name) => values[name] ?? null).map((fact) => fact.edit), ["text", null, "number"]);
});

test("what became of a value", () => {
  const label = (name: string) => ({ value: 0, name, synset: null });
  assert.equal(became(label("horse"), label("cow")), "horse → cow");
  assert.equal(became([{ c: label("horse") }, 1], [{ c: label("cow") }, 1]), "horse → cow");
  assert.equal(became([1, 2], [1]), "2 → 1 item");
  assert.equal(initials("anna.lind"), "AL");
  assert.equal(initials("owner"), "OW");
});

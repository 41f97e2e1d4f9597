import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf } from "./address_of";

test("parts and queries of an address are escaped", () => {
  const path = { ns: "owner", row: "a/b:1", column: "x y" };
  assert.equal(addressOf("/api/{ns}/rows/{row}/{column}", { path }), "/api/owner/rows/a%2Fb%3A1/x%20y");
  assert.equal(addressOf("/api/rows", { query: { where: "a = 'b&c'", limit: 5, rev: undefined, run: null, ids: ["1", "2"], values: false } }), "/api/rows?where=a+%3D+%27b%26c%27&limit=5&ids=1&ids=2&values=false");
  assert.equal(addressOf("/api/rows", { query: { rev: undefined } }), "/api/rows");
});

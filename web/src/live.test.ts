import assert from "node:assert/strict";
import { test } from "node:test";

import { isNewer } from "./live";

const live = { events: "/events", branch: "main", version: 14 };

test("only a newer version of the branch that is shown is told", () => {
  assert.equal(isNewer(live, `{"branch":"main","version":15}`), 15);
  assert.equal(isNewer(live, `{"branch":"main","version":14}`), null);
  assert.equal(isNewer(live, `{"branch":"dev","version":99}`), null);
});

test("what is no commit is no news", () => {
  for (const data of ["", "null", "[]", `{"branch":"main","version":"15"}`]) assert.equal(isNewer(live, data), null);
});

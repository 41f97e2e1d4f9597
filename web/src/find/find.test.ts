import assert from "node:assert/strict";
import { test } from "node:test";

import { fitting, type Result } from "./results";

const result = (group: Result["group"], title: string, note = ""): Result => ({ group, title, note, icon: "x", run: () => undefined });

test("results fit all words, and no group takes all the room", () => {
  const all = [result("Do", "Go to Samples"), ...Array.from({ length: 20 }, (_, i) => result("Classes", `samples ${i}`)), result("Data sets", "owner/samples", "12 go")];
  assert.deepEqual(fitting(all, "SAMPLES go").map((one) => one.title), ["Go to Samples", "owner/samples"]);
  assert.equal(fitting(all, "samples", 3).length, 5);
  assert.equal(fitting(all, "nothing").length, 0);
});

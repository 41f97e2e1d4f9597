import assert from "node:assert/strict";
import { test } from "node:test";

(globalThis as { addEventListener?: unknown }).addEventListener = () => undefined;
const { isOwnKey, pressed } = await import("./keys");

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test("a key is named with its modifiers", () => {
  assert.equal(pressed({ ...none, key: "a" }), "a");
  assert.equal(pressed({ ...none, key: "A", shiftKey: true }), "Shift+a");
  assert.equal(pressed({ ...none, key: "Enter", metaKey: true }), "Mod+Enter");
  assert.equal(pressed({ ...none, key: "ArrowLeft", shiftKey: true }), "Shift+ArrowLeft");
});

test("a character that needs Shift is itself", () => {
  assert.equal(pressed({ ...none, key: "?", shiftKey: true }), "?");
  assert.equal(pressed({ ...none, key: "+", shiftKey: true }), "+");
});

test("a button and a slider have keys of their own", () => {
  assert.ok(isOwnKey({ tagName: "BUTTON" }, " ") && isOwnKey({ tagName: "BUTTON" }, "Enter") && !isOwnKey({ tagName: "BUTTON" }, "a"));
  const slider = { tagName: "INPUT", type: "range" };
  assert.ok(isOwnKey(slider, "ArrowLeft") && isOwnKey(slider, "Home") && !isOwnKey(slider, " ") && !isOwnKey(slider, "Mod+ArrowLeft"));
  assert.ok(!isOwnKey({ tagName: "INPUT", type: "checkbox" }, "ArrowLeft") && !isOwnKey({ tagName: "A" }, " ") && !isOwnKey(null, " "));
});

// What the browser tests share: noting failures, watching a page for what it must not do, axe-core.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What doesn't hold, in words. */
export const failures = [];

export function expect(holds, what) {
  if (!holds) failures.push(what);
}

/** Notes what a page must not do: break its policy, ask another host, run pushed markup, log an error. */
export function watch(page, base) {
  page.on("request", (request) => {
    const url = request.url();
    expect(url.startsWith(base) || url.startsWith("blob:"), `${page.url()} asks ${url}`);
  });
  page.on("console", (message) => {
    const text = message.text();
    // A sample that can't be decoded has no thumbnail, a page that is missing and a conflict say so with their status.
    const isStatus = /Failed to load resource.*status of (404|409|422|401|403)/.test(text);
    if (message.type() === "error" && !isStatus) failures.push(`${page.url()}: ${text}`);
  });
  page.on("pageerror", (error) => failures.push(`${page.url()}: ${error}`));
  page.on("dialog", (dialog) => {
    failures.push(`${page.url()} opens a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

/** Presses a button or a link, and waits for the page that it leads to. */
export async function press(locator) {
  await Promise.all([locator.page().waitForEvent("load"), locator.click()]);
}

/** Notes what axe-core finds on a page. */
export async function checkAccessibility(page, name) {
  // In a world of its own, which the page's policy doesn't hold for.
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id });
  await session.send("Runtime.evaluate", { expression: axe, contextId: executionContextId });
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { resultTypes: ["violations"] }).then((found) => JSON.stringify(found.violations.map(
      (one) => one.id + ": " + one.help + "\\n    " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " | " + (node.any[0] ?? node.all[0] ?? node.none[0])?.message).join("\\n    "))))`,
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails) failures.push(`${name}: axe-core failed: ${exceptionDetails.text}`);
  for (const violation of JSON.parse(result.value ?? "[]")) failures.push(`${name}: ${violation}`);
  await session.detach();
}

/** Waits until the scripts of a page have drawn what they draw. */
export async function settled(page) {
  if ((await page.locator("[data-island=grid]").count()) === 0 && (await page.locator(".ex.live").count()) === 0) return;
  await page.locator(".ex.live").waitFor();
  await page.locator(".live .gc img[src], .live .mr a, .live .tr a[href], .live .nothing").first().waitFor();
  await page.locator(".live .fs[aria-busy=false]").waitFor({ state: "attached" });
}

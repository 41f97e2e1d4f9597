// Runs, models, and a model that is tried: with and without script.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { press } from "./lib.mjs";

const picture = join(import.meta.dirname, "dot.png");

/** Addresses that every check of pages looks at. */
export function paths() {
  return {
    runs: "/owner/fashion/runs", run: "/owner/fashion/runs/last", models: "/models", model: "/models/lenet5", try: "/try",
  };
}

export async function test({ browser, served, state, expect, watch }) {
  const { base } = served;
  // Without script: from the leaderboard to the comparison of two runs.
  const plain = await browser.newContext({ storageState: state, javaScriptEnabled: false, viewport: { width: 1440, height: 900 } });
  const page = await plain.newPage();
  watch(page, base);
  await page.goto(`${base}/owner/fashion`);
  await press(page.getByRole("link", { name: /^Runs/ }));
  expect((await page.locator("tbody .tag", { hasText: "tied" }).count()) === 2, "two runs with the same answers are tied");
  const truth = (await served.api("GET", "/api/v1/datasets/owner/fashion/leaderboard", undefined, served.owner)).json.boards[0].ranks[0];
  const share = `${(truth.top1.fraction * 100).toFixed(1)} %`;
  expect((await page.locator("tbody tr").first().textContent()).includes(share), `the leaderboard says ${share}`);
  await press(page.getByRole("button", { name: "Compare" }));
  expect((await page.textContent(".verdict")).includes("don’t tell the two apart"), `two equal runs: ${await page.textContent(".verdict")}`);
  await press(page.locator("h1 a").first());
  expect((await page.locator(".mx rect.ok, .mx rect.no").count()) > 10, "the confusion matrix has squares");
  const rows = await page.locator("section:has(#confusion) tbody tr").count();
  expect(rows === 10, `the confusion as a table has ${rows} rows`);
  const shots = page.locator("section:has(#surest) .shots li");
  expect((await shots.count()) === 24, "the surest mistakes are shown");
  const loaded = await page.locator("section:has(#surest) img").first().evaluate((image) => image.decode().then(() => image.naturalWidth));
  expect(loaded > 0, "with their pictures");
  await press(shots.first().getByRole("link"));
  expect(/\/owner\/fashion\/samples\/[0-9a-f]+:\d+\?rev=main%3A0&run=[0-9a-f-]+$/.test(page.url()), `a mistake leads to its sample: ${page.url()}`);
  // A picture is sent by a plain form.
  await page.goto(`${base}/try`);
  await page.getByLabel("Picture").setInputFiles(picture);
  await press(page.getByRole("button", { name: "Classify" }));
  expect((await page.locator(".answers li").count()) === 5, "without script, five answers");
  await plain.close();

  // With script: chosen, pasted, refused.
  const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 } });
  const live = await context.newPage();
  watch(live, base);
  await live.goto(`${base}/try`);
  await live.getByLabel("Picture").setInputFiles(picture);
  await live.locator(".answers li").nth(4).waitFor();
  expect((await live.locator(".drop img").count()) === 1, "the picture is shown");
  const before = await live.locator(".answers").textContent();
  await live.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
    window.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, [...readFileSync(picture)]);
  await live.locator("h2", { hasText: "pasted.png" }).waitFor();
  expect((await live.locator(".answers").textContent()) === before, "the same picture has the same answers");
  await live.getByLabel("Picture").setInputFiles({ name: "no.png", mimeType: "image/png", buffer: Buffer.from("no image") });
  await live.getByRole("alert").waitFor();
  expect((await live.textContent("[role=alert]")).includes("no image that can be decoded"), "what is no image is told");
  await context.close();
}

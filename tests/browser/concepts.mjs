// Concepts, the map, SQL with its history and downloads, and what happens while a page is open.

import { readFileSync } from "node:fs";

import { press } from "./lib.mjs";

/** Addresses that every check of pages looks at. */
export function paths() {
  return {
    treemap: "/concepts?view=treemap", concept_treemap: "/concepts/clothing.n.01?view=treemap", concept_search: "/concepts?q=dog",
    class_tree: "/owner/clothes/classes?view=tree", class_treemap: "/owner/clothes/classes?view=treemap",
    map: "/owner/scenes/samples?view=map", map_of_nothing: "/owner/fashion/samples?view=map",
  };
}

export async function test({ browser, served, state, expect, watch }) {
  const { base } = served;
  await concepts(browser, served, state, expect, watch);
  await map(browser, served, state, expect, watch);
  await sql(browser, base, state, expect, watch);
  await live(browser, served, state, expect, watch);
}

async function concepts(browser, served, state, expect, watch) {
  const { base } = served;
  const count = async (dataset) => {
    const question = { sql: "SELECT count(*) AS n FROM samples WHERE isa(label, 'bag.n.04')", datasets: [dataset], format: "json" };
    return (await served.api("POST", "/api/v1/query", question, served.owner)).json[0].n;
  };
  const plain = await browser.newContext({ storageState: state, javaScriptEnabled: false, viewport: { width: 1440, height: 900 } });
  const page = await plain.newPage();
  watch(page, base);
  await page.goto(`${base}/concepts?dataset=owner/clothes`);
  const bags = await count("owner/clothes");
  const row = page.locator(".tn", { has: page.getByRole("link", { name: "bag", exact: true }) }).first();
  expect((await row.locator(".n1").textContent()) === String(bags), `the tree counts ${bags} bags: ${await row.locator(".n1").textContent()}`);
  // A folded branch shows its kinds.
  const summary = page.locator(".ctree summary").first();
  const kinds = page.locator(".ctree details").first();
  await summary.click();
  expect(!(await kinds.evaluate((details) => details.open)), "a branch folds without script");
  await press(page.getByRole("link", { name: "Treemap" }));
  expect((await page.locator(".tmap rect").count()) > 2, "the treemap has rectangles");
  expect((await page.locator(".tmap image").count()) > 0, "and pictures");
  await press(page.locator(".tmap a").last());
  expect(/\/concepts\/\w+\.n\.\d+\?(dataset=owner%2Fclothes&)?view=treemap$/.test(page.url()), `a rectangle leads to its concept: ${page.url()}`);
  expect((await page.locator(".cpics img").count()) > 0, "a concept has pictures");
  await page.goto(`${base}/owner/clothes/classes?view=tree`);
  await press(page.locator(".ctree a", { hasText: "bag" }).first());
  expect((await page.textContent(".rs")).includes(`${bags} of`), `a concept of the tree is a filter of samples: ${await page.textContent(".rs")}`);
  await plain.close();
}

async function map(browser, served, state, expect, watch) {
  const { base } = served;
  const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  watch(page, base);
  await page.goto(`${base}/owner/scenes/samples?view=map&x=image.width&y=image.height&color=split`);
  await page.locator(".mside", { hasText: "12 points" }).waitFor();
  expect((await page.locator(".mlegend li").count()) === 2, "the colours are the two splits");
  const canvas = page.locator(".mstage canvas");
  const box = await canvas.boundingBox();
  // Without graphics, as on some machines, there is a note, and the list.
  if ((await page.getByRole("alert").count()) > 0) {
    expect((await page.locator(".cells a").count()) === 12, "the list has the samples");
    return context.close();
  }
  // A line around everything selects everything.
  await page.getByRole("button", { name: "Select by a line" }).click();
  const corners = [[4, 4], [box.width - 4, 4], [box.width - 4, box.height - 4], [4, box.height - 4], [4, 4]];
  await page.mouse.move(box.x + 4, box.y + 4);
  await page.mouse.down();
  for (const [x, y] of corners) await page.mouse.move(box.x + x, box.y + y, { steps: 4 });
  await page.mouse.up();
  await page.getByText("12 samples selected").first().waitFor();
  expect((await page.locator(".mside .cpics a").count()) === 12, "the selected samples are listed");
  await page.getByRole("button", { name: "None" }).click();
  // By keyboard: to a point, which is announced and shown, and open it.
  await canvas.focus();
  await page.keyboard.press("ArrowRight");
  await page.locator(".mtip:not([hidden]) img").waitFor();
  const first = await page.locator(".mtip").textContent();
  for (const key of ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"]) await page.keyboard.press(key);
  expect((await page.locator(".mtip").textContent()) !== first || first.includes("row"), "arrow keys go from point to point");
  await page.keyboard.press("Space");
  await page.getByText("1 sample selected").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/owner\/scenes\/samples\/\d+\?rev=main%3A0/);
  // Filters of the list hold on the map.
  await page.goto(`${base}/owner/scenes/samples?view=map&split=val`);
  await page.locator(".mside", { hasText: "6 points" }).waitFor();
  await context.close();
}

async function sql(browser, base, state, expect, watch) {
  const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  const page = await context.newPage();
  watch(page, base);
  await page.goto(`${base}/query`);
  await page.locator("[name=datasets]").fill("owner/fashion");
  await page.locator("[name=sql]").click();
  await page.keyboard.type("SELECT _row_id, lab");
  await page.getByRole("button", { name: "label", exact: true }).click();
  await page.keyboard.type(" FROM samples ORDER BY _row_id LIMIT 3");
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Control+Enter")]);
  expect((await page.locator("tbody tr").count()) === 3 && (await page.locator("td.shot img").count()) === 3, "a result shows pictures");
  const saved = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
  };
  const [csvName, csv] = await saved("CSV");
  expect(csvName.endsWith(".csv") && csv.trim().split("\n").length === 4 && csv.startsWith("_row_id,label"), `the CSV: ${csvName} ${csv}`);
  const [linesName, lines] = await saved("JSON lines");
  const parsed = lines.trim().split("\n").map((line) => JSON.parse(line));
  expect(linesName.endsWith(".jsonl") && parsed.length === 3 && typeof parsed[0].label === "string", `the lines: ${linesName} ${lines}`);
  // The question is kept, and leads back.
  await page.goto(`${base}/query`);
  await page.getByText("Asked before in this browser").click();
  await press(page.locator(".asked a").first());
  expect((await page.locator("tbody tr").count()) === 3, "a question that was asked is asked again");
  await page.getByText("Asked before in this browser").click();
  await page.getByRole("button", { name: "Forget them" }).click();
  await page.goto(`${base}/query`);
  expect((await page.locator(".asked").count()) === 0, "and is forgotten");
  // One that takes long is given up; the page stays.
  await page.route(/\/query\?/, () => undefined);
  await page.locator("[name=sql]").fill("SELECT 1");
  // In the page, since playwright waits for a navigation that has begun.
  await page.evaluate(() => {
    const look = () => {
      const cancel = [...document.querySelectorAll("button")].find((button) => button.textContent === "Cancel");
      if (!cancel) return setTimeout(look, 50);
      document.body.dataset.cancelled = document.querySelector(".asking").textContent;
      return cancel.click();
    };
    look();
  });
  await page.getByRole("button", { name: "Run" }).click({ noWaitAfter: true });
  await page.waitForFunction(() => document.body.dataset.cancelled && !document.querySelector(".asking"));
  const still = await page.evaluate(() => location.search + document.querySelector("[name=sql]").value);
  expect(still === "SELECT 1", `a question is given up, and the page stays: ${still}`);
  await context.close();
}

async function live(browser, served, state, expect, watch) {
  const { base } = served;
  const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  watch(page, base);
  const events = page.waitForRequest(/\/owner\/clips\/events$/);
  await page.goto(`${base}/owner/clips/history`);
  await events;
  await served.hub("rm", "owner/clips", "--rows", "2", "--message", "Remove one while a page is open");
  const note = page.locator(".moved");
  await note.waitFor();
  expect((await note.textContent()).includes("main is at v1; you see v0"), `a new commit is told: ${await note.textContent()}`);
  await press(note.getByRole("link", { name: "Show" }));
  expect((await page.locator(".moved").count()) === 0 && (await page.textContent("main")).includes("Remove one while a page is open"), "and shown");
  // A data set without a commit turns to its pages with the first one.
  await served.api("POST", "/api/v1/datasets", { name: "owner/first", visibility: "private" }, served.owner);
  const waiting = page.waitForRequest(/\/owner\/first\/events$/);
  await page.goto(`${base}/owner/first`);
  await waiting;
  await served.hub("push", "owner/first", served.fixture("class-folder"));
  await page.locator(".mos").waitFor();
  await served.api("DELETE", "/api/v1/datasets/owner/first", undefined, served.owner);
  await context.close();
}

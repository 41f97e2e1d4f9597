// A label that is wrong is found, fixed and committed on the page: by keyboard and by mouse; boxes are changed; changes
// outlive a reload, are taken back, and are told where others changed the same.

import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { checkAccessibility, press } from "./lib.mjs";
import { EVIL, PASSWORD } from "./served.mjs";

const fixtures = join(import.meta.dirname, "../fixtures");

/** Addresses that every check of pages looks at. */
export function paths() {
  return { changes: "/owner/fashion/changes" };
}

/** A set of three classes in which a shirt is among the bags. */
function push(served, name) {
  const folder = join(served.folder, name);
  const classes = { bag: "n02774152", shirt: "n03595614", shoe: "n04133789" };
  for (const [called, id] of Object.entries(classes)) {
    const from = join(fixtures, "class-folder/train", id);
    mkdirSync(join(folder, called), { recursive: true });
    readdirSync(from).forEach((file, i) => {
      const isOdd = called === "shirt" && i === 1;
      cpSync(join(from, file), join(folder, isOdd ? "bag" : called, isOdd ? "odd.png" : `${called}-${i}.png`));
    });
  }
  served.hub("push", `owner/${name}`, folder, "--message", "Three classes");
}

export async function test({ browser, served, state, expect, watch }) {
  for (const name of ["labelled", "mouse", "conflict"]) push(served, name);
  const open = async (options = {}) => {
    const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    watch(page, served.base);
    return page;
  };
  const at = { open, served, expect, base: served.base };
  await byKeyboard(at);
  await byMouse(at);
  await boxes(at);
  await reloads(at);
  await conflicts(at);
  await attacks(at);
  await readers(at, browser, watch);
  await settings(at);
}

const api = (served, set, path, body) => served.api(body ? "POST" : "GET", `/api/v1/datasets/owner/${set}/${path}`, body, served.owner).then(({ json }) => json);

/** The row of a file, from the interface. */
async function rowOf(served, set, file, rev = "main") {
  const { rows } = await api(served, set, `rows?rev=${rev}&limit=100`);
  return rows.find((row) => row.values.image.name.endsWith(file));
}

/** Opens a sample and waits until its script has drawn it. */
async function goTo(page, base, set, row, query = "") {
  await page.goto(`${base}/owner/${set}/samples/${row}${query}`);
  await page.locator("#sample-head kbd").first().waitFor();
}

/** The files that hold the pictures of a revision, with the time each was written. */
async function mediaOf(served, set) {
  const { files } = await api(served, set, "plan", { columns: ["image"] });
  const { objects } = await api(served, set, "objects?prefix=data/");
  const data = files.map(({ path }) => path).filter((path) => path.startsWith("data/"));
  return JSON.stringify(data.map((path) => [path, objects.find((one) => one.path === path)?.modified]).sort());
}

const title = (page) => page.locator("#sample-head h1").textContent();

async function byKeyboard({ open, served, expect, base }) {
  const page = await open();
  const media = await mediaOf(served, "labelled");
  const begun = Date.now();
  await page.goto(`${base}/owner/labelled/samples?f.label=bag`);
  await page.locator(".live .gc img[src]").first().waitFor();
  await page.locator(".gc a[tabindex='0']").focus();
  await page.keyboard.press("Enter");
  await page.locator("#sample-head kbd").first().waitFor();
  // Through the bags, until one is a shirt.
  for (let i = 0; i < 4 && (await title(page)) !== "odd.png"; i++) {
    const before = await title(page);
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((name) => document.querySelector("#sample-head h1")?.textContent !== name, before);
  }
  expect((await title(page)) === "odd.png", `the shirt among the bags is found: ${await title(page)}`);
  expect(page.url().includes("f.label=bag"), "next keeps the filter");
  await page.keyboard.press("l");
  await page.getByRole("combobox", { name: "Class or concept" }).waitFor();
  await page.keyboard.type("shi");
  await page.locator(".pko[aria-selected=true]", { hasText: "shirt" }).waitFor();
  await checkAccessibility(page, "the label picker");
  await page.keyboard.press("Enter");
  await page.locator("#sample-panel b", { hasText: "shirt" }).first().waitFor();
  expect((await page.locator("#sample-panel s").first().textContent()) === "bag", "the old label is struck through beside it");
  await page.keyboard.press("Control+Enter");
  const message = page.getByLabel("Message");
  await message.waitFor();
  expect((await message.inputValue()) === "Relabel 1 sample: bag → shirt", `the message is proposed: ${await message.inputValue()}`);
  await checkAccessibility(page, "the dialog to commit");
  await page.keyboard.press("Enter");
  await page.locator(".toast", { hasText: "main is at v1" }).waitFor();
  const seconds = (Date.now() - begun) / 1000;
  expect(seconds < 180, `found, fixed and committed in less than three minutes: ${seconds} s`);
  await page.locator("#sample-panel .hi b", { hasText: "bag → shirt" }).waitFor();
  const diff = served.hub("diff", "owner/labelled", "main:0", "main:1", "--values");
  expect(/bag/.test(diff) && /shirt/.test(diff), `hub diff tells the change: ${diff}`);
  const { changed, added, removed } = await api(served, "labelled", "diff?from=main:0&to=main:1");
  expect(changed === 1 && added === 0 && removed === 0, "one row changed, and no other");
  expect((await mediaOf(served, "labelled")) === media, "no file with pictures was written");
  // The commit's page shows the change with its picture, both revisions, and brings the old one back.
  await page.locator(".toast button").click();
  await page.getByRole("heading", { name: /bag → shirt/ }).first().waitFor();
  await page.getByRole("heading", { name: "Changed samples" }).waitFor();
  for (const mode of ["Side by side", "Swipe", "Difference", "Old over new"]) {
    await page.getByRole("button", { name: mode }).click();
    await page.locator(`.lay [aria-pressed=true]`, { hasText: mode }).waitFor();
  }
  expect((await page.locator(".cmp svg image").count()) > 0, "the pictures of the revisions are shown");
  await page.getByRole("button", { name: "Tag" }).click();
  await page.getByLabel("Name", { exact: true }).fill("fixed");
  await page.getByRole("button", { name: "Set tag" }).click();
  await page.waitForURL(/rev=fixed/);
  await page.goto(`${base}/owner/labelled/commits/main:1`);
  await page.getByRole("button", { name: "Revert" }).click();
  await page.getByRole("button", { name: "Bring back" }).click();
  await page.waitForURL(/commits\/main%3A2|commits\/main:2/);
  expect((await rowOf(served, "labelled", "odd.png")).values.label.name === "bag", "revert brings the old label back");
  await page.context().close();
}

async function byMouse({ open, served, expect, base }) {
  const page = await open();
  const odd = await rowOf(served, "mouse", "odd.png");
  await page.goto(`${base}/owner/mouse/samples?f.label=bag`);
  await page.locator(`.live .gr:not([hidden]) .gc:not([hidden]) a:is([href*="${odd.row_id}"], [href*="${encodeURIComponent(odd.row_id)}"])`).first().click();
  await page.locator("#sample-head kbd").first().waitFor();
  await page.locator("#sample-panel").getByRole("button", { name: /^Change L$|^Change$/ }).first().click();
  await page.locator(".pko", { hasText: "shirt" }).click();
  await page.getByRole("button", { name: /^Commit 1/ }).click();
  await page.locator("dialog").getByRole("button", { name: /^Commit/ }).click();
  await page.locator(".toast", { hasText: "v1" }).waitFor();
  expect((await rowOf(served, "mouse", "odd.png")).values.label.name === "shirt", "the label is changed by mouse");
  // A removed sample is gone after the commit, and no other.
  await page.keyboard.press("x");
  await page.locator(".note", { hasText: "will be removed" }).waitFor();
  await page.keyboard.press("Control+z");
  await page.locator(".note", { hasText: "will be removed" }).waitFor({ state: "detached" });
  await page.keyboard.press("Control+Shift+z");
  await page.keyboard.press("Control+Enter");
  expect((await page.getByLabel("Message").inputValue()) === "Remove 1 sample", "the message names the removal");
  await page.getByLabel("Branch").selectOption({ label: "New branch…" });
  await page.getByLabel("Its name").fill("smaller");
  await page.locator("dialog").getByRole("button", { name: /^Commit/ }).click();
  await page.locator(".toast", { hasText: "smaller is at" }).waitFor();
  const rows = (await api(served, "mouse", "rows?rev=smaller")).rows;
  expect(rows.length === 8 && !rows.some((row) => row.row_id === odd.row_id), `the sample is removed on the new branch: ${rows.length}`);
  expect((await api(served, "mouse", "rows?rev=main")).rows.length === 9, "and is there on the old one");
  await page.context().close();
}

async function boxes({ open, served, expect, base }) {
  const page = await open();
  const { rows } = await api(served, "scenes", "rows?rev=main:0&limit=12");
  const row = rows.find((one) => one.values.objects.length > 3 && one.values.objects.length < 20);
  const [first, second] = row.values.objects;
  await goTo(page, base, "scenes", row.row_id);
  await page.locator(".obj").first().waitFor();
  const media = await mediaOf(served, "scenes");
  // By keyboard: the picture is focused, Tab selects, arrows move.
  await page.locator(".pic.live").focus();
  await page.keyboard.press("Tab");
  for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowRight");
  await page.locator(".ob .on.chd").waitFor();
  // By mouse: a handle of the second object.
  await page.locator(".ob .obn").nth(1).click();
  await page.locator(".ob .on").nth(0).waitFor();
  // In one go: handles are drawn anew when the pointer is over another object.
  const from = await page.evaluate(() => {
    const place = document.querySelectorAll(".handle")[4].getBoundingClientRect();
    return { x: place.x + place.width / 2, y: place.y + place.height / 2 };
  });
  const scale = Number.parseFloat(await page.locator(".lay output").textContent()) / 100;
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x - 5, from.y - 8, { steps: 3 });
  await page.mouse.up();
  // A new box in the middle, with a label, and the third object removed.
  await page.keyboard.press("n");
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "Class or concept" }).waitFor();
  await page.keyboard.type("zeb");
  await page.locator(".pko[aria-selected=true]", { hasText: "zebra" }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".otag", { hasText: "zebra" }).waitFor();
  await page.locator(".ob .obn").nth(2).click();
  await page.keyboard.press("Delete");
  await page.locator(".ob li", { has: page.getByRole("button", { name: /^Put .* back$/ }) }).waitFor();
  await checkAccessibility(page, "a sample with changes");
  // Layers are switches, and pixels can be seen one by one.
  await page.keyboard.press("b");
  await page.waitForFunction(() => document.querySelectorAll(".obj .shape").length === 0);
  await page.keyboard.press("b");
  for (let i = 0; i < 12; i++) await page.keyboard.press("+");
  expect((await page.locator(".lay output").textContent()) === "3200 %", `zoom to 3,200 %: ${await page.locator(".lay output").textContent()}`);
  expect(await page.locator(".live > img").evaluate((image) => getComputedStyle(image).imageRendering === "pixelated"), "pixels stay squares");
  await page.keyboard.press("0");
  await page.keyboard.press("Control+Enter");
  await page.getByLabel("Message").waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".toast", { hasText: "Committed" }).waitFor();
  const now = (await rowOf(served, "scenes", row.values.image.name)).values.objects;
  const close = (a, b) => Math.abs(a - b) < 0.02;
  expect(close(now[0].bbox.x, first.bbox.x + 3) && close(now[0].bbox.width, first.bbox.width), `moved by keys: ${first.bbox.x} → ${now[0].bbox.x}`);
  const grown = second.bbox.width - 5 / scale;
  expect(Math.abs(now[1].bbox.width - grown) < 1.5, `resized by mouse: ${second.bbox.width} → ${now[1].bbox.width}, expected ${grown}`);
  expect(now.length === row.values.objects.length && now.at(-1).category.name === "zebra", "one object is new, one is gone");
  expect(now[0].id === first.id && JSON.stringify(now[0].segmentation) === JSON.stringify(first.segmentation), "what wasn't changed is as it was");
  expect((await mediaOf(served, "scenes")) === media, "no file with pictures was written");
  await page.context().close();
}

async function reloads({ open, served, expect, base }) {
  const page = await open();
  const { rows } = await api(served, "labelled", "rows");
  await goTo(page, base, "labelled", rows[0].row_id);
  await page.keyboard.press("1");
  await page.getByRole("button", { name: /^Commit 1/ }).waitFor();
  // Another tab knows of it, and a reload keeps it.
  const other = await page.context().newPage();
  await other.goto(`${base}/owner/labelled/classes`);
  await other.getByRole("region", { name: "Changes that are not committed" }).waitFor();
  expect((await other.locator(".chb a").textContent()) === "1 change", "the bar counts on every page of the set");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((row) => !location.pathname.endsWith(row), rows[0].row_id);
  await page.keyboard.press("2");
  await other.locator(".chb a", { hasText: "2 changes" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: /^Commit 2/ }).waitFor();
  // Each is listed, and taken back by itself.
  await other.locator(".chb a").click();
  await other.getByRole("heading", { name: "Changes", exact: true }).waitFor();
  await other.getByRole("button", { name: /^Take back: / }).first().waitFor();
  await checkAccessibility(other, "changes that are not committed");
  await other.getByRole("button", { name: /^Take back: / }).first().click();
  await page.getByRole("button", { name: /^Commit 1/ }).waitFor();
  await other.getByRole("button", { name: "Take back all" }).click();
  await other.getByText("Nothing is changed.").waitFor();
  await page.getByRole("button", { name: /^Commit/ }).waitFor({ state: "detached" });
  await page.context().close();
}

async function conflicts({ open, served, expect, base }) {
  const page = await open();
  const [odd, bag, shoe] = await Promise.all(["odd.png", "bag-0.png", "shoe-0.png"].map((file) => rowOf(served, "conflict", file)));
  for (const row of [odd, bag, shoe]) {
    await goTo(page, base, "conflict", row.row_id);
    await page.keyboard.press("l");
    await page.getByRole("combobox", { name: "Class or concept" }).waitFor();
    await page.keyboard.type("shirt");
    await page.locator(".pko[aria-selected=true]", { hasText: "shirt" }).waitFor();
    await page.keyboard.press("Enter");
  }
  await page.getByRole("button", { name: /^Commit 3/ }).waitFor();
  // Somebody else is faster with two of them.
  const others = [odd, bag].map((row) => ({ row_id: row.row_id, column: "label", value: "shoe" }));
  await api(served, "conflict", "edits", { base: "main:0", message: "Others", changes: others });
  await page.keyboard.press("Control+Enter");
  await page.getByLabel("Message").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Others changed the same values" }).waitFor();
  const cards = page.locator(".cfl fieldset");
  expect((await cards.count()) === 2, `both rows are listed: ${await cards.count()}`);
  const text = await page.locator(".cfl").textContent();
  expect(text.includes("Theirs: shoe") && text.includes("Mine: shirt") && text.includes("was bag"), `with all values: ${text}`);
  await checkAccessibility(page, "a conflict");
  await cards.filter({ hasText: "odd.png" }).getByRole("radio", { name: /^Mine/ }).check();
  await page.locator("dialog").getByRole("button", { name: /^Commit/ }).click();
  await page.locator(".toast", { hasText: "main is at v2" }).waitFor();
  const names = await Promise.all(["odd.png", "bag-0.png", "shoe-0.png"].map(async (file) => (await rowOf(served, "conflict", file)).values.label.name));
  expect(names.join() === "shirt,shoe,shirt", `mine, theirs, and what nobody else touched: ${names}`);
  await page.context().close();
}

async function attacks({ open, served, expect, base }) {
  const page = await open();
  const row = await rowOf(served, "conflict", "shoe-1.png");
  await goTo(page, base, "conflict", row.row_id);
  await page.keyboard.press("l");
  const field = page.getByRole("combobox", { name: "Class or concept" });
  await field.fill(EVIL);
  await page.locator(".pko", { hasText: "New class" }).first().waitFor();
  // A new class is only made when chosen as one.
  await page.keyboard.press("Enter");
  expect(await field.isVisible(), "a word that is no class is not taken by Enter alone");
  await page.locator(".pko", { hasText: "New class" }).first().click();
  await page.locator("#sample-panel b", { hasText: EVIL }).waitFor();
  await page.goto(`${base}/owner/conflict/changes`);
  await page.getByRole("heading", { name: EVIL }).waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByLabel("Message").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/commits/);
  for (const path of [`samples/${row.row_id}`, `samples/${row.row_id}?rev=main:1`, "commits/main:3", "classes"]) {
    await page.goto(`${base}/owner/conflict/${path}`, { waitUntil: "networkidle" });
    expect(!(await page.title()).startsWith("owned"), `markup in a label runs on ${path}`);
    if (!path.includes("rev")) expect((await page.textContent("body")).includes(EVIL), `markup in a label shows as text on ${path}`);
  }
  expect((await rowOf(served, "conflict", "shoe-1.png")).values.label.name === EVIL, "the class is called as it was written");
  await page.context().close();
}

async function readers({ served, expect, base }, browser, watch) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  watch(page, base);
  await page.goto(`${base}/login`);
  await page.getByLabel("Name").fill("rita");
  await page.getByLabel("Password").fill(PASSWORD);
  await Promise.all([page.waitForURL(`${base}/`), page.getByRole("button", { name: "Sign in" }).click()]);
  const { rows } = await api(served, "clothes", "rows");
  await goTo(page, base, "clothes", rows[0].row_id);
  await page.keyboard.press("l");
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((row) => !location.pathname.endsWith(row), rows[0].row_id);
  expect((await page.locator(".pk, .note, .chb").count()) === 0 && (await page.getByRole("button", { name: /Change|Remove|Commit/ }).count()) === 0, "a reader changes nothing");
  await context.close();
}

async function settings({ open, served, expect, base }) {
  const page = await open();
  const { rows } = await api(served, "clothes", "rows");
  await goTo(page, base, "clothes", rows[0].row_id);
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keys" }).waitFor();
  await checkAccessibility(page, "the list of keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  const find = page.getByRole("combobox", { name: "Find and do" });
  await find.fill("fashion");
  await page.locator(".pko", { hasText: "owner/fashion" }).first().waitFor();
  await checkAccessibility(page, "find and do");
  await page.keyboard.press("Enter");
  await page.waitForURL(/owner\/fashion/);
  // Without single letters.
  await page.goto(`${base}/me`);
  const keys = page.locator("section", { has: page.locator("#keys") });
  await keys.getByRole("checkbox").uncheck();
  await press(keys.getByRole("button"));
  expect((await page.getAttribute("body", "data-keys")) === "off", "the choice is kept");
  await goTo(page, base, "clothes", rows[0].row_id);
  await page.keyboard.press("l");
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((row) => !location.pathname.endsWith(row), rows[0].row_id);
  expect((await page.locator(".pk").count()) === 0 && (await page.locator("#sample-head .tag.ok").count()) === 0, "letters do nothing, arrows do");
  await page.context().close();
}

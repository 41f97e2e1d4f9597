// Review queues: found, counted, answered by keyboard and by mouse, and shorter afterwards.

import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const fixtures = join(import.meta.dirname, "../fixtures");
/** A PNG file of 28 x 28 red pixels. */
const ONE_COLOUR =
  "iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAIAAAD9b0jDAAAAKElEQVR42mM8oaHBQG3AxEADMGroqKGjho4aOmroqKGjho4aOvgMBQA30QFQXvLwsQAAAABJRU5ErkJggg==";
const CLASSES = { jersey: "n03595614", sandal: "n04133789", bag: "n02774152" };

/** Articles of clothing in folders; a sandal lies among the jerseys too, and a picture of one colour among the bags. */
function articles(folder) {
  for (const [name, id] of Object.entries(CLASSES)) {
    const [from, to] = [join(fixtures, "class-folder/train", id), join(folder, name)];
    mkdirSync(to, { recursive: true });
    for (const file of readdirSync(from)) copyFileSync(join(from, file), join(to, file));
  }
  copyFileSync(join(fixtures, "class-folder/train", CLASSES.sandal, "n04133789_11.png"), join(folder, "jersey/odd.png"));
  writeFileSync(join(folder, "bag/blank.png"), Buffer.from(ONE_COLOUR, "base64"));
  return folder;
}

/** Opens an address until the data were read, which is done in the background. */
async function openRead(page, address, ready) {
  for (let tries = 0; tries < 60; tries++) {
    await page.goto(address);
    if (await page.locator(ready).count()) return;
    await page.waitForTimeout(500);
  }
  throw new Error(`${address} has no ${ready}: ${await page.textContent("main")}`);
}

const rows = (page) => page.locator("[data-row]");

async function expectRows(page, expect, number, what) {
  const found = rows(page);
  await page.waitForFunction((n) => document.querySelectorAll("[data-row]").length === n, number, { timeout: 5000 }).catch(() => undefined);
  expect((await found.count()) === number, `${what}: ${await found.count()} rows, expected ${number}`);
}

/** Addresses that every check of pages looks at. */
export function paths() {
  return {
    review: "/owner/clothes/review", queue: "/owner/clothes/review/outliers", queue_groups: "/owner/clothes/review/duplicates",
    queue_class: "/owner/clothes/review/class", queue_new: "/owner/clothes/review/new", hostile_review: "/owner/hostile/review/class",
  };
}

export async function test({ browser, served, state, expect, watch, checkAccessibility }) {
  const { base } = served;
  served.hub("push", "owner/articles", articles(join(served.folder, "articles")));
  served.hub("push", "owner/digits", join(fixtures, "mnist"));
  served.hub("eval", "owner/digits", "--model", "lenet5", "--engine", "rten");
  for (const name of ["articles", "digits"]) {
    await served.api("PATCH", `/api/v1/datasets/owner/${name}`, { visibility: "public" }, served.owner);
  }
  const context = await browser.newContext({ storageState: state, reducedMotion: "reduce", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  watch(page, base);

  // From the overview to a queue.
  await openRead(page, `${base}/owner/articles`, "text=2 worth a look");
  await page.getByRole("link", { name: /Same picture, two labels/ }).click();
  await page.waitForSelector(".act");
  await expectRows(page, expect, 2, "the picture with two labels");
  await checkAccessibility(page, "a queue of groups");

  // By keyboard: keep, undo, and another label, for which the picker has the suggestion of what is typed.
  await rows(page).first().focus();
  await page.keyboard.press("k");
  await expectRows(page, expect, 0, "after K");
  await page.keyboard.press("Control+z");
  await expectRows(page, expect, 2, "after Undo");
  const { json: none } = await served.api("GET", "/api/v1/datasets/owner/articles/reviews?queue=duplicates", undefined, served.owner);
  expect(none.reviews.length === 0, `a keep that was taken back is kept: ${JSON.stringify(none.reviews)}`);
  const jersey = page.locator("[data-row]", { hasText: "jersey" });
  await jersey.focus();
  await page.keyboard.press("l");
  await page.keyboard.type("sand");
  await page.getByRole("option", { name: /sandal/ }).first().waitFor();
  await page.keyboard.press("Enter");
  await expectRows(page, expect, 0, "after L");
  expect((await page.textContent(".rv")).includes("Nothing here is left"), "an empty queue says so");
  expect((await page.textContent("[aria-label='Changes that are not committed']")).includes("1 change"), "the new label waits for the commit");
  await page.reload();
  await expectRows(page, expect, 0, "a change survives a reload");
  await page.keyboard.press("Control+z");
  await expectRows(page, expect, 2, "and can be taken back");
  await page.locator("li", { has: jersey }).last().getByRole("button", { name: "Use this label" }).click();
  await expectRows(page, expect, 0, "one label for both");
  await page.keyboard.press("Control+z");
  await expectRows(page, expect, 2, "and both again");

  // By mouse: remove an outlier, keep another queue's row for good.
  await page.goto(`${base}/owner/articles/review/outliers`);
  await page.waitForSelector(".act");
  await expectRows(page, expect, 1, "the picture of one colour");
  expect((await page.textContent("[data-row]")).includes("one colour"), "it says why it is here");
  await rows(page).first().click();
  await page.getByRole("button", { name: /^Remove/ }).click();
  await expectRows(page, expect, 0, "after Remove");
  await page.keyboard.press("Control+z");
  await expectRows(page, expect, 1, "after Undo");
  await page.locator(".qa button", { hasText: "Keep" }).click();
  await expectRows(page, expect, 0, "after Keep");
  for (let tries = 0; tries < 20; tries++) {
    const { json } = await served.api("GET", "/api/v1/datasets/owner/articles/reviews?queue=outliers", undefined, served.owner);
    if (json.reviews[0]?.by === "owner" && json.reviews[0]?.answer === "keep") break;
    await page.waitForTimeout(100);
    expect(tries < 19, `who kept the label is not kept: ${JSON.stringify(json.reviews)}`);
  }
  await page.goto(`${base}/owner/articles/review/outliers`);
  await page.waitForSelector(".act");
  await expectRows(page, expect, 0, "what was kept doesn't come back");
  const count = await page.locator(".tabs a", { hasText: "Review" }).textContent();
  expect(count === "Review1", `the tab counts what is left: ${count}`);

  // A class at a glance: the odd one is the first; the next class is one key away.
  await page.goto(`${base}/owner/articles/review/class?class=jersey`);
  await page.waitForSelector(".act");
  await expectRows(page, expect, 4, "the jerseys");
  const first = await rows(page).first().getAttribute("data-row");
  const { json: odd } = await served.api("GET", `/api/v1/datasets/owner/articles/rows?ids=${first}`, undefined, served.owner);
  expect(odd.rows[0].values.image.name.endsWith("odd.png"), `the odd one is ${odd.rows[0].values.image.name}`);
  await rows(page).first().focus();
  await page.keyboard.press("ArrowRight");
  expect((await page.evaluate(() => document.activeElement?.getAttribute("data-row"))) !== first, "arrows move");
  await page.keyboard.press("n");
  await page.waitForURL(/class=sandal/);
  await page.waitForSelector(".act");
  await checkAccessibility(page, "a class at a glance");

  // What a model says: take five suggestions, one key each, and commit them.
  await openRead(page, `${base}/owner/digits/review/disagrees`, "[data-row]");
  await expectRows(page, expect, 5, "the labels that lenet5 doesn't agree with");
  await rows(page).first().focus();
  const before = await page.locator("[data-row]").first().textContent();
  expect(/→ \d/.test(before) && / %/.test(before), `a row says what is suggested, and how surely: ${before}`);
  for (let left = 4; left >= 1; left--) {
    await page.keyboard.press("a");
    await expectRows(page, expect, left, "A takes the suggestion and goes on");
    // The focus moves with the next frame.
    const focused = page.waitForFunction(() => document.activeElement?.hasAttribute("data-row")).then(() => true, () => false);
    expect(await focused, "the next row has the focus");
  }
  await page.keyboard.press("Control+Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  expect(/Relabel 4/.test(await dialog.locator("textarea, input").first().inputValue()), "the message is proposed");
  await dialog.getByRole("button", { name: /^Commit/ }).click();
  await page.waitForURL(/\/commits\//);
  await openRead(page, `${base}/owner/digits/review/disagrees`, "[data-row]");
  await page.waitForSelector(".act");
  await expectRows(page, expect, 1, "labels that were corrected are gone at the new commit");
  await context.close();

  // Readers see the queue, and no buttons; a stranger sees the public one.
  const stranger = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const reading = await stranger.newPage();
  watch(reading, base);
  await reading.goto(`${base}/owner/digits/review/disagrees`);
  expect((await reading.locator("a.ce").count()) === 1 && (await reading.getByRole("button", { name: /Keep/ }).count()) === 0, "a stranger reads only");
  await stranger.close();
}

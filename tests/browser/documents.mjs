// The pictures of README.md and docs/: how a wrong label is found, fixed and committed, and the pages beside it.
// `make pictures` writes them anew.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { press } from "./lib.mjs";
import { openWorkbench } from "./pictures.mjs";

const FOLDER = process.env.DOCUMENTS ?? join(import.meta.dirname, "../../docs/images");
/** Of WebP, from 0 to 1. */
const QUALITY = 0.8;
const CARDS = {
  scenes: "# Scenes\n\nEveryday scenes from **COCO 2017** with boxes, outlines, keypoints and captions.",
  fashion: "Ten thousand grey pictures of clothing, 28 × 28", clothes: "Clothing in class folders, each a WordNet noun",
  "spoken-digits": "Two speakers say zero to five, 8 kHz", clips: "Short videos in WebM and MP4", digits: "The first 500 digits of MNIST’s test set",
  wardrobe: "A thousand articles of clothing, labelled by hand",
};

/** Articles of clothing, as MNIST's files have them; three ankle boots are labelled as bags, whose numbers it returns. */
function pushWardrobe(served) {
  const [rows, side, boot, bag] = [1000, 28, 9, 8];
  const read = (name) => gunzipSync(readFileSync(join(served.fixture("fashion-mnist"), `t10k-${name}.gz`)));
  const images = Buffer.from(read("images-idx3-ubyte").subarray(0, 16 + rows * side * side));
  const labels = Buffer.from(read("labels-idx1-ubyte").subarray(0, 8 + rows));
  images.writeUInt32BE(rows, 4);
  labels.writeUInt32BE(rows, 4);
  const boots = [...labels.subarray(8).keys()].filter((row) => labels[8 + row] === boot);
  const wrong = [boots[3], boots[20], boots[41]];
  for (const row of wrong) labels[8 + row] = bag;
  const folder = join(served.folder, "fashion-wardrobe");
  mkdirSync(folder);
  writeFileSync(join(folder, "train-images-idx3-ubyte"), images);
  writeFileSync(join(folder, "train-labels-idx1-ubyte"), labels);
  served.hub("push", "owner/wardrobe", folder, "--message", "A thousand articles, labelled by hand");
  return wrong;
}

/** Waits until all pictures in sight are there. */
async function loaded(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

export async function drawDocuments({ browser, served, state, watch, paths }) {
  const { base } = served;
  const bench = await openWorkbench(browser);
  await served.api("DELETE", "/api/v1/datasets/owner/hostile", undefined, served.owner);
  served.hub("push", "owner/digits", served.fixture("mnist"), "--message", "Five hundred digits");
  served.hub("eval", "owner/digits", "--model", "lenet5", "--engine", "rten");
  const wrong = pushWardrobe(served);
  for (const [name, card] of Object.entries(CARDS)) await served.api("PATCH", `/api/v1/datasets/owner/${name}`, { card, visibility: "public" }, served.owner);
  const context = await browser.newContext({
    storageState: { ...state, cookies: state.cookies.filter((cookie) => cookie.name !== "hub_theme") },
    colorScheme: "light", reducedMotion: "reduce", viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  watch(page, base);
  const draw = async (name) => {
    await loaded(page);
    const png = (await page.screenshot({ animations: "disabled", caret: "hide", scale: "css" })).toString("base64");
    writeFileSync(join(FOLDER, `${name}.webp`), Buffer.from(await bench.evaluate(([data, quality]) => photograph(data, quality), [png, QUALITY]), "base64"));
  };
  // What a review finds takes the reading of all pictures.
  for (const set of Object.keys(CARDS)) {
    for (let tries = 0; tries < 120; tries++) {
      await page.goto(`${base}/owner/${set}/review`);
      if ((await page.getByText("are being read").count()) === 0) break;
      await page.waitForTimeout(500);
    }
  }
  await walk(page, base, wrong, draw);
  const pages = {
    home: "/", overview: "/owner/scenes", concepts: "/concepts?view=treemap", run: "/owner/digits/runs/last", audio: paths.sample_audio, video: paths.sample_video,
    review: "/owner/digits/review/disagrees",
    sql: "/query?sql=SELECT+_row_id%2C+label%2C+split+FROM+samples+WHERE+isa(label%2C+'footwear.n.02')+LIMIT+8&datasets=owner%2Ffashion",
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(base + path);
    await draw(name);
  }
  await selection(page, base, draw);
  await sample(page, base, draw);
  await context.close();
  await bench.close();
}

/** From the review tab to the commit. */
async function walk(page, base, wrong, draw) {
  await page.goto(`${base}/owner/wardrobe`);
  await press(page.getByRole("navigation", { name: "Data set" }).or(page.locator(".tabs")).getByRole("link", { name: /^Review/ }).first());
  await draw("walk-review");
  await page.goto(`${base}/owner/wardrobe/review/class?class=Bag`);
  await page.locator(".act").waitFor();
  await draw("walk-find");
  for (const row of wrong) {
    await page.locator(`[data-row$=":${row}"]`).focus();
    await page.keyboard.press("Space");
  }
  await page.keyboard.press("l");
  await page.getByRole("combobox", { name: "Class or concept" }).waitFor();
  await page.keyboard.type("ank");
  await page.locator(".pko[aria-selected=true]", { hasText: "Ankle boot" }).waitFor();
  await draw("walk-label");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+Enter");
  await page.getByLabel("Message").waitFor();
  await draw("walk-commit");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/commits\//);
  await draw("walk-diff");
}

async function selection(page, base, draw) {
  await page.goto(`${base}/owner/fashion/samples?is.label=footwear.n.02&sort=random:7`);
  await page.locator(".gc img[src]").first().waitFor();
  for (const nth of [1, 4, 7]) await page.locator(".gr:not([hidden]) .gc:not([hidden])").nth(nth).click({ position: { x: 16, y: 16 } });
  await draw("samples");
}

async function sample(page, base, draw) {
  const { rows } = await page.evaluate(() => fetch("/api/v1/datasets/owner/scenes/rows?limit=12").then((answer) => answer.json()));
  const most = rows.toSorted((a, b) => Math.abs(a.values.objects.length - 9) - Math.abs(b.values.objects.length - 9))[0];
  await page.goto(`${base}/owner/scenes/samples/${most.row_id}`);
  await page.locator(".obj").first().waitFor();
  await page.locator(".ob .obn").first().hover();
  await draw("sample");
}

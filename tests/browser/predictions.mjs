// What runs say of a sample: shown with and without script, chosen by the address, taken as the label or answered with "right
// as it is"; masks over the picture; and pictures with more boxes than a browser draws well as elements.

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

const fixtures = join(import.meta.dirname, "../fixtures");
/** Boxes of the crowded picture, and how far they are from each other, in pixels. */
const MANY = 1200;
const STEP = 16;
const COLUMNS = 40;

/** A grey PNG of eight bits. */
function png(width, height, value) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const lines = Array.from({ length: height }, (_, y) => [0, ...Array.from({ length: width }, (_, x) => value(x, y))]);
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.from(lines.flat()))), chunk("IEND", Buffer.alloc(0))]);
}

/** Addresses that every check of pages looks at. */
export function paths() {
  return {};
}

export async function test({ browser, served, state, expect, watch, checkAccessibility }) {
  const at = { browser, served, state, expect, watch, checkAccessibility, base: served.base };
  const open = async (options = {}) => {
    const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    watch(page, served.base);
    return page;
  };
  await runs({ ...at, open });
  await masks({ ...at, open });
  await crowd({ ...at, open });
}

const get = (served, set, path) => served.api("GET", `/api/v1/datasets/owner/${set}/${path}`, undefined, served.owner).then(({ json }) => json);

/** Opens a sample and waits until its script has drawn it. */
async function goTo(page, base, set, row, query = "") {
  await page.goto(`${base}/owner/${set}/samples/${row}${query}`);
  await page.locator("#sample-head kbd").first().waitFor();
}

async function runs({ open, served, expect, checkAccessibility, base }) {
  const { hub } = served;
  hub("push", "owner/said", join(fixtures, "mnist"), "--message", "Handwritten digits");
  hub("eval", "owner/said", "--model", "lenet5", "--engine", "rten", "--where", "true");
  hub("eval", "owner/said", "--model", "lenet5", "--engine", "rten");
  const found = (await get(served, "said", "runs")).runs;
  const [newest, older] = found.map((run) => run.id);
  // Two digits that the model has right get another label: now it disagrees.
  const { predictions } = await get(served, "said", `runs/${newest}/predictions?order=confidence&correct=true&limit=2`);
  const names = (await get(served, "said", "rows?limit=1&columns=label")).columns[0].feature.names;
  const wrong = await Promise.all(predictions.map(async ({ row_id }) => {
    const label = (await get(served, "said", `rows/${row_id}?columns=label`)).row.values.label.name;
    return { row: row_id, right: label, label: names[(names.indexOf(label) + 1) % names.length] };
  }));
  const changes = wrong.map(({ row, label }) => ({ row_id: row, column: "label", value: label }));
  await served.api("POST", "/api/v1/datasets/owner/said/edits", { base: "main:0", message: "Two wrong labels", changes }, served.owner);
  const [one, two] = wrong;

  // Without script: what the newest says, and another run behind its link.
  const plain = await open({ javaScriptEnabled: false });
  await plain.goto(`${base}/owner/said/samples/${one.row}`);
  const note = await plain.locator("#sample-panel .note").first().textContent();
  expect(note.includes(`says ${one.right}, `) && note.includes(`The label says ${one.label}.`), `without script, the panel says: ${note}`);
  expect((await plain.locator(".answers li").count()) === 5, "with five classes");
  const [first] = (await get(served, "said", `predictions?row=${one.row}&run=${newest}`)).predictions;
  const bar = Number.parseFloat(await plain.locator(".answers rect").first().getAttribute("width"));
  expect(Math.abs(bar - first.top[0].probability * 100) < 0.01, `the first bar is ${bar} % long`);
  await Promise.all([plain.waitForEvent("load"), plain.locator("#sample-panel .two").click()]);
  expect(plain.url().endsWith(`?run=${older}`), `the other run has an address: ${plain.url()}`);
  await plain.goto(`${base}/owner/said/review/disagrees`);
  await Promise.all([plain.waitForEvent("load"), plain.locator(".ce").first().click()]);
  expect((await plain.locator(".crumb a", { hasText: "Review" }).getAttribute("href")).includes("/owner/said/review/disagrees"), "a sample of a queue leads back to it");
  await plain.context().close();

  // With script: the same, and the run that is chosen is in the address and behind Back.
  const page = await open();
  await goTo(page, base, "said", one.row);
  await page.locator(".otag.said", { hasText: `lenet5: ${one.right}` }).waitFor();
  await checkAccessibility(page, "a sample with predictions");
  await page.keyboard.press("m");
  await page.locator(".otag.said").waitFor({ state: "detached" });
  await page.keyboard.press("m");
  await page.locator(".otag.said").waitFor();
  await page.locator("#sample-panel .two").click();
  await page.locator(`#sample-panel .lk[href$="runs/${older}"]`).waitFor();
  expect(page.url().endsWith(`?run=${older}`), `the chosen run is in the address: ${page.url()}`);
  await page.goBack();
  await page.locator(`#sample-panel .lk[href$="runs/${newest}"]`).waitFor();
  // A neighbour has predictions of its own.
  const before = await page.locator("#sample-panel .answers").textContent();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((text) => document.querySelector("#sample-panel .answers")?.textContent !== text, before);
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((text) => document.querySelector("#sample-panel .answers")?.textContent === text, before);
  // The first suggestion is the model's, and the picker says whose it is.
  expect((await page.locator(".sgs .btn").first().textContent()).startsWith(one.right), "key 1 takes what the model says");
  await page.keyboard.press("l");
  await page.locator(".pk", { hasText: "lenet5 says" }).waitFor();
  await page.keyboard.press("Escape");

  // From the queue: A takes the prediction and goes on, K keeps the label and tells the queue.
  await page.goto(`${base}/owner/said/review/disagrees`);
  await page.locator(`[data-row="${one.row}"]`).waitFor();
  const queued = await page.locator("[data-row]").evaluateAll((cells) => cells.map((cell) => cell.dataset.row));
  const [top, second] = queued.filter((row) => row === one.row || row === two.row);
  const of = (row) => wrong.find((found) => found.row === row);
  await page.locator(`[data-row="${top}"]`).focus();
  await page.keyboard.press("Enter");
  await page.locator("#sample-head kbd").first().waitFor();
  const title = await page.locator("#sample-head .pos").textContent();
  expect(title === `${queued.indexOf(top) + 1} of ${queued.length}`, `its place is that in the queue: ${title}`);
  await page.keyboard.press("a");
  const next = queued[queued.indexOf(top) + 1];
  await page.waitForFunction((row) => location.pathname.endsWith(row) || location.pathname.endsWith(encodeURIComponent(row)), next);
  await page.locator("#sample-head", { hasText: "Commit 1" }).waitFor();
  while (queued[queued.indexOf(top) + 1] !== second && !decodeURIComponent(page.url()).includes(`/samples/${second}`)) {
    const here = page.url();
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((url) => location.href !== url, here);
  }
  await page.locator("#sample-panel .note", { hasText: `The label says ${of(second).label}.` }).waitFor();
  await page.keyboard.press("k");
  await page.locator(".toast", { hasText: "Kept as it is" }).waitFor();
  const kept = (await get(served, "said", "reviews")).reviews;
  expect(kept.length === 1 && kept[0].queue === "disagrees" && kept[0].row_id === second && kept[0].answer === "keep", `the answer is kept: ${JSON.stringify(kept)}`);
  await page.keyboard.press("Control+Enter");
  const message = await page.getByLabel("Message").inputValue();
  expect(message === `Relabel 1 sample: ${of(top).label} → ${of(top).right}`, `what the model says is the change: ${message}`);
  await page.keyboard.press("Enter");
  await page.locator(".toast", { hasText: "main is at v2" }).waitFor();
  const now = (await get(served, "said", `rows/${top}?columns=label`)).row.values.label.name;
  expect(now === of(top).right, `and is committed: ${now}`);
  await page.goto(`${base}/owner/said/review/disagrees`);
  await page.locator(".rv").waitFor();
  const left = await page.locator("[data-row]").evaluateAll((cells) => cells.map((cell) => cell.dataset.row));
  expect(!left.includes(top) && !left.includes(second), `both have left the queue: ${left}`);
  // A reader sees what runs say, and no buttons.
  await served.api("PATCH", "/api/v1/datasets/owner/said", { visibility: "public" }, served.owner);
  const reader = await open({ storageState: undefined });
  await goTo(reader, base, "said", second);
  await reader.locator("#sample-panel .answers").waitFor();
  expect((await reader.getByRole("button", { name: /Right as it is/ }).count()) === 0, "a reader has no button to answer");
  await reader.context().close();
  await page.context().close();
}

async function masks({ open, served, expect, checkAccessibility, base }) {
  const folder = join(served.folder, "masks");
  for (const name of ["images", "masks"]) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ["a", "b"]) {
    writeFileSync(join(folder, `images/${name}.png`), png(64, 48, () => 128));
    // Class 1 on the left, 2 on the right, nothing between.
    writeFileSync(join(folder, `masks/${name}.png`), png(64, 48, (x) => (x < 20 ? 1 : x >= 44 ? 2 : 0)));
  }
  served.hub("push", "owner/masked", folder, "--message", "Masks");
  const { rows, columns } = await get(served, "masked", "rows");
  const column = columns.find((one) => one.feature.type === "mask");
  expect(column?.feature.encoding === "png", `there is a mask: ${JSON.stringify(columns.map((one) => one.feature.type))}`);
  const plain = await open({ javaScriptEnabled: false });
  await plain.goto(`${base}/owner/masked/samples/${rows[0].row_id}`);
  expect((await plain.locator("svg image.masked").count()) === 1, "without script, the mask lies over the picture");
  await plain.context().close();
  const page = await open();
  await goTo(page, base, "masked", rows[0].row_id);
  const mask = page.locator(".over image.masked");
  await mask.waitFor();
  const colours = await mask.evaluate(async (layer) => {
    const image = new Image();
    image.src = layer.getAttribute("href");
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return [5, 32, 60].map((x) => [...context.getImageData(x, 10, 1, 1).data].join(" "));
  });
  expect(colours.join() === "86 180 233 255,0 0 0 0,230 159 0 255", `each class has its colour: ${colours}`);
  expect(Number(await mask.evaluate((layer) => getComputedStyle(layer).opacity)) < 0.6, "one sees the picture through it");
  await page.locator(".ob .obn", { hasText: column.name }).waitFor();
  await checkAccessibility(page, "a sample with a mask");
  await page.keyboard.press("v");
  await mask.waitFor({ state: "detached" });
  await page.keyboard.press("v");
  await mask.waitFor();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((row) => document.querySelector(".over image.masked")?.getAttribute("href").includes(row), rows[1].row_id);
  await page.context().close();
}

async function crowd({ open, served, expect, checkAccessibility, base }) {
  const folder = join(served.folder, "crowd");
  mkdirSync(join(folder, "annotations"), { recursive: true });
  mkdirSync(join(folder, "train"), { recursive: true });
  const [width, height] = [COLUMNS * STEP, (MANY / COLUMNS) * STEP];
  writeFileSync(join(folder, "train/crowd.png"), png(width, height, () => 40));
  const annotations = Array.from({ length: MANY }, (_, i) => ({
    id: i + 1, image_id: 1, category_id: (i % 2) + 1, iscrowd: 0, area: 100,
    bbox: [(i % COLUMNS) * STEP + 3, Math.floor(i / COLUMNS) * STEP + 3, 10, 10],
  }));
  const categories = [{ id: 1, name: "ant" }, { id: 2, name: "bee" }];
  writeFileSync(join(folder, "annotations/instances_train.json"), JSON.stringify({ images: [{ id: 1, file_name: "crowd.png", width, height }], annotations, categories }));
  cpSync(join(folder, "train"), join(folder, "images/train"), { recursive: true });
  served.hub("push", "owner/crowd", folder, "--message", "A crowd");
  const { rows } = await get(served, "crowd", "rows?limit=1");
  const page = await open();
  await goTo(page, base, "crowd", rows[0].row_id);
  const canvas = page.locator("canvas.over");
  await canvas.waitFor();
  /** The colour on the canvas at the left edge of a box. */
  const edge = (n) => page.evaluate(({ n, COLUMNS, STEP }) => {
    const box = document.querySelector(".pic.live");
    const [scale, , , , x, y] = box.querySelector("img").style.transform.match(/-?[\d.]+/g).map(Number);
    const canvas = box.querySelector("canvas");
    const ratio = canvas.width / box.clientWidth;
    const at = [x + ((n % COLUMNS) * STEP + 3) * scale, y + (Math.floor(n / COLUMNS) * STEP + 8) * scale];
    const [r, g, b, a] = canvas.getContext("2d").getImageData(Math.round(at[0] * ratio), Math.round(at[1] * ratio), 1, 1).data;
    const corner = box.getBoundingClientRect();
    return { colour: `${r} ${g} ${b} ${a}`, x: corner.x + at[0], y: corner.y + at[1] };
  }, { n, COLUMNS, STEP });
  const drawn = async (n) => {
    await page.waitForFunction(() => document.querySelector("canvas.over")?.width > 300);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    return edge(n);
  };
  const [ant, bee] = [await drawn(44), await drawn(45)];
  const isDrawn = ({ colour }) => Number(colour.split(" ")[3]) > 128;
  expect(ant.colour !== bee.colour && isDrawn(ant) && isDrawn(bee), `boxes are on the canvas in two colours: ${ant.colour}, ${bee.colour}`);
  expect((await page.locator(".over .obj").count()) === 0, "and are no elements");
  expect((await page.locator(".ob li").count()) === 500, `the list has the first 500: ${await page.locator(".ob li").count()}`);
  await checkAccessibility(page, "a sample with very many boxes");
  // The pointer lights the box under it, a press selects it, and the list shows it.
  const inside = await edge(1199);
  await page.mouse.move(inside.x + 4, inside.y);
  await page.locator(".over .obj.hov").waitFor();
  await page.mouse.click(inside.x + 4, inside.y);
  await page.locator(".over .obj.on").waitFor();
  expect((await page.locator(".handle").count()) === 8, "the selected box has handles");
  expect((await page.locator(".otag").textContent()) === "bee", `and its label: ${await page.locator(".otag").textContent()}`);
  expect((await page.locator(".ob li").count()) === 501 && (await page.locator(".ob .on").count()) === 1, "and is in the list");
  expect((await drawn(1199)).colour === "0 0 0 0", "on the canvas it isn't drawn twice");
  await page.keyboard.press("Shift+ArrowRight");
  await page.locator(".ob .on.chd").waitFor();
  expect((await page.locator(".nums input").first().inputValue()) === String((1199 % COLUMNS) * STEP + 4), "a key moves it");
  await page.keyboard.press("Control+z");
  // Labels are there once boxes are wide enough; layers hide what is on the canvas too.
  for (let i = 0; i < 3; i++) await page.keyboard.press("+");
  await page.keyboard.press("0");
  await page.keyboard.press("Escape");
  await page.keyboard.press("b");
  expect((await drawn(44)).colour === "0 0 0 0", "B hides them");
  await page.keyboard.press("b");
  expect((await drawn(44)).colour === ant.colour, "and shows them again");
  await page.context().close();
}

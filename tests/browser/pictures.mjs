// Pictures of the pages at three widths in both themes, compared with those in pictures/. Kept are the page's lines, words
// and colours, not the photographs on it: each picture is half as large as the window, in 16 levels a channel, so that the
// small differences in the shapes of letters between versions of Chromium neither count nor fill the repository.
//
// `make pictures` writes them anew; a change of how pages look is in the same commit as its pictures.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

import { settled } from "./lib.mjs";

const KEPT = join(import.meta.dirname, "pictures");
/** Heights of the window by its width, in CSS pixels. */
const WINDOWS = { 390: 844, 1440: 900, 2560: 1440 };
const THEMES = ["light", "dark"];
/** How far two colours may be from each other; black and white are 1. */
const COLOUR = 0.06;
/**
 * Pixels of a square of 24 (48 on the screen) that may differ. Measured: none from run to run, nor with letters that are hinted
 * slightly; 42 where two digits of a time are others, 60 where a line of text is 2 px further to the right or down.
 */
const WINDOW = 24;
const MOST = 40;

/** The pages, by their names among the addresses of all pages. */
const PAGES = [
  "home", "namespace", "overview", "overview_audio", "samples", "mosaic", "table", "map_of_nothing", "sample", "sample_audio",
  "sample_video", "classes", "class", "class_treemap", "review", "queue_class", "history", "commit", "diff", "changes", "runs", "run",
  "models", "model", "try", "concepts", "concept", "treemap", "query", "result", "settings", "me", "tokens", "missing",
];

/** Nothing moves, and instead of photographs there are their places. */
const STILL = `
  *, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important }
  img:not([src$=".svg"]) { object-position: -9999px 0 !important; background: #8a8f98 !important }
  svg image, video, canvas:not(.wv, .rl) { opacity: 0 !important }
`;

/** Makes a page say the same each time and everywhere: times, ids, the address of the hub. */
function steady(css) {
  if (!document.adoptedStyleSheets.some((sheet) => sheet.isOfPictures)) {
    const sheet = Object.assign(new CSSStyleSheet(), { isOfPictures: true });
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  const same = (text) =>
    text
      .replace(/127\.0\.0\.1:\d+/g, "hub.example")
      .replace(/\b\d{8}-\d{6}-[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{6,64}\b/g, (id) => "7".repeat(id.length))
      .replace(/\b(just now|\d+ (s|min|h|days?) ago)\b/g, "2 h ago")
      .replace(/\b\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?/g, (time) => "2026-03-01 12:00:00".slice(0, time.length))
      .replace(/\b\d{1,2} [A-Z][a-z]{2} \d{4}(, \d\d:\d\d UTC)?/g, (_, clock) => `1 Mar 2026${clock ? ", 12:00 UTC" : ""}`)
      .replace(/\b[\d.,]+ (ms|µs|s|samples\/s|threads?|cores?)(?!\w)/g, "12 $1")
      .replace(/\bhub \d+\.\d+\.\d+/g, "hub 1.0.0")
      // Not in the embedded fonts: each machine has its own.
      .replace(/[→←↵⌫⌘⇧✓≤≥χ∞]/g, "»");
  for (const time of document.querySelectorAll("time")) time.textContent = "2 h ago";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const text = same(node.data);
    if (text !== node.data) node.data = text;
  }
  document.activeElement?.blur();
  scrollTo(0, 0);
}

/** What runs in a page of its own, without a policy: decodes, halves, compares and encodes pictures. */
function workbench() {
  const bitmap = async (type, base64) => createImageBitmap(await (await fetch(`data:image/${type};base64,${base64}`)).blob());
  const base64 = async (blob) => {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  };
  const pixels = (picture) => {
    const g = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    g.drawImage(picture, 0, 0);
    return g.getImageData(0, 0, picture.width, picture.height);
  };
  const encoded = (data, type, quality) => {
    const canvas = new OffscreenCanvas(data.width, data.height);
    canvas.getContext("2d").putImageData(data, 0, 0);
    return canvas.convertToBlob({ type, quality }).then(base64);
  };
  const halved = (whole) => {
    const half = new ImageData(whole.width >> 1, whole.height >> 1);
    for (let y = 0; y < half.height; y++) {
      for (let x = 0; x < half.width; x++) {
        for (let channel = 0; channel < 4; channel++) {
          const at = (right, down) => whole.data[4 * ((2 * y + down) * whole.width + 2 * x + right) + channel];
          const mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
          half.data[4 * (y * half.width + x) + channel] = 17 * Math.round(mean / 17);
        }
      }
    }
    return half;
  };
  globalThis.kept = async (png) => {
    const { data, width, height } = halved(pixels(await bitmap("png", png)));
    return { width, height, data: await base64(new Blob([data])) };
  };
  globalThis.photograph = async (png, quality) => encoded(pixels(await bitmap("png", png)), "image/webp", quality);
  globalThis.compared = async (png, reference, { colour, window }) => {
    const [now, before] = [halved(pixels(await bitmap("png", png))), pixels(await bitmap("png", reference))];
    const { width, height } = now;
    if (before.width !== width || before.height !== height) return { size: [before.width, before.height, width, height] };
    const marked = new ImageData(width, height);
    const differing = pixelmatch(before.data, now.data, marked.data, width, height, { threshold: colour });
    const most = differing === 0 ? 0 : pixelmatch(before.data, now.data, null, width, height, { threshold: colour, windowSize: window });
    return { share: differing / (width * height), most, marked: differing === 0 ? "" : await encoded(marked, "image/png") };
  };
}

/** Opens a page that decodes, compares and encodes pictures. */
export async function openWorkbench(browser) {
  const page = await browser.newPage();
  const source = readFileSync(createRequire(import.meta.url).resolve("pixelmatch"));
  await page.evaluate(async (module) => (globalThis.pixelmatch = (await import(`data:text/javascript;base64,${module}`)).default) && undefined, source.toString("base64"));
  await page.evaluate(workbench);
  return page;
}

/** Waits until the pictures of the data sets were read, which is done in the background: pages tell what was found. */
async function read(page, base) {
  for (const set of ["scenes", "fashion", "clothes", "hostile"]) {
    for (let tries = 0; tries < 120; tries++) {
      await page.goto(`${base}/owner/${set}/review`);
      if ((await page.getByText("are being read").count()) === 0) break;
      await page.waitForTimeout(500);
    }
  }
}

/** Calls `each` with the PNG of every page, width and theme, in base64. */
async function takeAll({ browser, served, state, watch, paths }, each) {
  for (const [width, height] of Object.entries(WINDOWS)) {
    const context = await browser.newContext({
      storageState: { ...state, cookies: state.cookies.filter((cookie) => cookie.name !== "hub_theme") },
      reducedMotion: "reduce", viewport: { width: Number(width), height }, deviceScaleFactor: 1,
    });
    const page = await context.newPage();
    watch(page, served.base);
    await read(page, served.base);
    for (const name of PAGES) {
      await page.goto(served.base + paths[name]);
      await settled(page);
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      await page.waitForLoadState("networkidle");
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme });
        await page.evaluate(steady, STILL);
        await each(`${name}-${width}-${theme}`, (await page.screenshot({ animations: "disabled", scale: "css" })).toString("base64"));
      }
    }
    await context.close();
  }
}

/** The checksum of PNG files; Node.js has it from 20.15 on. */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A PNG file of the 256 most frequent colours, half as large as what browsers and libraries write without a palette. */
function withPalette(width, height, rgba) {
  const counts = new Map();
  for (let at = 0; at < 4 * width * height; at += 4) counts.set(rgba.readUIntBE(at, 3), (counts.get(rgba.readUIntBE(at, 3)) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour).slice(0, 256);
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distance = (a, b) => parts(a).reduce((sum, part, i) => sum + (part - parts(b)[i]) ** 2, 0);
  const nearest = (colour) => palette.reduce((best, one, i) => (distance(one, colour) < distance(palette[best], colour) ? i : best), 0);
  const indexes = new Map([...counts.keys()].map((colour) => [colour, nearest(colour)]));
  const lines = Buffer.alloc(height * (width + 1));
  for (let at = 0; at < width * height; at++) lines[at + Math.floor(at / width) + 1] = indexes.get(rgba.readUIntBE(4 * at, 3));
  const colours = Buffer.alloc(3 * palette.length);
  palette.forEach((colour, i) => colours.writeUIntBE(colour, 3 * i, 3));
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const chunks = [["IHDR", header], ["PLTE", colours], ["IDAT", deflateSync(lines, { level: 9 })], ["IEND", Buffer.alloc(0)]];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks.map(([name, data]) => {
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(name), data, Buffer.alloc(4)]);
    chunk.writeUInt32BE(data.length, 0);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
    return chunk;
  })]);
}

/** Writes the pictures anew. */
export async function renew(all) {
  const bench = await openWorkbench(all.browser);
  mkdirSync(KEPT, { recursive: true });
  for (const file of readdirSync(KEPT)) rmSync(join(KEPT, file));
  let bytes = 0;
  await takeAll(all, async (name, png) => {
    const { width, height, data } = await bench.evaluate((one) => kept(one), png);
    const picture = withPalette(width, height, Buffer.from(data, "base64"));
    bytes += picture.length;
    writeFileSync(join(KEPT, `${name}.png`), picture);
  });
  await bench.close();
  console.log(`${PAGES.length} pages: ${readdirSync(KEPT).length} pictures, ${(bytes / 1e6).toFixed(2)} MB`);
}

/** Compares every page with its pictures; `folder` gets what differs. */
export async function compare(all, expect, folder) {
  const bench = await openWorkbench(all.browser);
  rmSync(folder, { recursive: true, force: true });
  const [seen, differing] = [new Set(), []];
  await takeAll(all, async (name, png) => {
    seen.add(`${name}.png`);
    const file = join(KEPT, `${name}.png`);
    if (!existsSync(file)) return expect(false, `${name} has no picture to be compared with: run \`make pictures\``);
    const found = await bench.evaluate(([now, before, limits]) => compared(now, before, limits), [png, readFileSync(file, "base64"), { colour: COLOUR, window: WINDOW }]);
    if (!found.size && found.most <= MOST) return undefined;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.png`), Buffer.from(png, "base64"));
    if (found.marked) writeFileSync(join(folder, `${name}.differs.png`), Buffer.from(found.marked, "base64"));
    const [page, width, theme] = name.split("-");
    const what = found.size ? `the picture is ${found.size.slice(0, 2).join(" × ")}, the page ${found.size.slice(2).join(" × ")}` : `${(found.share * 100).toFixed(2)} % of the pixels differ, ${found.most} of them in one square of ${2 * WINDOW} px (at most ${MOST} may)`;
    differing.push(`the page '${page}', ${width} px wide, ${theme}: ${what}; see ${join(folder, name)}.differs.png`);
  });
  for (const file of readdirSync(KEPT)) expect(seen.has(file), `pictures/${file} is of no page: run \`make pictures\``);
  for (const one of differing) expect(false, one);
  if (differing.length > 0) console.error(`${differing.length} pictures of pages differ. If they are meant to look so, run \`make pictures\`, look at what changed, and commit it.`);
  await bench.close();
}

// What the pages of a data set of a million rows cost: a report, not a test, since times depend on the machine. Run it on a
// quiet one, with a release build:
//
//     HUB_BIN=…/release/hub scripts/test-pages.sh --budgets
//
// Sizes of files, numbers of elements and the heap are tested as well (assets.rs, grid.mjs).

import { pushMillion, ROWS } from "./grid.mjs";

const SET = "/owner/million";
const API = `/api/v1/datasets${SET}`;

const rows = [];
const report = (what, found, budget) => rows.push([what, found, budget]);
const ms = (n) => `${n < 10 ? n.toFixed(1) : Math.round(n)} ms`;

/** The value below which this share of the values lies. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Numbers from 0 to 1, the same each time. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

export async function measure({ browser, served, state }) {
  pushMillion(served);
  const context = await browser.newContext({ storageState: state, viewport: { width: 1600, height: 1300 }, reducedMotion: "reduce" });
  await context.addInitScript(watchPage);
  await serverPages(served);
  await facets(served);
  await scripts(context, served);
  await firstRow(context, served);
  await jumps(context, served);
  await scrolling(context, served);
  await label(context, served);
  await commit(served);
  await context.close();
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of [["", "measured", "budget"], ...rows]) console.log(row.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd());
}

/** In the page: the script's own time in each frame, pictures that are held, shifts of the layout, times of key presses. */
function watchPage() {
  const seen = (window.seen = { frames: [], held: 0, most: 0, shift: 0, keys: [] });
  const real = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (run) => real((time) => {
    const begun = performance.now();
    run(time);
    seen.frames.push(performance.now() - begun);
  });
  const hold = (bytes) => {
    seen.held += bytes;
    seen.most = Math.max(seen.most, seen.held);
  };
  const [decode, close] = [window.createImageBitmap.bind(window), ImageBitmap.prototype.close];
  window.createImageBitmap = async (...input) => {
    const bitmap = await decode(...input);
    hold(4 * bitmap.width * bitmap.height);
    return bitmap;
  };
  ImageBitmap.prototype.close = function () {
    hold(-4 * this.width * this.height);
    close.call(this);
  };
  const [create, revoke, sizes] = [URL.createObjectURL, URL.revokeObjectURL, new Map()];
  URL.createObjectURL = (blob) => {
    const url = create.call(URL, blob);
    sizes.set(url, blob.size);
    hold(blob.size);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    hold(-(sizes.get(url) ?? 0));
    sizes.delete(url);
    revoke.call(URL, url);
  };
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) seen.shift += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const event of list.getEntries()) if (event.name === "keydown") seen.keys.push(event.duration);
  }).observe({ type: "event", durationThreshold: 16 });
}

async function timed(served, path, body) {
  const begun = performance.now();
  const answer = await served.api(body ? "POST" : "GET", path, body, served.owner);
  return { ms: performance.now() - begun, json: answer.json };
}

/** Pages of HTML, each address once before. */
async function serverPages(served) {
  const next = random(3);
  const { json } = await timed(served, `${API}/rows?columns=label&limit=40&sort=random:5`);
  const pages = {
    overview: [SET], classes: [`${SET}/classes`], history: [`${SET}/history`],
    samples: Array.from({ length: 40 }, () => `${SET}/samples?at=${Math.floor(next() * ROWS)}`),
    "samples of a filter": Array.from({ length: 10 }, (_, n) => `${SET}/samples?f.label=${n}`),
    "a sample": json.rows.map((row) => `${SET}/samples/${row.row_id}`),
  };
  for (const [name, paths] of Object.entries(pages)) {
    const times = [];
    for (let round = 0; round < (paths.length > 1 ? 3 : 41); round++) {
      for (const path of paths) {
        const begun = performance.now();
        const answer = await fetch(served.base + path, { headers: { cookie: served.owner } });
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        await answer.text();
        if (round > 0) times.push(performance.now() - begun);
      }
    }
    report(`server, page of ${name}: p95`, ms(quantile(times, 0.95)), "< 100 ms");
  }
}

/** Filters that nobody asked for before. */
async function facets(served) {
  const times = [];
  for (let n = 0; n < 20; n++) {
    const where = `label IN ('${n % 10}', '${(n + 1 + Math.floor(n / 10)) % 10}')`;
    times.push((await timed(served, `${API}/facets?where=${encodeURIComponent(where)}`)).ms);
  }
  report("facets of a new filter: median", ms(quantile(times, 0.5)), "< 500 ms");
  report("facets of a new filter: slowest of 20", ms(Math.max(...times)), "< 500 ms");
}

/** Scripts that a page loads, as they are sent. */
async function scripts(context, served) {
  const { json } = await timed(served, `${API}/rows?columns=label&limit=1`);
  for (const [name, path, budget] of [["a reading page", `${SET}/history`, 5], ["the grid", `${SET}/samples`, 45], ["a sample", `${SET}/samples/${json.rows[0].row_id}`, 55]]) {
    const page = await context.newPage();
    await page.goto(served.base + path, { waitUntil: "networkidle" });
    const bytes = await page.evaluate(() => performance.getEntriesByType("resource").filter((one) => /\.js$/.test(one.name)).reduce((sum, one) => sum + one.encodedBodySize, 0));
    report(`scripts on ${name}, compressed`, `${(bytes / 1000).toFixed(1)} kB`, `≤ ${budget} kB`);
    await page.close();
  }
}

/** The pictures of the server's own HTML, from the click to the eighth. */
async function firstRow(context, served) {
  const times = [];
  for (let n = 0; n < 5; n++) {
    const page = await context.newPage();
    await page.addInitScript(() => {
      const look = () => {
        const first = [...document.querySelectorAll(".ce img, .gc img")].slice(0, 8);
        if (first.length === 8 && first.every((image) => image.complete && image.naturalWidth > 0)) window.firstRow = performance.now();
        else setTimeout(look, 4);
      };
      look();
    });
    await page.goto(`${served.base}${SET}/samples`);
    times.push(await page.waitForFunction(() => window.firstRow).then((found) => found.jsonValue()));
    await page.close();
  }
  report("first row of pictures: median of 5", ms(quantile(times, 0.5)), "< 1,000 ms");
}

async function openGrid(context, served, query = "") {
  const page = await context.newPage();
  await page.goto(`${served.base}${SET}/samples?size=144${query}`);
  await page.locator(".sc:not(.stale) .gc img[src]").first().waitFor();
  await page.waitForLoadState("networkidle");
  return page;
}

/** Anywhere in the list, by the scroll bar. */
async function jumps(context, served) {
  const page = await openGrid(context, served);
  const next = random(7);
  const [cells, pictures] = [[], []];
  for (let n = 0; n < 20; n++) {
    const found = await page.locator(".vp").evaluate(async (box, share) => {
      const drawn = () => [...document.querySelectorAll(".gr:not([hidden])")];
      const before = drawn()[0].getAttribute("aria-rowindex");
      const until = async (holds) => {
        while (!holds()) await new Promise((resume) => setTimeout(resume, 2));
        return performance.now();
      };
      const begun = performance.now();
      box.scrollTop = share * (box.scrollHeight - box.clientHeight);
      const atCells = await until(() => drawn()[0].getAttribute("aria-rowindex") !== before);
      const inSight = () => drawn().filter((row) => row.getBoundingClientRect().top < box.getBoundingClientRect().bottom);
      const atPictures = await until(() => inSight().every((row) => [...row.querySelectorAll(".gc:not([hidden]) img")].every((image) => image.src !== "" && image.complete && image.naturalWidth > 0)));
      return [atCells - begun, atPictures - begun];
    }, next());
    cells.push(found[0]);
    pictures.push(found[1]);
    await page.waitForTimeout(100);
  }
  report("jump to any place, cells: p95 of 20", ms(quantile(cells, 0.95)), "< 100 ms");
  report("jump to any place, pictures: p95 of 20", ms(quantile(pictures, 0.95)), "< 500 ms");
  await page.close();
}

async function scrolling(context, served) {
  const page = await openGrid(context, served);
  report("elements on a screen of 8 × 6", String(await page.locator(".vp *").count()), "≤ 250");
  const frames = await page.locator(".vp").evaluate(async (box) => {
    window.seen.frames.length = 0;
    const begun = performance.now();
    for (let n = 0; n < 300; n++) {
      box.scrollTop += 90;
      await new Promise((next) => requestAnimationFrame(next));
    }
    return { own: window.seen.frames.toSorted((a, b) => a - b), seconds: (performance.now() - begun) / 1000 };
  });
  report("scrolling, own script in a frame: median", ms(quantile(frames.own, 0.5)), "");
  report("scrolling, own script in a frame: p95", ms(quantile(frames.own, 0.95)), "≤ 4 ms");
  report("scrolling, frames a second (drawn by the processor)", (300 / frames.seconds).toFixed(0), "60");
  // Through a hundred thousand rows, a screen at a time.
  const session = await context.newCDPSession(page);
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
  };
  const sizes = [];
  for (let part = 0; part < 4; part++) {
    await page.locator(".vp").evaluate(async (box) => {
      for (let n = 0; n < 520; n++) {
        box.scrollTop += 6 * 192;
        await new Promise((next) => setTimeout(next, 20));
      }
    });
    sizes.push(await heap());
  }
  report("heap after each 25,000 rows of scrolling", sizes.map((size) => size.toFixed(1)).join(", ") + " MB", "< 60 MB, flat");
  const most = await page.evaluate(() => window.seen.most);
  report("pictures held at most", `${(most / 1e6).toFixed(1)} MB`, "≤ 64 MB");
  await page.close();
}

/** From the key to the paint, by the browser's own times, which are multiples of 8 ms. */
async function label(context, served) {
  const page = await openGrid(context, served, "&f.label=3");
  await page.locator(".gc a[tabindex='0']").focus();
  await page.keyboard.press("l");
  await page.getByRole("combobox", { name: "Class or concept" }).fill("5");
  await page.getByRole("option", { name: /^5/ }).waitFor();
  await page.evaluate(() => Object.assign(window.seen, { keys: [], shift: 0 }));
  await page.keyboard.press("Enter");
  await page.locator(".gc.pend").waitFor();
  await page.waitForTimeout(500);
  const grid = await page.evaluate(() => window.seen);
  await page.keyboard.press("Control+z");
  await page.close();
  const { json } = await timed(served, `${API}/rows?columns=label&limit=1`);
  const sample = await context.newPage();
  await sample.goto(`${served.base}${SET}/samples/${json.rows[0].row_id}`);
  await sample.locator("#sample-head kbd").first().waitFor();
  await sample.waitForLoadState("networkidle");
  const loading = await sample.evaluate(() => window.seen.shift);
  const [times, shifts] = [[], []];
  for (const key of ["1", "2", "3", "2", "1", "3"]) {
    await sample.evaluate(() => Object.assign(window.seen, { keys: [], shift: 0 }));
    await sample.keyboard.press(key);
    await sample.waitForTimeout(300);
    const found = await sample.evaluate(() => window.seen);
    times.push(Math.max(0, ...found.keys));
    shifts.push(found.shift);
  }
  await sample.close();
  // Shorter ones than 16 ms are not told.
  const told = (all) => (Math.max(...all) === 0 ? "< 16 ms" : ms(Math.max(...all)));
  report("change a label, key to paint: grid", told([0, ...grid.keys]), "< 50 ms");
  report("change a label, key to paint: sample, slowest of 6", told(times), "< 50 ms");
  report("layout shift of that: grid, sample", `${grid.shift.toFixed(3)}, ${Math.max(...shifts).toFixed(3)}`, "0");
  report("layout shift while a sample loads", loading.toFixed(3), "");
}

async function commit(served) {
  const { json } = await timed(served, `${API}/rows?columns=label&limit=100&sort=random:11`);
  const times = [];
  for (let round = 0; round < 3; round++) {
    const changes = json.rows.map((row) => ({ row_id: row.row_id, column: "label", value: String((Number(row.values.label.name) + round + 1) % 10) }));
    times.push((await timed(served, `${API}/edits`, { base: `main:${round}`, message: "Relabel 100 samples", changes })).ms);
  }
  report("commit of 100 labels: slowest of 3", ms(Math.max(...times)), "< 2,000 ms");
}

// Audio and video: what is shown is what was pushed, frame by frame; frames of the server where the browser has no codec.

/** Whether a canvas has more than one colour. */
const isDrawn = (selector) => {
  const canvas = document.querySelector(selector);
  const data = canvas?.width ? canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data : [];
  const colours = new Set();
  for (let i = 0; i < data.length; i += 4) colours.add(`${data[i]},${data[i + 1]},${data[i + 2]},${data[i + 3]}`);
  return colours.size > 8;
};

/** The addresses of a set's samples, with the names of their files. */
async function samples(served, set, column) {
  const { json } = await served.api("GET", `/api/v1/datasets/owner/${set}/rows`, undefined, served.owner);
  return json.rows.map((row) => ({ href: `/owner/${set}/samples/${row.row_id}`, name: row.values[column].name }));
}

async function audio({ page, served, expect, checkAccessibility }) {
  const { base } = served;
  const [first] = await samples(served, "spoken-digits", "audio");
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(base + first.href);
  await page.waitForFunction(isDrawn, ".aud .wv");
  await page.waitForFunction(isDrawn, ".aud .sg");
  const toolbar = page.locator(".aud-ct");
  expect(/0:00\.000 \/ 0:00\.\d{3}/.test(await toolbar.textContent()), `time and length: ${await toolbar.textContent()}`);
  expect(/peak −\d+\.\d dBFS/.test(await toolbar.textContent()), `the peak in dBFS: ${await toolbar.textContent()}`);
  await checkAccessibility(page, "audio");

  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.waitForRequest((request) => request.url().includes("/spectrogram") && /to=0\.\d/.test(request.url()));
  expect(asked.some((url) => url.includes("/peaks") && /from=0&/.test(url) && /to=0\.\d/.test(url)), "zoom asks for the stretch");
  await page.getByRole("button", { name: "All" }).click();

  // Select by dragging, listen to it in a loop, twice as fast.
  const stage = await page.locator(".aud-st").boundingBox();
  await page.mouse.move(stage.x + stage.width * 0.2, stage.y + 40);
  await page.mouse.down();
  await page.mouse.move(stage.x + stage.width * 0.4, stage.y + 40, { steps: 4 });
  await page.mouse.up();
  const selected = /(\d:\d\d\.\d{3}) – (\d:\d\d\.\d{3})/.exec(await toolbar.textContent());
  expect(selected !== null && selected[1] < selected[2], `a stretch is selected: ${await toolbar.textContent()}`);
  await page.keyboard.press("r");
  expect((await page.getByRole("button", { name: /Loop/ }).getAttribute("aria-pressed")) === "true", "R repeats");
  await page.getByLabel("Speed").selectOption("2");
  const position = page.getByLabel("Position");
  const start = Number(await position.inputValue());
  await page.locator(".aud-st").click({ position: { x: stage.width * 0.1, y: 40 } });
  expect(Number(await position.inputValue()) < start, "a click moves the playhead");
  await position.focus();
  await page.keyboard.press("ArrowRight");
  expect(Number(await position.inputValue()) > 0, "the position moves by keyboard");
}

/** The mean difference of two pictures, 0 to 255; the second is the frame of the server. */
const difference = async ([selector, url]) => {
  const draw = (picture) => {
    const canvas = new OffscreenCanvas(64, 36);
    const g = canvas.getContext("2d");
    g.drawImage(picture, 0, 0, 64, 36);
    return g.getImageData(0, 0, 64, 36).data;
  };
  const answer = await fetch(url);
  const [a, b] = [draw(document.querySelector(selector)), draw(await createImageBitmap(await answer.blob()))];
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
};

async function video({ page, served, expect, checkAccessibility }) {
  const { base } = served;
  const clips = await samples(served, "clips", "video");
  const clip = clips.find((one) => one.name.endsWith("flower.webm"));
  await page.goto(base + clip.href);
  await page.waitForSelector(".vid video");
  await page.waitForFunction(() => document.querySelector(".vid video").readyState >= 2);
  await page.waitForFunction(() => !document.querySelector(".vid .tm").textContent.includes("about"));
  const frame = () => page.locator(".vid .fr").textContent();
  expect((await frame()) === "0", "it begins with frame 0");
  await checkAccessibility(page, "video");
  for (let i = 0; i < 3; i++) await page.keyboard.press(".");
  await page.keyboard.press(",");
  expect((await frame()) === "2", `two frames on: ${await frame()}`);

  // The frame that the browser shows is that of the number, and not one beside it.
  const scrub = page.getByLabel("Frame", { exact: true });
  for (const n of [20, 21, 60]) {
    await scrub.evaluate((input, to) => {
      input.value = String(to);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, n);
    await page.waitForFunction(() => !document.querySelector(".vid video").seeking);
    await page.waitForTimeout(150);
    const rev = new URLSearchParams({ rev: "main:0", size: "192" });
    const cell = JSON.parse(await page.locator("[data-island=video]").getAttribute("data-props"));
    const of = (k) => `/api/v1/datasets/owner/clips/rows/${cell.row}/${cell.column}/frame?n=${k}&${rev}`;
    const found = [];
    for (const k of [n - 1, n, n + 1]) found.push(await page.evaluate(difference, [".vid video", of(k)]));
    expect(found[1] <= Math.min(...found) + 1e-9, `frame ${n} is shown as frame ${n}: differences from ${n - 1}, ${n}, ${n + 1} are ${found}`);
  }
  await page.keyboard.press("l");
  await page.keyboard.press("l");
  expect((await page.locator(".vid .tag").textContent()) === "2 ×", "L twice is twice as fast");
  await page.keyboard.press("j");
  expect((await page.locator(".vid .tag").textContent()) === "−1 ×", "J turns round");
  await page.keyboard.press("k");
  const stopped = await frame();
  await page.waitForTimeout(200);
  expect((await frame()) === stopped, "K stops");

  // A preview under the pointer.
  const box = await scrub.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForSelector(".prv img");
  await page.mouse.move(10, 10);

  // Without the codec: the server's frames, still by number. And boxes of the frame that is shown.
  await page.route(/rows\/[^/]+\/video\?/, (route) => route.fulfill({ body: "no video", contentType: "video/webm" }));
  const track = [{ frame: 0, label: "bud", x: 10 }, { frame: 1, label: "leaf", x: 20 }].map((one) => ({ ...one, y: 10, width: 50, height: 40, colour: "c2" }));
  // Before the page's own scripts run.
  await page.addInitScript((boxes) => {
    document.addEventListener("readystatechange", () => {
      const island = document.querySelector("[data-island=video]");
      if (document.readyState === "interactive" && island) island.dataset.props = JSON.stringify({ ...JSON.parse(island.dataset.props), boxes });
    });
  }, track);
  await page.goto(base + clip.href);
  await page.waitForSelector(".vid-sc img");
  expect(/[?&]n=0&/.test(await page.locator(".vid-sc img").getAttribute("src")), "the first frame comes from the server");
  expect((await page.textContent(".vid")).includes("frames come from the server"), "and it says so");
  expect((await page.locator(".vlb").textContent()) === "bud", "a box on frame 0");
  await page.keyboard.press(".");
  await page.waitForFunction(() => /[?&]n=1&/.test(document.querySelector(".vid-sc img").src));
  expect((await page.locator(".vlb").textContent()) === "leaf", "another one on frame 1");
  await page.keyboard.press(".");
  expect((await page.locator(".vlb").count()) === 0, "none on frame 2");
  await page.unrouteAll();
}

/** No addresses of its own: samples of audio and video are among those of all pages. */
export function paths() {
  return {};
}

export async function test({ browser, served, state, expect, watch, checkAccessibility }) {
  const context = await browser.newContext({ storageState: state, reducedMotion: "reduce", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  watch(page, served.base);
  await audio({ page, served, expect, checkAccessibility });
  await video({ page, served, expect, checkAccessibility });
  await context.close();
}

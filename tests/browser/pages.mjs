// The pages in a real Chromium: no page breaks its policy or asks another host for anything, axe-core finds nothing in
// either theme, sign-in and settings work without script, and markup in names shows as text.
//
//     HUB_BIN=…/hub node tests/browser/pages.mjs [--pictures FOLDER | --renew | --budgets]
//
// --renew tests nothing, and writes the pictures that pages are compared with and those of the documents; --budgets reports
// what the pages of a million rows cost.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

import { measure } from "./budgets.mjs";
import * as concepts from "./concepts.mjs";
import { drawDocuments } from "./documents.mjs";
import * as grid from "./grid.mjs";
import * as label from "./label.mjs";
import { checkAccessibility, expect, failures, press, settled, watch } from "./lib.mjs";
import * as media from "./media.mjs";
import * as predictions from "./predictions.mjs";
import { compare, renew } from "./pictures.mjs";
import * as review from "./review.mjs";
import * as runs from "./runs.mjs";
import { EVIL, PASSWORD, Served } from "./served.mjs";

/** Tests of parts of the pages, each with the addresses of its own. */
const PARTS = [runs, concepts, grid, label, review, media, predictions];

const pictures = process.argv.includes("--pictures") ? process.argv[process.argv.indexOf("--pictures") + 1] : null;
async function firstSample(page, base, set) {
  await page.goto(`${base}/owner/${set}/samples`);
  return page.locator(".gc a[href]").first().getAttribute("href");
}

/** No page breaks its policy, is wider than the window, or has what axe-core finds: at two widths, in both themes. */
async function everyPage({ browser, served, state, paths }) {
  const { base } = served;
  if (pictures) mkdirSync(pictures, { recursive: true });
  for (const theme of ["light", "dark"]) {
    for (const width of [390, 1440]) {
      const context = await browser.newContext({
        storageState: { ...state, cookies: state.cookies.filter((cookie) => cookie.name !== "hub_theme") },
        colorScheme: theme, reducedMotion: "reduce", viewport: { width, height: width === 390 ? 844 : 900 },
      });
      const page = await context.newPage();
      watch(page, base);
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(base + path, { waitUntil: pictures ? "networkidle" : "load" });
        await settled(page);
        const title = await page.title();
        expect(title.endsWith(" · Image Hub") && title !== "owned", `${name}: its title is ${title}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wide <= 0, `${name} at ${width}: ${wide} px wider than the window`);
        await checkAccessibility(page, `${name} at ${width}, ${theme}`);
        if (pictures) await page.screenshot({ path: join(pictures, `${name}-${theme}-${width}.png`) });
      }
      await context.close();
    }
  }
}

async function stranger({ browser, served, state }, samples) {
  const { base } = served;
  // One signs in on a page that is whole.
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const login = await context.newPage();
  watch(login, base);
  for (const path of ["/", "/login", "/owner/hostile", "/owner/hostile/samples/0"]) {
    await login.goto(base + path);
    await checkAccessibility(login, `${path} as a stranger`);
  }
  expect(!(await login.content()).includes("owned"), "a stranger sees nothing of a private data set");
  // Pushed markup that is opened by itself doesn't run here.
  const opened = await (await browser.newContext({ storageState: state })).newPage();
  for (const column of ["image", "image.name"]) {
    const row = samples.hostile.split("/").pop();
    await opened.goto(`${base}/api/v1/datasets/owner/hostile/rows/${row}/${column}`).catch(() => undefined);
    expect((await opened.title()) !== "owned", `a pushed ${column} runs`);
  }
}

const served = await Served.start(process.env.HUB_BIN);
const browser = await chromium.launch({
  executablePath: process.env.HUB_TEST_CHROMIUM ?? "/usr/bin/chromium",
  // Letters have the same shape on every machine.
  args: ["--font-render-hinting=none", "--disable-lcd-text", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
try {
  const base = served.base;
  if (process.env.WEB_TYPES) {
    const { status, stderr } = spawnSync(process.execPath, [process.env.WEB_TYPES, base, "--check"], { encoding: "utf8" });
    expect(status === 0, `the types of the REST interface: ${stderr}`);
  }
  // The first owner, by the link that the server printed, without script.
  const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1440, height: 900 } });
  const page = await plain.newPage();
  watch(page, base);
  await page.goto(served.link);
  await page.getByLabel("Name").fill("owner");
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page.getByRole("button", { name: "Create account" }));
  expect(page.url() === `${base}/`, `after the setup one is at ${page.url()}`);
  expect((await page.textContent("h1")) === "No data set yet", "an empty hub tells how to begin");
  await served.fill();

  // Sign out, come to a private data set, sign in, and be there.
  await page.goto(base);
  await page.locator("summary", { hasText: "OW" }).click();
  await press(page.getByRole("button", { name: "Sign out" }));
  await page.goto(`${base}/owner/hostile`);
  expect((await page.textContent("h1")) === "There is no such page", "a stranger sees no private data set");
  await press(page.getByRole("main").getByRole("link", { name: "Sign in" }));
  await page.getByLabel("Name").fill("owner");
  await page.getByLabel("Password").fill("wrong");
  await press(page.getByRole("button", { name: "Sign in" }));
  expect((await page.textContent("[role=alert]")).includes("password is wrong"), "a wrong password is told");
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page.getByRole("button", { name: "Sign in" }));
  expect(page.url() === `${base}/owner/hostile`, `after signing in one is at ${page.url()}`);

  // Settings without script: a change is there afterwards, and a data set is deleted only by its name.
  await page.goto(`${base}/owner/hostile/settings`);
  await page.locator("textarea[name=card]").fill(`# ${EVIL}\n\nA card, ${EVIL}`);
  await press(page.locator("section", { has: page.locator("#card") }).getByRole("button"));
  expect((await page.textContent("[role=status]")).includes("card was saved"), "the card is saved");
  await page.locator("section", { has: page.locator("#delete") }).getByRole("textbox").fill("owner/other");
  await press(page.getByRole("button", { name: "Delete data set" }));
  expect((await page.textContent("[role=alert]")).includes("nothing was deleted"), "another name deletes nothing");

  // A token, the colours, a member.
  await page.goto(`${base}/me/tokens`);
  await page.getByLabel("What for").fill("laptop");
  await press(page.getByRole("button", { name: "Make token" }));
  expect(/^hub_\w+/.test(await page.locator(".code pre").first().textContent()), "the new token is shown");
  await page.goto(`${base}/me/tokens`);
  expect(!(await page.content()).includes("hub_"), "and never again");
  await press(page.getByRole("button", { name: "Revoke laptop" }));
  expect((await page.getByRole("button", { name: "Revoke laptop" }).count()) === 0, "it is revoked");
  await page.goto(`${base}/me`);
  await page.getByLabel("Dark").check();
  await press(page.locator("section", { has: page.locator("#colours") }).getByRole("button"));
  expect((await page.getAttribute("html", "data-theme")) === "dark", "the colours are kept");
  await page.goto(`${base}/owner`);
  await page.getByLabel("Add a member").fill("rita");
  await press(page.getByRole("button", { name: "Add", exact: true }));
  expect((await page.locator("#members b", { hasText: "rita" }).count()) === 1, "a member is added");

  // Filters and neighbours without script.
  await page.goto(`${base}/owner/fashion/samples`);
  await page.locator(".opt input[name='f.label']").first().check();
  await press(page.getByRole("button", { name: "Show" }));
  expect((await page.textContent(".rs")).includes("1,000 of 10,000"), `a filter counts: ${await page.textContent(".rs")}`);
  await press(page.locator("a.ce").nth(3));
  await press(page.getByRole("link", { name: "Next" }));
  expect((await page.textContent(".pos")) === "5 of 1,000", `one goes on in the list: ${await page.textContent(".pos")}`);
  const state = await plain.storageState();
  await plain.close();

  // Every page: at two widths, in both themes.
  const first = await browser.newContext({ storageState: state });
  const finder = await first.newPage();
  const samples = {};
  for (const set of ["scenes", "spoken-digits", "clips", "fashion", "hostile"]) samples[set] = await firstSample(finder, base, set);
  await first.close();
  const paths = {
    home: "/", search: "/?q=dog", namespace: "/owner", overview: "/owner/scenes", overview_audio: "/owner/spoken-digits",
    samples: "/owner/fashion/samples", mosaic: "/owner/fashion/samples?view=mosaic", table: "/owner/scenes/samples?view=table",
    nothing: "/owner/scenes/samples?where=false", bad_filter: "/owner/scenes/samples?where=%3Cscript%3E",
    sample: samples.scenes, sample_audio: samples["spoken-digits"], sample_video: samples.clips, sample_raw: samples.fashion,
    classes: "/owner/fashion/classes", class: "/owner/clothes/classes/label/0", history: "/owner/clothes/history",
    commit: "/owner/clothes/commits/main:1", diff: "/owner/clothes/diff/main:0...main:1", settings: "/owner/scenes/settings",
    hostile: "/owner/hostile", hostile_samples: "/owner/hostile/samples", hostile_table: "/owner/hostile/samples?view=table",
    hostile_sample: samples.hostile, hostile_classes: "/owner/hostile/classes", hostile_history: "/owner/hostile/history",
    me: "/me", tokens: "/me/tokens", audit: "/audit", query: "/query",
    result: "/query?sql=SELECT+dataset%2C+_row_id%2C+split+FROM+samples+LIMIT+12", bad_query: "/query?sql=SELECT+%3Cscript%3E",
    concepts: "/concepts", concept: "/concepts/clothing.n.01?dataset=owner/clothes", missing: "/owner/none",
  };
  for (const part of PARTS) Object.assign(paths, part.paths());
  const all = { browser, served, state, watch, paths };
  if (process.argv.includes("--budgets")) await measure(all);
  else if (process.argv.includes("--renew")) {
    await renew(all);
    await drawDocuments(all);
  } else {
    const differences = process.env.DIFFERENCES ?? join(tmpdir(), "image-hub-pictures");
    await compare(all, expect, differences).catch((error) => failures.push(error.stack));
    await everyPage(all);
    for (const part of PARTS) {
      // A part that can't go on leaves the others to run.
      await part.test({ browser, served, state, expect, watch, checkAccessibility }).catch((error) => failures.push(error.stack));
    }
    await stranger(all, samples);
  }
} catch (error) {
  failures.push(error.stack);
} finally {
  await browser.close();
  served.stop();
}
if (failures.length > 0) {
  console.error(`${failures.length} failures:\n` + [...new Set(failures)].join("\n"));
  process.exit(1);
}
if (!/--renew|--budgets/.test(process.argv.join())) console.log("The pages hold in Chromium: no violation, no other host, nothing for axe-core.");

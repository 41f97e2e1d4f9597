// Builds the pages' scripts into dist/: page.js for every page, kit.js with what the islands share (Preact, signals, the
// REST client, …), changes.js with the changes that aren't committed yet, objects.js with what is drawn over a picture (of the
// pages of a sample and of a commit), and one file an island that imports these. With
// --test it runs the tests of src/ instead.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const shared = /^(preact|preact\/hooks|preact\/jsx-runtime|@preact\/signals)$/;

/** Islands take what is shared from kit.js and changes.js, so that a browser loads and runs it once. */
const kit = {
  name: "kit",
  setup({ onResolve }) {
    const outside = { path: "./kit.js", external: true };
    onResolve({ filter: /\/changes$/ }, () => ({ path: "./changes.js", external: true }));
    onResolve({ filter: /\/objects$/ }, () => ({ path: "./objects.js", external: true }));
    onResolve({ filter: /\/islands\/commit$/ }, () => ({ path: "./commit.js", external: true }));
    const isOfKit = (path) => path.startsWith(join(here, "src/kit")) || path.includes("node_modules");
    onResolve({ filter: shared }, ({ importer }) => (isOfKit(importer) ? undefined : outside));
    onResolve({ filter: /\/kit$/ }, () => outside);
  },
};

/** Tests run without a browser: of kit.js and changes.js they get what needs none. */
const pure = {
  name: "pure",
  setup({ onResolve }) {
    onResolve({ filter: /\/changes$/ }, () => ({ path: join(here, "src/changes/pure.ts") }));
    onResolve({ filter: /\/kit$/ }, () => ({ path: join(here, "src/kit/format.ts") }));
  },
};

const common = { bundle: true, format: "esm", target: "es2022", jsx: "automatic", jsxImportSource: "preact", logLevel: "warning" };

function filesIn(folder, ending) {
  const found = readdirSync(join(here, folder), { recursive: true, withFileTypes: true });
  return found.filter((file) => file.isFile() && ending.test(file.name)).map((file) => join(file.parentPath ?? file.path, file.name)).sort();
}

if (process.argv.includes("--test")) {
  // Within the folder, since the tests import packages.
  const out = mkdtempSync(join(here, "node_modules/.tests-"));
  try {
    await build({ ...common, platform: "node", plugins: [pure], packages: "external", entryPoints: filesIn("src", /\.test\.tsx?$/), outdir: out, outExtension: { ".js": ".mjs" } });
    process.exitCode = spawnSync(process.execPath, ["--test", out], { stdio: "inherit" }).status ?? 1;
  } finally {
    rmSync(out, { recursive: true });
  }
} else {
  rmSync(join(here, "dist"), { recursive: true, force: true });
  const out = { ...common, minify: true, legalComments: "none", charset: "utf8", outdir: join(here, "dist"), plugins: [kit] };
  await build({ ...out, entryPoints: [join(here, "src/page.ts")] });
  await build({ ...out, entryPoints: { kit: join(here, "src/kit/index.ts") } });
  await build({ ...out, entryPoints: { changes: join(here, "src/changes/index.tsx") } });
  await build({ ...out, entryPoints: { objects: join(here, "src/sample/objects.ts") } });
  const islands = readdirSync(join(here, "src/islands"), { withFileTypes: true }).filter((file) => /\.tsx?$/.test(file.name) && !/\.test\./.test(file.name));
  await build({ ...out, entryPoints: islands.map((file) => join(here, "src/islands", file.name)) });
}

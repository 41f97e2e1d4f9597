// A running `hub serve` in a new home, set up as a person would do it, with the sample sets of tests/fixtures.

import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import { mkdtempSync, readFileSync, openSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PASSWORD = "a password for the tests";
/** Markup in names, labels and messages; each page must show it as text. */
export const EVIL = `"><script>document.title='owned'</script><img src=x onerror=document.title='owned'>`;

const fixtures = join(import.meta.dirname, "../fixtures");

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class Served {
  static async start(binary) {
    const served = new Served();
    const folder = mkdtempSync(join(tmpdir(), "hub-browser-"));
    const address = `127.0.0.1:${await freePort()}`;
    Object.assign(served, { binary, folder, base: `http://${address}`, log: join(folder, "server.log") });
    served.env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HUB_")));
    const log = openSync(served.log, "w");
    served.process = spawn(binary, ["serve", "--listen", address, "--classify"], {
      env: { ...served.env, HUB_HOME: join(folder, "home") },
      stdio: ["ignore", log, log],
    });
    served.link = await served.printed(/(http:\S+\/setup\?secret=\S+)\s/);
    return served;
  }

  /** Waits until the server prints the pattern; returns its first group. */
  async printed(pattern) {
    for (let tries = 0; tries < 600; tries++) {
      const found = pattern.exec(readFileSync(this.log, "utf8"));
      if (found) return found[1];
      if (this.process.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the server did not print ${pattern}\n${readFileSync(this.log, "utf8")}`);
  }

  async api(method, path, body, cookie) {
    const answer = await fetch(this.base + path, {
      method,
      headers: { "content-type": "application/json", "x-hub-request": "test", ...(cookie ? { cookie } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return { json: text ? JSON.parse(text) : null, cookie: answer.headers.get("set-cookie")?.split(";")[0] };
  }

  /** Pushes the sample sets as `owner`, who was created by the setup link. */
  async fill() {
    const { cookie } = await this.api("POST", "/api/v1/session", { name: "owner", password: PASSWORD });
    this.owner = cookie;
    const { json } = await this.api("POST", "/api/v1/tokens", { name: "push", scope: "admin" }, cookie);
    await this.api("POST", "/api/v1/users", { name: "rita", password: PASSWORD }, cookie);
    const hub = (this.hub = (...args) =>
      execFileSync(this.binary, args, {
        env: { ...this.env, HUB_URL: this.base, HUB_TOKEN: json.secret, HUB_HOME: join(this.folder, "client") },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      }));
    hub("push", "owner/scenes", join(fixtures, "coco"), "--message", "Twelve scenes with boxes and captions");
    hub("push", "owner/spoken-digits", join(fixtures, "fsdd"));
    hub("push", "owner/clips", join(fixtures, "videos"));
    hub("push", "owner/fashion", join(fixtures, "fashion-mnist"), "--message", "Ten thousand articles of clothing");
    hub("push", "owner/clothes", join(fixtures, "class-folder"), "--message", EVIL);
    hub("rm", "owner/clothes", "--rows", "0", "--message", "Remove a sample that is out of focus");
    hub("tag", "owner/clothes", "v1");
    // A model of digits on clothes: many mistakes. Twice, with the same answers.
    for (const more of [[], ["--fast"]]) {
      hub("eval", "owner/fashion", "--model", "lenet5", "--by-number", "--limit", "300", "--slice", "label = 'Bag'", ...more);
    }
    const hostile = join(this.folder, "hostile", "<b>class");
    mkdirSync(hostile, { recursive: true });
    for (const name of ["<img src=x onerror=alert(1)>.png", "<script>alert(1).png"]) {
      writeFileSync(join(hostile, name), readFileSync(join(import.meta.dirname, "dot.png")));
    }
    hub("push", "owner/hostile", join(this.folder, "hostile"), "--message", EVIL);
    const card = `---\nlicense: CC-BY-4.0\n---\n# Scenes\n\nEveryday scenes from **COCO 2017** with boxes, outlines, keypoints and captions.\n\n| split | images |\n|---|---|\n| train | 6 |\n| val | 6 |\n`;
    await this.api("PATCH", "/api/v1/datasets/owner/scenes", { card, visibility: "public" }, cookie);
    await this.api("PATCH", "/api/v1/datasets/owner/hostile", { card: `# ${EVIL}\n\n${EVIL}` }, cookie);
    for (const name of ["spoken-digits", "clips", "fashion", "clothes"]) {
      await this.api("PATCH", `/api/v1/datasets/owner/${name}`, { visibility: "public" }, cookie);
    }
  }

  /** The folder of a sample set. */
  fixture(name) {
    return join(fixtures, name);
  }

  stop() {
    this.process.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

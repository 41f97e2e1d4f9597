// Writes src/api.d.ts, the types of the REST interface, from the OpenAPI document of a running hub:
//
//     node types.mjs http://127.0.0.1:8000            writes it
//     node types.mjs http://127.0.0.1:8000 --check    fails if it isn't what the hub says

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import openapi, { astToString } from "openapi-typescript";

const file = join(import.meta.dirname, "src/api.d.ts");
const [base, option] = process.argv.slice(2);
if (!base) {
  console.error("types.mjs: name the address of a running hub: node types.mjs http://127.0.0.1:8000 [--check]");
  process.exit(2);
}
const types = "// Made from the OpenAPI document by types.mjs; not edited by hand.\n\n" + astToString(await openapi(new URL("/api/openapi.json", base)));
if (option !== "--check") {
  writeFileSync(file, types);
} else if (readFileSync(file, "utf8") !== types) {
  console.error("web/src/api.d.ts isn't what the hub's OpenAPI document says: run `make web-types`, then `make web`");
  process.exit(1);
}

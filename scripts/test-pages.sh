#!/usr/bin/env bash
# Opens every page of a hub with real samples in Chromium (tests/browser/pages.mjs). `HUB_BIN` is the binary; arguments are
# passed on: `scripts/test-pages.sh --pictures FOLDER` keeps a picture of each page.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
"$REPO/scripts/setup.sh"
# Modules are looked for beside the file that imports them, so the tests run beside their packages.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/browser"
cp "$REPO"/tests/browser/*.mjs "$REPO"/tests/browser/dot.png "$work/browser"
ln -s "$BROWSER/node_modules" "$work/node_modules"
ln -s "$FIXTURES" "$work/fixtures"
HUB_BIN=${HUB_BIN:-$CARGO_TARGET_DIR/debug/hub} node "$work/browser/pages.mjs" "$@"

#!/usr/bin/env bash
# Checks the pages' scripts (web/), then opens every page of a hub with real samples in Chromium (tests/browser/pages.mjs).
# `HUB_BIN` is the binary; arguments are passed on: `scripts/test-pages.sh --pictures FOLDER` keeps a picture of each page,
# `scripts/test-pages.sh --renew` writes the pictures that pages are compared with and those of the documents anew,
# `scripts/test-pages.sh --budgets` reports what the pages of a million rows cost.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
"$REPO/scripts/setup.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The scripts: types, tests, and that the built files are those of the sources. Packages are looked for beside the files
# that import them.
cp -r "$REPO/web" "$work/web"
rm -rf "$work/web/node_modules"
ln -s "$WEB/node_modules" "$work/web/node_modules"
(cd "$work/web" && npm run --silent check && npm run --silent test && npm run --silent build)
diff -r "$REPO/web/dist" "$work/web/dist" >&2 || die "web/dist isn't what web/src builds: run \`make web\` and commit"

mkdir "$work/browser"
cp "$REPO"/tests/browser/*.mjs "$REPO"/tests/browser/dot.png "$work/browser"
ln -s "$BROWSER/node_modules" "$work/node_modules"
ln -s "$FIXTURES" "$work/fixtures"
mkdir -p "$REPO/tests/browser/pictures"
ln -s "$REPO/tests/browser/pictures" "$work/browser/pictures"
export DOCUMENTS=$REPO/docs/images DIFFERENCES=$CARGO_TARGET_DIR/pictures-that-differ
HUB_BIN=${HUB_BIN:-$CARGO_TARGET_DIR/debug/hub} WEB_TYPES=$work/web/types.mjs node "$work/browser/pages.mjs" "$@"

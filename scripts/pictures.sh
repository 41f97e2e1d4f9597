#!/usr/bin/env bash
# Writes anew the pictures that the tests compare pages with (tests/browser/pictures) and those of the documents
# (docs/images). `HUB_BIN` is the binary; without it, it is built.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$REPO"
if [ -z "${HUB_BIN:-}" ]; then
    scripts/setup.sh
    cargo build --locked --package hub
fi
exec scripts/test-pages.sh --renew

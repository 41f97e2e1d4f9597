#!/usr/bin/env bash
# Puts the Python package together from what `cargo build --workspace` made, as `maturin develop` would, and prints the
# folder for PYTHONPATH. A wheel would build the crates once more, with the features that they have alone.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

library=$CARGO_TARGET_DIR/debug/lib_native.so
[ -e "$library" ] || die "$library is missing; run \`cargo build --workspace\` first"
folder=$CARGO_TARGET_DIR/debug/python
rm -rf "$folder"
mkdir -p "$folder"
cp -r "$REPO/python/imagehub" "$folder/"
cp "$library" "$folder/imagehub/_native.abi3.so"
printf '%s\n' "$folder"

#!/usr/bin/env bash
# Puts the Python package together from what `cargo build --workspace` made, as `maturin develop` would, and prints the
# folder for PYTHONPATH. A wheel would build the crates once more, with the features that they have alone.
#
#   scripts/python-package.sh [PROFILE]    debug or release [default: debug]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

profile=${1:-debug}
library=$CARGO_TARGET_DIR/$profile/lib_native.so
[ -e "$library" ] || die "$library is missing; build the workspace, or the package imagehub, with this profile first"
folder=$CARGO_TARGET_DIR/$profile/python
rm -rf "$folder"
mkdir -p "$folder"
cp -r "$REPO/python/imagehub" "$folder/"
cp "$library" "$folder/imagehub/_native.abi3.so"
printf '%s\n' "$folder"

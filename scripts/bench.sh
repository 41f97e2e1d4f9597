#!/usr/bin/env bash
# The measurements that the README quotes, built in release. Arguments go to the bench program.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$REPO"
"$REPO/scripts/setup.sh"
section "Build (release)"
cargo build --locked --release --package hub --package hub_bench
export HUB_BIN=$CARGO_TARGET_DIR/release/hub HUB_TEST_S3_LOG_LEVEL=WARNING
exec "$REPO/scripts/with-s3.sh" cargo run --locked --release --quiet --package hub_bench -- "$@"

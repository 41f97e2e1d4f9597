#!/usr/bin/env bash
# Takes the measurements that the README quotes, with a release build. Arguments are passed to the bench program.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$REPO"
"$REPO/scripts/setup.sh" bench
section "Build (release)"
cargo build --locked --release --package hub --package hub_bench
# A gigabyte of images and the data sets made of them, stored beside the build and reused by the next run.
export HUB_BENCH_IMAGES=${HUB_BENCH_IMAGES:-$HUB_CACHE/bench/images} HUB_BENCH_SETS=${HUB_BENCH_SETS:-$HUB_CACHE/bench/sets}
export HUB_BIN=$CARGO_TARGET_DIR/release/hub HUB_TEST_S3_LOG_LEVEL=WARNING
[ ! -x "$NGINX" ] || export HUB_BENCH_NGINX=$NGINX
exec "$REPO/scripts/with-s3.sh" "$REPO/scripts/with-postgres.sh" cargo run --locked --release --quiet --package hub_bench -- "$@"

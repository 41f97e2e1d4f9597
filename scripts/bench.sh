#!/usr/bin/env bash
# Takes the measurements that the README quotes, with a release build. Arguments are passed to the bench program.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$REPO"
what=bench package=()
case " $* " in *" loader "*) what=loader package=(--package imagehub) ;; esac
"$REPO/scripts/setup.sh" "$what"
section "Build (release)"
cargo build --locked --release --package hub --package hub_bench "${package[@]}"
if [ "$what" = loader ]; then
    PYTHONPATH=$("$REPO/scripts/python-package.sh" release)
    export PYTHONPATH HUB_BENCH_PYTHON=$VENV_LOADER/bin/python
    [ ! -x "$VENV_FFCV/bin/python" ] || export HUB_BENCH_FFCV=$VENV_FFCV/bin/python
fi
# A gigabyte of images and the data sets made of them, stored beside the build and reused by the next run.
export HUB_BENCH_IMAGES=${HUB_BENCH_IMAGES:-$HUB_CACHE/bench/images} HUB_BENCH_SETS=${HUB_BENCH_SETS:-$HUB_CACHE/bench/sets}
export HUB_BIN=$CARGO_TARGET_DIR/release/hub HUB_TEST_S3_LOG_LEVEL=WARNING
[ ! -x "$NGINX" ] || export HUB_BENCH_NGINX=$NGINX
exec "$REPO/scripts/with-s3.sh" "$REPO/scripts/with-postgres.sh" cargo run --locked --release --quiet --package hub_bench -- "$@"

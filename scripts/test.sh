#!/usr/bin/env bash
# Runs all tests: the Rust workspace on memory, disk, a real S3 server, SQLite and a real PostgreSQL, then the Python
# package, other readers on the output of the real `hub` binary, and its pages in a browser. Arguments are passed to pytest (`scripts/test.sh -k duckdb`).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$REPO"

if [ -z "${HUB_TEST_S3_ENDPOINT:-}" ]; then
    "$REPO/scripts/setup.sh"
    exec "$REPO/scripts/with-s3.sh" "${BASH_SOURCE[0]}" "$@"
fi

if [ -z "${HUB_TEST_POSTGRES_URL:-}" ]; then
    exec "$REPO/scripts/with-postgres.sh" "${BASH_SOURCE[0]}" "$@"
fi

section "Build"
cargo build --locked --workspace --all-targets
export HUB_BIN=$CARGO_TARGET_DIR/debug/hub

section "Rust tests"
cargo test --locked --workspace

section "Videos by FFmpeg's libraries"
cargo test --locked -p hub_decode --features ffmpeg --lib video

if [ -n "${HUB_TEST_S3_LOG:-}" ]; then
    requests=$(grep -c " /$HUB_TEST_S3_BUCKET/.* -> service=s3" "$HUB_TEST_S3_LOG" || true)
    echo "The tests sent $requests requests to the S3 server." >&2
    [ "$requests" -gt 0 ] || die "no test used the S3 server"
fi

section "Pages in a browser"
"$REPO/scripts/test-pages.sh"

section "Python package"
package=$("$REPO/scripts/python-package.sh")
export PYTHONPATH=$package

section "Readers"
# Offline: no test may access the Hugging Face hub on the internet.
export HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 HF_HUB_DISABLE_TELEMETRY=1 PYTHONDONTWRITEBYTECODE=1
export HUB_TEST_SCHEMATHESIS=$VENV_FUZZ/bin/st
"$VENV_READERS/bin/python" -m pytest -p no:cacheprovider tests/python "$@"

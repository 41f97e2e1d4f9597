#!/usr/bin/env bash
# Starts a temporary S3 server, runs a command, and stops the server in any case:
#
#   scripts/with-s3.sh cargo test -p hub_dataset
#
# The server listens on a free port of the loopback address and stores everything in memory. The command finds it
# through HUB_TEST_S3_ENDPOINT and HUB_TEST_S3_BUCKET, and the hub through the usual AWS_* variables. Each request is
# one line of the file HUB_TEST_S3_LOG, so that a test run can check whether S3 was used at all.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
[ $# -gt 0 ] || die "usage: with-s3.sh COMMAND [ARGUMENT…]"
[ -x "$VENV_S3/bin/ministack" ] || "$REPO/scripts/setup.sh"

BUCKET=hub-test
scratch=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
    rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
    "$VENV_S3/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Creates the bucket; succeeds as soon as the server answers.
create_bucket() {
    "$VENV_S3/bin/python" - "$1" 2>/dev/null <<'PY'
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
opener.open(urllib.request.Request(sys.argv[1], method="PUT"), timeout=5)
PY
}

# Fails if the port was taken between the check and the start, or if the server exits.
start() {
    local port=$1 _
    # The server ends with this script, even if the script is killed and can't clean up.
    SERVICES=s3 LOG_LEVEL=${HUB_TEST_S3_LOG_LEVEL:-DEBUG} BIND_HOST=127.0.0.1 GATEWAY_PORT=$port \
        TMPDIR=$scratch setpriv --pdeathsig TERM "$VENV_S3/bin/ministack" \
        >"$scratch/s3.log" 2>&1 </dev/null &
    server=$!
    for _ in $(seq 150); do
        kill -0 "$server" 2>/dev/null || return 1
        create_bucket "http://127.0.0.1:$port/$BUCKET" && return 0
        sleep 0.2
    done
    return 1
}

for attempt in 1 2 3; do
    port=$(free_port)
    start "$port" && break
    cat "$scratch/s3.log" >&2
    [ "$attempt" -lt 3 ] || die "the S3 server did not start; its output is above"
done

export HUB_TEST_S3_ENDPOINT=http://127.0.0.1:$port HUB_TEST_S3_BUCKET=$BUCKET HUB_TEST_S3_LOG=$scratch/s3.log
export AWS_ENDPOINT_URL=$HUB_TEST_S3_ENDPOINT AWS_ALLOW_HTTP=true AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
unset AWS_SESSION_TOKEN AWS_PROFILE AWS_CA_BUNDLE
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost

"$@"

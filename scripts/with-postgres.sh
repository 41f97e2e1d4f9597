#!/usr/bin/env bash
# Starts a temporary PostgreSQL server, runs a command, and stops the server in any case:
#
#   scripts/with-postgres.sh cargo test -p hub_catalog
#
# The server stores everything in a temporary folder, which is deleted afterwards. It is reached through a socket in
# that folder and listens on no port. The command finds it through HUB_TEST_POSTGRES_URL and may create databases.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
[ $# -gt 0 ] || die "usage: with-postgres.sh COMMAND [ARGUMENT…]"
bin=$(postgres_bin) || { "$REPO/scripts/setup.sh" && bin=$(postgres_bin); } || die "no PostgreSQL server is installed"

# A short path, since the path of a socket is limited to 107 bytes.
scratch=$(mktemp -d /tmp/hub-pg.XXXXXX)
server=
stop() {
    # Fast shutdown: disconnects clients instead of waiting for them.
    [ -z "$server" ] || { kill -INT "$server" && wait "$server"; } 2>/dev/null || true
    rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# PostgreSQL refuses to run as root.
as_server=(setpriv)
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    as_server=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
    chown "$user" "$scratch"
    # Other users must be able to reach the socket.
    chmod 755 "$scratch"
fi

cd "$scratch"
"${as_server[@]}" --pdeathsig clear "$bin/initdb" -D "$scratch/data" -A trust -N -U hub -E UTF8 --locale=C.UTF-8 \
    >"$scratch.log" 2>&1 || { cat "$scratch.log" >&2; rm -f "$scratch.log"; die "initdb failed; its output is above"; }
rm -f "$scratch.log"

# The server ends with this script, even if the script is killed and can't clean up.
"${as_server[@]}" --pdeathsig INT "$bin/postgres" -D "$scratch/data" -k "$scratch" \
    -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 \
    >"$scratch/postgres.log" 2>&1 </dev/null &
server=$!
ready=
for _ in $(seq 300); do
    "$bin/pg_isready" -q -h "$scratch" && { ready=yes; break; }
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
[ -n "$ready" ] || { cat "$scratch/postgres.log" >&2; die "PostgreSQL did not start; its output is above"; }
cd "$OLDPWD"

export HUB_TEST_POSTGRES_URL="postgres:///postgres?host=$scratch&user=hub"
"$@"

# shellcheck shell=bash
# Sourced by the other scripts: paths and a few shared functions. It has no other effects.
#
# Everything that is built or downloaded is stored outside the clone, in one folder, so that a fresh clone builds only
# its own crates and `git clean` deletes nothing that takes long to build.

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
HUB_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/imagehub
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HUB_CACHE/target}
# shellcheck disable=SC2034  # used by the scripts that source this
{
    BROWSER=$HUB_CACHE/browser WEB=$HUB_CACHE/web
    VENV_S3=$HUB_CACHE/venv-s3 VENV_READERS=$HUB_CACHE/venv-readers VENV_FUZZ=$HUB_CACHE/venv-fuzz
    VENV_LOADER=$HUB_CACHE/venv-loader VENV_FFCV=$HUB_CACHE/venv-ffcv
    FIXTURES=$REPO/tests/fixtures NGINX=$HUB_CACHE/nginx/usr/sbin/nginx
    MACHETE=$HUB_CACHE/tools/bin/cargo-machete MACHETE_VERSION=0.9.2
}

# Prints a heading that is easy to find in a long log.
section() { printf '\n=== %s\n' "$*" >&2; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Prints the folder of the newest PostgreSQL server's programs; Debian doesn't put them on the PATH.
postgres_bin() {
    local found
    found=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
    [ -x "$found" ] || found=$(command -v postgres) || return 1
    dirname "$found"
}

#!/usr/bin/env bash
# Installs what building and testing need besides a Rust toolchain: a C compiler, make, cmake, nasm, PostgreSQL,
# WordNet's files, ffmpeg, the headers of its libraries and what makes bindings of them, Python, three Python environments (the S3 server; the readers; the fuzzer), and a browser with
# the packages that drive it. If nothing is missing, it takes
# a fraction of a second and changes nothing.
#
#   scripts/setup.sh            everything (the tests)
#   scripts/setup.sh build      what the compiler needs only (the demo)
#   scripts/setup.sh lint       that, and cargo-machete
#   scripts/setup.sh bench      everything, and nginx for comparison
#   scripts/setup.sh loader     that, and the Python libraries that `make bench ARGS=loader` compares (5 GB: PyTorch)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

PYTHON_WANTED="3.11"

# Prints the real path (not a shim's) of the first Python that is new enough and can create virtual environments.
find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
        "$candidate" - "$PYTHON_WANTED" 2>/dev/null <<'PY' && return 0
import ensurepip, sys, venv
if sys.version_info[:2] < tuple(map(int, sys.argv[1].split("."))):
    sys.exit(1)
print(sys.executable)
PY
    done
    return 1
}

# What the cargo feature `ffmpeg` is built with.
missing_ffmpeg_headers() {
    command -v pkg-config >/dev/null || echo pkg-config
    pkg-config --exists libavcodec libavutil 2>/dev/null || echo libavcodec-dev
    pkg-config --exists libswscale 2>/dev/null || echo libswscale-dev
    # bindgen reads the headers by libclang, which has headers of its own.
    compgen -G "/usr/lib/llvm-*/lib/libclang.so" >/dev/null || echo libclang-dev
}

missing_packages() {
    command -v cc >/dev/null || echo "gcc libc6-dev"
    command -v make >/dev/null || echo make
    # libjpeg-turbo is built with the crate that decodes images; its SIMD code needs an assembler.
    command -v cmake >/dev/null || echo cmake
    command -v nasm >/dev/null || echo nasm
    [ "$1" != lint ] || missing_ffmpeg_headers
    if [ "$1" != build ] && [ "$1" != lint ]; then
        [ -n "$python" ] || echo "python3 python3-venv"
        [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
        postgres_bin >/dev/null || echo postgresql
        # Extracts the frame of a video for its thumbnail.
        command -v ffmpeg >/dev/null || echo ffmpeg
        missing_ffmpeg_headers
        # The tests of the pages run in Debian's browser, driven from Node.js.
        [ -x "${HUB_TEST_CHROMIUM:-/usr/bin/chromium}" ] || echo chromium
        command -v node >/dev/null || echo nodejs
        command -v npm >/dev/null || echo npm
        # WordNet's own files, with which nltk checks the hub's results.
        [ -e "${HUB_TEST_WORDNET:-/usr/share/wordnet}/data.noun" ] || echo wordnet-base
    fi
}

# Runs a command and shows its output only if it fails.
quietly() {
    local output
    output=$("$@" 2>&1 </dev/null) || {
        printf '%s\n' "$output" >&2
        die "'$*' failed; its output is above"
    }
}

install_packages() {
    command -v apt-get >/dev/null ||
        die "missing: $*. Automatic installation needs apt-get; install them yourself, then run the command again."
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            die "missing: $*. As root, run: apt-get update && apt-get install $*"
        as_root=(sudo)
    fi
    section "Installing $*"
    quietly "${as_root[@]}" apt-get update
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# make_venv FOLDER REQUIREMENTS: rebuilds the environment only if the requirements or the Python changed.
make_venv() {
    local folder=$1 requirements=$2 wanted
    wanted="$python $("$python" --version) $(sha256sum <"$requirements")"
    [ "$(cat "$folder/built-for" 2>/dev/null)" = "$wanted" ] && return 0
    section "Python environment ${folder##*/}"
    rm -rf "$folder"
    "$python" -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2
    printf '%s\n' "$wanted" >"$folder/built-for"
}

# The libraries that load images in training. FFCV is compiled, with OpenCV and libjpeg-turbo of the distribution, and has an
# environment of its own above the others'; where it can't be installed its measurement is skipped.
get_loaders() {
    make_venv "$VENV_LOADER" "$REPO/bench/loader/requirements.txt"
    local requirements=$REPO/bench/loader/requirements-ffcv.txt wanted
    wanted="$(cat "$VENV_LOADER/built-for") $(sha256sum <"$requirements")"
    [ "$(cat "$VENV_FFCV/built-for" 2>/dev/null)" = "$wanted" ] && return 0
    section "FFCV"
    rm -rf "$VENV_FFCV"
    if { pkg-config --exists opencv4 libturbojpeg || install_packages libopencv-dev libturbojpeg0-dev pkg-config g++; } &&
        "$python" -m venv "$VENV_FFCV" &&
        "$VENV_LOADER/bin/python" -c 'import site; print(site.getsitepackages()[0])' \
            >"$("$VENV_FFCV/bin/python" -c 'import site; print(site.getsitepackages()[0])')/loader.pth" &&
        "$VENV_FFCV/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2; then
        printf '%s\n' "$wanted" >"$VENV_FFCV/built-for"
    else
        rm -rf "$VENV_FFCV"
        echo "FFCV can't be installed; its measurement will be skipped" >&2
    fi
}

# get_node_packages FOLDER LOCKED: the packages that LOCKED/package-lock.json names, in FOLDER; none of them may run a script
# at installation.
get_node_packages() {
    local folder=$1 locked=$2 wanted
    wanted=$(sha256sum <"$locked/package-lock.json")
    [ "$(cat "$folder/built-for" 2>/dev/null)" = "$wanted" ] && return 0
    section "Node packages of ${locked##*/}"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$locked"/package*.json "$folder"
    (cd "$folder" && quietly npm ci --ignore-scripts --no-audit --no-fund)
    printf '%s\n' "$wanted" >"$folder/built-for"
}

# Unpacks nginx without installing it, since Debian's package would start it. Without nginx its measurement is skipped.
get_nginx() {
    [ -x "$NGINX" ] && return 0
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 0
    section "nginx"
    local folder=$HUB_CACHE/nginx.new
    rm -rf "$folder" "$HUB_CACHE/nginx"
    mkdir -p "$folder"
    (cd "$folder" && apt-get download --quiet nginx >/dev/null 2>&1 && dpkg-deb -x nginx_*.deb .) &&
        mv "$folder" "$HUB_CACHE/nginx" && "$NGINX" -v 2>/dev/null ||
        echo "nginx can't be downloaded from the distribution's archive; its measurement will be skipped" >&2
}

# cargo-machete finds dependencies that nothing uses. Built without optimization: that takes a third of the time, and
# what it reads is small.
get_machete() {
    [ "$("$MACHETE" --version 2>/dev/null)" = "$MACHETE_VERSION" ] && return 0
    section "cargo-machete $MACHETE_VERSION"
    local build=$HUB_CACHE/machete.build
    CARGO_TARGET_DIR=$build CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
        quietly cargo install --debug --locked --force --root "$HUB_CACHE/tools" \
        --version "$MACHETE_VERSION" cargo-machete
    rm -rf "$build"
}

what=${1:-everything}
command -v cargo >/dev/null || die "cargo not found: install Rust (https://rustup.rs), then run the command again"
mkdir -p "$HUB_CACHE"
exec 9>"$HUB_CACHE/setup.lock"
flock 9

python=
[ "$what" = build ] || [ "$what" = lint ] || python=$(find_python) || true
mapfile -t packages < <(missing_packages "$what" | tr ' ' '\n')
[ ${#packages[@]} = 0 ] || install_packages "${packages[@]}"
[ "$what" != bench ] && [ "$what" != loader ] || get_nginx
[ "$what" != lint ] || get_machete
if [ "$what" != build ] && [ "$what" != lint ]; then
    [ -n "$python" ] || python=$(find_python) || die "no Python $PYTHON_WANTED or newer with the venv module found"
    make_venv "$VENV_S3" "$REPO/scripts/requirements-s3.txt"
    make_venv "$VENV_READERS" "$REPO/scripts/requirements-readers.txt"
    make_venv "$VENV_FUZZ" "$REPO/scripts/requirements-fuzz.txt"
    [ "$what" != loader ] || get_loaders
    get_node_packages "$BROWSER" "$REPO/tests/browser"
    get_node_packages "$WEB" "$REPO/web"
fi

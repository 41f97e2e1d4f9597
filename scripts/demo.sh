#!/usr/bin/env bash
# The main job on real input: pictures, sounds, films and Fashion-MNIST become versioned data sets in an embedded
# hub, come back bit for bit, and stream as batches. Everything happens in a temporary folder.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$REPO"
"$REPO/scripts/setup.sh" build

section "Build (release)"
cargo build --locked --release --package hub
PATH=$CARGO_TARGET_DIR/release:$PATH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HUB_HOME=$work/home

# Shows a command as a person would type it, then runs it.
run() {
    printf '\n$ %s\n' "${*//"$work"/WORK}"
    "$@"
}

# Says so when two files or folders are equal, and stops with the difference when they are not.
same() {
    diff -r "$1" "$2" && printf 'equal: %s\n' "${3:-${1#"$REPO/"}}"
}

section "Push"
run hub push coco "$FIXTURES/coco" --message "Twelve pictures from COCO 2017"
run hub push digits "$FIXTURES/fsdd"
run hub push films "$FIXTURES/videos"
run hub push fashion-mnist "$FIXTURES/fashion-mnist"
run hub push clothes "$FIXTURES/class-folder"

section "The same files again: nothing to upload"
run hub push coco "$FIXTURES/coco"

section "Look"
run hub ls
run hub info coco
run hub stats fashion-mnist
run hub show coco 0 --out "$work/picture.jpg"
run hub show films 1
run hub log coco

section "Back, bit for bit"
run hub pull coco "$work/coco" --format coco
for split in train2017 val2017; do same "$FIXTURES/coco/$split" "$work/coco/$split"; done
run hub pull digits "$work/digits" --format csv
run hub pull films "$work/films" --format csv
run hub pull fashion-mnist "$work/fashion-mnist" --format idx
run hub pull clothes "$work/clothes" --format class-folder
same "$FIXTURES/class-folder" "$work/clothes"

section "A faithful copy of one revision"
run hub pull films "$work/films-copy"
run hub fsck "$work/films-copy"

section "Stream an epoch"
run hub stream fashion-mnist
run hub stream coco

section "Is everything whole?"
run hub fsck coco
run hub fsck fashion-mnist

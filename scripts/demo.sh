#!/usr/bin/env bash
# The main workflow on real data: pushes images, audio, video and Fashion-MNIST into an embedded hub as versioned data
# sets, pulls them back bit for bit, and streams them as batches. Everything happens in a temporary folder.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$REPO"
"$REPO/scripts/setup.sh" build

section "Build"
cargo build --locked --package hub
PATH=$CARGO_TARGET_DIR/debug:$PATH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HUB_HOME=$work/home
unset HUB_URL HUB_CACHE
fixtures=tests/fixtures

# Prints a command as a person would type it, then runs it.
run() {
    local word
    printf '\n$'
    for word in "$@"; do
        case $word in
            *"'"*) word="\"$word\"" ;;
            *' '*) word="'$word'" ;;
        esac
        printf ' %s' "${word//"$work"/\$WORK}"
    done
    printf '\n'
    "$@"
}

# Reports that two files or folders are equal, or stops with the difference.
same() {
    diff -r "$1" "$2"
    printf 'equal, every byte: %s\n' "$1"
}

section "Push: images, audio, video, raw pixels, class folders"
run hub push coco $fixtures/coco --message "Twelve images from COCO 2017"
run hub push digits $fixtures/fsdd
run hub push videos $fixtures/videos
run hub push fashion-mnist $fixtures/fashion-mnist
run hub push clothes $fixtures/class-folder

section "Push the same files again: nothing to write"
run hub push coco $fixtures/coco

section "Inspect"
run hub ls
run hub info coco
run hub show coco 11 --columns image,captions --out "$work/image.jpg"
run hub show digits 3
run hub show videos 1
run hub stats clothes

section "Query: by concept, and in SQL"
run hub query coco "SELECT count(*) AS images FROM samples WHERE isa(objects.category, 'vehicle.n.01')"
run hub query clothes "SELECT label, count(*) AS n FROM samples WHERE isa(label, 'clothing.n.01') GROUP BY label"
run hub query --all "SELECT dataset, count(*) AS rows FROM samples GROUP BY dataset ORDER BY rows DESC"
run hub synset tree vehicle.n.01 --depth 3 --dataset coco
run hub synset common dog.n.01 cat.n.01

section "Pull back, bit for bit"
run hub pull coco "$work/coco" --format coco
same $fixtures/coco/train2017 "$work/coco/train2017"
same $fixtures/coco/val2017 "$work/coco/val2017"
run hub pull digits "$work/digits" --format audio-folder
same $fixtures/fsdd "$work/digits"
run hub pull videos "$work/videos" --format video-folder
same $fixtures/videos "$work/videos"
run hub pull clothes "$work/clothes" --format class-folder
same $fixtures/class-folder "$work/clothes"
run hub pull fashion-mnist "$work/fashion-mnist" --format idx
for file in t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz; do
    # The compressors differ, so the decompressed contents are compared.
    cmp <(gzip -dc "$fixtures/fashion-mnist/$file") <(gzip -dc "$work/fashion-mnist/$file")
    printf 'equal, unpacked: %s\n' "$fixtures/fashion-mnist/$file"
done

section "Versions: remove two videos, and restore them"
run hub tag videos v1
run hub rm videos --rows 0,2 --message "Only the MP4"
run hub log videos
run hub diff videos
run hub pull videos@v1 "$work/videos-v1" --format video-folder
same $fixtures/videos "$work/videos-v1"

section "Copy one revision: plain Parquet, a data set of its own"
run hub pull coco "$work/copy"
(cd "$work/copy" && ls -d -- hub.json data/* refs/*/*)
run hub fsck "$work/copy"

section "Stream an epoch, as training would"
run hub stream fashion-mnist --shuffle=7 --batch-size 256 --epochs 2
run hub stream coco

section "Score a model; rank, compare and query its runs"
run hub push mnist $fixtures/mnist
run hub eval mnist --model lenet5 --split test --engine rten
run hub eval mnist --model lenet5 --split test --engine rten --fast
run hub runs leaderboard mnist
run hub runs compare mnist last lenet5 --flips 3
run hub query mnist --run last "SELECT position, label, predicted, probability FROM predictions WHERE NOT correct ORDER BY probability DESC LIMIT 5"

section "Verify every byte"
for name in coco digits videos fashion-mnist clothes mnist; do run hub fsck "$name"; done

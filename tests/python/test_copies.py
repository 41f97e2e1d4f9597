"""Smaller copies of images: those that a data set has, those that streams keep in the local cache, and parts of large images."""

import io
import os
import subprocess
import sys
import uuid

import numpy as np
import pytest
from PIL import Image

import imagehub
from imagehub import Crop, Decode, Resize

COUNT = 7
# The shorter side of the copies. All images but one are larger.
SIDE = 64
CENTRE = Resize(SIDE, crop=56, exact=False)


def jpeg(seed, width, height, quality=90):
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "JPEG", quality=quality)
    return file.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies") / "photos"
    for n in range(COUNT):
        place = folder / ("cat" if n % 2 else "dog") / f"{n}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(jpeg(n, *((60, 50) if n == 3 else (200 + 8 * n, 180))))
    return folder


@pytest.fixture(scope="module")
def plain(hub, folder, tmp_path_factory):
    """Where the images are, without copies."""
    place = tmp_path_factory.mktemp("plain") / "set"
    hub("push", place, folder)
    return place


@pytest.fixture(scope="module")
def stored(hub, folder, tmp_path_factory):
    """The same with copies in the data set."""
    place = tmp_path_factory.mktemp("stored") / "set"
    hub("push", place, folder, "--store", SIDE)
    return imagehub.open(place)


def epoch(rows, **settings):
    """The images of an epoch, and what was done."""
    stream = rows.stream(3, **{"image": CENTRE, **settings})
    images = np.concatenate([batch["image"] for batch in stream])
    return images, stream.stats


def copies_in(folder):
    return sorted(folder.glob("*.copy"))


def test_the_second_epoch_decodes_the_copies_that_the_first_one_made(plain, stored, tmp_path):
    rows = imagehub.open(plain, cache_dir=tmp_path)
    images, first = epoch(rows, cache=f"{SIDE}px")
    assert (first.images, first.copies_made, first.cached_copies) == (COUNT, COUNT - 1, 0)
    assert (images == epoch(rows)[0]).all(), "the first epoch shows the images themselves"
    images, second = epoch(rows, cache=f"{SIDE}px")
    assert (second.images, second.copies_made, second.cached_copies) == (COUNT, 0, COUNT - 1)
    assert second.cache_hits == COUNT - 1 and second.image_bytes < first.image_bytes / 3
    of_stored, stats = epoch(stored)
    assert stats.copies == COUNT - 1 and (images == of_stored).all(), "the pixels of copies in the data set"
    # By default nothing is kept.
    assert epoch(imagehub.open(plain, cache_dir=tmp_path / "other"))[1].copies_made == 0
    assert copies_in(tmp_path / "other") == []


def test_epochs_of_one_stream_are_epochs_too(plain, tmp_path):
    stream = imagehub.open(plain, cache_dir=tmp_path).stream(3, image=CENTRE, epochs=2, shuffle=True, cache=f"{SIDE}px")
    list(stream)
    assert (stream.stats.copies_made, stream.stats.cached_copies) == (COUNT - 1, COUNT - 1)


def test_other_processes_use_the_same_copies(plain, tmp_path):
    script = (
        "import imagehub, sys\n"
        "rows = imagehub.open(sys.argv[1], cache_dir=sys.argv[2])\n"
        "stream = rows.stream(3, image=imagehub.Resize(64, crop=56, exact=False), cache='64px')\n"
        "list(stream)\nprint(stream.stats.copies_made, stream.stats.cached_copies)"
    )
    command = [sys.executable, "-c", script, str(plain), str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        made, used = map(int, process.communicate(timeout=60)[0].split())
        assert process.returncode == 0 and made + used == COUNT - 1
    assert len(list(tmp_path.iterdir())) == len(copies_in(tmp_path)) + 1, "and the folder of indexes"
    stats = epoch(imagehub.open(plain, cache_dir=tmp_path), cache="64px")[1]
    assert (stats.copies_made, stats.cached_copies) == (0, COUNT - 1)


def test_damaged_copies_are_made_again_and_the_limit_holds(plain, tmp_path):
    rows = imagehub.open(plain, cache_dir=tmp_path)
    epoch(rows, cache="64px")
    wanted, _ = epoch(rows, cache="64px")
    first, second, *_ = copies_in(tmp_path)
    whole = first.read_bytes()
    first.write_bytes(whole[:100])
    second.write_bytes(second.read_bytes()[::-1])
    stats = epoch(rows, cache="64px")[1]
    assert (stats.copies_made, stats.cached_copies, stats.skipped_total) == (2, COUNT - 3, 0)
    assert first.read_bytes() == whole
    assert (epoch(rows, cache="64px")[0] == wanted).all()
    small = imagehub.open(plain, cache_dir=tmp_path / "small", cache_size=20_000)
    for _ in range(2):
        epoch(small, cache="64px")
        size = sum(-(-file.stat().st_size // 4096) * 4096 for file in copies_in(tmp_path / "small"))
        assert 0 < size <= 20_000


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"cache": "64"}, "cache is '64', expected the shorter side of the copies, as '256px'"),
        ({"cache": 64}, "cache is 64, expected"),
        ({"cache": "px"}, "cache is 'px', expected"),
        ({"cache": "8px"}, "copy_cache is 8: copies have a shorter side of 16 to 4096 pixels"),
        ({"cache": "64px", "image": Resize(64, crop=56)}, "exact.*allow copies always"),
        ({"cache": "64px", "image": Decode()}, "as they are.*allow copies always"),
        ({"cache": "64px", "image": None}, "no images are decoded"),
        ({"cache": "64px", "copies": "off"}, "`copies` is off"),
        ({"copies": "sometimes"}, "copies is 'sometimes', expected 'off', 'enough' or 'always'"),
    ],
)
def test_wrong_settings_are_named(plain, tmp_path, settings, problem):
    with pytest.raises(imagehub.InvalidValue, match=problem):
        next(imagehub.open(plain, cache_dir=tmp_path).stream(2, **{"image": CENTRE, **settings}))


def test_copies_need_a_cache(plain, tmp_path):
    rows = imagehub.open(plain, cache_dir=tmp_path / "none", cache_size=0)
    with pytest.raises(imagehub.InvalidValue, match="opened with cache_size=0"):
        next(rows.stream(2, image=CENTRE, cache="64px"))
    assert not (tmp_path / "none").exists() or copies_in(tmp_path / "none") == []


def test_copies_of_the_data_set_are_used_as_asked(stored):
    larger = Resize(100, crop=80, exact=False)
    for image, copies, used in [
        (CENTRE, "enough", COUNT - 1),
        (CENTRE, "off", 0),
        (larger, "enough", 0),
        (larger, "always", COUNT - 1),
        (Resize(SIDE, crop=56), "enough", 0),
        (Resize(SIDE, crop=56), "always", COUNT - 1),
    ]:
        assert epoch(stored, image=image, copies=copies)[1].copies == used, (image, copies)
    whole = next(stored.stream(COUNT, image=Decode()))["image"]
    assert sorted(image.shape[0] for image in whole) == [50] + [180] * (COUNT - 1), "images as they are are no copies"
    half = next(stored.stream(COUNT, image=Decode(exact=False)))["image"]
    assert [image.shape for image in half] == [image.shape for image in whole]


def test_what_was_handed_out_and_cached_is_counted(served, plain, tmp_path):
    rows = imagehub.open(f"{served.base}/pets/class-folder", cache_dir=tmp_path).select("image")
    for hits in (False, True):
        stream = rows.stream(4)
        wanted = sum(len(image) for batch in stream for image in batch["image"])
        names = sum(len(image["path"]) for image in rows.to_arrow()["image"].to_pylist())
        assert stream.stats.bytes == wanted + names + 8 * len(rows)
        assert (stream.stats.cache_hits > 0, stream.stats.cache_misses > 0) == (hits, not hits)
    pixels = imagehub.open(plain).select("image").stream(3, image=CENTRE)
    total = sum(batch["image"].nbytes + batch["id"].nbytes for batch in pixels)
    assert pixels.stats.bytes == total == COUNT * (56 * 56 * 3 + 8)


def test_a_served_data_set_keeps_copies_too(served, tmp_path):
    rows = imagehub.open(f"{served.base}/pets/class-folder", cache_dir=tmp_path)
    small = Resize(16, crop=16, exact=False)
    images, first = epoch(rows, image=small, cache="16px")
    assert first.copies_made > 0
    again, second = epoch(rows, image=small, cache="16px")
    assert (second.copies_made, second.cached_copies) == (0, first.copies_made)
    assert second.cache_misses == 0 and images.shape == again.shape


def test_without_a_cache_nothing_is_kept(served, tmp_path):
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / f"{'0' * 64}-0-5.range").write_bytes(b"of another")
    rows = imagehub.open(f"{served.base}/pets/class-folder", cache_dir=folder, cache_size=0)
    list(rows.stream(4))
    assert [file.name for file in folder.iterdir()] == [f"{'0' * 64}-0-5.range"], "and nothing is deleted"


@pytest.mark.skipif("HUB_TEST_S3_ENDPOINT" not in os.environ, reason="needs the S3 server that `make test` starts")
def test_of_large_images_in_a_bucket_only_parts_are_fetched(hub, tmp_path):
    (tmp_path / "large").mkdir()
    for n in range(3):
        place = tmp_path / "large" / f"{n}.jpg"
        place.write_bytes(jpeg(n, 1300, 1000, 95))
        assert place.stat().st_size > 1 << 20
    location = f"s3://{os.environ['HUB_TEST_S3_BUCKET']}/{uuid.uuid4()}"
    hub("push", location, tmp_path / "large", "--index")
    rows = imagehub.open(location, cache_size=0)
    crop = Crop(64, scale=(0.05, 0.2))
    in_parts, stats = epoch(rows, image=crop)
    assert stats.fetched_parts == 3 and stats.saved_bytes > 1 << 20
    whole, stats = epoch(rows, image=crop, fetch_parts=False)
    assert (stats.fetched_parts, stats.saved_bytes) == (0, 0)
    assert (in_parts == whole).all()
    # A cache wants whole images.
    cached = imagehub.open(location, cache_dir=tmp_path / "cache")
    assert epoch(cached, image=crop)[1].fetched_parts == 0

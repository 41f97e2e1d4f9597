"""What is planned before a row is read: tails, weights, orders; and what moves along with an image."""

import collections
import io

import numpy as np
import pytest
from PIL import Image

import imagehub
from imagehub import Crop, Feature, Resize


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """90 rows of class a, 10 of class b; the weight of a row is its number modulo 3."""
    place = tmp_path_factory.mktemp("plans") / "rows"
    with imagehub.create(place, {"n": "int64", "w": "float64", "label": Feature.labels(["a", "b"])}) as writer:
        writer.append({"n": n, "w": n % 3, "label": "b" if n % 10 == 0 else "a"} for n in range(100))
    return imagehub.open(place)


def numbers(stream):
    return [int(n) for batch in stream for n in batch["n"]]


@pytest.mark.parametrize("world", [1, 3])
def test_padding_gives_every_row_and_equally_many_full_batches(rows, world):
    streams = [rows.stream(7, shuffle=True, tail="pad", rank=rank, world=world) for rank in range(world)]
    batches = [list(stream) for stream in streams]
    assert len({len(some) for some in batches}) == 1 and len(batches[0]) == len(streams[0])
    assert all(batch.rows == 7 for some in batches for batch in some)
    seen = [n for some in batches for n in numbers(some)]
    assert set(seen) == set(range(100)) and len(seen) < 100 + 7 * world


def test_weights_of_a_column(rows):
    counts = collections.Counter(numbers(rows.stream(10, weights="w", epochs=10, seed=1)))
    assert all(count == 0 for n, count in counts.items() if n % 3 == 0)
    light, heavy = (sum(count for n, count in counts.items() if n % 3 == rest) for rest in (1, 2))
    assert light + heavy == 1000 and 1.8 < heavy / light < 2.2


def test_balanced_classes_come_equally_often(rows):
    stream = rows.stream(10, shuffle=True, weights="balanced", epochs=5)
    labels = collections.Counter(int(label) for batch in stream for label in batch["label"])
    assert sum(labels.values()) == 500 and abs(labels[0] - labels[1]) < 20
    only = rows.stream(10, weights={"a": 0, "b": 2})
    assert {int(label) for batch in only for label in batch["label"]} == {1}
    with pytest.raises(imagehub.InvalidValue, match="need one column of class labels"):
        rows.select("n").stream(10, weights="balanced")
    with pytest.raises(imagehub.Error, match="nosuch"):
        next(rows.stream(10, weights="nosuch"))


def test_a_weighted_epoch_is_resumed_by_other_ranks(rows):
    settings = {"shuffle": True, "weights": "balanced", "seed": 4, "tail": "keep"}
    wanted = numbers(rows.stream(5, **settings))
    stream = rows.stream(5, **settings)
    got = [int(n) for _ in range(6) for n in next(stream)["n"]]
    state = stream.state_dict()
    shared = []
    for rank in range(2):
        part = rows.stream(5, **{**settings, "tail": "drop"}, rank=rank, world=2)
        part.load_state_dict(state)
        shared.append([batch["n"].tolist() for batch in part])
    assert got + [n for step in zip(*shared, strict=True) for batch in step for n in batch] == wanted


def test_the_quality_of_a_shuffle_is_a_number(rows):
    in_order, shuffled = rows.shuffle_report(False), rows.shuffle_report("full", seed=3)
    assert in_order["displacement"] == 0 and 0.7 < shuffled["displacement"] < 1.3
    assert in_order["class_runs"] > 0 and in_order["true_class_runs"] == shuffled["true_class_runs"]
    assert rows.select("n").shuffle_report()["class_runs"] is None


def jpeg(seed):
    file = io.BytesIO()
    small = np.random.default_rng(seed).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    Image.fromarray(small).resize((800, 600)).save(file, "JPEG", quality=90)
    return file.getvalue()


def test_boxes_move_along_with_the_image(tmp_path):
    with imagehub.create(tmp_path / "a", {"image": "image", "box": "box", "objects": Feature.list("box")}) as writer:
        box = [80, 60, 400, 300]
        writer.append([{"image": jpeg(n), "box": box, "objects": [box, [0, 0, 800, 600]]} for n in range(4)])
    rows = imagehub.open(tmp_path / "a")
    batch = next(rows.stream(4, image=Resize((60, 80), moves=("box", "objects"))))
    assert batch["box"][0] == pytest.approx([8, 6, 40, 30])
    assert batch["objects"][3][1] == pytest.approx([0, 0, 80, 60])
    plain = next(rows.stream(4, image=Resize((60, 80))))
    assert plain["box"][0] == box
    with pytest.raises(imagehub.InvalidValue, match="nosuch"):
        next(rows.stream(4, image=Resize((60, 80), moves=("nosuch",))))


def test_the_second_epoch_reads_only_parts_of_jpegs(tmp_path, monkeypatch):
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    with imagehub.create(tmp_path / "a", {"image": "image"}) as writer:
        writer.append({"image": jpeg(n)} for n in range(6))
    rows = imagehub.open(tmp_path / "a")
    stream = rows.stream(6, image=Crop(64, scale=(0.1, 0.2)), epochs=2)
    first = next(stream)["image"]
    made = stream.stats
    second = next(stream)["image"]
    used = stream.stats
    assert (made.indexes_made, made.indexed) == (6, 0) and used.indexed == 6
    without = rows.stream(6, image=Crop(64, scale=(0.1, 0.2)), epochs=2, indexes=False)
    assert (next(without)["image"] == first).all() and (next(without)["image"] == second).all()
    assert without.stats.indexed == 0
    assert (tmp_path / "home" / "cache" / "entry_points").is_dir()
    profiled = rows.stream(6, image=Crop(64), profile=True)
    next(profiled)
    assert profiled.stats.entropy_s > 0 and profiled.stats.transform_s > 0

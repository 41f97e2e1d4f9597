"""Writing from Python: new data sets, edits, and what is left when something goes wrong."""

import datetime
import io
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import imagehub
from imagehub import Feature

PETS = {"image": Feature.image(), "label": Feature.labels(["cat", "dog"])}


def png(seed, size=(8, 6)):
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def pixels(encoded):
    return np.asarray(Image.open(io.BytesIO(encoded)))


@pytest.fixture
def pets(tmp_path):
    """Six rows in two splits."""
    with imagehub.create(tmp_path / "pets", PETS) as writer:
        writer.append([{"image": png(n), "label": n % 2} for n in range(4)], split="train")
        writer.append([{"image": png(n), "label": n % 2} for n in range(4, 6)], split="val")
    return imagehub.open(tmp_path / "pets")


def test_rows_are_read_back_as_they_were_written(pets):
    assert len(pets) == 6 and pets.splits == {"train": 4, "val": 2}
    assert [row["image"] for row in pets] == [png(n) for n in range(6)]
    assert [row["label"] for row in pets.split("train")] == [0, 1, 0, 1]
    assert pets.select("image.width", "image.format")[0] == {"image.width": 8, "image.format": "png"}


def test_every_type_comes_back(tmp_path):
    when = datetime.datetime(2026, 1, 31, 14, 30, 0, 250000, datetime.UTC)
    schema = {
        "label": Feature.labels(["cat", "dog"]),
        "vector": Feature.tensor([3]),
        "raw": Feature.tensor([2, 2], "uint8"),
        "n": "int64",
        "small": "uint8",
        "huge": "uint64",
        "score": "float32",
        "note": str,
        "ok": bool,
        "when": "timestamp",
        "extra": "json",
        "box": "box",
        "shape": "polygon",
        "points": Feature.keypoints(["nose", "tail"]),
        "mask": Feature.mask("rle"),
        "data": bytes,
        "tags": Feature.list("text"),
        "objects": Feature.list(Feature.struct({"box": "box", "label": Feature.labels(["a", "b"])})),
    }
    full = {
        "label": "dog",
        "vector": np.array([1, 2.5, 3]),
        "raw": np.array([[1, 2], [3, 255]], dtype=np.uint8),
        "n": np.int64(-(2**62)),
        "small": 255,
        "huge": 2**64 - 1,
        "score": 0.5,
        "note": "",
        "ok": np.bool_(True),
        "when": when,
        "extra": {"a": [1, None]},
        "box": np.array([1, 2, 3, 4]),
        "shape": [[[0, 0], [4, 0], (2, 2)]],
        "points": [(1, 2, 2), {"x": 3, "y": 4, "visibility": 0}],
        "mask": {"height": 2, "width": 3, "counts": [3, 2, 1]},
        "data": memoryview(b"\x00\xff"),
        "tags": ("a", None),
        "objects": [{"box": {"x": 1, "y": 2, "width": 3, "height": 4}, "label": "b"}, {"box": None}],
    }
    with imagehub.create(tmp_path / "all", schema) as writer:
        assert writer.append(full) == 1
        assert writer.append({}) == 1
    rows = imagehub.open(tmp_path / "all")
    row = rows[0]
    assert (row["vector"] == [1, 2.5, 3]).all() and row["vector"].dtype == np.float32
    assert (row["raw"] == full["raw"]).all()
    assert row["shape"] == [[{"x": 0, "y": 0}, {"x": 4, "y": 0}, {"x": 2, "y": 2}]]
    assert row["points"][1] == {"x": 3, "y": 4, "visibility": 0}
    assert row["objects"] == [{"box": [1, 2, 3, 4], "label": 1}, {"box": None, "label": None}]
    same = ["n", "small", "huge", "score", "note", "when", "extra", "mask"]
    assert {name: row[name] for name in same} == {name: full[name] for name in same}
    rest = {"label": 1, "ok": True, "box": [1, 2, 3, 4], "data": b"\x00\xff", "tags": ["a", None]}
    assert {name: row[name] for name in rest} == rest
    assert set(rows[1].values()) == {None}


def test_images_come_from_bytes_paths_pil_and_arrays(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(png(1))
    array = pixels(png(2))
    grey = array[:, :, 0]
    palette = Image.fromarray(array).convert("P")
    with imagehub.create(tmp_path / "out", {"image": "image"}) as writer:
        writer.append({"image": str(tmp_path / "in" / "a.png")})
        writer.append({"image": tmp_path / "in" / "a.png"})
        writer.append({"image": (tmp_path / "in" / "a.png").open("rb")})
        writer.append([{"image": {"bytes": png(1), "path": "x/b.png"}}, {"image": bytearray(png(1))}])
        writer.append([{"image": array}, {"image": Image.fromarray(array)}, {"image": grey}, {"image": grey[:, ::2]}])
        writer.append([{"image": Image.fromarray(array).convert("CMYK")}, {"image": palette}])
    rows = imagehub.open(tmp_path / "out")
    encoded = [row["image"] for row in rows]
    assert encoded[:5] == [png(1)] * 5
    assert (pixels(encoded[5]) == array).all() and (pixels(encoded[6]) == array).all()
    assert (pixels(encoded[7]) == grey).all() and (pixels(encoded[8]) == grey[:, ::2]).all()
    assert Image.open(io.BytesIO(encoded[9])).mode == "RGB"
    assert (np.asarray(Image.open(io.BytesIO(encoded[10])).convert("RGB")) == np.asarray(palette.convert("RGB"))).all()
    names = [row["image.name"] for row in rows.select("image.name")]
    assert names[:4] == ["a.png", "a.png", names[2], "x/b.png"]
    assert names[2].endswith(".png") and names[2] == names[4] != names[5]


def test_without_a_schema_the_first_rows_tell_the_columns(tmp_path):
    row = {
        "photo": png(1),
        "file": tmp_path / "a.png",
        "array": pixels(png(3)),
        "vector": np.zeros(4, np.float32),
        "n": 1,
        "x": 1.5,
        "ok": False,
        "word": "a",
        "when": datetime.datetime(2026, 1, 1),
        "tags": ["x"],
        "meta": {"a": 1, "b": "c"},
        "late": None,
    }
    (tmp_path / "a.png").write_bytes(png(2))
    with imagehub.create(tmp_path / "out") as writer:
        writer.append([row, {**row, "late": 2}])
    features = imagehub.open(tmp_path / "out").features
    kinds = {name: feature.kind for name, feature in features.items()}
    assert kinds == {
        "photo": "image",
        "file": "image",
        "array": "image",
        "vector": "tensor",
        "n": "number",
        "x": "number",
        "ok": "bool",
        "word": "text",
        "when": "timestamp",
        "tags": "list",
        "meta": "struct",
        "late": "number",
    }
    assert features["vector"].shape == (4,) and features["x"].dtype == "float64"
    with pytest.raises(imagehub.InvalidValue, match="no value in b"), imagehub.create(tmp_path / "other") as writer:
        writer.append([{"a": 1, "b": None}])
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    "row, problem",
    [
        ({"label": "cta"}, r"row 2, column 'label': no class 'cta' among its 2 classes; did you mean cat\?"),
        ({"label": 2}, "row 2, column 'label': class 2, expected 0 to 1 or a name"),
        ({"label": 1.0}, "row 2, column 'label': expected class label of 2 as the name or number of a class, found float"),
        ({"image": 3}, "row 2, column 'image': expected image as bytes, a path, .*, found int 3"),
        ({"image": "nosuch.jpg"}, "row 2, column 'image': nosuch.jpg: No such file"),
        ({"image": np.zeros((2, 2, 7), np.uint8)}, "row 2, column 'image': .*found uint8.2, 2, 7"),
        ({"imgae": b""}, r"row 2: there is no column 'imgae'; did you mean image\?; there are: image, label"),
        ((1, 2, 3), "a row is a mapping, or a tuple of image, label; found tuple"),
    ],
)
def test_a_bad_value_names_its_row_and_column(tmp_path, row, problem):
    good = {"image": png(1), "label": "cat"}
    with pytest.raises(imagehub.InvalidValue, match=problem) as caught, imagehub.create(tmp_path / "a", PETS) as writer:
        writer.append(good)
        writer.append([good, row, good])
    if "row 2" in problem:
        assert caught.value.row == 2
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    "feature, value, problem",
    [
        ("uint8", 256, "uint8"),
        ("int64", 1.5, "a whole number, found float 1.5"),
        ("float32", "1", "a number, found str '1'"),
        ("bool", 1, "True or False, found int 1"),
        ("text", b"a", "a str, found bytes"),
        ("timestamp", 3, "a datetime, found int 3"),
        ("box", [1, 2, 3], "expected 4 numbers, found 3"),
        ("box", {"x": 1, "left": 2}, "no member 'left'"),
        (Feature.tensor([2]), [1.0, 2.0, 3.0], r"an array of shape \[3\]"),
        (Feature.tensor([2], "uint8"), [1, 300], "numbers that uint8 doesn't hold"),
        (Feature.list("int64"), [1, "a"], "item 1: expected int64"),
        (Feature.list("int64"), "ab", "as a list, found str 'ab'"),
    ],
)
def test_values_of_another_type_are_refused(tmp_path, feature, value, problem):
    with pytest.raises(imagehub.InvalidValue, match=problem), imagehub.create(tmp_path / "a", {"x": feature}) as writer:
        writer.append({"x": value})


def test_a_damaged_image_fails_the_commit_and_leaves_nothing(tmp_path):
    with pytest.raises(imagehub.Error, match="row 1") as caught, imagehub.create(tmp_path / "a", PETS) as writer:
        writer.append([{"image": png(1)}, {"image": b"\xff\xd8\xff\xe0 not a picture"}])
    assert isinstance(caught.value, ValueError)
    assert not (tmp_path / "a").exists()


def test_an_exception_leaves_nothing_new_behind(tmp_path, pets):
    class Stop(Exception):
        pass

    with pytest.raises(Stop), imagehub.create(tmp_path / "new", PETS) as writer:
        writer.append({"image": png(1)})
        raise Stop
    assert not (tmp_path / "new").exists()
    with pytest.raises(Stop), pets.edit() as writer:
        writer.append({"image": png(9)})
        writer.delete([pets.ids[0]])
        raise Stop
    assert imagehub.open(pets.location).commit == pets.commit
    with pytest.raises(imagehub.StateError, match="closed"):
        writer.append({})


def test_a_writer_without_rows_creates_nothing(tmp_path):
    with pytest.raises(imagehub.InvalidValue, match="no rows were appended"), imagehub.create(tmp_path / "a", PETS):
        pass
    assert not (tmp_path / "a").exists()
    with imagehub.create(tmp_path / "b", PETS) as writer:
        writer.append({"label": 1})
        assert writer.commit("one") == imagehub.open(tmp_path / "b").commit
        writer.append({"label": 0})
    assert [row["label"] for row in imagehub.open(tmp_path / "b")] == [1, 0]


def test_a_place_that_is_taken_is_refused(tmp_path, pets):
    with pytest.raises(imagehub.Conflict, match="there is a data set at .*pets already"):
        imagehub.create(pets.location)
    with pytest.raises(imagehub.InvalidValue, match="no type of a column"):
        imagehub.create(tmp_path / "x", {"a": "picture"})
    with pytest.raises(imagehub.InvalidValue, match="no revision yet"):
        imagehub.create(f"{tmp_path}/x@v1", PETS)


def test_an_edit_is_one_commit(pets, hub):
    ids = pets.ids
    with pets.edit() as writer:
        assert writer.append([{"image": png(7), "label": "dog"}], split="train") == 1
        assert writer.delete(ids[:2]) == 2
        assert writer.delete(ids[:1]) == 0
        writer.add_column("score", np.arange(6) / 8)
        commit = writer.commit("a new score")
    after = imagehub.open(pets.location)
    assert after.commit == commit != pets.commit
    assert [row["score"] for row in after] == [0.25, 0.375, 0.5, 0.625, None]
    assert after.get(ids[3])["score"] == 0.375 and len(pets) == 6
    assert hub("log", pets.location).count("a new score") == 1
    hub("fsck", pets.location)  # fails where something is damaged
    with pytest.raises(imagehub.NotFound, match="no row has the id 99") as caught:
        after.edit().delete([99])
    assert caught.value.id == 99


def test_columns_of_every_kind_are_added_and_changed(pets):
    def means(batch):
        return np.array([pixels(image).mean() for image in batch["image"]], np.float32)

    mapped = pets.map(means, column="mean", batch_size=4, message="means")
    assert mapped.features["mean"].dtype == "float32"
    assert [row["mean"] for row in mapped] == [np.float32(pixels(png(n)).mean()) for n in range(6)]
    vectors = np.arange(6 * 128, dtype=np.float32).reshape(6, 128)
    with mapped.edit() as writer:
        writer.add_column("vector", vectors)
        writer.add_column("note", ["a", None, "c", "d", "e", "f"])
        writer.add_column("label", ["dog"] * 6)
    after = imagehub.open(pets.location)
    assert after.features["vector"].shape == (128,) and (after[3]["vector"] == vectors[3]).all()
    assert [row["note"] for row in after] == ["a", None, "c", "d", "e", "f"]
    assert {row["label"] for row in after} == {1}
    assert (np.stack([b for batch in after.stream(4, tail="keep") for b in batch["vector"]]) == vectors).all()


def test_a_choice_of_rows_gets_values_and_the_others_keep_theirs(pets):
    train = pets.split("train").map(lambda batch: [int(id) % 7 for id in batch["id"]], column="seven")
    assert len(train) == 4 and train.columns == ["image", "label", "seven"]
    whole = imagehub.open(pets.location)
    assert [row["seven"] is None for row in whole] == [False] * 4 + [True] * 2
    backwards = whole[[5, 2]]
    mapped = backwards.select("label").map(lambda batch: list(batch["label"] + 10), column="seven")
    assert [row["seven"] for row in mapped] == [11, 10] and mapped.columns == ["label", "seven"]
    with pytest.raises(imagehub.InvalidValue, match="3 values, but the data set has 6 rows"):
        whole.edit().add_column("x", [1, 2, 3])
    with pytest.raises(imagehub.InvalidValue, match="1 values, but the function's batch has 6 rows"):
        whole.map(lambda batch: [1], column="x")
    with pytest.raises(imagehub.Unsupported, match="can't be set"):
        whole.edit().add_column("image", [png(1)] * 6)
    with pytest.raises(imagehub.InvalidValue, match="row 1, column 'label'"):
        whole.edit().add_column("label", [0, 7, 0, 0, 0, 0])


def test_two_writers_change_different_values_but_not_the_same(pets):
    first, second, third = pets.edit(), pets.edit(), pets.edit()
    first.add_column("label", [0] * 6)
    first.commit()
    second.append({"image": png(8), "label": 1})
    second.commit()
    third.add_column("label", [1] * 6)
    with pytest.raises(imagehub.Conflict, match="label"):
        third.commit()
    after = imagehub.open(pets.location)
    assert [row["label"] for row in after] == [0] * 6 + [1]


def test_tables_are_appended(tmp_path, pets):
    import datasets
    import pandas
    import polars
    import pyarrow as pa

    table = pa.table({"word": ["a", "b"], "n": pa.array([1, None], pa.int32()), "label": ["dog", None]})
    schema = {"word": str, "n": "int32", "label": Feature.labels(["cat", "dog"])}
    with imagehub.create(tmp_path / "a", schema) as writer:
        assert writer.append(table) == 2
        assert writer.append(polars.DataFrame({"word": ["c"], "n": [3]}, schema_overrides={"n": polars.Int32})) == 1
        assert writer.append(pandas.DataFrame({"word": ["d"], "label": [1]})) == 1
        assert writer.append(table.to_batches()[0]) == 2
        assert writer.append(table.to_reader()) == 2
        assert writer.append(iter(table.to_pylist())) == 2
    rows = list(imagehub.open(tmp_path / "a"))
    assert [row["word"] for row in rows] == list("abcdababab")
    assert [row["n"] for row in rows[:4]] == [1, None, 3, None]
    assert [row["label"] for row in rows[:4]] == [1, None, None, 1]
    with pytest.raises(imagehub.InvalidValue, match=r"row 0: .*no class 'bird' among its 2 classes"):
        imagehub.open(tmp_path / "a").edit().append(pa.table({"label": ["bird"]}))
    with pytest.raises(imagehub.InvalidValue, match="no column 'wrod'; did you mean word"):
        imagehub.open(tmp_path / "a").edit().append(pa.table({"wrod": ["bird"]}))

    with imagehub.create(tmp_path / "copy") as writer:
        assert writer.append(pets) == 6
    copy = imagehub.open(tmp_path / "copy")
    assert copy.features == pets.features and [row["image"] for row in copy] == [row["image"] for row in pets]

    features = datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=["x", "y"])})
    foreign = datasets.Dataset.from_dict({"image": [{"bytes": png(1), "path": None}], "label": [1]}, features=features)
    with imagehub.create(tmp_path / "hf") as writer:
        assert writer.append(foreign) == 1
    there = imagehub.open(tmp_path / "hf")
    assert there.features["label"].names == ["x", "y"] and there[0] == {"image": png(1), "label": 1}

    bytes_only = pa.table({"photo": [png(4), png(5)], "blob": [b"1", b"2"]})
    with imagehub.create(tmp_path / "bytes") as writer:
        writer.append(bytes_only)
    kinds = {name: feature.kind for name, feature in imagehub.open(tmp_path / "bytes").features.items()}
    assert kinds == {"photo": "image", "blob": "binary"}
    with imagehub.create(tmp_path / "schema", pa.schema({"a": pa.int16(), "b": pa.list_(pa.string())})) as writer:
        writer.append({"a": 3, "b": ["x"]})
    assert imagehub.open(tmp_path / "schema").features["a"].dtype == "int16"


def test_a_data_frame_is_appended_without_pyarrow(tmp_path, monkeypatch):
    import importlib.util

    import pandas

    frame = pandas.DataFrame({"word": ["a", None], "n": [1.5, float("nan")], "label": ["cat", "dog"]})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    schema = {"word": str, "n": "float64", "label": Feature.labels(["cat", "dog"])}
    with imagehub.create(tmp_path / "a", schema) as writer:
        assert writer.append(frame) == 2
    rows = list(imagehub.open(tmp_path / "a"))
    assert rows == [{"word": "a", "n": 1.5, "label": 0}, {"word": None, "n": None, "label": 1}]


def test_map_style_data_sets_are_appended(tmp_path):
    class Torchvision:
        """Pictures and class numbers, as torchvision has them."""

        def __len__(self):
            return 3

        def __getitem__(self, place):
            return Image.open(io.BytesIO(png(place))), place % 2

    with imagehub.create(tmp_path / "a", PETS) as writer:
        assert writer.append(Torchvision(), split="train") == 3
    rows = imagehub.open(tmp_path / "a")
    assert [row["label"] for row in rows] == [0, 1, 0]
    assert (pixels(rows[2]["image"]) == pixels(png(2))).all()


def test_many_rows_become_few_fragments(tmp_path):
    with imagehub.create(tmp_path / "a", {"n": "int64"}) as writer:
        for n in range(3000):
            writer.append({"n": n})
    rows = imagehub.open(tmp_path / "a")
    assert [row["n"] for row in rows] == list(range(3000))
    assert len(list((tmp_path / "a" / "data").glob("*.parquet"))) == 1


def test_a_server_is_written_to(served, tmp_path):
    script = (
        "import imagehub, sys\n"
        "place, token = sys.argv[1:]\n"
        "try:\n"
        "    with imagehub.create(place, {'word': str}) as writer:\n"
        "        writer.append({'word': 'a'})\n"
        "except imagehub.AuthError:\n"
        "    print('refused')\n"
        "with imagehub.create(place, {'word': str}, token=token) as writer:\n"
        "    writer.append({'word': 'a'})\n"
        "assert len(imagehub.open(place, token=token)) == 1\n"
        "import os; os.environ['HUB_TOKEN'] = token\n"
        "with imagehub.open(place).edit() as writer:\n"
        "    writer.append({'word': 'b'})\n"
        "    writer.add_column('n', [1])\n"
        "print([(row['word'], row['n']) for row in imagehub.open(place)])\n"
        "try:\n"
        "    with imagehub.create(place + '-2', {'word': str}) as writer:\n"
        "        writer.append({'word': 'a'})\n"
        "        raise KeyError('x')\n"
        "except KeyError:\n"
        "    pass\n"
        "try:\n"
        "    imagehub.open(place + '-2')\n"
        "except imagehub.NotFound:\n"
        "    print('gone')\n"
        "with imagehub.create(place + '-2', {'word': str}) as writer:\n"
        "    writer.append({'word': 'c'})\n"
        "print([row['word'] for row in imagehub.open(place + '-2')])\n"
    )
    answer = served.post("/api/v1/tokens", {"name": "writer", "scope": "write"}, served.owner)
    environment = {**os.environ, "HUB_HOME": str(tmp_path)}
    command = [sys.executable, "-c", script, f"{served.base}/pets/written", answer.body["secret"]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["refused", "[('a', 1), ('b', None)]", "gone", "['c']"]

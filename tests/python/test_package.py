"""The Python package `imagehub`: rows, choices, streams, and what they do when things go wrong."""

import json
import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

import imagehub


@pytest.fixture(scope="module")
def digits(fashion_mnist):
    """Raw pixels and labels."""
    return imagehub.open(fashion_mnist.directory)


@pytest.fixture(scope="module")
def images(class_folder):
    """JPEG and PNG files with labels and splits."""
    return imagehub.open(class_folder.directory)


def ids(stream):
    return [int(id) for batch in stream for id in batch["id"]]


def test_a_row_has_what_was_pushed(images, class_folder):
    names = images.features["label"].names
    for row in images:
        file = next(f for f in class_folder.source.rglob("*") if f.is_file() and f.read_bytes() == row["image"])
        assert names[row["label"]] == file.parent.name


def test_raw_pixels_are_arrays(digits):
    row = digits[0]
    column = next(name for name, feature in digits.features.items() if feature.kind == "tensor")
    assert row[column].shape == digits.features[column].shape == (28, 28)
    assert row[column].dtype == np.uint8


def test_boxes_lists_and_nulls(coco):
    rows = imagehub.open(coco.directory)
    objects = [o for row in rows for o in row["objects"] or []]
    assert objects and all(len(o["bbox"]) == 4 and isinstance(o["bbox"][0], float) for o in objects)


def test_indices_count_from_the_end_and_are_checked(digits):
    assert digits[-1]["label"] == digits[len(digits) - 1]["label"]
    assert digits[np.int64(3)]["label"] == digits[3]["label"]
    with pytest.raises(IndexError, match=rf"index {len(digits)} is out of range: there are {len(digits)} rows"):
        digits[len(digits)]


def test_choices_compose(digits):
    labels = [row["label"] for row in digits]
    assert [row["label"] for row in digits[2:10:3]] == labels[2:10:3]
    assert [row["label"] for row in digits[[5, 1, 5]]] == [labels[5], labels[1], labels[5]]
    mask = np.array(labels) == labels[0]
    assert len(digits[mask]) == mask.sum()
    name = digits.features["label"].names[labels[0]].replace("'", "''")
    same = digits.filter(f"label = '{name}'")
    assert len(same) == mask.sum() and {row["label"] for row in same[:3]} == {labels[0]}
    assert len(same[mask.sum() - 1 :]) == 1
    assert digits.select("label")[0] == {"label": labels[0]}


def test_splits(images):
    assert sum(images.splits.values()) <= len(images)
    for name, rows in images.splits.items():
        assert len(images.split(name)) == rows
    with pytest.raises(imagehub.NotFound, match="split 'nosuch' not found"):
        images.split("nosuch")


def test_unknown_names_name_the_known_ones(images, tmp_path):
    with pytest.raises(imagehub.NotFound, match="no column 'nosuch'; the columns are: .*label"):
        images.select("nosuch")
    with pytest.raises(imagehub.NotFound) as caught:
        imagehub.open(tmp_path / "nosuch")
    assert isinstance(caught.value, KeyError) and caught.value.location.endswith("nosuch")
    with pytest.raises(imagehub.InvalidValue):
        images.filter("nosuch = 1")


def test_a_batch_holds_the_rows_and_is_writable(digits):
    batch = next(iter(digits.stream(8)))
    assert batch["label"].dtype == np.int64 and batch["label"].shape == (8,)
    pixels = next(column for name, column in batch.items() if name not in ("label", "id"))
    assert pixels.shape == (8, 28, 28)
    for place, id in enumerate(batch["id"]):
        row = digits.get(int(id))
        assert row["label"] == batch["label"][place]
    pixels[:] = 7
    assert (pixels == 7).all()
    kept = pixels.copy()
    for _ in digits.stream(8):
        pass
    assert (pixels == kept).all(), "a batch that is kept doesn't change while others arrive"


def test_media_come_as_they_were_pushed(images):
    for batch in images.stream(3):
        for encoded, id in zip(batch["image"], batch["id"]):
            assert encoded == images.get(int(id))["image"]


def test_arrow_readers_take_rows_and_results(digits, images):
    import polars
    import pyarrow

    table = pyarrow.table(digits[:100])
    assert table["label"].to_pylist() == [row["label"] for row in digits[:100]]
    assert len(digits.to_polars()) == len(digits) and isinstance(digits[:3].to_polars(), polars.DataFrame)
    encoded = images.to_arrow()["image"].to_pylist()
    assert [image["bytes"] for image in encoded] == [row["image"] for row in images]
    counted = digits.query("SELECT label, count(*) AS n FROM samples GROUP BY label")
    assert counted.columns == ["label", "n"] and counted.to_arrow()["n"].to_pylist() == [1000] * 10
    assert len(counted.to_pandas()) == 10
    with pytest.raises(imagehub.InvalidValue, match="nosuch"):
        digits.query("SELECT nosuch FROM samples")


def test_huggingface_data_sets_have_the_same_rows(digits, images, coco):
    there = images.to_hf()
    assert [row["label"] for row in there] == [row["label"] for row in images]
    assert there.features["label"].names == images.features["label"].names
    picture = there[0]["image"]
    assert picture.size == (images.select("image.width")[0]["image.width"], picture.height)
    column = next(name for name, feature in digits.features.items() if feature.kind == "tensor")
    some = digits[:5].to_hf().with_format("numpy")
    assert (some[3][column] == digits[3][column]).all()
    rows = imagehub.open(coco.directory)
    assert len(rows.to_hf()) == len(rows)


def test_dlpack_is_versioned_and_writable(digits):
    batch = next(iter(digits.stream(4)))
    array = batch["label"]
    tensor = array.base if isinstance(array.base, imagehub.Tensor) else array.base.obj
    assert isinstance(tensor, imagehub.Tensor) and tensor.shape == (4,)
    shared = np.from_dlpack(tensor)
    shared[0] = 77
    assert array[0] == 77
    with pytest.raises(BufferError):
        tensor.__dlpack__(dl_device=(2, 0))
    for version in (None, (1, 0)):
        tensor.__dlpack__(max_version=version)  # freed unused


def test_every_row_once_and_another_order_each_epoch(digits):
    stream = digits.stream(7, shuffle=True, seed=3, tail="keep")
    first, second = ids(stream), ids(stream)
    assert sorted(first) == sorted(second) == sorted(ids(digits.stream(64)))
    assert len(set(first)) == len(digits) and first != second
    again = digits.stream(7, shuffle=True, seed=3)
    assert ids(again) == first


@pytest.mark.parametrize("rows, world", [(10, 3), (2, 3), (1, 1), (0, 2)])
def test_ranks_get_equally_many_batches(digits, rows, world):
    some = digits[:rows]
    streams = [some.stream(2, shuffle=True, rank=rank, world=world) for rank in range(world)]
    counts = [len(list(stream)) for stream in streams]
    assert counts == [len(stream) for stream in streams] and len(set(counts)) == 1


@pytest.mark.parametrize("before", [0, 1, 4, 8, 9])
def test_a_state_resumes_with_any_number_of_ranks(digits, before):
    some = digits[:63]
    whole = some.stream(7, shuffle=True, seed=5, epochs=2, tail="keep")
    wanted = ids(whole)
    stream = some.stream(7, shuffle=True, seed=5, epochs=2, tail="keep")
    iterator = iter(stream)
    got = [int(id) for _ in range(before) for id in next(iterator)["id"]]
    state = json.loads(json.dumps(stream.state_dict()))
    assert len(json.dumps(state)) <= 300
    alone = some.stream(7, shuffle=True, seed=5, epochs=2, tail="keep")
    alone.load_state_dict(state)
    assert alone.state_dict() == state
    assert got + ids(alone) == wanted
    shared = []
    for rank in range(3):
        part = some.stream(7, shuffle=True, seed=5, rank=rank, world=3)
        part.load_state_dict(state)
        shared.append([[int(id) for id in batch["id"]] for batch in part])
    joined = [id for step in zip(*shared) for batch in step for id in batch]
    assert joined == wanted[len(got) : len(got) + len(joined)]


def test_a_state_that_does_not_fit_names_the_field(digits):
    state = digits.stream(7, shuffle=True, seed=5).state_dict()
    for other, field in [
        (digits.stream(7, shuffle=True, seed=6), "seed"),
        (digits.stream(8, shuffle=True, seed=5), "batch_size"),
        (digits[:20].stream(7, shuffle=True, seed=5), "rows"),
    ]:
        with pytest.raises(imagehub.StateError, match=f"the state's {field} is"):
            other.load_state_dict(state)
    begun = digits.stream(7, shuffle=True, seed=5)
    next(iter(begun))
    with pytest.raises(imagehub.StateError, match="after the first batch"):
        begun.load_state_dict(state)
    with pytest.raises(imagehub.StateError, match="lacks"):
        digits.stream(7).load_state_dict({"epoch": 1})


def test_an_iteration_in_the_middle_goes_on(digits):
    stream = digits[:30].stream(10)
    first = next(iter(stream))
    rest = list(stream)
    assert len(rest) == 2 and stream.epoch == 1
    assert [len(list(stream)), stream.epoch] == [3, 2]
    assert first.rows == 10


def test_wrong_settings_are_named(digits):
    for settings, problem in [
        ({"batch_size": 0}, "batch_size is 0"),
        ({"epochs": 0}, "epochs is 0"),
        ({"rank": 3, "world": 3}, "rank is 3 of 3"),
        ({"rank": 0, "world": 2, "tail": "keep"}, "tail='keep'"),
        ({"prefetch": "many"}, "'many' is not a size"),
        ({"shuffle": "fully"}, "shuffle is 'fully'"),
        ({"worker": (2, 2)}, "worker is 2 of 2"),
        ({"threads": 0}, "threads is 0"),
    ]:
        with pytest.raises(imagehub.InvalidValue, match=problem):
            digits.stream(**settings)


def test_a_data_set_pickles_as_what_it_is(digits):
    data = pickle.dumps(digits)
    assert len(data) < 500
    there = pickle.loads(data)
    assert there == digits and hash(there) == hash(digits) and there[3]["label"] == digits[3]["label"]
    some = pickle.loads(pickle.dumps(digits[4:9]))
    assert [row["label"] for row in some] == [row["label"] for row in digits[4:9]]
    with pytest.raises(TypeError, match="state_dict"):
        pickle.dumps(digits.stream())


def test_a_forked_child_reads(digits):
    next(iter(digits.stream(4)))
    stream = digits.stream(4)
    next(iter(stream))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            label = digits[1]["label"]
            batch = next(iter(digits.stream(4)))
            try:
                next(stream)
                problem = "no error"
            except imagehub.StateError as error:
                problem = str(error)
            os.write(writer, f"{label} {batch.rows} {problem}".encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    assert text.startswith(f"{digits[1]['label']} 4 this stream was opened before the process forked")
    assert next(stream).rows == 4


def test_a_stream_that_is_dropped_leaves_nothing(digits):
    def open_files():
        return len(os.listdir("/proc/self/fd")), threading.active_count(), len(os.listdir("/proc/self/task"))

    for _ in range(3):
        next(iter(digits.stream(4)))
    before = open_files()
    for _ in range(100):
        next(iter(digits.stream(4)))
    after = open_files()
    assert after[0] <= before[0] + 2 and after[1] == before[1] and after[2] <= before[2] + 1
    stream = digits.stream(4)
    next(iter(stream))
    stream.close()
    stream.close()
    with pytest.raises(imagehub.StateError, match="closed"):
        next(stream)


def test_a_served_data_set_reads_the_same(served, class_folder):
    there = imagehub.open(f"{served.base}/pets/class-folder")
    here = imagehub.open(class_folder.directory)
    assert [row["label"] for row in there] == [row["label"] for row in here]
    assert sorted(ids(there.stream(4))) == sorted(ids(here.stream(4)))


def test_importing_loads_no_other_package(fashion_mnist):
    script = (
        "import sys\nbefore = set(sys.modules)\nimport imagehub\n"
        "heavy = {'numpy', 'torch', 'jax', 'tensorflow', 'pyarrow', 'pandas', 'polars', 'PIL', 'datasets'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "rows = imagehub.open(sys.argv[1])\nnext(rows.select('label').stream(4))\nrows[0]\n"
        "assert not (heavy - {'numpy'}) & set(sys.modules), heavy & set(sys.modules)\n"
        "others = {name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)\n"
        "print(sorted(others - {'imagehub', 'numpy'}))\n"
    )
    command = [sys.executable, "-c", script, str(fashion_mnist.directory)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_names_in_the_documentation_exist():
    assert set(imagehub.__all__) <= set(dir(imagehub))
    for name in imagehub.__all__:
        assert getattr(imagehub, name).__doc__ if name != "__version__" else True

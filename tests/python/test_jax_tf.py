"""`imagehub.jax` and `imagehub.tf`, with the real packages where they are installed."""

import numpy as np
import pytest
from stand_ins import Package

import imagehub

JAX, TENSORFLOW = Package("jax"), Package("tensorflow")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    place = tmp_path_factory.mktemp("frameworks") / "rows"
    schema = {"image": "image", "x": imagehub.Feature.tensor([3]), "word": str, "tags": imagehub.Feature.list("text")}
    with imagehub.create(place, schema) as writer:
        for n in range(20):
            image = np.full((9, 8, 3), n, np.uint8)
            writer.append({"image": image, "x": np.full(3, n), "word": str(n), "tags": ["a"]})
    return imagehub.open(place)


def test_jax_arrays_on_the_default_device_and_sharded(rows, monkeypatch):
    JAX.visible(monkeypatch)
    stream = JAX.user.stream(rows, 8, shuffle=True, seed=1, image=imagehub.Resize((4, 4)), tail="drop")
    assert len(stream) == 2
    batches = list(stream)
    assert [batch["x"].shape for batch in batches] == [(8, 3)] * 2
    assert isinstance(batches[0]["image"], JAX.module.Array) and batches[0]["image"].shape == (8, 4, 4, 3)
    assert isinstance(batches[0]["word"], list)
    assert all(int(image[0, 0, 0]) == int(x[0]) for image, x in zip(batches[1]["image"], batches[1]["x"], strict=True))
    state = stream.state_dict()
    assert state["epoch"] == 1 and stream.stats.batches == 2
    again = JAX.user.stream(rows, 8, shuffle=True, seed=1, image=imagehub.Resize((4, 4)), tail="drop")
    again.load_state_dict(state)
    assert [b["word"] for b in again] == [b["word"] for b in stream]


@pytest.mark.skipif(JAX.is_real, reason="needs several processes")
def test_jax_processes_are_the_ranks_of_a_global_array(rows, monkeypatch):
    JAX.visible(monkeypatch)
    words = []
    for process in range(2):
        monkeypatch.setattr(JAX.module, "PROCESSES", (process, 2))
        stream = JAX.user.stream(rows, 5, sharding=lambda array: np.concatenate([array, array]))
        batches = list(stream)
        assert len(batches) == len(stream) == 2 and batches[0]["x"].shape == (10, 3)
        words += [word for batch in batches for word in batch["word"]]
    assert sorted(words, key=int) == [str(n) for n in range(20)]


def test_a_tf_data_set_of_each_epoch(rows, monkeypatch):
    TENSORFLOW.visible(monkeypatch)
    data = TENSORFLOW.user.dataset(rows, 8, shuffle=True, seed=1, image=imagehub.Resize((4, 4)))
    assert data.element_spec.keys() == {"image", "x", "word", "id"}, "lists of other things are left out"
    epochs = []
    for _ in range(2):
        words = []
        for batch in data:
            assert np.asarray(batch["image"]).shape[1:] == (4, 4, 3)
            words += [word.decode() if isinstance(word, bytes) else str(word) for word in np.asarray(batch["word"])]
        epochs.append(words)
    assert epochs[0] != epochs[1] and sorted(epochs[0]) == sorted(epochs[1]) == sorted(str(n) for n in range(20))

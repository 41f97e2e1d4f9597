"""`imagehub.torch`: by the protocols that PyTorch, Lightning, Accelerate and StatefulDataLoader use.

PyTorch is not among the tests' packages, since it takes gigabytes. Where it is installed all of this runs with it, and with
its DataLoader; elsewhere a stand-in has the few names that `imagehub.torch` uses.
"""

import importlib.util
import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from stand_ins import Package

import imagehub

TORCH = Package("torch")
torch = TORCH.module
needs_torch = pytest.mark.skipif(not TORCH.is_real, reason="PyTorch is not installed")
by_hand = pytest.mark.skipif(TORCH.is_real, reason="with the real one, a DataLoader does it")


@pytest.fixture(autouse=True)
def is_found(monkeypatch):
    TORCH.visible(monkeypatch)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    place = tmp_path_factory.mktemp("torch") / "rows"
    with imagehub.create(place, {"n": "int64", "x": imagehub.Feature.tensor([3]), "word": str}) as writer:
        writer.append({"n": n, "x": np.full(3, n), "word": str(n)} for n in range(50))
    return imagehub.open(place)


def numbers(batches):
    return [int(n) for batch in batches for n in batch["n"]]


def test_rows_by_index_as_a_data_loader_asks_for_them(rows):
    items = imagehub.torch.Dataset(rows, transform=lambda row: row["n"] * 2)
    assert isinstance(items, torch.utils.data.Dataset)
    assert len(items) == 50 and items[3] == 6 and items.__getitems__([4, 1, 4]) == [8, 2, 8]
    plain = pickle.loads(pickle.dumps(imagehub.torch.Dataset(rows)))
    assert plain[7]["word"] == "7"


def test_a_loader_gives_tensors_over_the_batch_and_looks_like_a_data_loader(rows):
    loader = imagehub.torch.Loader(rows.stream(8, shuffle=True, seed=1, tail="drop"))
    assert len(loader) == 6 and loader.batch_size == 8 and loader.num_workers == 0 and len(loader.dataset) == 50
    batch = next(iter(loader))
    assert isinstance(batch["x"], torch.Tensor) and tuple(batch["x"].shape) == (8, 3)
    assert isinstance(batch["id"], torch.Tensor), "ids are signed, since PyTorch has no arithmetic on uint64"
    assert isinstance(batch["word"], list) and batch.to("cpu")["word"] == batch["word"]
    assert [tuple(column.shape) for column in batch.tensors()[:2]] == [(8,), (8, 3)]
    state = json.loads(json.dumps(loader.state_dict()))
    rest = numbers(loader)
    again = imagehub.torch.Loader(rows.stream(8, shuffle=True, seed=1, tail="drop"), transform=lambda b: b["n"] + 1)
    again.load_state_dict(state)
    assert [int(n) - 1 for some in again for n in some] == rest and len(rest) == 40
    loader.sampler.set_epoch(5)
    assert loader.stream.epoch == 5
    loader.close()


def test_a_lightning_like_loop_reads_every_epoch_once(rows):
    """What Lightning does: it looks at the length, calls set_epoch on the sampler, iterates, and saves at any step."""
    loader = imagehub.torch.Loader(rows.stream(8, shuffle=True, seed=1, tail="drop"))
    seen = []
    for epoch in range(3):
        loader.sampler.set_epoch(epoch)
        batches = list(loader)
        assert len(batches) == len(loader)
        seen.append(numbers(batches))
    assert len({tuple(some) for some in seen}) == 3
    assert all(len(set(some)) == len(some) for some in seen)


def worker_batches(dataset, worker, workers):
    with torch.utils.data.as_worker(worker, workers):
        return [batch["n"].tolist() for batch in dataset]


@by_hand
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_in_turns_give_the_batches_of_a_stream_without_them(rows, workers):
    for rank in range(2):
        wanted = [b["n"].tolist() for b in rows.stream(4, shuffle=True, seed=2, rank=rank, world=2, worker=(0, 1))]
        dataset = imagehub.torch.IterableDataset(rows, 4, shuffle=True, seed=2, rank=rank, world=2)
        shares = [worker_batches(pickle.loads(pickle.dumps(dataset)), worker, workers) for worker in range(workers)]
        turns = [shares[step % workers][step // workers] for step in range(len(wanted))]
        if workers == 1:
            assert turns == wanted
        assert len(dataset) == len(wanted) == sum(map(len, shares))
        assert len({n for batch in turns for n in batch}) == 4 * len(wanted)


@by_hand
def test_the_state_of_a_worker_resumes_it(rows):
    with torch.utils.data.as_worker(1, 2):
        dataset = imagehub.torch.IterableDataset(rows, 4, shuffle=True, seed=2)
        whole = [batch["n"].tolist() for batch in dataset]
        dataset = imagehub.torch.IterableDataset(rows, 4, shuffle=True, seed=2)
        iterator = iter(dataset)
        got = [next(iterator)["n"].tolist() for _ in range(2)]
        state = dataset.state_dict()
        with pytest.raises(imagehub.StateError, match="after the first batch"):
            dataset.load_state_dict(state)
        again = imagehub.torch.IterableDataset(rows, 4, shuffle=True, seed=2)
        again.load_state_dict(state)
        assert again.state_dict() == state
        assert got + [batch["n"].tolist() for batch in again] == whole
        assert [batch["n"].tolist() for batch in again] != whole, "the next epoch"


def test_settings_that_the_loader_has_are_refused(rows):
    with pytest.raises(imagehub.InvalidValue, match="epochs is no setting here"):
        imagehub.torch.IterableDataset(rows, 4, epochs=3)
    dataset = imagehub.torch.IterableDataset(rows, 4, shuffle=True)
    first = numbers(dataset)
    dataset.set_epoch(0)
    second = numbers(dataset)
    assert first != second and sorted(first) == sorted(second)


@needs_torch
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_data_loader_takes_them_with_workers(rows, method):
    rows[0], next(iter(rows.stream(4)))
    settings = {"num_workers": 4, "multiprocessing_context": method}
    loader = torch.utils.data.DataLoader(imagehub.torch.Dataset(rows.select("n", "x")), batch_size=8, shuffle=True, **settings)
    assert sorted(numbers(loader)) == list(range(50))
    plain = torch.utils.data.DataLoader(rows.select("n"), batch_size=8, **settings)
    assert numbers(plain) == list(range(50))
    batches = imagehub.torch.IterableDataset(rows.select("n", "x"), 4, shuffle=True, seed=2)
    loader = torch.utils.data.DataLoader(batches, batch_size=None, persistent_workers=True, **settings)
    epochs = [numbers(loader) for _ in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(50)) and epochs[0] != epochs[1]
    batches.set_epoch(0)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """41 pictures of two classes."""
    place = tmp_path_factory.mktemp("torch") / "pictures"
    noise = np.random.default_rng(0)
    schema = {"image": "image", "label": imagehub.Feature.labels(["a", "b"])}
    with imagehub.create(place, schema) as writer:
        writer.append((noise.integers(0, 256, (40, 50, 3), dtype=np.uint8), n % 2) for n in range(41))
    return imagehub.open(place)


@needs_torch
def test_the_example_of_several_processes_is_killed_and_goes_on(pictures, tmp_path):
    """Each step has an all-reduce, which would hang if a process had fewer batches."""
    script = Path(__file__).parents[2] / "python" / "examples" / "train_ddp.py"

    def run(processes, *more):
        command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", str(processes), str(script)]
        command += [pictures.location, str(tmp_path), "--batch-size", "4", *more]
        return subprocess.run(command, capture_output=True, text=True, timeout=300)

    assert run(2, "--stop-after", "3").returncode != 0
    done = run(2)
    assert done.returncode == 0 and "10 steps" in done.stdout, done.stderr
    read = [json.loads(line) for file in tmp_path.glob("read-*.jsonl") for line in file.read_text().splitlines()]
    for epoch in range(2):
        ids = [id for line in read if line["epoch"] == epoch for id in line["ids"]]
        assert len(ids) == len(set(ids)) == 40, "each row once, and equally many batches"


@pytest.mark.skipif(importlib.util.find_spec("lightning") is None, reason="Lightning is not installed")
def test_the_example_with_lightning_runs(pictures):
    script = Path(__file__).parents[2] / "python" / "examples" / "train_lightning.py"
    command = [sys.executable, str(script), pictures.location]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and "10 steps" in done.stdout, done.stderr


@pytest.mark.skipif(importlib.util.find_spec("accelerate") is None, reason="Accelerate is not installed")
def test_accelerate_takes_a_loader(rows):
    import accelerate

    loader = imagehub.torch.Loader(rows.select("n").stream(8, tail="drop"))
    prepared = accelerate.Accelerator(cpu=True).prepare(loader)
    assert numbers(prepared) == list(range(48))


@pytest.mark.skipif(importlib.util.find_spec("torchdata") is None, reason="torchdata is not installed")
@pytest.mark.parametrize("workers", [0, 2])
def test_a_stateful_data_loader_resumes_in_the_middle(rows, workers):
    from torchdata.stateful_dataloader import StatefulDataLoader

    def loader():
        dataset = imagehub.torch.IterableDataset(rows.select("n"), 4, shuffle=True, seed=2)
        return StatefulDataLoader(dataset, batch_size=None, num_workers=workers)

    wanted = numbers(loader())
    begun = loader()
    iterator = iter(begun)
    got = [int(n) for _ in range(5) for n in next(iterator)["n"]]
    state = begun.state_dict()
    again = loader()
    again.load_state_dict(state)
    assert got + numbers(again) == wanted

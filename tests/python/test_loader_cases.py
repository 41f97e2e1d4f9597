"""What users of other loaders suffered from, one test each."""

import io
import json
import multiprocessing
import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from PIL import Image

import imagehub

ROWS = 107


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """A column of numbers in chunks of a few rows, so that shuffling mixes several."""
    place = tmp_path_factory.mktemp("loader") / "rows"
    with imagehub.create(place, {"n": "int64", "pixels": imagehub.Feature.tensor([64, 64], "uint8")}) as writer:
        for n in range(ROWS):
            writer.append({"n": n, "pixels": np.full((64, 64), n, np.uint8)}, split="train" if n % 3 else "val")
    return imagehub.open(place)


def numbers(stream):
    return [int(n) for batch in stream for n in batch["n"]]


def in_new_process(code, *arguments, **environment):
    """Runs code in a new interpreter; returns what it prints as JSON."""
    script = f"import imagehub, json, sys\narguments = json.loads(sys.argv[1])\n{code}"
    command = [sys.executable, "-c", script, json.dumps(arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


REST = """
location, state, settings = arguments
stream = imagehub.open(location).stream(8, shuffle=True, seed=3, tail="keep", **settings)
stream.load_state_dict(state)
print(json.dumps([int(n) for batch in stream for n in batch["n"]]))
"""


@pytest.mark.parametrize("before", [0, 1, 7, 13, 14])
def test_resume_joins_without_gap_or_repeat_in_a_new_process(rows, before):
    wanted = numbers(rows.stream(8, shuffle=True, seed=3, tail="keep"))
    stream = rows.stream(8, shuffle=True, seed=3, tail="keep")
    iterator = iter(stream)
    got = [int(n) for _ in range(before) for n in next(iterator)["n"]]
    rest = in_new_process(REST, rows.location, stream.state_dict(), {})
    # At the end of an epoch the state is that of its end: nothing is left of it.
    assert got + rest == wanted


def test_state_right_after_loading_is_what_was_loaded(rows):
    stream = rows.stream(8, shuffle=True, seed=3)
    [next(stream) for _ in range(3)]
    state = stream.state_dict()
    again = rows.stream(8, shuffle=True, seed=3)
    again.load_state_dict(state)
    assert again.state_dict() == state and len(again) == len(stream)


def test_loading_after_the_first_batch_is_an_error_never_a_restart(rows):
    stream = rows.stream(8, shuffle=True, seed=3)
    state = stream.state_dict()
    next(stream)
    with pytest.raises(imagehub.StateError, match="after the first batch"):
        stream.load_state_dict(state)
    assert len(list(stream)) == len(stream) - 1, "the stream goes on"


def test_epochs_after_a_resumed_one_have_full_length(rows):
    stream = rows.stream(8, shuffle=True, seed=3)
    list(stream)
    iterator = iter(stream)
    [next(iterator) for _ in range(5)]
    state = stream.state_dict()
    assert state["epoch"] == 1
    again = rows.stream(8, shuffle=True, seed=3)
    again.load_state_dict(state)
    lengths = [len(list(again)) for _ in range(3)]
    assert lengths == [len(again) - 5, len(again), len(again)]
    fresh = rows.stream(8, shuffle=True, seed=3)
    fresh.set_epoch(2)
    later = rows.stream(8, shuffle=True, seed=3)
    later.load_state_dict(state)
    list(later)
    assert numbers(later) == numbers(fresh), "the epochs after it have their own order"


@pytest.mark.parametrize("ranks", [(2, 3, 1), (1, 4, 2), (3, 1, 5)])
def test_other_numbers_of_ranks_and_workers_read_each_row_once(rows, ranks):
    """Each stage reads some batches on all its ranks, then another number of ranks goes on."""
    seen, state = [], None
    for stage, world in enumerate(ranks):
        last = stage == len(ranks) - 1
        parts, states = [], []
        for rank in range(world):
            for worker in range(2):
                settings = {"rank": rank, "world": world, "worker": (worker, 2), "tail": "drop"}
                stream = rows.stream(3, shuffle=True, seed=3, **settings)
                if state is not None:
                    stream.load_state_dict(state)
                wanted = None if last else 2
                taken = [batch["n"].tolist() for batch in (stream if last else (next(stream) for _ in range(wanted)))]
                parts.append(taken)
                if rank == world - 1 and worker == 1:
                    states.append(stream.state_dict())
        seen += [n for part in parts for batch in part for n in batch]
        state = states[0]
    assert len(seen) == len(set(seen))
    assert len(seen) > ROWS - 3 * ranks[-1] - 3, "all but the tail that no full round has"


def test_a_state_of_something_else_names_the_field(rows, tmp_path):
    state = rows.stream(8, shuffle=True, seed=3).state_dict()
    with imagehub.create(tmp_path / "grown", {"n": "int64"}) as writer:
        writer.append([{"n": n} for n in range(50)])
    small = imagehub.open(tmp_path / "grown")
    old = small.stream(8, shuffle=True, seed=3).state_dict()
    with small.edit() as writer:
        writer.append({"n": 50})
    grown = imagehub.open(tmp_path / "grown")
    for stream, taken, field in [
        (rows.stream(8, shuffle=True, seed=4), state, "seed"),
        (rows.stream(8), state, "seed"),
        (rows.filter("n < 50").stream(8, shuffle=True, seed=3), state, "rows"),
        (rows.split("val").stream(8, shuffle=True, seed=3), state, "rows"),
        (rows.stream(9, shuffle=True, seed=3), state, "batch_size"),
        (rows.stream(8, shuffle="full", seed=3), state, "window"),
        (grown.stream(8, shuffle=True, seed=3), old, "commit"),
    ]:
        with pytest.raises(imagehub.StateError, match=f"the state's {field} is"):
            stream.load_state_dict(taken)


def test_a_state_of_other_pixels_names_the_field(tmp_path):
    """What becomes of the images isn't what the rows are, but a run that goes on with other pixels is no run that goes on."""
    with imagehub.create(tmp_path / "a", {"image": "image"}) as writer:
        writer.append({"image": np.full((20, 20, 3), n, np.uint8)} for n in range(6))
    pictures = imagehub.open(tmp_path / "a")
    settings = {"image": imagehub.Crop(8), "shuffle": True, "seed": 1}
    state = pictures.stream(2, **settings).state_dict()
    assert len(json.dumps(state)) <= 300
    for other, field in [
        ({"image": imagehub.Crop(9)}, "image"),
        ({"image": imagehub.Crop(8, flip=0.0)}, "image"),
        ({"image": None}, "image"),
        ({"on_error": "skip"}, "on_error"),
        ({"seed": 2}, "seed"),
        ({"shuffle": False, "seed": 2}, "seed"),
    ]:
        stream = pictures.stream(2, **{**settings, **other})
        with pytest.raises(imagehub.StateError, match=f"the state's {field} is"):
            stream.load_state_dict(state)
    in_order = pictures.stream(2, image=imagehub.Crop(8), seed=1).state_dict()
    with pytest.raises(imagehub.StateError, match="the state's image is"):
        pictures.stream(2, image=imagehub.Crop(8), seed=2).load_state_dict(in_order)
    again = pictures.stream(2, **settings, threads=1, prefetch=0, indexes=False)
    again.load_state_dict(state)
    largest = {"epoch": 10**4, "done": 10**8}
    wide = pictures.stream(10**4, shuffle="full", seed=2**64 - 1, image=imagehub.Crop(8)).state_dict()
    assert len(json.dumps({**wide, **largest, "lanes": 10**3})) <= 300


def test_every_rank_has_the_same_number_of_batches(rows):
    for count in (ROWS, 64, 5, 1, 0):
        for world in (1, 2, 4, 7):
            streams = [rows[:count].stream(4, shuffle=True, rank=rank, world=world, tail="drop") for rank in range(world)]
            lengths = [len(stream) for stream in streams]
            batches = [list(stream) for stream in streams]
            assert [len(some) for some in batches] == lengths and len(set(lengths)) == 1
            assert all(batch.rows == 4 for some in batches for batch in some)


@pytest.mark.parametrize("tail", ["drop", "pad"])
def test_ten_thousand_and_seven_rows_on_four_ranks(tmp_path, tail):
    """Each step all ranks wait for each other, as an all-reduce does: one that has a batch less would hang."""
    with imagehub.create(tmp_path / "many", {"n": "int64"}) as writer:
        writer.append({"n": n} for n in range(10_007))
    many = imagehub.open(tmp_path / "many")
    streams = [many.stream(64, shuffle=True, rank=rank, world=4, tail=tail) for rank in range(4)]
    lengths, steps, together = [len(stream) for stream in streams], [0] * 4, threading.Barrier(4, timeout=60)
    seen = [[] for _ in streams]

    def train(rank):
        for batch in streams[rank]:
            together.wait()
            steps[rank] += 1
            seen[rank] += batch["n"].tolist()

    ranks = [threading.Thread(target=train, args=[rank]) for rank in range(4)]
    [rank.start() for rank in ranks]
    [rank.join() for rank in ranks]
    wanted = 10_007 // 64 // 4 if tail == "drop" else -(-10_007 // 64 // 4)
    assert steps == lengths == [wanted] * 4
    rows = [n for some in seen for n in some]
    assert len(rows) == wanted * 4 * 64 and len(set(rows)) == min(len(rows), 10_007)


def test_the_length_is_the_same_right_before_and_after_resuming(rows):
    for settings in ({}, {"bucket": "n"}, {"max_cost": 400, "cost": "n"}, {"rank": 1, "world": 3, "tail": "pad"}):
        stream = rows.stream(8, shuffle=True, seed=3, **settings)
        before = len(stream)
        [next(stream) for _ in range(2)]
        again = rows.stream(8, shuffle=True, seed=3, **settings)
        again.load_state_dict(stream.state_dict())
        assert len(again) == len(stream) == before
        assert len(list(again)) == before - 2


@pytest.mark.parametrize("count, size", [(2, 4), (1, 1), (0, 8), (3, 1), (3, 500)])
def test_few_rows_and_odd_batch_sizes(rows, count, size):
    some = rows[:count]
    alone = some.stream(size, shuffle=True)
    assert sorted(numbers(alone)) == sorted(row["n"] for row in some) and len(alone) == -(-count // size)
    shared = [some.stream(size, shuffle=True, rank=rank, world=3) for rank in range(3)]
    assert len({len(list(stream)) for stream in shared}) == 1


def test_each_epoch_has_another_order_and_other_shares(rows):
    ranks = [rows.stream(5, shuffle=True, seed=1, rank=rank, world=2) for rank in range(2)]
    epochs = [[numbers(stream) for stream in ranks] for _ in range(3)]
    assert len({tuple(first) for first, _ in epochs}) == 3
    assert len({frozenset(first) for first, _ in epochs}) == 3, "a rank's share changes"
    chosen = rows.filter("n BETWEEN 20 AND 60")
    assert sorted(numbers(chosen.stream(7, shuffle=True))) == list(range(20, 61))
    few = rows[[5, 90, 17, 5]]
    assert sorted(numbers(few.stream(7, shuffle=True))) == sorted({row["n"] for row in few})


def test_a_full_shuffle_mixes_all_rows(tmp_path):
    """Chunks of 400 KB in many fragments, so that a window would not hold all."""
    with imagehub.create(tmp_path / "many", {"n": "int64"}) as writer:
        for part in range(30):
            writer.append([{"n": 10 * part + n} for n in range(10)])
            writer.commit(f"part {part}")
    rows = imagehub.open(tmp_path / "many")
    window = numbers(rows.stream(10, shuffle=True, seed=3))
    full = numbers(rows.stream(10, shuffle="full", seed=3))
    assert sorted(window) == sorted(full) == list(range(300))
    chunks_of = [len({n // 10 for n in order[:100]}) for order in (window, full)]
    assert chunks_of[0] <= 13 < 20 < chunks_of[1]
    assert numbers(rows.stream(10, shuffle="full", seed=3)) == full


def test_breaking_off_leaves_no_threads_files_or_memory(rows):
    def held():
        status = open("/proc/self/statm").read().split()
        return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd")), int(status[1]) * 4096

    for _ in range(50):
        next(rows.stream(4, shuffle=True))
    before = held()
    for _ in range(1000):
        for _batch in rows.stream(4, shuffle=True):
            break
    after = held()
    assert after[0] <= before[0] + 1 and after[1] <= before[1] + 2
    assert after[2] < before[2] + 64e6


def test_memory_does_not_grow_with_the_epochs(rows):
    stream = rows.stream(16, shuffle=True, epochs=None)
    iterator = iter(stream)
    peaks = []
    for epoch in range(20):
        while stream.epoch == epoch:
            next(iterator)
        peaks.append(int(open("/proc/self/statm").read().split()[1]) * 4096)
    assert peaks[-1] < peaks[2] * 1.02 + 8e6


ENDS = {
    "the end of the script": ("", 0),
    "sys.exit": ("sys.exit(3)", 3),
    "an exception": ("raise ValueError('x')", 1),
    "os._exit": ("import os; os._exit(4)", 4),
    "a thread that reads": (
        "import threading\nthreading.Thread(target=lambda: [None for _ in stream], daemon=True).start()",
        0,
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_exiting_with_a_running_iterator_is_quiet_and_leaves_nothing(rows, tmp_path, end):
    code, wanted = ENDS[end]
    script = f"import imagehub, sys\nstream = imagehub.open(sys.argv[1]).stream(4, epochs=None)\nnext(stream)\n{code}"
    shared = set(os.listdir("/dev/shm"))
    environment = {**os.environ, "TMPDIR": str(tmp_path), "HUB_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", script, rows.location]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == wanted
    assert done.stderr == "" or end == "an exception"
    assert set(os.listdir("/dev/shm")) <= shared and os.listdir(tmp_path) == []


def test_a_killed_reader_of_a_shared_cache_needs_no_cleaning(served, tmp_path):
    location = f"{served.base}/pets/class-folder"
    script = (
        "import imagehub, sys\n"
        "stream = imagehub.open(sys.argv[1], cache_dir=sys.argv[2]).stream(2, epochs=None)\n"
        "next(stream)\nprint('reading', flush=True)\nlist(stream)"
    )
    command = [sys.executable, "-c", script, location, str(tmp_path / "cache")]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        assert [reader.stdout.readline() for reader in readers] == ["reading\n"] * 2
        readers[0].kill()
        readers[0].wait()
        fresh = imagehub.open(location, cache_dir=tmp_path / "cache")
        assert sum(batch.rows for batch in fresh.stream(2, tail="keep")) == len(fresh)
        assert readers[1].poll() is None, "the other one goes on"
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()


OPENS = """
location, cache, rows = arguments
for _ in range(20):
    stream = imagehub.open(location, cache_dir=cache).stream(2, tail="keep")
    assert sum(batch.rows for batch in stream) == rows
print("true")
"""


def test_many_processes_open_one_data_set_and_cache_at_once(served, tmp_path):
    location = f"{served.base}/pets/class-folder"
    count = len(imagehub.open(location))
    results, arguments = [], (location, str(tmp_path / "cache"), count)
    threads = [threading.Thread(target=lambda: results.append(in_new_process(OPENS, *arguments))) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert results == [True] * 4


def read_in_worker(dataset, place):
    """What a worker process of a DataLoader does."""
    return dataset[place]["n"], [int(n) for n in next(iter(dataset.stream(4)))["n"]]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_worker_processes_of_every_start_method_read(rows, method):
    parent = rows[3]["n"], [int(n) for n in next(iter(rows.stream(4)))["n"]]
    with multiprocessing.get_context(method).Pool(4) as pool:
        found = pool.starmap(read_in_worker, [(rows, 3)] * 8)
    assert found == [parent] * 8
    assert rows[4]["n"] == rows[[4]][0]["n"], "the parent goes on"


def test_a_fork_while_streams_decode_leaves_a_child_that_reads(tmp_path):
    """At that moment threads of the parent hold locks and turns on the cores, which the child's never get back."""
    noise = np.random.default_rng(0)
    with imagehub.create(tmp_path / "a", {"image": "image", "n": "int64"}) as writer:
        writer.append({"image": noise.integers(0, 256, (200, 260, 3), dtype=np.uint8), "n": n} for n in range(60))
    pictures = imagehub.open(tmp_path / "a")
    ended = threading.Event()

    def read():
        while not ended.is_set():
            for batch in pictures.stream(8, shuffle=True, image=imagehub.Crop(64)):
                pictures[int(batch["n"][0])]

    readers = [threading.Thread(target=read) for _ in range(3)]
    [reader.start() for reader in readers]
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                try:
                    signal.alarm(60)  # a child that hangs is killed
                    count = sum(batch.rows for batch in pictures.stream(8, image=imagehub.Crop(16)))
                    os._exit(0 if count == 60 and pictures[7]["n"] == 7 else 1)
                except BaseException:
                    os._exit(2)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        ended.set()
        [reader.join() for reader in readers]


def test_a_forked_child_uses_the_indexes_that_its_parent_made(tmp_path):
    noise = np.random.default_rng(0)
    with imagehub.create(tmp_path / "a", {"image": "image"}) as writer:
        for _ in range(4):
            small = Image.fromarray(noise.integers(0, 256, (24, 32, 3), dtype=np.uint8))
            file = io.BytesIO()
            small.resize((640, 480), Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
            writer.append({"image": file.getvalue()})
    pictures = imagehub.open(tmp_path / "a", cache_dir=tmp_path / "cache")
    crop = imagehub.Crop(32, scale=(0.1, 0.2))
    first = pictures.stream(2, image=crop)
    list(first)
    assert first.stats.indexes_made == 4
    first.close()

    def indexed():
        stream = pictures.stream(2, image=crop, seed=1)
        list(stream)
        return stream.stats.indexed

    assert indexed() == 4
    deadline = time.monotonic() + 20
    while not any(files for _, _, files in os.walk(tmp_path / "cache")) and time.monotonic() < deadline:
        time.sleep(0.05)  # they are written in the background
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(in_child, [pictures, crop]).get(60) == 4


def in_child(pictures, crop):
    stream = pictures.stream(2, image=crop, seed=2)
    list(stream)
    return stream.stats.indexed


def test_a_data_set_pickles_small_and_a_stream_not_at_all(rows):
    choices = [rows, rows.split("val"), rows.filter("n > 3").select("n")]
    for some in choices:
        data = pickle.dumps(some)
        assert len(data) < 500 and pickle.loads(data) == some
    with pytest.raises(TypeError, match="pickle its dataset and its state_dict"):
        pickle.dumps(rows.stream())


def test_a_kept_batch_does_not_change(rows):
    stream = rows.stream(8, prefetch="64MB")
    kept = next(stream)
    copies = {name: np.array(column) for name, column in kept.items()}
    for _ in stream:
        pass
    assert all((kept[name] == copies[name]).all() for name in copies)
    assert (kept["pixels"] == kept["n"].astype(np.uint8)[:, None, None]).all()


def test_many_streams_share_one_pool_of_threads(rows):
    streams = [rows.stream(4, shuffle=True, seed=seed) for seed in range(35)]
    [next(stream) for stream in streams[:2]]
    before = len(os.listdir("/proc/self/task"))
    [next(stream) for stream in streams]
    assert len(os.listdir("/proc/self/task")) <= before + 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2e6, "in KiB"


def test_two_streams_and_threads_that_share_one(rows):
    one, two = rows.stream(4), rows.stream(4, shuffle=True, seed=9)
    pairs = list(zip(one, two, strict=True))
    assert [int(n) for batch, _ in pairs for n in batch["n"]] == numbers(rows.stream(4))
    shared = rows.stream(1)
    iter(shared)
    found, lock = [], threading.Lock()

    def take():
        for _ in range(20):
            batch = next(shared)
            with lock:
                found.append(int(batch["n"][0]))

    threads = [threading.Thread(target=take) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(found) == sorted(numbers(rows.stream(1))[:80])


def test_ctrl_c_ends_a_wait_for_a_silent_server_and_the_next_run_starts(rows):
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    script = (
        "import imagehub, sys\nprint('ready', flush=True)\n"
        f"imagehub.open('http://127.0.0.1:{listener.getsockname()[1]}/a/b')\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    connection, _ = listener.accept()
    child.send_signal(signal.SIGINT)
    begun = time.monotonic()
    _, stderr = child.communicate(timeout=30)
    assert "KeyboardInterrupt" in stderr and time.monotonic() - begun < 10
    connection.close()
    listener.close()
    assert in_new_process("print(len(imagehub.open(arguments[0])))", rows.location) == ROWS

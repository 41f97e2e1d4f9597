"""Mixes of data sets, buckets and budgets: which rows are in which batch, on any number of ranks."""

import json
import os
import pickle
from collections import Counter

import numpy as np
import pytest

import imagehub
from imagehub import Crop, Decode, Resize, Shuffle


def numbered(place, start, count, step=1, **more):
    with imagehub.create(place, {"n": "int64", "kind": "text", **more}) as writer:
        writer.append({"n": n, "kind": "abc"[n % 3]} for n in range(start, start + count * step, step))
    return imagehub.open(place)


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    place = tmp_path_factory.mktemp("mix")
    return [numbered(place / "a", 0, 30), numbered(place / "b", 1000, 70)]


def numbers(stream):
    return [batch["n"].tolist() for batch in stream]


def shares(batches):
    return [sum(n < 1000 for n in batch) for batch in batches]


def test_a_mix_by_size_has_every_row_once_and_says_where_from(sets):
    mixed = imagehub.mix(sets)
    assert len(mixed) == 100 and mixed.columns == ["n", "kind"]
    stream = mixed.stream(8, shuffle=True, seed=1)
    assert len(stream) == 13
    seen = []
    for batch in stream:
        assert batch["dataset"].dtype == np.uint32
        for source, id, n in zip(batch["dataset"], batch["id"], batch["n"], strict=True):
            assert sets[int(source)].get(int(id))["n"] == n
            seen.append(int(n))
    assert sorted(seen) == [*range(30), *range(1000, 1070)]
    assert mixed[29]["n"] == 29 and mixed[30]["n"] == 1000 and mixed[-1]["n"] == 1069
    assert [row["n"] for row in mixed][28:32] == [28, 29, 1000, 1001]
    assert pickle.loads(pickle.dumps(mixed)) == mixed and len(pickle.dumps(mixed)) < 1000
    assert len(mixed.filter("n % 2 = 0")) == 50


def test_weights_and_proportions(sets):
    of = lambda **how: numbers(imagehub.mix(sets, weights=[0.5, 0.5], **how).stream(10, shuffle=True, seed=2))
    every = of()
    counts = Counter(n for batch in every for n in batch)
    assert len(counts) == 100 and sum(counts.values()) == 140, "all rows of both; the small one comes again"
    assert set(shares(every)) != {5}
    assert sum(shares(every)) == 70
    first = of(stop="first")
    assert sum(map(len, first)) == 60 and max(Counter(n for batch in first for n in batch).values()) == 1
    assert set(shares(of(per_batch="stratified"))) == {5}
    assert set(shares(of(per_batch="one"))) <= {0, 10}


def test_ten_thousand_samples_are_within_binomial_bounds(tmp_path):
    sets = [numbered(tmp_path / "a", 0, 900), numbered(tmp_path / "b", 1000, 1000)]
    batches = numbers(imagehub.mix(sets, weights=[0.9, 0.1]).stream(100, shuffle=True))
    assert sum(map(len, batches)) == 10_000 and sum(shares(batches)) == 9000
    deviation = 100 * 0.9 * 0.1
    assert all(abs(share - 90) < 4.5 * deviation**0.5 for share in shares(batches))
    exact = numbers(imagehub.mix(sets, weights=[0.9, 0.1], per_batch="stratified").stream(100, shuffle=True))
    assert set(shares(exact)) == {90}


SETTINGS = {
    "random": ({"weights": [0.3, 0.7]}, {}),
    "stratified": ({"weights": [0.3, 0.7], "per_batch": "stratified"}, {}),
    "one": ({"per_batch": "one"}, {}),
    "bucket": (None, {"bucket": "kind"}),
    "cost": (None, {"max_cost": 250, "cost": "n"}),
    "mix with bucket": ({"weights": [0.3, 0.7]}, {"bucket": "kind"}),
}


def opened(sets, name, **settings):
    how, planned = SETTINGS[name]
    source = imagehub.mix(sets, **how) if how is not None else sets[0]
    return source.stream(4, shuffle=True, seed=3, **planned, **settings)


@pytest.mark.parametrize("name", SETTINGS)
def test_any_number_of_ranks_goes_on_with_the_very_next_rows(sets, name):
    for epoch in (0, 3):
        stream = opened(sets, name)
        stream.set_epoch(epoch)
        whole = numbers(stream)
        for before, after, steps in [(1, 3, 2), (2, 1, 1), (3, 2, 1)]:
            taken, states = [], []
            for rank in range(before):
                stream = opened(sets, name, rank=rank, world=before, tail="drop")
                stream.set_epoch(epoch)
                taken.append([next(stream)["n"].tolist() for _ in range(steps)])
                states.append(json.dumps(stream.state_dict()))
            assert len(set(states)) == 1 and len(states[0]) <= 300
            found = [taken[rank][step] for step in range(steps) for rank in range(before)]
            streams = [opened(sets, name, rank=rank, world=after, tail="pad") for rank in range(after)]
            for stream in streams:
                stream.load_state_dict(json.loads(states[0]))
                assert stream.state_dict() == json.loads(states[0])
            later = [numbers(stream) for stream in streams]
            assert len({len(batches) for batches in later}) == 1
            found += [batches[step] for step in range(len(later[0])) for batches in later]
            assert [some[: len(all)] for some, all in zip(found, whole, strict=False)] == whole


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("tail", ["drop", "pad"])
def test_every_rank_has_the_same_number_of_batches(sets, name, tail):
    for world in (1, 2, 4, 7):
        streams = [opened(sets, name, rank=rank, world=world, tail=tail) for rank in range(world)]
        lengths = {len(stream) for stream in streams}
        assert {len(numbers(stream)) for stream in streams} == lengths and len(lengths) == 1
        again = next(iter(lengths))
        assert len(streams[0]) == again or name == "cost", "the next epoch, too"


def test_batches_have_one_kind_in_random_order(sets):
    kinds = [batch["kind"] for batch in opened(sets, "bucket")]
    assert all(len(set(batch)) == 1 for batch in kinds)
    order = [batch[0] for batch in kinds]
    assert order != sorted(order) and Counter(order) == {"a": 3, "b": 3, "c": 3}
    costs = [sum(batch) for batch in numbers(opened(sets, "cost"))]
    assert max(costs) <= 250
    with pytest.raises(imagehub.InvalidValue, match=r"row 21 of the selection costs 21 \(column 'n'\), more than a batch's 20"):
        len(sets[0].stream(4, max_cost=20, cost="n"))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    place = tmp_path_factory.mktemp("shapes") / "pictures"
    with imagehub.create(place, {"image": "image", "n": "int64"}) as writer:
        for n in range(40):
            height, width = ((20, 30), (30, 20), (24, 24), (40, 60))[n % 4]
            writer.append({"image": np.full((height, width, 3), n, np.uint8), "n": n})
    return imagehub.open(place)


def test_images_of_one_size_are_one_array(pictures):
    stream = pictures.stream(5, shuffle=True, image=Decode(), bucket="shape")
    shapes = Counter()
    for batch in stream:
        assert isinstance(batch["image"], np.ndarray) and batch["image"].flags.writeable
        assert (batch["image"][:, 0, 0, 0] == batch["n"]).all()
        shapes[batch["image"].shape] += 1
    assert shapes == {(5, 20, 30, 3): 2, (5, 30, 20, 3): 2, (5, 24, 24, 3): 2, (5, 40, 60, 3): 2}
    # 20 x 30 and 40 x 60 are resized to the same size.
    resized = Counter(batch["image"].shape for batch in pictures.stream(5, image=Resize(10), bucket="shape"))
    assert resized == {(5, 10, 15, 3): 4, (5, 15, 10, 3): 2, (5, 10, 10, 3): 2}
    budget = [batch["image"].shape for batch in pictures.stream(64, image=Decode(), bucket="shape", max_cost=3000)]
    assert all(np.prod(shape[:3]) <= 3000 for shape in budget) and (5, 20, 30, 3) in budget and (1, 40, 60, 3) in budget


def test_mixed_images_are_decoded_by_one_pool(pictures, tmp_path):
    with imagehub.create(tmp_path / "b", {"image": "image", "n": "int64", "more": "text"}) as writer:
        writer.append({"image": np.full((16, 16, 3), 100 + n, np.uint8), "n": 100 + n} for n in range(20))
    mixed = imagehub.mix([pictures, imagehub.open(tmp_path / "b")])
    stream = mixed.stream(6, shuffle=True, image=Crop(8))
    seen = 0
    for batch in stream:
        assert batch["image"].shape[1:] == (8, 8, 3) and "more" not in batch
        assert (batch["image"][:, 0, 0, 0] == batch["n"]).all()
        seen += batch.rows
    assert seen == 60 and stream.stats.images == 60


def test_thirty_five_mixed_sets_share_one_pool(tmp_path):
    sets = [numbered(tmp_path / str(n), 100 * n, 20) for n in range(35)]
    list(sets[0].stream(4))
    before = len(os.listdir("/proc/self/task"))
    found = [n for batch in numbers(imagehub.mix(sets).stream(16, shuffle=True, prefetch="8MB")) for n in batch]
    assert len(os.listdir("/proc/self/task")) <= before + 2
    assert len(found) == len(set(found)) == 700


def test_a_mix_in_epoch_three_with_repeats_is_resumed(sets):
    mixed = imagehub.mix(sets, weights=[0.7, 0.3])
    stream = mixed.stream(8, shuffle=True, seed=5, epochs=None)
    iterator, epochs = iter(stream), [[] for _ in range(4)]
    while stream.epoch < 3:
        batch = next(iterator)
        if stream.epoch < 3:
            epochs[stream.epoch].append(batch["n"].tolist())
    first = batch["n"].tolist()
    state = stream.state_dict()
    assert state["epoch"] == 3 and state["done"] == 1
    rest = [next(iterator)["n"].tolist() for _ in range(5)]
    again = mixed.stream(8, shuffle=True, seed=5, epochs=None)
    again.load_state_dict(state)
    assert [next(again)["n"].tolist() for _ in range(5)] == rest
    fresh = mixed.stream(8, shuffle=True, seed=5)
    fresh.set_epoch(3)
    assert numbers(fresh)[:6] == [first, *rest]
    assert max(Counter(n for batch in epochs[0] for n in batch).values()) > 1, "rows come again"


def test_a_state_of_another_mix_or_plan_names_the_field(sets):
    state = imagehub.mix(sets, weights=[0.5, 0.5]).stream(4, shuffle=True).state_dict()
    for other in (
        imagehub.mix(sets, weights=[0.4, 0.6]),
        imagehub.mix(sets, weights=[0.5, 0.5], per_batch="one"),
        imagehub.mix(sets, weights=[0.5, 0.5], stop="first"),
    ):
        with pytest.raises(imagehub.StateError, match="the state's rows is"):
            other.stream(4, shuffle=True).load_state_dict(state)
    with pytest.raises(imagehub.StateError, match="the state's commit is"):
        imagehub.mix(sets[::-1], weights=[0.5, 0.5]).stream(4, shuffle=True).load_state_dict(state)
    plain = sets[0].stream(4).state_dict()
    with pytest.raises(imagehub.StateError, match="the state's rows is"):
        sets[0].stream(4, bucket="kind").load_state_dict(plain)


def test_wrong_mixes_are_named(sets, pictures, tmp_path):
    with pytest.raises(imagehub.InvalidValue, match="at least one data set"):
        imagehub.mix([])
    with pytest.raises(imagehub.InvalidValue, match="found 1 weights, expected one for each of 2"):
        imagehub.mix(sets, weights=[1])
    with pytest.raises(imagehub.InvalidValue, match="per_batch is 'two'"):
        imagehub.mix(sets, per_batch="two")
    with pytest.raises(imagehub.InvalidValue, match="a mix can't be a part of a mix"):
        imagehub.mix([imagehub.mix(sets), *sets])
    with pytest.raises(imagehub.NotFound, match="no column in common"):
        imagehub.mix([sets[0].select("kind"), pictures])
    labels = [imagehub.Feature.labels(names) for names in (["cat", "dog"], ["dog", "cat"])]
    other = []
    for n, feature in enumerate(labels):
        with imagehub.create(tmp_path / str(n), {"label": feature}) as writer:
            writer.append({"label": 0})
        other.append(imagehub.open(tmp_path / str(n)))
    with pytest.raises(imagehub.InvalidValue, match="'label' has other classes, or in another order, in data set 1"):
        len(imagehub.mix(other).stream(1))
    with pytest.raises(imagehub.InvalidValue, match="stratified batches can't have buckets"):
        len(imagehub.mix(sets, per_batch="stratified").stream(4, bucket="kind"))
    with pytest.raises(imagehub.Unsupported, match="edit its data sets"):
        imagehub.mix(sets).edit()
    with pytest.raises(imagehub.InvalidValue, match="cost='n' needs max_cost"):
        sets[0].stream(4, cost="n")


def test_a_shuffle_has_a_window(sets):
    assert numbers(sets[0].stream(4, shuffle=Shuffle(), seed=1)) == numbers(sets[0].stream(4, shuffle=True, seed=1))
    full = sets[0].stream(4, shuffle=Shuffle(window="full"), seed=1)
    assert numbers(full) == numbers(sets[0].stream(4, shuffle="full", seed=1))
    assert sets[0].stream(4, shuffle=Shuffle(window=3)).state_dict()["window"] == 3
    with pytest.raises(imagehub.InvalidValue, match="window is 0"):
        sets[0].stream(4, shuffle=Shuffle(window=0))

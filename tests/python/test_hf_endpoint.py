"""Hugging Face's own clients use the server as their endpoint."""

import io
import json
import random
import urllib.error

import pyarrow.parquet as pq
import pytest
from fixture_truth import coco_categories, coco_images


def load(name, split, revision=None, streaming=False):
    """Rows of a split: for each image its size, and the other columns."""
    import datasets

    loaded = datasets.load_dataset(name, split=split, revision=revision, streaming=streaming)
    return [{k: (list(v.size) if k == "image" else v) for k, v in row.items()} for row in loaded]


@pytest.mark.parametrize("streaming", [False, True])
def test_a_data_set_loads_with_its_splits_and_pictures(served, coco, streaming):
    truth = coco_images(coco.source)
    rows = []
    for split in ("train", "val"):
        loaded = served.ask(load, "pets/coco", split, None, streaming)
        assert len(loaded) == 6 and all(r["image.name"].startswith(split) for r in loaded)
        rows += loaded
    assert {r["image.name"] for r in rows} == set(truth)
    for row in rows:
        picture = truth[row["image.name"]]
        assert row["image"] == [picture["width"], picture["height"]]


def features(name):
    import datasets

    splits = datasets.load_dataset(name)
    labels = splits["train"].features["objects"].feature["category"]
    return {"splits": {k: len(v) for k, v in splits.items()}, "names": labels.names}


def test_label_names_and_splits_appear(served, coco):
    answer = served.ask(features, "pets/coco")
    assert answer == {"splits": {"train": 6, "val": 6}, "names": list(coco_categories(coco.source).values())}


def snapshot(name):
    import huggingface_hub

    first = huggingface_hub.snapshot_download(name, repo_type="dataset")
    again = huggingface_hub.snapshot_download(name, repo_type="dataset")
    info = huggingface_hub.HfApi().dataset_info(name)
    return [first, again, info.sha, [s.rfilename for s in info.siblings], info.card_data.license]


def test_a_snapshot_is_downloaded_whole(served, tmp_path):
    from pathlib import Path

    first, again, sha, names, licence = served.ask(snapshot, "pets/class-folder")
    assert first == again and first.endswith(sha) and licence == "mit"
    assert names == ["README.md", "data/train-00000-of-00001.parquet", "data/val-00000-of-00001.parquet"]
    rows = {n: pq.read_table(Path(first) / n).num_rows for n in names[1:]}
    assert list(rows.values()) == [9, 3]
    readme = (Path(first) / "README.md").read_text()
    assert readme.endswith("# A test\n\nWhat it is about.\n") and "knows better" not in readme


def file_system(name):
    import duckdb
    import huggingface_hub
    import polars

    fs = huggingface_hub.HfFileSystem()
    files = fs.glob(f"datasets/{name}/data/*.parquet")
    sizes = {f: [fs.info(f)["size"], len(fs.cat_file(f))] for f in files}
    with fs.open(files[0]) as file:
        frame = polars.read_parquet(file)
    duckdb.register_filesystem(fs)
    question = f"""SELECT count(*), min("image.width") FROM 'hf://datasets/{name}/data/*.parquet'"""
    return {
        "walk": fs.find(f"datasets/{name}"),
        "sizes": sizes,
        "polars": frame.height,
        "duckdb": list(duckdb.sql(question).fetchall()[0]),
        "nothing": fs.exists(f"datasets/{name}/data/other.parquet"),
        "modified": str(fs.modified(files[0])),
    }


def test_it_is_a_file_system(served):
    answer = served.ask(file_system, "pets/coco")
    assert [f.split("/")[-1] for f in answer["walk"]][0] == "README.md" and len(answer["walk"]) == 3
    assert all(told == read for told, read in answer["sizes"].values())
    assert answer["polars"] == 6 and answer["duckdb"] == [12, 427] and not answer["nothing"]


def refusals(name):
    import datasets
    import huggingface_hub

    kinds = []
    for question in (
        lambda: datasets.load_dataset(name),
        lambda: huggingface_hub.hf_hub_download(name, "README.md", repo_type="dataset"),
        lambda: huggingface_hub.HfApi().dataset_info(name),
        lambda: huggingface_hub.hf_hub_download("pets/coco", "no.txt", repo_type="dataset"),
        lambda: huggingface_hub.HfApi().dataset_info("pets/coco", revision="nope"),
        lambda: datasets.load_dataset("mnist"),
    ):
        try:
            question()
            kinds.append(None)
        except Exception as error:
            kinds.append(type(error).__name__)
    return kinds


def test_what_is_missing_is_named(served):
    answer = served.ask(refusals, "pets/fsdd")
    assert answer == [
        "DatasetNotFoundError",
        "RepositoryNotFoundError",
        "RepositoryNotFoundError",
        "RemoteEntryNotFoundError",
        "RevisionNotFoundError",
        "DatasetNotFoundError",
    ]
    assert served.ask(refusals, "pets/nothing") == answer, "private and missing look the same"


def private(name):
    import datasets

    loaded = datasets.load_dataset(name, split="train")
    return [len(loaded), loaded.cast_column("audio", datasets.Audio(decode=False))[0]["audio"]["path"]]


def test_a_token_opens_what_is_private(served):
    rows, path = served.ask(private, "pets/fsdd", token=served.token)
    assert rows == 12 and path.endswith(".wav")


def test_a_revision_is_named_in_every_way(served):
    head = served.ask(load, "pets/changed", "train")
    info = json.loads(served.get("/hf/api/datasets/pets/changed"))
    assert len(info["sha"]) == 40
    assert served.ask(load, "pets/changed", "train", info["sha"]) == head
    assert served.ask(load, "pets/changed", "train", "main") == head
    first = served.ask(load, "pets/changed", "train", "main:0")
    assert len(first) == 9 and "label" in first[0] and "animal" in head[0]


def test_what_was_changed_is_seen(served):
    first = served.ask(load, "pets/changed", "train", "main:0")
    head = served.ask(load, "pets/changed", "train")
    renamed = {"label": "animal"}
    kept = [{renamed.get(k, k): v for k, v in row.items()} for n, row in enumerate(first) if n not in (0, 4)]
    assert head[:-1] == kept
    assert head[-1]["image"] == [3500, 3300], "a long sample is fetched from where its path says"
    streamed = served.ask(load, "pets/changed", "train", None, True)
    assert streamed == head


def test_any_range_is_a_range_of_the_whole(served):
    for address in (
        "/hf/datasets/pets/changed/resolve/main/data/train-00000-of-00001.parquet",
        "/api/v1/datasets/pets/changed/parquet/train.parquet",
    ):
        whole = served.get(address)
        assert pq.read_table(io.BytesIO(whole)).num_rows == 8
        for _ in range(20):
            start, end = sorted(random.sample(range(len(whole)), 2))
            assert served.get(address, Range=f"bytes={start}-{end}") == whole[start : end + 1]
        assert served.get(address, Range="bytes=-8") == whole[-8:]
        with pytest.raises(urllib.error.HTTPError, match="416"):
            served.get(address, Range=f"bytes={len(whole)}-")

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


def account(name):
    import huggingface_hub

    api = huggingface_hub.HfApi()
    listed = list(api.list_datasets(author="pets", sort="last_modified"))
    paged = [d.id for d in api.list_datasets(limit=2)]
    found = [d.id for d in api.list_datasets(search="coco")]
    refs = api.list_repo_refs(name, repo_type="dataset", include_pull_requests=True)
    commits = api.list_repo_commits(name, repo_type="dataset")
    api.auth_check(name, repo_type="dataset")
    whoami = api.whoami() if huggingface_hub.get_token() else None
    full = list(api.list_datasets(search="coco", full=True))[0]
    return {
        "listed": sorted(d.id for d in listed),
        "private": sorted(d.id for d in listed if d.private),
        "paged": paged,
        "found": found,
        "tags": full.tags,
        "branches": [[b.name, b.ref, b.target_commit] for b in refs.branches],
        "none": [refs.tags, refs.converts, refs.pull_requests],
        "commits": [[c.commit_id, c.title, c.authors, c.created_at.year >= 2024] for c in commits],
        "whoami": whoami,
        "exists": api.repo_exists(name, repo_type="dataset"),
    }


def test_an_account_is_looked_through(served):
    answer = served.ask(account, "pets/changed")
    public = ["pets/changed", "pets/class-folder", "pets/coco", "pets/fashion-mnist", "pets/videos"]
    assert answer["listed"] == public and answer["private"] == [] and answer["paged"] == public[:2]
    assert answer["found"] == ["pets/coco"] and answer["tags"] == ["test"] and answer["exists"]
    sha = json.loads(served.get("/hf/api/datasets/pets/changed"))["sha"]
    assert answer["branches"] == [["main", "refs/heads/main", sha]] and answer["none"] == [[], [], []]
    assert len(answer["commits"]) == 4 and answer["commits"][0][0] == sha
    assert all(len(c[0]) == 40 and c[1] and c[2][0] and c[3] for c in answer["commits"])
    with_token = served.ask(account, "pets/fsdd", token=served.token)
    assert with_token["private"] == ["pets/fsdd"] and len(with_token["listed"]) == 6
    who = with_token["whoami"]
    assert who["name"] == "ada" and [o["name"] for o in who["orgs"]] == ["pets"]
    token = who["auth"]["accessToken"]
    assert token["displayName"] == "tests" and token["role"] == "read"


def pages(base):
    from huggingface_hub.utils import build_hf_headers
    from huggingface_hub.utils._pagination import paginate

    listed = paginate(f"{base}/hf/api/datasets", params={"limit": 2}, headers=build_hf_headers())
    address = f"{base}/hf/api/datasets/pets/changed/commits/main"
    commits = paginate(address, params={"limit": 3}, headers=build_hf_headers())
    return [[d["id"] for d in listed], len({c["id"] for c in commits})]


def test_lists_have_pages(served):
    listed, commits = served.ask(pages, served.base)
    assert len(listed) == 5 and listed == sorted(listed) and commits == 4


def sizes(name):
    import huggingface_hub

    api = huggingface_hub.HfApi()
    info = api.dataset_info(name, files_metadata=True)
    plain = api.dataset_info(name)
    lengths = {}
    for file in info.siblings:
        path = huggingface_hub.hf_hub_download(name, file.rfilename, repo_type="dataset")
        lengths[file.rfilename] = [file.size, open(path, "rb").seek(0, 2), len(file.blob_id)]
    return [lengths, [s.size for s in plain.siblings]]


def test_sizes_of_files_are_told(served):
    lengths, plain = served.ask(sizes, "pets/changed")
    assert len(lengths) == 3 and all(told == found and oid == 40 for told, found, oid in lengths.values())
    assert plain == [None] * 3


def log_in(base, token):
    import subprocess
    import sys
    from pathlib import Path

    import huggingface_hub

    huggingface_hub.login(token=token)
    program = Path(sys.executable).parent
    cli = program / "hf"
    name = [cli, "auth", "whoami"] if cli.exists() else [program / "huggingface-cli", "whoami"]
    told = subprocess.run(name, capture_output=True, text=True)
    return [told.stdout + told.stderr, huggingface_hub.whoami()["name"]]


def test_hf_auth_login_works(served):
    told, name = served.ask(log_in, served.base, served.token)
    assert name == "ada" and "ada" in told


def refused_writes(name):
    import huggingface_hub

    api = huggingface_hub.HfApi(token="hub_wrong" if name == "wrong" else None)
    path = "pets/coco" if name == "wrong" else name
    told = []
    for question in (
        lambda: api.create_repo("pets/new", repo_type="dataset"),
        lambda: api.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id=path, repo_type="dataset"),
        lambda: api.create_branch(path, branch="dev", repo_type="dataset"),
        lambda: api.create_tag(path, tag="v1", repo_type="dataset"),
        lambda: api.delete_repo(path, repo_type="dataset"),
        lambda: list(api.get_repo_discussions(path, repo_type="dataset")),
        lambda: list(api.list_datasets(filter="license:mit")),
        lambda: api.dataset_info(path),
    ):
        try:
            question()
            told.append([None, ""])
        except Exception as error:
            told.append([type(error).__name__, str(error)])
    return told


def test_what_is_not_offered_says_so(served):
    told = served.ask(refused_writes, "pets/coco", token=served.token)
    assert all("read-only" in text for _, text in told[:5]), told
    assert "doesn't offer" in told[5][1] and "discussions" in told[5][1], told
    assert "can't filter" in told[6][1], told
    assert not any(kind == "RepositoryNotFoundError" or "Repository Not Found" in text for kind, text in told), told
    assert told[7] == [None, ""]
    # A wrong token is no missing repository either.
    wrong = served.ask(refused_writes, "wrong")
    assert wrong[7][0] and "Repository Not Found" not in wrong[7][1], wrong

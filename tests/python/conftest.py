"""What the tests share: the real `hub` binary, and the fixtures as it pushed them to a directory."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from data_set import DataSet
from PIL import Image
from served import Served

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture(scope="session")
def hub(tmp_path_factory):
    """Runs the binary under test."""
    binary = os.environ.get("HUB_BIN")
    assert binary and Path(binary).is_file(), "HUB_BIN must name the hub binary; `make test` sets it"
    home = tmp_path_factory.mktemp("home")

    def run(*arguments):
        environment = {**os.environ, "HUB_HOME": str(home)}
        done = subprocess.run(
            [binary, *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"hub {' '.join(map(str, arguments))}\n{done.stderr}"
        return done.stdout

    return run


def pushed(folder: str):
    @pytest.fixture(scope="session", name=folder.replace("-", "_"))
    def push(hub, tmp_path_factory):
        directory = tmp_path_factory.mktemp("sets") / folder
        hub("push", directory, FIXTURES / folder)
        data_set = DataSet(FIXTURES / folder, directory)
        assert data_set.media and data_set.annotations, f"both groups are there: {data_set.files}"
        return data_set

    return push


coco = pushed("coco")
fsdd = pushed("fsdd")
videos = pushed("videos")
fashion_mnist = pushed("fashion-mnist")
class_folder = pushed("class-folder")


@pytest.fixture(scope="session", autouse=True)
def away_from_home(tmp_path_factory):
    """`datasets` keeps its cache in a folder of the run."""
    import datasets.config

    datasets.config.HF_DATASETS_CACHE = tmp_path_factory.mktemp("hf")


CARD = """---
license: mit
tags: [test]
configs: what the server knows better
---
# A test

What it is about.
"""


@pytest.fixture(scope="session")
def served(hub, tmp_path_factory):
    """A server with the fixtures in namespace `pets`, and `pets/changed`, which was changed in many ways.

    `fsdd` is private; the server's token may read it.
    """
    home, scratch = tmp_path_factory.mktemp("served"), tmp_path_factory.mktemp("scratch")
    sets = {name: name for name in ("coco", "fsdd", "videos", "fashion-mnist", "class-folder")}
    for name, fixture in {**sets, "changed": "class-folder"}.items():
        directory = home / "datasets" / "pets" / name
        hub("push", directory, FIXTURES / fixture)
        about = {"name": f"pets/{name}", "visibility": "private" if name == "fsdd" else "public", "card": CARD}
        (directory / "about.json").write_text(json.dumps(about))
    change(hub, home / "datasets" / "pets" / "changed", scratch / "more")
    server = Served(Path(os.environ["HUB_BIN"]), home, scratch)
    yield server
    server.stop()


def change(hub, directory, more):
    """Removes rows, adds an image that is stored as an object of its own, and renames a column."""
    hub("rm", directory, "--rows", "0,4", "--yes")
    folder = more / "train" / "n02774152"
    folder.mkdir(parents=True)
    Image.new("RGB", (3500, 3300), (10, 200, 30)).save(folder / "long.bmp")
    hub("push", directory, more, "--append")
    hub("rename", directory, "label", "animal")

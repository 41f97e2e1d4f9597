"""What the tests share: the real `hub` binary, and the fixtures as it pushed them to a directory."""

import os
import subprocess
from pathlib import Path

import pytest
from data_set import DataSet

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

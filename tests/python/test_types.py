"""The types of the Python package, checked by mypy as a user's editor does."""

import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "python"

USE = """
import imagehub

pets: imagehub.Dataset = imagehub.open("./pets")
label: object = pets[0]["label"]
some: imagehub.Dataset = pets[1:3]
for batch in pets.stream(2, shuffle=True):
    first: imagehub.Batch = batch
pets.stream("many")
"""


def checked(*arguments, cwd=PACKAGE):
    command = [sys.executable, "-m", "mypy", "--cache-dir", "/dev/null", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=300)


def test_the_package_is_typed():
    done = checked("--config-file", "pyproject.toml")
    assert done.returncode == 0, done.stdout


def test_a_wrong_use_is_seen(tmp_path):
    script = tmp_path / "use.py"
    script.write_text(USE)
    done = checked("--strict", script)
    found = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(found) == 1 and "use.py:9" in found[0] and '"str"' in found[0], done.stdout

"""The types of the Python package, checked by mypy and Pyright as a user's editor does."""

import json
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


def pyright(folder, *files):
    """Pyright's errors in some files."""
    # Packages that aren't installed here are those of the user.
    settings = {"include": [*map(str, files)], "typeCheckingMode": "standard", "pythonVersion": "3.11"}
    settings |= {"reportMissingImports": "none", "reportMissingModuleSource": "none", "extraPaths": [str(PACKAGE)]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "-p", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    found = json.loads(done.stdout)
    assert found["summary"]["filesAnalyzed"] >= len(files), done.stdout
    return [entry for entry in found["generalDiagnostics"] if entry["severity"] == "error"]


def test_pyright_finds_no_error_in_the_package(tmp_path):
    assert pyright(tmp_path, PACKAGE / "imagehub") == []


def test_pyright_sees_a_wrong_use(tmp_path):
    script = tmp_path / "use.py"
    script.write_text(USE)
    found = pyright(tmp_path, script)
    assert [entry["range"]["start"]["line"] for entry in found] == [8], found

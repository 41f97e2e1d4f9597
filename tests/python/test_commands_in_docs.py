"""The commands in README.md and docs/ run as they are written, in their order.

The blocks of a page are one session: one directory with the sources that the page names, one hub. In a `console` block
the lines that begin with `$ ` are commands, in an `sh` block all lines are; a `python` block is a program. A block that
can't run here (another machine, a bucket, a database) has an HTML comment before it, which readers of the page don't see:

    <!-- not run: needs a bucket -->

What a person types at a prompt comes from a function of the shell in place of `hub` (`SHELL`): passwords, and a server
that goes on while the next commands run. Ports and hosts of the pages become those of this machine.

docs/python.md is one program from top to bottom: `test_tutorial.py` runs it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from served import free_port

ROOT = Path(__file__).parents[2]
PAGES = [
    "README.md",
    "docs/editing.md",
    "docs/formats.md",
    "docs/sql.md",
    "docs/json.md",
    "docs/api.md",
    "docs/operations.md",
]
BLOCK = re.compile(r"(<!-- not run: [^>]+ -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PASSWORD = "correct horse battery"

SHELL = r"""
set -euo pipefail
PASSWORD='%(password)s'
hub() {
    case "$1 ${2-}" in
    "serve "*)
        "$HUB_BIN" serve --listen "$ADDRESS" > server.log 2>&1 &
        echo $! >> server.pids
        for _ in $(seq 200); do
            curl -s -o /dev/null "http://$ADDRESS/healthz" && break
            sleep 0.1
        done
        SECRET=$(sed -n 's/.*secret=//p' server.log)
        ;;
    "login "*)
        # The link of the first start makes the owner; the page says so in words.
        curl -sf -o /dev/null "http://$ADDRESS/api/v1/setup" \
            --json '{"secret": "'"$SECRET"'", "name": "ann", "password": "'"$PASSWORD"'"}' || true
        "$HUB_BIN" "$@" --user ann --password-stdin <<< "$PASSWORD"
        ;;
    "user add" | "user passwd")
        case " $* " in
        *" --no-password "*) "$HUB_BIN" "$@" ;;
        *) "$HUB_BIN" "$@" --password-stdin <<< "$PASSWORD" ;;
        esac
        ;;
    *) "$HUB_BIN" "$@" ;;
    esac
}
cargo() { :; }  # hub is built already
pip() { :; }    # and so is the package
python() { "$PYTHON" "$@"; }
"""


def images(folder: Path, classes: dict[str, int], sizes=(320, 240)):
    """Class folders of images that all differ."""
    for number, (name, count) in enumerate(classes.items()):
        for i in range(count):
            path = folder / name / f"{name.split('/')[-1]}-{i}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            shade = (number * 40 % 256, i * 9 % 256, len(str(folder)) % 256)
            Image.new("RGB", (sizes[0] + i, sizes[1]), shade).save(path)


def sources(work: Path):
    """What the pages push."""
    images(work / "flowers", {"daisy": 12, "sunflower": 12, "poppy": 6, "rose": 6})
    Image.new("RGB", (300, 200), (200, 0, 60)).save(work / "rose.jpg")
    images(work / "more", {"daisy": 2, "poppy": 3}, (400, 300))
    images(work / "photos", {"train/cat": 20, "train/dog": 20, "val/cat": 3, "val/dog": 3}, (700, 300))
    images(work / "day-7", {"cat": 2}, (640, 480))
    shutil.copytree(ROOT / "tests" / "fixtures" / "coco", work / "export")
    (work / "scores.csv").write_text("name,score\n" + "".join(f"train/cat/cat-{i}.jpg,0.{i}\n" for i in range(9)))


def blocks(page: str):
    """The blocks that run, with the line of the page at which each begins."""
    text = (ROOT / page).read_text()
    for found in BLOCK.finditer(text):
        marked, language, body = found.groups()
        line = text.count("\n", 0, found.start(3)) + 1
        if marked:
            continue
        if language == "console":
            commands = [text[2:] for text in body.splitlines() if text.startswith("$ ")]
            yield line, "sh", "\n".join(commands)
        elif language in ("sh", "python"):
            yield line, language, body


@pytest.fixture
def work(tmp_path):
    sources(tmp_path)
    yield tmp_path
    for pid in (tmp_path / "server.pids").read_text().split() if (tmp_path / "server.pids").exists() else []:
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run(page, work):
    binary = os.environ.get("HUB_BIN")
    assert binary, "HUB_BIN must name the hub binary; `make test` sets it"
    address = f"127.0.0.1:{free_port()}"
    programs, parts = [], [SHELL % {"password": PASSWORD}]
    for line, language, body in blocks(page):
        body = re.sub(r"(127\.0\.0\.1|hub\.lab):3000", address, body)
        if language == "python":
            # One program: later blocks use names of earlier ones.
            programs.append(body)
            program = work / f"line-{line}.py"
            program.write_text("\n".join(programs))
            body = f"(unset HUB_URL; python {program.name})"
        parts.append(f"echo '{page}:{line}' >&2\n{body}\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "HF_"))}
    environment |= {
        "HUB_BIN": binary,
        "HUB_HOME": str(work / "home"),
        "HUB_AUTHOR": "ann@desk",
        "HOME": str(work),
        "XDG_CONFIG_HOME": str(work / "config"),
        "ADDRESS": address,
        "PYTHON": sys.executable,
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    script = work / "session.sh"
    script.write_text("\n".join(parts))
    log = work / "session.log"
    # To a file: a server that goes on would keep a pipe open.
    with log.open("w") as out:
        done = subprocess.run(
            ["bash", script.name], cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=600
        )
    assert done.returncode == 0, f"{page}\n" + "\n".join(log.read_text().splitlines()[-30:])


def test_pages_have_blocks_that_run():
    assert len(list(blocks("README.md"))) > 5

"""A running `hub serve`, and client code that runs in separate processes.

The server is the real binary, set up as a person would do it: the link that its first start prints creates the owner,
and the owner creates the rest through the API.

Hugging Face's libraries read their settings when they are imported, and the other tests need them offline. A client is
therefore a function whose source runs in a new interpreter, and whose result is returned as JSON. It imports what it
needs itself.
"""

import inspect
import json
import os
import re
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Answer(NamedTuple):
    body: dict
    cookie: str


class Served:
    """A server over the data sets in a home.

    `token` is that of `ada`, who reads namespace `pets`; `owner` is the cookie of the hub's owner.
    """

    def __init__(self, binary: Path, home: Path, scratch: Path):
        address = f"127.0.0.1:{free_port()}"
        self.base = f"http://{address}"
        self.scratch = scratch
        scratch.mkdir(parents=True, exist_ok=True)
        self.log = scratch / "server.log"
        settings = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [binary, "serve", "--listen", address],
                env={**settings, "HUB_HOME": str(home)},
                stdout=log,
                stderr=log,
            )
        try:
            self.token = self.set_up(self.printed(rf"{re.escape(self.base)}/setup\?secret=(\S+)"))
        except BaseException:
            self.stop()
            raise

    def printed(self, pattern: str) -> str:
        """Waits until the server prints the pattern, and returns its first group."""
        for _ in range(600):
            if found := re.search(pattern + r"\s", self.log.read_text()):
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"the server did not print {pattern}\n{self.log.read_text()}")

    def set_up(self, secret: str) -> str:
        """Creates the owner, `ada` and her token."""
        password = "a password for the tests"
        owner = self.post("/api/v1/setup", {"secret": secret, "name": "owner", "password": password})
        self.owner = owner.cookie
        self.post("/api/v1/users", {"name": "ada", "password": password}, owner.cookie)
        self.post("/api/v1/namespaces/pets/members/ada", {"role": "reader"}, owner.cookie, method="PUT")
        ada = self.post("/api/v1/session", {"name": "ada", "password": password})
        return self.post("/api/v1/tokens", {"name": "tests", "scope": "read"}, ada.cookie).body["secret"]

    def post(self, path: str, body: dict, cookie: str | None = None, method: str = "POST") -> Answer:
        headers = {"Content-Type": "application/json", "X-Hub-Request": "tests"}
        headers |= {"Cookie": cookie} if cookie else {}
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(), headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
            return Answer(json.loads(answer.read()), cookie)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def get(self, path: str, **headers: str) -> bytes:
        request = urllib.request.Request(self.base + path, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def ask(self, question, *arguments, token: str | None = None):
        """Runs a function in a new interpreter that uses this server as Hugging Face's endpoint."""
        environment = {**os.environ, "HF_ENDPOINT": f"{self.base}/hf", "HUB_BASE": self.base}
        environment |= {"HF_HUB_OFFLINE": "0", "HF_DATASETS_OFFLINE": "0", "HF_HUB_DISABLE_TELEMETRY": "1"}
        environment |= {"HF_HOME": str(self.scratch / "hf"), "CROISSANT_CACHE": str(self.scratch / "croissant")}
        environment.pop("HF_TOKEN", None)
        if token:
            environment["HF_TOKEN"] = token
        source = textwrap.dedent(inspect.getsource(question))
        code = f"import json, sys\n{source}\nanswer = {question.__name__}(*json.loads(sys.argv[1]))\n"
        code += "print('ANSWER', json.dumps(answer))\n"
        done = subprocess.run(
            [sys.executable, "-c", code, json.dumps(arguments)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{done.stderr}\n{self.log.read_text()[-4000:]}"
        return json.loads(done.stdout.rsplit("ANSWER ", 1)[1])

"""A running server, and questions to it in processes of their own.

Hugging Face's libraries read their settings when they are imported, and the rest of the tests needs them offline;
so what asks the server is a function whose source runs in a fresh interpreter, and whose answer comes back as
JSON. It imports what it needs itself.
"""

import inspect
import json
import os
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Served:
    """A server over the data sets in a home."""

    def __init__(self, binary: Path, home: Path, scratch: Path):
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.scratch = scratch
        self.log = scratch / "server.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [binary, str(home), str(port)], stdout=subprocess.PIPE, stderr=log, text=True
            )
        self.token = self.process.stdout.readline().strip()
        for _ in range(100):
            try:
                self.get("/healthz")
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the server does not answer\n{self.log.read_text()}")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def get(self, path: str, **headers: str) -> bytes:
        request = urllib.request.Request(self.base + path, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def ask(self, question, *arguments, token: str | None = None):
        """Runs a function in a fresh interpreter that takes this server for Hugging Face's."""
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

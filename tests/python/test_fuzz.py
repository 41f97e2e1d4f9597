"""schemathesis sends unusual requests to every route, as the owner and as an anonymous caller.

No response may be a 5xx, or have a status, a media type or a body that the OpenAPI document doesn't list. No route may
accept a method that it doesn't list. `HUB_FUZZ_EXAMPLES` sets how many requests are generated for each route besides
the boundary cases (default 8); the seed is always the same.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from served import Served

SETS = ("class-folder", "coco", "fsdd")
HELD_TO = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
]


@pytest.fixture(scope="module")
def fuzzer():
    program = os.environ.get("HUB_TEST_SCHEMATHESIS")
    if not program and not os.environ.get("CI"):
        pytest.skip("HUB_TEST_SCHEMATHESIS doesn't name schemathesis' `st`; `make test` sets it")
    assert program and Path(program).is_file(), "HUB_TEST_SCHEMATHESIS must name schemathesis' `st`"
    return program


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_every_answer_is_as_described(fuzzer, hub, tmp_path, who):
    home, here = tmp_path / "home", Path(__file__).parent
    for name in SETS:
        directory = home / "datasets" / "pets" / name
        hub("push", directory, here.parent / "fixtures" / name)
        (directory / "about.json").write_text(json.dumps({"name": f"pets/{name}", "visibility": "public"}))
    server = Served(Path(os.environ["HUB_BIN"]), home, tmp_path / "scratch")
    try:
        token = server.post("/api/v1/tokens", {"name": "fuzz", "scope": "admin"}, server.owner).body["secret"]
        command = [fuzzer, "--no-color", "run", f"{server.base}/api/openapi.json", "--seed", "1"]
        command += ["--phases", "examples,coverage,fuzzing", "--generation-database", "none"]
        command += ["--suppress-health-check", "filter_too_much,too_slow"]
        command += ["--max-examples", os.environ.get("HUB_FUZZ_EXAMPLES", "8"), "--checks", ",".join(HELD_TO)]
        if who == "owner":
            command += ["--header", f"Authorization: Bearer {token}"]
        names = {"HUB_FUZZ_BASE": server.base, "HUB_FUZZ_TOKEN": token, "SCHEMATHESIS_HOOKS": "fuzz_hooks"}
        environment = {**os.environ, **names, "PYTHONPATH": str(here)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=3600)
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
        assert server.process.poll() is None, "the server still runs"
        assert "panicked" not in server.log.read_text(), "a panic is a failure, whatever was answered"
    finally:
        server.stop()

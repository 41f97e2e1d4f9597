"""The code of docs/python.md runs as it stands, from top to bottom, and gives what the page says."""

import ast
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
RESULT = re.compile(r"^(?P<code>\S.*?)\s+# -> (?P<result>.*)$")


def script(page: str) -> str:
    """The page's code. A line `code  # -> result` becomes a comparison of the code's value with the result."""
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert blocks, "the page has code"
    lines = []
    for line in "\n".join(blocks).splitlines():
        found = RESULT.match(line)
        if found is None:
            lines.append(line)
            continue
        ast.parse(found["code"], mode="eval")
        lines.append(f"_found = ({found['code']})")
        lines.append(f"assert _found == ({found['result']}), {found['code']!r} + f' is {{_found!r}}'")
    return "\n".join(lines)


def test_the_tutorial_runs_as_it_stands(tmp_path):
    code = script(PAGE.read_text())
    assert code.count("assert _found") >= 8, "results are compared"
    environment = {**os.environ, "HUB_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, cwd=tmp_path, env=environment
    )
    assert done.returncode == 0, f"{done.stderr}\n{code}"


def test_a_wrong_result_on_the_page_is_found(tmp_path):
    page = textwrap.dedent("""
        ```python
        1 + 1                 # -> 3
        ```
    """)
    done = subprocess.run([sys.executable, "-c", script(page)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "AssertionError: 1 + 1 is 2" in done.stderr

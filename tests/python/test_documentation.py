"""docs/configuration.md lists every setting, with its actual default."""

import re
import subprocess
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_every_setting_has_its_line(hub):
    settings = re.split(r"\n(?= +--)", hub("serve", "--help").partition("Options:")[2].partition("-h, --help")[0])
    lines = {found[1]: line for line in PAGE.read_text().splitlines() if (found := re.match(r"\| `--(\S+)`", line))}
    for setting in settings[1:]:
        words = " ".join(setting.split())
        flag = re.match(r"--(\S+)", words)[1]
        line = lines.pop(flag)
        key = flag.replace("-", "_")
        assert f"| `HUB_{key.upper()}` |" in line
        assert f"| `{key}` |" in line or flag == "config"
        if default := re.search(r"\[default: (\S+)\]", words):
            assert f"| `{default[1]}`" in line, f"{flag} is {default[1]} where nothing is set"
    assert list(lines) == ["home"], "a setting that there is not"

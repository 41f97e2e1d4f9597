"""Packages that are too large to install for the tests: the real one where it is installed, else a stand-in (`fake/`)."""

import importlib
import importlib.util
import sys
from pathlib import Path


class Package:
    """A package, and what it takes to import the modules of `imagehub` that use it.

    Other tests must not find a stand-in: Hugging Face's `datasets` would take it for the real one. So it is found only
    inside of `visible`.
    """

    def __init__(self, name: str):
        self.is_real = importlib.util.find_spec(name) is not None
        if not self.is_real:
            sys.path.insert(0, str(Path(__file__).parent / "fake"))
        self.module = importlib.import_module(name)
        if name == "torch":
            importlib.import_module("torch.utils.data")
        self.user = importlib.import_module(f"imagehub.{'tf' if name == 'tensorflow' else name}")
        self.modules = {}
        if not self.is_real:
            sys.path.pop(0)
            self.modules = {key: module for key, module in sys.modules.items() if key.split(".")[0] == name}
            for key in self.modules:
                del sys.modules[key]

    def visible(self, monkeypatch):
        """The stand-in is found until the test's end."""
        for key, module in self.modules.items():
            monkeypatch.setitem(sys.modules, key, module)

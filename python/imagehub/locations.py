"""Locations as they are given."""

from __future__ import annotations

import os


def as_location(location: str | os.PathLike[str]) -> str:
    """A text as it is; a path as a directory, never as the name of a data set in a hub."""
    if isinstance(location, str):
        return location
    path = os.fspath(location)
    return path if path.startswith(("/", "./", "../", "~/")) else f"./{path}"

"""The type of a column."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class Feature:
    """The type of a column: ``kind`` (``image``, ``class_label``, ``tensor``, ``bbox``, ``list``, …) and its details.

    ``names`` and ``synsets`` (WordNet 3.0 ids, ``None`` where unknown) of a class label; ``dtype`` and ``shape`` of a
    tensor, ``dtype`` of a number; ``item`` of a list; ``fields`` of a struct.
    """

    __slots__ = ("_description", "kind")

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._description = dict(description)
        self.kind: str = description["type"]

    @classmethod
    def from_json(cls, text: str) -> Feature:
        """The feature of a description as a data set stores it."""
        return cls(json.loads(text))

    @property
    def names(self) -> list[str]:
        """The names of the classes or of the keypoints, in the order of their numbers."""
        return list(self._description.get("names", []))

    @property
    def synsets(self) -> list[str | None]:
        """The WordNet 3.0 id of each class; empty where none is known."""
        return list(self._description.get("synsets", []))

    @property
    def dtype(self) -> str | None:
        """The element type of a number or tensor, as NumPy names it."""
        short: str | None = self._description.get("dtype")
        if short is None:
            return None
        kind = {"u": "uint", "i": "int", "f": "float"}[short[0]]
        return kind + short[1:]

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The lengths of a tensor's dimensions, outermost first."""
        shape = self._description.get("shape")
        return None if shape is None else tuple(shape)

    @property
    def item(self) -> Feature | None:
        """The type of a list's items."""
        item = self._description.get("item")
        return None if item is None else Feature(item)

    @property
    def fields(self) -> dict[str, Feature]:
        """The members of a struct."""
        return {field["name"]: Feature(field["feature"]) for field in self._description.get("fields", [])}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Feature) and self._description == other._description

    def __hash__(self) -> int:
        return hash(json.dumps(self._description, sort_keys=True))

    def __repr__(self) -> str:
        return f"Feature({self._description!r})"

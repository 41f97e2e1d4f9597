"""The type of a column."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from imagehub.errors import InvalidValue

_SHORT = {
    "uint8": "u8",
    "int8": "i8",
    "uint16": "u16",
    "int16": "i16",
    "uint32": "u32",
    "int32": "i32",
    "uint64": "u64",
    "int64": "i64",
    "float32": "f32",
    "float64": "f64",
}
# Kinds that have no details.
_PLAIN = ("image", "audio", "video", "text", "json", "binary", "bool", "timestamp", "bbox", "polygon", "link")


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

    def to_json(self) -> str:
        """The description as a data set stores it."""
        return json.dumps(self._description)

    # Kinds

    @staticmethod
    def image() -> Feature:
        """An encoded image."""
        return Feature({"type": "image"})

    @staticmethod
    def audio() -> Feature:
        """An encoded audio file."""
        return Feature({"type": "audio"})

    @staticmethod
    def video() -> Feature:
        """An encoded video."""
        return Feature({"type": "video"})

    @staticmethod
    def labels(names: Iterable[str], synsets: Sequence[str | None] = ()) -> Feature:
        """A class label.

        :param names: the classes, in the order of their numbers.
        :param synsets: the WordNet 3.0 id of each (``"n02084071"``), ``None`` where it is not known; or none at all.
        """
        description: dict[str, Any] = {"type": "class_label", "names": [str(name) for name in names]}
        if synsets:
            description["synsets"] = builtins.list(synsets)
        return Feature(description)

    @staticmethod
    def tensor(shape: Sequence[int], dtype: str = "float32") -> Feature:
        """An array of a fixed shape, outermost dimension first."""
        lengths = [int(length) for length in shape]
        return Feature({"type": "tensor", "dtype": _short(dtype), "shape": lengths})

    @staticmethod
    def number(dtype: str = "float64") -> Feature:
        """A number, of NumPy's type ``dtype``."""
        return Feature({"type": "number", "dtype": _short(dtype)})

    @staticmethod
    def text() -> Feature:
        """A text."""
        return Feature({"type": "text"})

    @staticmethod
    def json() -> Feature:
        """What ``json.dumps`` takes."""
        return Feature({"type": "json"})

    @staticmethod
    def binary() -> Feature:
        """Bytes without a known format."""
        return Feature({"type": "binary"})

    @staticmethod
    def bool() -> Feature:
        """True or false."""
        return Feature({"type": "bool"})

    @staticmethod
    def timestamp() -> Feature:
        """An instant, in microseconds."""
        return Feature({"type": "timestamp"})

    @staticmethod
    def box() -> Feature:
        """A box ``[x, y, width, height]`` in pixels, from the top left corner."""
        return Feature({"type": "bbox"})

    @staticmethod
    def polygon() -> Feature:
        """Rings of points ``[x, y]``, in pixels."""
        return Feature({"type": "polygon"})

    @staticmethod
    def mask(encoding: str = "png") -> Feature:
        """A mask: ``"png"``, an image of one channel, or ``"rle"``, COCO's run lengths."""
        return Feature({"type": "mask", "encoding": encoding})

    @staticmethod
    def keypoints(names: Iterable[str]) -> Feature:
        """Points ``[x, y, visibility]``, in pixels; the names say what they are."""
        return Feature({"type": "keypoints", "names": [str(name) for name in names]})

    @staticmethod
    def list(item: FeatureLike) -> Feature:
        """A list of any length."""
        return Feature({"type": "list", "item": as_feature(item)._description})

    @staticmethod
    def struct(fields: Mapping[str, FeatureLike]) -> Feature:
        """Named members."""
        members = [{"name": name, "feature": as_feature(item)._description} for name, item in fields.items()]
        return Feature({"type": "struct", "fields": members})

    # Details

    @property
    def names(self) -> builtins.list[str]:
        """The names of the classes or of the keypoints, in the order of their numbers."""
        return builtins.list(self._description.get("names", []))

    @property
    def synsets(self) -> builtins.list[str | None]:
        """The WordNet 3.0 id of each class; empty where none is known."""
        return builtins.list(self._description.get("synsets", []))

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
    def encoding(self) -> str | None:
        """The encoding of a mask: ``"png"`` or ``"rle"``."""
        encoding: str | None = self._description.get("encoding")
        return encoding

    @property
    def item(self) -> Feature | None:
        """The type of a list's items."""
        item = self._description.get("item")
        return None if item is None else Feature(item)

    @property
    def fields(self) -> dict[str, Feature]:
        """The members of a struct."""
        return {field["name"]: Feature(field["feature"]) for field in self._description.get("fields", [])}

    def contains(self, kind: str) -> builtins.bool:
        """Whether it is of a kind, or has it within its items or members."""
        inner = [self.item] if self.item is not None else builtins.list(self.fields.values())
        return self.kind == kind or any(feature.contains(kind) for feature in inner)

    def __eq__(self, other: object) -> builtins.bool:
        return isinstance(other, Feature) and self._description == other._description

    def __hash__(self) -> int:
        return hash(json.dumps(self._description, sort_keys=True))

    def __repr__(self) -> str:
        return f"Feature({self._description!r})"


# A feature, its kind as a text, or a Python type.
FeatureLike = Feature | str | type


def as_feature(feature: FeatureLike) -> Feature:
    """A feature from what a schema may have in its place: ``"image"``, ``"float32"``, ``str``.

    :raises InvalidValue: it is none of them.
    """
    if isinstance(feature, Feature):
        return feature
    import datetime

    of_type: dict[Any, Feature] = {
        str: Feature.text(),
        int: Feature.number("int64"),
        float: Feature.number("float64"),
        bool: Feature.bool(),
        bytes: Feature.binary(),
        dict: Feature.json(),
        datetime.datetime: Feature.timestamp(),
    }
    if isinstance(feature, str):
        if feature in _SHORT:
            return Feature.number(feature)
        if feature in _PLAIN or feature == "box":
            return Feature({"type": "bbox" if feature == "box" else feature})
    elif found := of_type.get(feature):
        return found
    kinds = ", ".join((*_PLAIN, *_SHORT))
    message = f"{feature!r} is no type of a column; expected a Feature, one of {kinds}, or str, int, float, bool"
    raise InvalidValue(message)


def _short(dtype: Any) -> str:
    name = str(getattr(dtype, "name", dtype)).removeprefix("torch.")
    name = getattr(dtype, "__name__", name)
    if name not in _SHORT:
        raise InvalidValue(f"there is no element type {name}; expected one of {', '.join(_SHORT)}")
    return _SHORT[name]

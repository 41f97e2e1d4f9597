"""The types of values that come without one."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from typing import Any

from imagehub import _native
from imagehub.errors import InvalidValue
from imagehub.features import Feature


def features_of_rows(rows: Sequence[Any], location: str) -> dict[str, Feature]:
    """The columns of a data set whose first rows these are.

    :raises InvalidValue: a column has no value in them, or one of a type that there is no feature for.
    """
    features: dict[str, Feature | None] = {}
    for row in rows:
        if not isinstance(row, Mapping):
            message = "the first rows tell the columns, so they must be mappings; or give create() a schema"
            raise InvalidValue(message, location=location)
        for name, value in row.items():
            if features.get(name) is None:
                features[name] = None if value is None else _feature(name, value, location)
    known = {name: feature for name, feature in features.items() if feature is not None}
    if empty := [name for name in features if name not in known]:
        message = f"the first {len(rows)} rows have no value in {', '.join(empty)}; give create() a schema"
        raise InvalidValue(message, location=location, column=empty[0])
    return known


def feature_of_column(name: str, values: Any, location: str) -> Feature:
    """The type of a new column of these values: an array, a tensor or a list.

    :raises InvalidValue: there is no feature for it.
    """
    dtype = getattr(values, "dtype", None)
    if dtype is not None and hasattr(values, "shape"):
        shape = tuple(values.shape[1:])
        kind = str(dtype).removeprefix("torch.")
        if kind != "object" and getattr(dtype, "kind", "") not in ("U", "T", "M"):
            return _array_feature(name, kind, shape, location)
    for value in values:
        if value is not None:
            return _feature(name, value, location)
    message = f"column {name!r} has no value that would tell its type; give feature="
    raise InvalidValue(message, location=location, column=name)


def _feature(name: str, value: Any, location: str) -> Feature:
    found = _plain(value)
    if found is None and hasattr(value, "dtype") and hasattr(value, "shape"):
        kind = str(value.dtype).removeprefix("torch.")
        shape = tuple(value.shape)
        if kind == "uint8" and len(shape) == 3 and shape[2] in (3, 4):
            return Feature.image()
        return _array_feature(name, kind, shape, location)
    if found is None and isinstance(value, Mapping):
        if set(value) == {"bytes", "path"}:
            return _feature(name, value["bytes"] or os.fspath(value["path"]), location)
        members = {str(key): _feature(f"{name}.{key}", member, location) for key, member in value.items()}
        found = Feature.struct(members)
    if found is None and isinstance(value, list | tuple):
        items = [item for item in value if item is not None]
        if items:
            found = Feature.list(_feature(name, items[0], location))
    if found is None:
        message = f"column {name!r}: no type for {type(value).__name__}; give a schema, or another value"
        raise InvalidValue(message, location=location, column=name)
    return found


def _plain(value: Any) -> Feature | None:
    if isinstance(value, bool):
        return Feature.bool()
    if isinstance(value, int):
        return Feature.number("int64")
    if isinstance(value, float) and type(value) is float:
        return Feature.number("float64")
    if isinstance(value, str):
        return Feature.text()
    if isinstance(value, datetime.datetime):
        return Feature.timestamp()
    if isinstance(value, bytes | bytearray | memoryview):
        return Feature(_media(bytes(value[:64])))
    if isinstance(value, os.PathLike):
        with open(value, "rb") as file:
            return Feature(_media(file.read(64)))
    if hasattr(value, "save") and hasattr(value, "mode"):  # a PIL image
        return Feature.image()
    return None


def _media(head: bytes) -> dict[str, Any]:
    return {"type": _native.media_kind(head) or "binary"}


def _array_feature(name: str, dtype: str, shape: tuple[int, ...], location: str) -> Feature:
    if dtype in ("bool", "bool_") and not shape:
        return Feature.bool()
    try:
        return Feature.tensor(shape, dtype) if shape else Feature.number(dtype)
    except InvalidValue as problem:
        raise InvalidValue(f"column {name!r}: {problem}", location=location, column=name) from None

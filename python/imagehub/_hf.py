"""Rows as a data set of Hugging Face ``datasets``."""

from __future__ import annotations

import importlib
from typing import Any

from imagehub.features import Feature


def to_hf(table: Any, features: dict[str, Feature], datasets: Any) -> Any:
    """A ``datasets.Dataset`` over a ``pyarrow.Table`` of columns of these types."""
    kinds = {name: _hf_feature(feature, datasets) for name, feature in features.items()}
    columns = {name: _as_stored(table.column(name), feature) for name, feature in features.items()}
    plain = type(table).from_pydict(columns)
    known = datasets.Features.from_arrow_schema(plain.schema)
    wanted = datasets.Features({name: kinds[name] or known[name] for name in columns})
    return datasets.Dataset(plain.cast(wanted.arrow_schema), info=datasets.DatasetInfo(features=wanted))


def _hf_feature(feature: Feature, datasets: Any) -> Any:
    """Hugging Face's type; ``None`` where the Arrow type says it all."""
    if feature.kind == "image" or (feature.kind == "mask" and feature.encoding == "png"):
        return datasets.Image()
    if feature.kind == "audio":
        return datasets.Audio()
    if feature.kind == "video":
        return datasets.Video()
    if feature.kind == "class_label":
        return datasets.ClassLabel(names=feature.names)
    return None


def _as_stored(column: Any, feature: Feature) -> Any:
    """A column in types that ``datasets`` knows: bytes without views, tensors as nested lists."""
    pyarrow = importlib.import_module("pyarrow")
    column = column.combine_chunks()
    kind = column.type
    if pyarrow.types.is_struct(kind) and [field.name for field in kind] == ["bytes", "path"]:
        return pyarrow.StructArray.from_arrays(
            [column.field("bytes").cast(pyarrow.binary()), column.field("path")],
            names=["bytes", "path"],
            mask=column.is_null(),
        )
    shape = feature.shape
    if feature.kind == "tensor" and shape:
        values = column.storage.flatten() if hasattr(column, "storage") else column.flatten()
        for length in reversed(shape):
            values = pyarrow.FixedSizeListArray.from_arrays(values, length)
        return values
    return column

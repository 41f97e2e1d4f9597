"""A batch of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagehub._native import Tensor


class Batch(Mapping[str, Any]):
    """The columns of some rows, by name, and ``id``, the rows' permanent ids (uint64).

    Columns whose rows have one shape are NumPy arrays ``[N, …]`` over memory of their own: writable, and valid as
    long as anything refers to them. Numbers keep their dtype; a missing class label is -1, a missing float NaN. Other
    columns (encoded media, text, boxes, lists, numbers with nulls) are lists of N values. Images that are decoded come as
    ``[N, H, W, 3]``, or as a list of arrays ``[H, W, 3]`` where their sizes differ; a row without an image has zeros, or
    ``None``. Audio comes as ``[N, T]`` or ``[N, 2, T]``, clips of videos as ``[N, frames, H, W,
    3]``, or both as a list of arrays.
    """

    __slots__ = ("_columns",)

    def __init__(self, columns: dict[str, Any]) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> Any:
        try:
            return self._columns[name]
        except KeyError:
            known = ", ".join(self._columns)
            raise KeyError(f"this batch has no column {name!r}; its columns are: {known}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self._columns["id"])

    def tensors(self) -> tuple[Any, ...]:
        """The columns without ``id``, in their order: ``for image, label in map(Batch.tensors, stream)``."""
        return tuple(column for name, column in self._columns.items() if name != "id")

    def to(self, device: Any, non_blocking: bool = True) -> Batch:
        """The batch with its arrays as PyTorch tensors on a device."""
        return Batch({name: _to_torch(column, device, non_blocking) for name, column in self._columns.items()})

    def pin_memory(self) -> Batch:
        """The batch with its arrays as PyTorch tensors in page-locked memory."""
        return Batch({name: _pinned(column) for name, column in self._columns.items()})

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}: {_describe(column)}" for name, column in self._columns.items())
        return f"Batch({shown})"


def _describe(column: Any) -> str:
    shape = getattr(column, "shape", None)
    if shape is None:
        return f"list of {len(column)}"
    return f"{column.dtype}{list(shape)}"


def as_torch(column: Any) -> Any:
    """A column as a PyTorch tensor over the same memory; lists stay lists."""
    import torch

    if isinstance(column, list):
        # Images of their own sizes are arrays; the rest stays.
        return [as_torch(value) if hasattr(value, "dtype") else value for value in column]
    if isinstance(column, torch.Tensor):
        return column
    base: Any = column.base
    tensor: Any = base if isinstance(base, Tensor) else getattr(base, "obj", None)
    if isinstance(tensor, Tensor) and tensor.dtype == "bfloat16":
        return torch.from_dlpack(tensor)
    array: Any = column
    # PyTorch computes little with the wider unsigned types; ids and counts fit.
    if str(array.dtype) in ("uint16", "uint32", "uint64"):
        array = array.astype("int64")
    return torch.from_numpy(array)


def _to_torch(column: Any, device: Any, non_blocking: bool) -> Any:
    tensor = as_torch(column)
    if isinstance(tensor, list):
        return [value.to(device, non_blocking=non_blocking) if hasattr(value, "to") else value for value in tensor]
    return tensor.to(device, non_blocking=non_blocking)


def _pinned(column: Any) -> Any:
    tensor = as_torch(column)
    return tensor if isinstance(tensor, list) else tensor.pin_memory()

"""Streams for TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tensorflow

from imagehub.dataset import Dataset
from imagehub.errors import InvalidValue


def dataset(dataset: Dataset, batch_size: int = 64, **settings: Any) -> Any:
    """A ``tf.data.Dataset`` of dictionaries of tensors, by ``from_generator``. Each iteration is the next epoch.

    :param settings: those of :meth:`imagehub.Dataset.stream`. Columns whose batches are lists are left out, unless they are
        encoded media or text, which become strings.
    """
    stream = dataset.stream(batch_size, **settings)
    first = next(iter(dataset.stream(batch_size, **{**settings, "shuffle": False, "tail": None})), None)
    if first is None:
        raise InvalidValue("there are not enough rows for a batch", location=dataset.location)
    signature = {name: spec for name, column in first.items() if (spec := _spec(column)) is not None}

    def batches() -> Iterator[dict[str, Any]]:
        for batch in stream:
            yield {name: batch[name] for name in signature}

    return tensorflow.data.Dataset.from_generator(batches, output_signature=signature)


def _spec(column: Any) -> Any:
    """The type of a column of batches, whose first dimension varies; ``None`` where there is none."""
    if not isinstance(column, list):
        shape, dtype = (None, *column.shape[1:]), str(column.dtype)
        return tensorflow.TensorSpec(shape=shape, dtype=getattr(tensorflow, dtype))
    if all(isinstance(value, bytes | str) for value in column):
        return tensorflow.TensorSpec(shape=(None,), dtype=tensorflow.string)
    return None

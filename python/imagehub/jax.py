"""Streams for JAX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax

from imagehub.dataset import Dataset
from imagehub.stream import Stream


class JaxStream:
    """A stream whose batches are dictionaries of ``jax.Array``; columns that are lists stay lists.

    Everything else is that of :class:`imagehub.Stream`: ``len()``, ``state_dict()``, ``load_state_dict()``, ``set_epoch()``.
    """

    def __init__(self, stream: Stream, sharding: Any = None) -> None:
        self.stream = stream
        self.sharding = sharding

    def __len__(self) -> int:
        return len(self.stream)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for batch in self.stream:
            yield {name: self._array(column) for name, column in batch.items()}

    def _array(self, column: Any) -> Any:
        if isinstance(column, list):
            return column
        if self.sharding is not None:
            return jax.make_array_from_process_local_data(self.sharding, column)
        return jax.device_put(column)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def stream(dataset: Dataset, batch_size: int = 64, *, sharding: Any = None, **settings: Any) -> JaxStream:
    """Batches of ``jax.Array`` on the default device, or as a global array of all processes.

    :param sharding: a ``jax.sharding.Sharding``; each process gives its batch as its part of the global array, so the first
        dimension must be sharded over the processes.
    :param settings: those of :meth:`imagehub.Dataset.stream`; rank and world are those of JAX's processes.
    """
    if "rank" not in settings and "world" not in settings and jax.process_count() > 1:
        settings |= {"rank": jax.process_index(), "world": jax.process_count()}
    return JaxStream(dataset.stream(batch_size, **settings), sharding)

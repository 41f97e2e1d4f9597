"""Data sets and streams for PyTorch, Lightning and Accelerate.

Three ways, from the fastest on:

- :class:`Loader`: a stream in the place of a ``DataLoader``. Threads of its own, no worker processes.
- :class:`IterableDataset`: batches made inside a ``DataLoader`` with workers.
- :class:`Dataset`: rows by index, with the sampler, workers and ``collate_fn`` of a ``DataLoader``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch.utils.data

from imagehub.batch import Batch, as_torch
from imagehub.dataset import Dataset as HubDataset
from imagehub.errors import InvalidValue, StateError
from imagehub.stream import Stream


class Dataset(torch.utils.data.Dataset[Any]):
    """Rows by index, for ``torch.utils.data.DataLoader`` with any number of workers and any start method.

    :param dataset: what ``imagehub.open`` gave, or a choice of it.
    :param transform: called with each row, a dictionary; its result is the item.
    """

    def __init__(self, dataset: HubDataset, transform: Callable[[dict[str, Any]], Any] | None = None) -> None:
        self.dataset = dataset
        self.transform = transform

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> Any:
        row = self.dataset[index]
        return row if self.transform is None else self.transform(row)

    def __getitems__(self, indices: Sequence[int]) -> list[Any]:
        rows = self.dataset.__getitems__(indices)
        return rows if self.transform is None else [self.transform(row) for row in rows]


class _Sampler:
    """What Lightning and Accelerate call on a loader's sampler. The stream shuffles and shares rows itself."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def set_epoch(self, epoch: int) -> None:
        self._loader.set_epoch(epoch)


class Loader:
    """A stream whose arrays are PyTorch tensors, in the place of a ``DataLoader``: Lightning, Accelerate and
    ``StatefulDataLoader``'s users find what they ask for.

    :param stream: from ``Dataset.stream``; each rank opens its own.
    :param transform: called with each batch; its result is the item.
    """

    num_workers = 0
    batch_sampler = None
    collate_fn = None
    pin_memory = False
    drop_last = True
    # For Lightning and Accelerate: each rank reads its own batches already.
    dispatch_batches = False

    def __init__(self, stream: Stream, transform: Callable[[Batch], Any] | None = None) -> None:
        self.stream = stream
        self.transform = transform
        self.dataset = stream.dataset
        self.batch_size = stream.batch_size
        self.sampler = _Sampler(self)

    def __len__(self) -> int:
        return len(self.stream)

    def __iter__(self) -> Iterator[Any]:
        for batch in self.stream:
            tensors = Batch({name: as_torch(column) for name, column in batch.items()})
            yield tensors if self.transform is None else self.transform(tensors)

    def set_epoch(self, epoch: int) -> None:
        """Begins an epoch at the next iteration."""
        self.stream.set_epoch(epoch)

    def state_dict(self) -> dict[str, int | str]:
        """The position after the batches that were handed out."""
        return self.stream.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on where a state was taken."""
        self.stream.load_state_dict(state)

    def close(self) -> None:
        """Ends the reading."""
        self.stream.close()


class IterableDataset(torch.utils.data.IterableDataset[Batch]):
    """Batches for a ``DataLoader(…, batch_size=None)`` with workers, each of which makes its share of the batches; in the
    order in which the loader hands them out, they are those of a stream without workers.

    :param dataset: what ``imagehub.open`` gave, or a choice of it.
    :param batch_size: rows a batch.
    :param settings: those of :meth:`imagehub.Dataset.stream`: ``shuffle``, ``seed``, ``image``, …; an iteration is one
        epoch. Ranks are found as there.

    ``torchdata``'s ``StatefulDataLoader`` saves and loads the positions of the workers.
    """

    def __init__(self, dataset: HubDataset, batch_size: int = 64, **settings: Any) -> None:
        for setting in ("epochs", "worker"):
            if setting in settings:
                raise InvalidValue(f"{setting} is no setting here: an iteration is an epoch, and workers are the loader's")
        self.dataset = dataset
        self.batch_size = batch_size
        self.settings = settings
        # Found here, since a worker process has no process group.
        self._ranks = dataset.stream(batch_size, **settings).ranks
        # Shared with worker processes: which epoch was asked for. Each counts on from it by itself.
        self._asked = torch.zeros((), dtype=torch.int64).share_memory_()
        self._seen = self._epoch = 0
        self._state: dict[str, Any] | None = None
        self._stream: Stream | None = None

    def __len__(self) -> int:
        """Batches of an epoch that this rank gets."""
        return len(self._open(0, 1))

    def set_epoch(self, epoch: int) -> None:
        """Begins an epoch at the next iteration. Call it before each epoch, as that of a ``DistributedSampler``: without
        it, workers that are started anew for each epoch (``persistent_workers=False``) all begin with the first one."""
        self._asked.fill_(epoch)

    def _next_epoch(self) -> int:
        asked = int(self._asked)
        if asked != self._seen:
            self._seen = self._epoch = asked
        return self._epoch

    def _open(self, worker: int, workers: int) -> Stream:
        rank, world = self._ranks
        settings = {**self.settings, "rank": rank, "world": world, "worker": (worker, workers)}
        return self.dataset.stream(self.batch_size, **settings)

    def __iter__(self) -> Iterator[Batch]:
        info = torch.utils.data.get_worker_info()
        self._stream = stream = self._open(*((0, 1) if info is None else (info.id, info.num_workers)))
        if self._state is not None:
            stream.load_state_dict(self._state)
            self._state = None
        else:
            stream.set_epoch(self._next_epoch())
        for batch in stream:
            yield Batch({name: as_torch(column) for name, column in batch.items()})
        self._epoch = stream.epoch
        self._stream = None

    def state_dict(self) -> dict[str, int | str]:
        """The position of this worker."""
        if self._state is not None:
            return dict(self._state)
        if self._stream is not None:
            return self._stream.state_dict()
        info = torch.utils.data.get_worker_info()
        stream = self._open(*((0, 1) if info is None else (info.id, info.num_workers)))
        stream.set_epoch(self._next_epoch())
        return stream.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on where a state was taken; before the first batch.

        :raises StateError: an iteration has begun.
        """
        if self._stream is not None:
            raise StateError("load_state_dict() comes after the first batch", location=self.dataset.location)
        self._state = dict(state)

    def __getstate__(self) -> dict[str, Any]:
        # A stream doesn't go to another process; its position does.
        return {**self.__dict__, "_stream": None}

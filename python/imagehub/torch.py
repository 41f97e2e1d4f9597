"""Data sets for PyTorch's ``DataLoader``, and streams as tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch.utils.data

from imagehub.batch import Batch, as_torch
from imagehub.dataset import Dataset as HubDataset
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


class Loader:
    """A stream whose arrays are PyTorch tensors, in the place of a ``DataLoader``: Lightning, Accelerate and
    ``StatefulDataLoader``'s users find what they ask for.

    :param stream: from ``Dataset.stream``; each rank opens its own.
    """

    num_workers = 0
    sampler = None
    drop_last = True

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.dataset = stream.dataset
        self.batch_size = stream.batch_size

    def __len__(self) -> int:
        return len(self.stream)

    def __iter__(self) -> Iterator[Batch]:
        for batch in self.stream:
            yield Batch({name: as_torch(column) for name, column in batch.items()})

    def set_epoch(self, epoch: int) -> None:
        """Begins an epoch at the next iteration."""
        self.stream.set_epoch(epoch)

    def state_dict(self) -> dict[str, int | str]:
        """The position after the batches that were handed out."""
        return self.stream.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes on where a state was taken."""
        self.stream.load_state_dict(state)

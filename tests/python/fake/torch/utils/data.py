"""The base classes, and which worker this is."""

from types import SimpleNamespace
from typing import Generic, TypeVar

T = TypeVar("T")
WORKER = None


class Dataset(Generic[T]):
    pass


class IterableDataset(Dataset[T]):
    pass


def get_worker_info():
    return WORKER


class as_worker:
    """The code in it runs as a worker of a loader."""

    def __init__(self, id, num_workers):
        self.info = SimpleNamespace(id=id, num_workers=num_workers)

    def __enter__(self):
        global WORKER
        WORKER = self.info

    def __exit__(self, *_):
        global WORKER
        WORKER = None

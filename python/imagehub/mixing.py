"""Several data sets that are streamed as one."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NoReturn

from imagehub import _native
from imagehub.dataset import Dataset
from imagehub.errors import InvalidValue, NotFound, Unsupported
from imagehub.features import Feature
from imagehub.stream import Mixing


class Mix(Dataset):
    """Several data sets as one, from :func:`mix`: rows by index are those of the first, then of the second, and so on; streams
    mix them. Columns are those that all have, by name.

    ``batch["dataset"]`` of a stream tells the data set of each row, from 0, and ``batch["id"]`` its id in that.
    """

    __slots__ = ("_how", "datasets")

    def __init__(
        self, datasets: Sequence[Dataset], weights: tuple[float, ...] | None, per_batch: str, stop: str
    ) -> None:
        self.datasets = tuple(datasets)
        self._how = (weights, per_batch, stop)
        # It is opened with the first of them.
        super().__init__(self.datasets[0]._revision[0], None, {})

    def _again(self, datasets: Sequence[Dataset]) -> Mix:
        return Mix(datasets, *self._how)

    # What it is

    def _open(self) -> _native.Revision:
        return self.datasets[0]._open()

    def _selected(self) -> _native.Positions | None:
        return self.datasets[0]._selected()

    def _mixing(self) -> Mixing:
        weights, per_batch, stop = self._how
        parts = [(dataset._open(), dataset._selected()) for dataset in self.datasets[1:]]
        return Mixing(parts, None if weights is None else list(weights), per_batch, stop)

    @property
    def location(self) -> str:
        """Where the first data set is."""
        return self.datasets[0].location

    @property
    def commit(self) -> str:
        """The commits' ids, joined by commas."""
        return ",".join(dataset.commit for dataset in self.datasets)

    @property
    def columns(self) -> list[str]:
        """The columns that all data sets have, in the order of the first."""
        first, *others = [dataset.columns for dataset in self.datasets]
        return [name for name in first if all(name in columns for columns in others)]

    @property
    def features(self) -> dict[str, Feature]:
        """The types of the columns, in the first data set."""
        features = self.datasets[0].features
        return {name: features[name] for name in self.columns}

    @property
    def splits(self) -> dict[str, int]:
        """Rows a split, over all data sets."""
        splits: dict[str, int] = {}
        for dataset in self.datasets:
            for name, rows in dataset.splits.items():
                splits[name] = splits.get(name, 0) + rows
        return splits

    @property
    def ids(self) -> list[int]:
        """The ids of the rows, data set by data set."""
        return [id for dataset in self.datasets for id in dataset.ids]

    def __len__(self) -> int:
        return sum(len(dataset) for dataset in self.datasets)

    def _key(self) -> tuple[Any, ...]:
        return (tuple(dataset._key() for dataset in self.datasets), self._how)

    def __repr__(self) -> str:
        weights, per_batch, stop = self._how
        parts = ", ".join(map(repr, self.datasets))
        return f"mix([{parts}], weights={weights and list(weights)}, per_batch={per_batch!r}, stop={stop!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Mix, (self.datasets, *self._how))

    # Choices

    def select(self, *columns: str) -> Mix:
        """The same rows with these columns, which all data sets must have."""
        return self._again([dataset.select(*columns) for dataset in self.datasets])

    def split(self, name: str) -> Mix:
        """The rows of a split, of each data set."""
        return self._again([dataset.split(name) for dataset in self.datasets])

    def filter(self, where: str) -> Mix:
        """The rows of each data set that meet a condition."""
        return self._again([dataset.filter(where) for dataset in self.datasets])

    # Rows

    def __getitem__(self, index: Any) -> Any:
        """A row as a dictionary; the data sets follow each other."""
        is_number = hasattr(index, "__index__") and not getattr(index, "ndim", False)
        if not is_number:
            self._unsupported("a choice of rows of a mix", "choose rows of its data sets, then mix them")
        place = operator.index(index)
        count = len(self)
        found = place + count if place < 0 else place
        if not 0 <= found < count:
            raise IndexError(f"index {place} is out of range: there are {count} rows")
        columns = self.columns
        for dataset in self.datasets:
            if found < len(dataset):
                row = dataset[found]
                return {name: row[name] for name in columns}
            found -= len(dataset)
        raise IndexError(f"index {place} is out of range: there are {count} rows")

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        """The rows at some indices."""
        return [self[index] for index in indices]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        columns = self.columns
        for dataset in self.datasets:
            for row in dataset:
                yield {name: row[name] for name in columns}

    def _unsupported(self, what: str, instead: str) -> NoReturn:
        raise Unsupported(f"{what} is not possible; {instead}", location=self.location)

    def get(self, id: int) -> dict[str, Any]:
        """Not of a mix: ids are those of its data sets.

        :raises Unsupported: always.
        """
        self._unsupported("get() of a mix", "use mix.datasets[place].get(id)")

    def at(self, rev: str) -> Dataset:
        """Not of a mix.

        :raises Unsupported: always.
        """
        self._unsupported("another revision of a mix", "mix the data sets at theirs")

    def edit(self) -> Any:
        """Not of a mix.

        :raises Unsupported: always.
        """
        self._unsupported("editing a mix", "edit its data sets")

    def map(self, *arguments: Any, **settings: Any) -> Dataset:
        """Not of a mix.

        :raises Unsupported: always.
        """
        self._unsupported("map() of a mix", "map its data sets, then mix them")

    def query(self, sql: str) -> Any:
        """Not of a mix.

        :raises Unsupported: always.
        """
        self._unsupported("a query over a mix", "query its data sets")

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        self._unsupported("a table of a mix", "take those of its data sets")


def mix(
    datasets: Sequence[Dataset],
    *,
    weights: Sequence[float] | None = None,
    per_batch: Literal["random", "stratified", "one"] = "random",
    stop: Literal["first", "all"] = "all",
) -> Mix:
    """Several data sets that are streamed as one, with one pool of threads and one position to resume at.

    :param datasets: from :func:`imagehub.open`, or choices of them. They must have columns of the same names and types;
        those that not all of them have are left out.
    :param weights: how often rows of each come, in proportion. An epoch is then as long as ``stop`` says, and has each data set
        exactly as often as its weight. ``None``: as their sizes, each row once.
    :param per_batch: ``"random"``: each row of a batch is drawn; ``"stratified"``: each batch has the proportions of the
        weights; ``"one"``: each batch has rows of one data set.
    :param stop: ``"all"``: an epoch ends when all rows of all data sets have come, small ones come again; ``"first"``:
        before a row comes again.
    :raises InvalidValue: there are no data sets, another number of weights, or no columns that all of them have.
    """
    given = list(datasets)
    if not given:
        raise InvalidValue("mix() needs at least one data set")
    for dataset in given:
        if isinstance(dataset, Mix):
            message = "a mix can't be a part of a mix; name its data sets with their weights"
            raise InvalidValue(message, location=dataset.location)
    location = given[0].location
    if weights is not None and len(weights) != len(given):
        message = f"found {len(weights)} weights, expected one for each of {len(given)} data sets"
        raise InvalidValue(message, location=location)
    if per_batch not in ("random", "stratified", "one"):
        message = f"per_batch is {per_batch!r}, expected 'random', 'stratified' or 'one'"
        raise InvalidValue(message, location=location)
    if stop not in ("first", "all"):
        raise InvalidValue(f"stop is {stop!r}, expected 'first' or 'all'", location=location)
    mixed = Mix(given, None if weights is None else tuple(float(weight) for weight in weights), per_batch, stop)
    if not mixed.columns:
        listed = "; ".join(", ".join(dataset.columns) for dataset in given)
        raise NotFound(f"the data sets have no column in common: {listed}", location=location)
    return mixed

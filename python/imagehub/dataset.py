"""A data set at one revision: rows by index, choices of rows and columns, streams."""

from __future__ import annotations

import importlib
import operator
import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from imagehub import _native
from imagehub.errors import InvalidValue, NotFound, Unsupported
from imagehub.batch import Batch
from imagehub.features import Feature, FeatureLike
from imagehub.locations import as_location
from imagehub.outputs import Output
from imagehub.sizes import parse_size
from imagehub.stream import Mixing, Stream
from imagehub.writer import Writer

if TYPE_CHECKING:
    from imagehub.transforms import Clips, Images, Shuffle, Sounds

# What was chosen, in order: ("split", name), ("filter", condition), ("take", positions as bytes).
_Choice = tuple[str, Any]


class Dataset:
    """A data set at one revision, or a choice of its rows and columns. Immutable; opened when it is first used.

    Two are equal if they have the same location, commit and choice. A pickle holds these three, and no data.
    """

    __slots__ = (
        "__weakref__",
        "_choices",
        "_columns",
        "_count",
        "_opened",
        "_options",
        "_positions",
        "_revision",
        "_rows",
    )

    def __init__(
        self,
        location: str,
        commit: str | None,
        options: dict[str, Any],
        columns: tuple[str, ...] | None = None,
        choices: tuple[_Choice, ...] = (),
        opened: _native.Revision | None = None,
    ) -> None:
        self._options = options
        self._columns = columns
        self._choices = choices
        self._opened = opened
        self._revision = (location, commit)
        self._positions: _native.Positions | None = None
        self._rows: _native.Rows | None = None
        self._count = -1
        _all[id(self)] = self

    # What it is

    def _open(self) -> _native.Revision:
        if self._opened is None:
            location, commit = self._revision
            self._opened = _native.open(location, commit, **self._options)
        return self._opened

    @property
    def location(self) -> str:
        """Where the data set is, without a revision."""
        return self._open().location

    @property
    def commit(self) -> str:
        """The commit's id, 64 hex digits."""
        return self._open().commit

    @property
    def columns(self) -> list[str]:
        """The names of the columns. Facts of media (``image.width``) are columns that are chosen by name only."""
        if self._columns is not None:
            return list(self._columns)
        return [name for name, _, is_fact in self._open().columns if not is_fact]

    @property
    def features(self) -> dict[str, Feature]:
        """The type of each column."""
        known = {name: feature for name, feature, _ in self._open().columns}
        return {name: Feature.from_json(known[name]) for name in self.columns}

    @property
    def splits(self) -> dict[str, int]:
        """Rows a split, of the whole revision."""
        return {name: rows for name, rows in self._open().splits if name}

    @property
    def ids(self) -> list[int]:
        """The permanent ids of the rows, in order."""
        return self._open().ids_of(self._chosen())

    def __len__(self) -> int:
        if self._count < 0:
            self._count = len(self._chosen()) if self._choices else self._open().rows
        return self._count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return (self.location, self.commit, self._columns, self._choices)

    def __repr__(self) -> str:
        location, commit = self.location, self.commit
        return f"Dataset({location}@{commit[:12]}: {len(self):,} rows of {', '.join(self.columns)})"

    def __reduce__(self) -> tuple[Any, ...]:
        arguments = (self.location, self.commit, self._options, self._columns, self._choices)
        return (Dataset, arguments)

    # Choices

    def _chosen(self) -> _native.Positions:
        """The positions of the rows, in order."""
        if self._positions is None:
            revision = self._open()
            chosen: _native.Positions | None = None
            for kind, value in self._choices:
                if kind == "take":
                    chosen = _native.Positions.from_bytes(value)
                    continue
                found = revision.split(value) if kind == "split" else revision.filter(value)
                chosen = found if chosen is None else chosen.intersection(found)
            self._positions = chosen if chosen is not None else _native.Positions.all(revision.rows)
        return self._positions

    def _selected(self) -> _native.Positions | None:
        """The positions of the rows, or None for all."""
        return self._chosen() if self._choices else None

    def _mixing(self) -> Mixing | None:
        """How it is mixed of several, if it is."""
        return None

    def _with(self, *choices: _Choice, columns: tuple[str, ...] | None = None) -> Dataset:
        location, commit = self._open().location, self._open().commit
        columns = columns or self._columns
        return Dataset(location, commit, self._options, columns, choices, self._opened)

    def select(self, *columns: str) -> Dataset:
        """The same rows with these columns, in this order.

        :raises NotFound: a column doesn't exist; the message names those that do.
        """
        if not columns:
            raise InvalidValue("select() needs at least one column", location=self.location)
        known = [name for name, _, _ in self._open().columns]
        for name in columns:
            if name not in known:
                message = f"there is no column {name!r}; the columns are: {', '.join(known)}"
                raise NotFound(message, location=self.location, column=name)
        return self._with(*self._choices, columns=columns)

    def split(self, name: str) -> Dataset:
        """The rows of a split.

        :raises NotFound: there is no such split; the message names those that exist.
        """
        self._open().split(name)
        return self._with(*self._choices, ("split", name))

    def filter(self, where: str) -> Dataset:
        """The rows that meet a condition, written as after SQL's WHERE: ``isa(label, 'dog.n.01')``.

        The condition is checked and evaluated now, from the columns that it names.

        :raises InvalidValue: the condition is not valid.
        """
        chosen = self._with(*self._choices, ("filter", where))
        chosen._chosen()
        return chosen

    def at(self, rev: str) -> Dataset:
        """The same choice at another revision: a branch, a tag, ``branch:version`` or a commit id."""
        if any(kind == "take" for kind, _ in self._choices):
            message = "rows that were chosen by index belong to this revision; choose them again at the other one"
            raise InvalidValue(message, location=self.location)
        opened = _native.open(self.location, rev, **self._options)
        return Dataset(opened.location, opened.commit, self._options, self._columns, self._choices, opened)

    # Rows

    def _reader(self) -> _native.Rows:
        if self._rows is None:
            self._rows = _native.Rows(self._open(), self.columns)
        return self._rows

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice | Sequence[int]) -> Dataset: ...
    def __getitem__(self, index: Any) -> Any:
        """A row as a dictionary (an index counts from the end where it is negative); of a slice, a list of indices or
        a mask of booleans, a data set of these rows."""
        # NumPy's arrays have __index__ too; those without dimensions are numbers.
        if type(index) is int or (hasattr(index, "__index__") and not getattr(index, "ndim", 0)):
            return self._row(operator.index(index))
        if isinstance(index, slice):
            return self._taken(self._chosen().slice(index))
        return self._taken(self._chosen().take(_indices(index, len(self))))

    def _row(self, index: int) -> dict[str, Any]:
        rows = self._rows or self._reader()
        count = self._count if self._count >= 0 else len(self)
        place = index + count if index < 0 else index
        if not 0 <= place < count:
            raise IndexError(f"index {index} is out of range: there are {count} rows")
        return rows.get(place if not self._choices else self._chosen().at(place))

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        """The rows at some indices, read in one go. PyTorch's DataLoader calls it."""
        positions = self._chosen().take(_indices(indices, len(self)))
        return self._reader().take(positions.to_list())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for start in range(0, len(self), 256):
            yield from self.__getitems__(range(start, min(start + 256, len(self))))

    def get(self, id: int) -> dict[str, Any]:
        """The row with a permanent id, whether or not it is among those chosen.

        :raises NotFound: no row of this revision has the id.
        """
        return self._reader().get(self._open().position_of(id))

    def _taken(self, positions: _native.Positions) -> Dataset:
        taken = self._with(("take", positions.to_bytes()))
        taken._positions = positions
        return taken

    # Batches

    def stream(
        self,
        batch_size: int = 64,
        *,
        columns: Sequence[str] | None = None,
        image: Images = None,
        audio: Sounds = None,
        video: Clips = None,
        shuffle: bool | Literal["window", "full"] | Shuffle = False,
        seed: int = 0,
        epochs: int | None = 1,
        rank: int | Literal["auto"] = "auto",
        world: int | Literal["auto"] = "auto",
        worker: tuple[int, int] = (0, 1),
        tail: Literal["drop", "pad", "keep"] | None = None,
        bucket: str | None = None,
        max_cost: float | None = None,
        cost: str | None = None,
        weights: str | Mapping[str, float] | None = None,
        on_error: Literal["raise", "skip", "zero"] = "raise",
        output: Output = "numpy",
        device: Any = None,
        pin: bool | None = None,
        threads: int | None = None,
        prefetch: int | str | None = None,
        indexes: bool = True,
        copies: Literal["off", "enough", "always"] = "enough",
        cache: str | None = None,
        fetch_parts: bool = True,
        profile: bool = False,
    ) -> Stream:
        """Batches of rows, in order or shuffled, as :class:`~imagehub.stream.Stream` describes. Rows that were chosen by
        index come in the revision's order too, each once.

        :param batch_size: rows a batch.
        :param columns: these columns only.
        :param image: what becomes of the images: :class:`~imagehub.Decode`, :class:`~imagehub.Crop` or
            :class:`~imagehub.Resize`; where there are several columns of images, a mapping from their names. Without it
            they come encoded.
        :param audio: what becomes of audio: :class:`~imagehub.Audio`, or a mapping from the names of several columns.
        :param video: what becomes of videos: :class:`~imagehub.Clip`, or a mapping from the names of several columns.
        :param shuffle: mix the rows of twelve chunks (of about 8 to 16 MiB) at a time, differently in each epoch; or
            ``"full"``: all rows of the epoch, which from a bucket or server needs memory for all of them; or
            :class:`~imagehub.Shuffle`.
        :param seed: of the shuffle and of random crops; the same seed gives the same order and crops everywhere.
        :param epochs: how many epochs an iteration covers; ``None``: without end.
        :param rank: this process among ``world``, from 0. ``auto``: what ``torch.distributed`` says if it is
            initialised, else ``RANK`` and ``WORLD_SIZE`` of the environment, else 0 of 1.
        :param worker: this stream among several that read for one rank, and their number: they take the rank's batches in
            turns.
        :param tail: the last rows of an epoch: ``drop`` them, so that every rank gets equally many full batches; ``pad`` the
            last batches with the epoch's first rows, so that every row comes, too; or ``keep`` them (with one rank only).
            Default: ``keep`` with one rank, else ``drop``.
        :param bucket: batches of rows of one kind: ``"shape"``, images that are decoded to the same size, which are one array
            then; or a column of classes, text, whole numbers or booleans. The order of the batches is as random as that of
            the rows; at the end of an epoch each kind has one batch that may be smaller.
        :param max_cost: the budget of a batch: it has as many rows as fit, and at most ``batch_size``. A row that costs more
            is an error before anything is read.
        :param cost: the column of numbers that says what each row costs; default: the pixels of its decoded images.
        :param weights: let rows come more or less often, in proportion to a column of numbers, or to the weights of their
            classes (a mapping from names; 1 for those that it lacks); ``"balanced"``: all classes equally often. An epoch
            keeps its number of rows.
        :param on_error: what happens where an image, audio file or video can't be decoded: ``raise`` a
            :class:`~imagehub.DecodeError` that names the row; ``skip`` it, and take another row of the batch twice, so that
            every rank keeps its number of batches; or give ``zero`` pixels or samples. ``stream.stats.skipped`` lists the rows.
        :param output: what arrays a batch has: ``"numpy"``; ``"torch"``: tensors over the same memory; ``"jax"``; ``"arrow"``:
            instead of a batch a table, which pyarrow, polars and DuckDB read; ``"bytes"``: as ``"numpy"``, media as they were
            pushed.
        :param device: where tensors of PyTorch or arrays of JAX are put.
        :param pin: page-locked memory for tensors of PyTorch; default: where the device is a GPU.
        :param threads: how many threads of the process's pool decode at a time; default: one a core.
        :param prefetch: bytes that are read ahead, as a number or ``"256MB"``.
        :param indexes: make an index of each JPEG while it is decoded, and keep it in the cache, so that later epochs read only
            the part of the image that they show.
        :param copies: when smaller copies of the images, those of the data set (``hub push --store 256``) or of the cache, are
            decoded in their place: where they have ``"enough"`` pixels for the part that is shown, and the transform isn't
            exact; ``"always"``, also where pixels are enlarged; or never (``"off"``).
        :param cache: ``"256px"``: keep a smaller copy of each image in the local cache, whose shorter side has 256 pixels (16 to
            4,096), as a JPEG of quality 95. The first epoch makes them, later ones decode them where ``copies`` says so, and
            don't read the images then. They share the cache's folder and its limit (``imagehub.open(cache_size=…)``) with
            other processes.
        :param fetch_parts: of JPEGs of 1 MiB and more in a bucket, for which the data set has an index (``hub push --index``), fetch
            only the rows that a crop needs; only without a local cache (``imagehub.open(…, cache_size=0)``, and ``cache=None``).
        :param profile: measure where the time of decoding goes, for ``stream.stats``.
        """
        dataset = self if columns is None else self.select(*columns)
        return Stream(
            dataset,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            epochs=epochs,
            rank=rank,
            world=world,
            worker=worker,
            tail=tail,
            weights=weights,
            bucket=bucket,
            max_cost=max_cost,
            cost=cost,
            prefetch=prefetch,
            image=image,
            audio=audio,
            video=video,
            indexes=indexes,
            copies=copies,
            cache=cache,
            fetch_parts=fetch_parts,
            profile=profile,
            on_error=on_error,
            threads=threads,
            output=output,
            device=device,
            pin=pin,
        )

    def shuffle_report(
        self, shuffle: bool | Literal["window", "full"] | Shuffle = True, *, seed: int = 0, epoch: int = 0
    ) -> dict[str, float | None]:
        """How well an epoch is shuffled, compared with a shuffle of all rows. Reads the column of class labels alone.

        :returns: ``displacement``: how far rows are moved on average; 1: as far as by a shuffle of all, 0: in order.
            ``class_runs``: the mean length of runs of the same class, and ``true_class_runs``: what it is in a shuffle of
            all; both ``None`` unless there is one column of class labels.
        """
        labels = [name for name, feature in self.features.items() if feature.kind == "class_label"]
        stream = self.stream(1024, shuffle=shuffle, seed=seed, rank=0, world=1)
        return stream.shuffle_report(labels[0] if len(labels) == 1 else None, epoch)

    # Writing

    def edit(self) -> Writer:
        """A writer to the branch that this revision is on: rows can be appended and deleted, and columns be given to the
        rows of this choice. Other writers may commit meanwhile; only the same values can't be changed twice."""
        revision = self._open()
        return Writer(_native.Writer.edit(revision), revision.location, self)

    def map(
        self,
        function: Callable[[Batch], Any],
        *,
        column: str,
        batch_size: int = 256,
        message: str = "",
        feature: FeatureLike | None = None,
        image: Images = None,
    ) -> Dataset:
        """The same rows with a column that a function computes from batches, as :meth:`Writer.add_column
        <imagehub.writer.Writer.add_column>` describes; committed with the message."""
        with self.edit() as writer:
            writer.add_column(column, function, batch_size=batch_size, feature=feature, image=image)
            commit = writer.commit(message)
        opened = _native.open(self.location, commit, **self._options)
        choices = self._choices
        ids = None
        if any(kind == "take" for kind, _ in choices):
            # Other writers may have moved the rows.
            ids = opened.positions_of(self.ids)
            choices = (("take", ids.to_bytes()),)
        columns = self._columns
        if columns is not None and column not in columns:
            columns = (*columns, column)
        mapped = Dataset(opened.location, opened.commit, self._options, columns, choices, opened)
        mapped._positions = ids
        return mapped

    def _batches(self, batch_size: int, image: Images) -> Iterable[Batch]:
        return self.stream(batch_size, image=image, rank=0, world=1, tail="keep")

    # Tables

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The rows as a stream of Arrow batches, in the revision's order: what ``pyarrow.table(ds)``,
        ``polars.DataFrame(ds)`` and DuckDB ask for. Media and tensors are not copied."""
        return _native.arrow_stream(self._open(), self.columns, self._selected())

    def to_arrow(self, columns: Sequence[str] | None = None) -> Any:
        """The rows as a ``pyarrow.Table``."""
        return _optional("pyarrow").table(self if columns is None else self.select(*columns))

    def to_pandas(self, columns: Sequence[str] | None = None) -> Any:
        """The rows as a ``pandas.DataFrame``."""
        return self.to_arrow(columns).to_pandas()

    def to_polars(self, columns: Sequence[str] | None = None) -> Any:
        """The rows as a ``polars.DataFrame``."""
        return _optional("polars").DataFrame(self if columns is None else self.select(*columns))

    def to_hf(self) -> Any:
        """The rows as a ``datasets.Dataset`` of Hugging Face, in memory: images, audio and videos are its own types, class
        labels have their names, and tensors are arrays."""
        from imagehub._hf import to_hf

        return to_hf(self.to_arrow(), self.features, _optional("datasets"))

    def query(self, sql: str) -> Table:
        """The result of an SQL query over the whole revision, which is the table ``samples``:
        ``SELECT label, count(*) FROM samples GROUP BY label``.

        :raises InvalidValue: the query is not valid, or not allowed.
        """
        return Table(_native.query(self._open(), sql))


# By their identity: equal ones are opened separately.
_all: weakref.WeakValueDictionary[int, Dataset] = weakref.WeakValueDictionary()
_of_parents: list[Any] = []


def _open_again() -> None:
    """In a process that was forked, data sets are opened again: locks of what the parent opened may be held by threads
    that are gone. For the same reason that is never freed."""
    for dataset in list(_all.values()):
        _of_parents.append((dataset._opened, dataset._rows))
        location, commit = dataset._revision
        if dataset._opened is not None:
            location, commit = dataset._opened.location, dataset._opened.commit
        dataset._revision = (location, commit)
        dataset._opened = dataset._rows = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open_again)


class Table:
    """The result of a query, in memory. pyarrow, polars and DuckDB read it without a copy."""

    __slots__ = ("_table",)

    def __init__(self, native: _native.Table) -> None:
        self._table = native

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._table.column_names

    def __len__(self) -> int:
        return len(self._table)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> Any:
        """The result as a ``pyarrow.Table``."""
        return _optional("pyarrow").table(self)

    def to_pandas(self) -> Any:
        """The result as a ``pandas.DataFrame``."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> Any:
        """The result as a ``polars.DataFrame``."""
        return _optional("polars").DataFrame(self)

    def __repr__(self) -> str:
        return f"Table({len(self):,} rows of {', '.join(self.columns)})"


def _optional(name: str) -> Any:
    """A package that is not always there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Unsupported(f"this needs the package {name}: pip install {name}") from None


def _indices(index: Any, count: int) -> list[int]:
    """Indices, or the places where a mask is true."""
    values = index.tolist() if hasattr(index, "tolist") else list(index)
    if values and all(isinstance(value, bool) for value in values):
        if len(values) != count:
            raise IndexError(f"the mask has {len(values)} values, there are {count} rows")
        return [place for place, value in enumerate(values) if value]
    return [operator.index(value) for value in values]


def open(  # noqa: A001 - as in `imagehub.open`
    location: str | os.PathLike[str],
    *,
    rev: str | None = None,
    token: str | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    cache_size: int | str = "auto",
) -> Dataset:
    """Opens a data set.

    :param location: ``"namespace/name"`` (of the server in ``HUB_URL``, else of the hub in ``HUB_HOME``),
        ``"./directory"``, ``"s3://bucket/prefix"`` or ``"http://host/namespace/name"``, each with ``@revision`` at
        its end or without.
    :param rev: a branch, tag, ``branch:version`` or commit id, instead of ``@revision``.
    :param token: for a server; by default the one in ``HUB_TOKEN``, else that of ``hub login``. It goes along in a pickle.
    :param cache_dir: where chunks of a bucket or server are kept, and smaller copies of images (``stream(cache="256px")``); by
        default the hub's cache.
    :param cache_size: the most bytes that are kept there, as a number or ``"20GB"``; ``"auto"``: 10 GB; 0: no cache.
    :raises NotFound: there is no such data set or revision.
    """
    text = as_location(location)
    options: dict[str, Any] = {
        "cache_dir": None if cache_dir is None else os.fspath(cache_dir),
        "cache_bytes": None if cache_size == "auto" else parse_size(cache_size),
        "token": token,
    }
    opened = _native.open(text, rev, **options)
    return Dataset(opened.location, opened.commit, options, opened=opened)


"""Writing: new data sets, and edits of those that are there."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from imagehub import _native
from imagehub.batch import Batch
from imagehub.errors import Error, InvalidValue, StateError
from imagehub.features import Feature, FeatureLike, as_feature
from imagehub.locations import as_location

if TYPE_CHECKING:
    from imagehub.transforms import Images

# Rows that are handed to the encoding threads at a time.
_CHUNK = 32


class Edited(Protocol):
    """What an edit changes: a :class:`~imagehub.dataset.Dataset`."""

    @property
    def location(self) -> str: ...
    @property
    def commit(self) -> str: ...
    @property
    def features(self) -> dict[str, Feature]: ...
    def __len__(self) -> int: ...
    def _open(self) -> _native.Revision: ...
    @property
    def ids(self) -> list[int]: ...
    def _batches(self, batch_size: int, image: Images) -> Iterable[Batch]: ...


class ArrowSchema(Protocol):
    """What has Arrow's C interface of schemas: a ``pyarrow.Schema``."""

    def __arrow_c_schema__(self) -> Any: ...


class Writer:
    """Rows to append, columns to add and rows to delete, which appear with one commit: all of them or none.

    From :func:`imagehub.create` or :meth:`Dataset.edit <imagehub.dataset.Dataset.edit>`. As a context manager it commits
    at the end; an exception leaves the data set as it was, and a new one is not there. Rows are encoded and uploaded while
    they come, on threads of their own, so memory stays bounded. What an exception leaves in the store is not part of the
    data set, and ``hub gc`` deletes it.

    Rows of one split keep their order; the splits of an append follow each other.

    >>> with imagehub.create("./pets", {"image": "image", "label": Feature.labels(["cat", "dog"])}) as writer:
    ...     writer.append({"image": Path("tom.jpg"), "label": "cat"}, split="train")
    """

    def __init__(self, native: _native.Writer, location: str, edited: Edited | None = None) -> None:
        self.location = location
        self._native = native
        self._edited = edited
        self._pending = edited is None
        self._ended = False
        self._lock = threading.RLock()

    def append(self, rows: Any, *, split: str | None = None) -> int:
        """Appends rows; returns how many.

        :param rows: a row (a mapping of column to value), an iterable of rows, an Arrow table or stream (pyarrow, polars,
            DuckDB, Hugging Face ``datasets``, another :class:`Dataset`), a pandas ``DataFrame``, or a PyTorch data set of
            rows. A row may be a tuple too, in the order of the columns.
        :param split: the split of all of them: ``"train"``, ``"val"``, ``"test"`` or another name.
        :raises InvalidValue: a value doesn't fit its column; the message names the row, counted from 0 since the last
            commit, and the column. The rows before it stay appended.
        :raises Conflict: the columns of the data set were changed by another writer.

        Values are what rows have. An image may also be given as a path, a PIL image, or an array ``[H, W]`` or
        ``[H, W, C]`` of uint8 (stored as PNG); audio and video as paths; a class label as the name or the number of its
        class; a column that a row lacks is null.
        """
        with self._lock:
            self._check_open()
            self._pending = True
            if isinstance(rows, Mapping):
                return self._append_rows([rows], split)
            if tables := _arrow_tables(rows):
                return sum(self._native.append_arrow(table.__arrow_c_stream__(), split) for table in tables)
            if _is_frame(rows):
                # Missing values are None; pandas has NaN for them.
                return self._append_rows(rows.astype(object).where(rows.notna(), None).to_dict("records"), split)
            if hasattr(rows, "__getitem__") and hasattr(rows, "__len__") and not hasattr(rows, "__iter__"):
                return self._append_rows((rows[place] for place in range(len(rows))), split)
            if isinstance(rows, str | bytes) or not isinstance(rows, Iterable):
                message = f"rows are mappings, an iterable of them or a table, not {type(rows).__name__}"
                raise InvalidValue(message, location=self.location)
            return self._append_rows(rows, split)

    def _append_rows(self, rows: Iterable[Any], split: str | None) -> int:
        appended = 0
        iterator = iter(rows)
        while chunk := list(itertools.islice(iterator, _CHUNK)):
            columns = self._native.columns
            if not columns:
                from imagehub._infer import features_of_rows

                features = features_of_rows(chunk, self.location)
                self._native.set_columns(list(_as_json(features)))
                columns = list(features)
            appended += self._native.append([self._as_dict(row, columns) for row in chunk], split)
        return appended

    def _as_dict(self, row: Any, columns: list[str]) -> dict[str, Any]:
        if type(row) is dict:
            return row
        if isinstance(row, Mapping):
            return dict(row)
        if isinstance(row, tuple | list) and len(row) == len(columns):
            return dict(zip(columns, row, strict=True))
        message = f"a row is a mapping, or a tuple of {', '.join(columns)}; found {type(row).__name__}"
        raise InvalidValue(message, location=self.location)

    def add_column(
        self,
        name: str,
        values: Sequence[Any] | Callable[[Batch], Any],
        *,
        batch_size: int = 256,
        feature: FeatureLike | None = None,
        image: Images = None,
    ) -> None:
        """Gives the rows of the data set that :meth:`Dataset.edit` was called on values of a column. One of that name is
        changed; rows that are not among those of the data set keep theirs, or are null where the column is new.

        :param values: one a row, in order; or a function that gets a :class:`Batch` and returns its rows' values, as an
            array ``[N, …]`` or a list of N.
        :param batch_size: rows a batch for the function.
        :param feature: the type of a new column; by default that of the values: an array of more than one dimension makes
            a column of tensors.
        :param image: how the function's batches have their images decoded, as in :meth:`Dataset.stream`.
        :raises InvalidValue: a value doesn't fit, or there is not one for each row.
        """
        with self._lock:
            self._check_open()
            if self._edited is None:
                message = "add_column() needs rows that are there: append them, commit, then edit()"
                raise InvalidValue(message, location=self.location, column=name)
            self._pending = True
            known = self._edited.features.get(name)
            wanted = None if feature is None else as_feature(feature)
            if known is not None and wanted is not None and wanted != known:
                message = f"column {name!r} is there already, as {known.kind}; leave feature out"
                raise InvalidValue(message, location=self.location, column=name)
            for ids, some in self._given(name, values, batch_size, image):
                if known is None and wanted is None:
                    from imagehub._infer import feature_of_column

                    wanted = feature_of_column(name, some, self.location)
                column = None if known is not None or wanted is None else wanted.to_json()
                self._native.set_values(name, column, ids, _as_list(some))

    def _given(self, name: str, values: Any, batch_size: int, image: Images) -> Iterator[tuple[list[int], Any]]:
        """Row ids, and a value for each."""
        edited = self._edited
        if edited is None:
            return
        if callable(values):
            for batch in edited._batches(batch_size, image):
                ids = [int(id) for id in batch["id"]]
                some = values(batch)
                self._check_length(name, some, len(ids), "the function's batch has")
                yield ids, some
            return
        self._check_length(name, values, len(edited), "the data set has")
        yield edited.ids, values

    def _check_length(self, name: str, values: Any, rows: int, where: str) -> None:
        if not hasattr(values, "__len__") or isinstance(values, str | bytes | Mapping):
            message = f"column {name!r}: expected an array or a list, found {type(values).__name__}"
            raise InvalidValue(message, location=self.location, column=name)
        if len(values) != rows:
            message = f"column {name!r}: {len(values)} values, but {where} {rows} rows"
            raise InvalidValue(message, location=self.location, column=name)

    def delete(self, rows: Edited | Iterable[int]) -> int:
        """Deletes rows; returns how many. Earlier revisions keep them.

        :param rows: a choice of rows (``pets.filter("label = 'cat'")``), or permanent ids (``batch["id"]``).

        :raises NotFound: the revision has no row of an id.
        """
        with self._lock:
            self._check_open()
            self._pending = True
            chosen: Any = rows
            return self._native.delete([int(id) for id in getattr(chosen, "ids", chosen)])

    def commit(self, message: str = "") -> str:
        """Commits what was written since the last commit; returns the id of the revision, which is the old one if nothing
        changed. Rows may be appended to it afterwards.

        :raises InvalidValue: an image, audio or video file is damaged or too large; nothing is committed.
        :raises Conflict: another writer changed the same values, or the columns.
        """
        with self._lock:
            self._check_open()
            try:
                commit = self._native.commit(message)
            except BaseException:
                self._abort()
                raise
            self._pending = False
            if commit is None:
                commit = self._edited.commit if self._edited is not None else ""
            return commit

    def _check_open(self) -> None:
        if self._ended:
            raise StateError("the writer is closed; open another", location=self.location)

    def _abort(self) -> None:
        self._ended = True
        # Where the empty data set can't be removed (a token may write, but not remove), create() takes it as a new one.
        with contextlib.suppress(Error):
            self._native.abort()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._ended:
                return
            if error is not None:
                self._abort()
                return
            if self._pending:
                self.commit()
            self._ended = True

    def __del__(self) -> None:
        # A writer that is dropped without a commit leaves nothing.
        if not getattr(self, "_ended", True):
            self._abort()

    def __reduce__(self) -> Any:
        raise TypeError("a Writer can't be pickled: open one in the other process")

    def __repr__(self) -> str:
        return f"Writer({self.location}: {', '.join(self._native.columns) or 'columns of the first rows'})"


def create(
    location: str | os.PathLike[str],
    schema: Mapping[str, FeatureLike] | ArrowSchema | None = None,
    *,
    token: str | None = None,
) -> Writer:
    """A writer to a new data set. It is created with its first rows.

    :param location: as for :func:`imagehub.open`, without a revision.
    :param schema: the column names and their types: a :class:`Feature`, its kind as a text (``"image"``, ``"text"``,
        ``"int64"``, …) or a Python type (``str``, ``int``, ``float``, ``bool``, ``datetime``); or a ``pyarrow.Schema``.
        Without it, the columns are those of the first rows.
    :param token: for a server, as for :func:`imagehub.open`.
    :raises Conflict: there is a data set already.
    """
    text = as_location(location)
    columns: list[tuple[str, str]] | None = None
    if schema is not None:
        if isinstance(schema, Mapping):
            columns = list(_as_json({name: as_feature(feature) for name, feature in schema.items()}))
        else:
            columns = _native.columns_of_arrow(schema.__arrow_c_schema__(), text)
        if not columns:
            raise InvalidValue("the schema has no columns", location=text)
    native = _native.Writer.create(text, columns, token)
    return Writer(native, native.location)


def _as_json(features: Mapping[str, Feature]) -> Iterator[tuple[str, str]]:
    return ((name, feature.to_json()) for name, feature in features.items())


def _as_list(values: Any) -> list[Any]:
    if hasattr(values, "detach"):  # a tensor of PyTorch
        values = values.detach().cpu().numpy()
    if getattr(values, "ndim", None) == 1:
        return list(values.tolist())
    return list(values)


def _arrow_tables(rows: Any) -> Iterable[Any] | None:
    """The tables of an object that has Arrow's interface; ``None`` for others."""
    # Hugging Face's data sets: their tables hold media as they were pushed, their rows decoded pictures.
    if hasattr(rows, "with_format") and hasattr(rows, "features") and hasattr(rows, "iter"):
        tables: Iterable[Any] = rows.with_format("arrow").iter(batch_size=1000)
        return tables
    # pandas needs pyarrow for it.
    if hasattr(rows, "__arrow_c_stream__") and (not _is_frame(rows) or importlib.util.find_spec("pyarrow")):
        return [rows]
    return None


def _is_frame(rows: Any) -> bool:
    """Whether it is a ``DataFrame`` of pandas."""
    return hasattr(rows, "itertuples") and hasattr(rows, "notna")

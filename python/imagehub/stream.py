"""Streams: epochs of batches, with an exact position."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from imagehub import _native, outputs
from imagehub.batch import Batch
from imagehub.errors import InvalidValue, StateError
from imagehub.features import Feature
from imagehub.sizes import parse_size

if TYPE_CHECKING:
    # Imported with their first use: dataclasses take a third of the package's import.
    from imagehub.transforms import Clips, Images, ImageTransform, Moving, Shuffle, Sounds

_STATE_VERSION = 2


class Mixing(NamedTuple):
    """How the data sets of a mix are put together.

    :param parts: the data sets after the first.
    :param weights: how often rows of each come, in proportion; ``None``: as their sizes.
    :param per_batch: ``"random"``, ``"stratified"`` or ``"one"``.
    :param stop: ``"first"`` or ``"all"``.
    """

    parts: list[tuple[_native.Revision, _native.Positions | None]]
    weights: list[float] | None
    per_batch: str
    stop: str


class Source(Protocol):
    """What a stream reads: a :class:`~imagehub.dataset.Dataset`."""

    @property
    def location(self) -> str: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def features(self) -> dict[str, Feature]: ...
    def __len__(self) -> int: ...
    def _open(self) -> _native.Revision: ...
    def _selected(self) -> _native.Positions | None: ...
    def _mixing(self) -> Mixing | None: ...


class Stats(NamedTuple):
    """What a stream has done. Images, audio and videos are counted when they are decoded, up to a few batches ahead.

    :param batches: handed out.
    :param samples: rows handed out.
    :param bytes: of the values of these rows: of encoded media as they are stored, of decoded ones the pixels or samples.
    :param samples_per_s: rows a second, from the first batch that was asked for to the last one.
    :param waited_s: how long the caller has waited for batches, in seconds.
    :param images: decoded.
    :param image_bytes: their bytes, encoded.
    :param audio: audio files decoded, or clips of them.
    :param video: clips of videos decoded.
    :param decode_s: CPU time of decoding, over all threads, in seconds; without that of ``ffmpeg``.
    :param indexed: JPEGs of which only the needed part was read, by their index of entry points.
    :param stored_indexes: those of them whose index the data set has (``hub push --index``).
    :param copies: images in whose place a smaller copy of the data set was decoded (``hub push --store 256``).
    :param cached_copies: images in whose place a smaller copy of the local cache was decoded (``cache="256px"``).
    :param copies_made: images of which such a copy was made and kept.
    :param cache_hits: what was read from the local cache instead of the location: byte ranges of files, and smaller copies.
    :param cache_misses: byte ranges of files that the local cache didn't hold.
    :param fetched_parts: large JPEGs of which only the part that a crop needs was fetched from a bucket or server.
    :param saved_bytes: bytes of them that were not fetched.
    :param whole_scans: JPEGs that were read from their beginning.
    :param scaled: JPEGs that were decoded at half their size or less.
    :param indexes_made: JPEGs whose index was made on the way, for the next epoch.
    :param indexes_refused: JPEGs that were decoded without the index that there was for them, since it wasn't theirs.
    :param entropy_s: of ``decode_s``, reading the JPEGs' scans; with ``profile=True``.
    :param pixels_s: of ``decode_s``, making pixels of them; with ``profile=True``.
    :param transform_s: of ``decode_s``, resizing and normalising; with ``profile=True``.
    :param skipped_total: rows whose image, audio or video can't be decoded, left out or zeroed.
    :param skipped: the ids of the first 1,000 of them, and why; of a mix, ``(data set, id)`` of each.
    """

    batches: int = 0
    samples: int = 0
    bytes: int = 0
    samples_per_s: float = 0.0
    waited_s: float = 0.0
    images: int = 0
    image_bytes: int = 0
    audio: int = 0
    video: int = 0
    decode_s: float = 0.0
    indexed: int = 0
    stored_indexes: int = 0
    copies: int = 0
    cached_copies: int = 0
    copies_made: int = 0
    cache_hits: int = 0
    cache_misses: int = 0
    fetched_parts: int = 0
    saved_bytes: int = 0
    whole_scans: int = 0
    scaled: int = 0
    indexes_made: int = 0
    indexes_refused: int = 0
    entropy_s: float = 0.0
    pixels_s: float = 0.0
    transform_s: float = 0.0
    skipped_total: int = 0
    skipped: tuple[tuple[int | tuple[int, int], str], ...] = ()

    def plus(self, more: Mapping[str, Any], is_mix: bool) -> Stats:
        """These and those of another epoch."""
        counts = {name: getattr(self, name) + more[name] for name in more if name != "skipped"}
        skipped = (((source, id) if is_mix else id, reason) for source, id, reason in more["skipped"])
        return Stats(**counts, skipped=(*self.skipped, *skipped)[:1000])


class Stream:
    """Batches of a data set, from :meth:`Dataset.stream <imagehub.dataset.Dataset.stream>`.

    ``for batch in stream`` goes through ``epochs`` epochs. Iterating again goes on with the next epoch; iterating
    again in the middle goes on in the middle. The rows come in the revision's order, or shuffled. Which rows are in
    which batch of an epoch depends on the commit, the choice of rows, weights, buckets and cost, seed, epoch, batch size and,
    where it is shuffled, the number of ranks that began it; never on timing. So ranks agree without talking, and
    :meth:`state_dict` is one position for all of them: any rank's state resumes every rank, also where their number
    is another one.
    """

    def __init__(
        self,
        dataset: Source,
        *,
        batch_size: int,
        shuffle: bool | Literal["window", "full"] | Shuffle,
        seed: int,
        epochs: int | None,
        rank: int | Literal["auto"],
        world: int | Literal["auto"],
        worker: tuple[int, int],
        tail: Literal["drop", "pad", "keep"] | None,
        weights: Weights,
        bucket: str | None,
        max_cost: float | None,
        cost: str | None,
        prefetch: int | str | None,
        image: Images,
        audio: Sounds,
        video: Clips,
        indexes: bool,
        copies: Literal["off", "enough", "always"],
        cache: str | None,
        fetch_parts: bool,
        profile: bool,
        on_error: Literal["raise", "skip", "zero"],
        threads: int | None,
        output: outputs.Output,
        device: Any,
        pin: bool | None,
    ) -> None:
        self.dataset = dataset
        self.batch_size = batch_size
        self._rank, self._world, self._rank_from = _rank_and_world(rank, world)
        self._worker, self._workers = worker
        if not 0 <= self._worker < self._workers:
            message = f"worker is {self._worker} of {self._workers}; it counts from 0 and must be below the number"
            raise InvalidValue(message, location=dataset.location)
        if batch_size < 1:
            raise InvalidValue(f"batch_size is {batch_size}, expected at least 1", location=dataset.location)
        if epochs is not None and epochs < 1:
            raise InvalidValue(f"epochs is {epochs}, expected at least 1, or None", location=dataset.location)
        if tail == "keep" and self._world > 1:
            message = (
                f"tail='keep' would give the {self._world} ranks different numbers of batches; use tail='drop', or 'pad' "
                "where every row must come"
            )
            raise InvalidValue(message, location=dataset.location)
        if tail not in (None, "drop", "pad", "keep"):
            message = f"tail is {tail!r}, expected 'drop', 'pad' or 'keep'"
            raise InvalidValue(message, location=dataset.location)
        self._tail = tail if tail is not None else "drop" if self._world > 1 else "keep"
        self._weights = _weights(dataset, weights)
        self._bucket = bucket
        if cost is not None and max_cost is None:
            message = f"cost={cost!r} needs max_cost, the most that a batch may cost"
            raise InvalidValue(message, location=dataset.location)
        self._max_cost = None if max_cost is None else (float(max_cost), cost)
        self._indexes = indexes
        if copies not in ("off", "enough", "always"):
            message = f"copies is {copies!r}, expected 'off', 'enough' or 'always'"
            raise InvalidValue(message, location=dataset.location)
        self._copies = copies
        self._copy_side = None if cache is None else _copy_side(cache, dataset.location)
        self._fetch_parts = fetch_parts
        self._profile = profile
        self._seed = seed if shuffle is not False else None
        self._window = _window(dataset, shuffle)
        self._epochs = epochs
        self._prefetch = None if prefetch is None else parse_size(prefetch)
        columns = _media_columns(dataset, "image", image)
        self._images = [_native_image(dataset, name, spec) for name, spec in columns]
        self._media = [
            (name, kind, json.dumps(spec.to_spec()))
            for kind, wanted in (("audio", audio), ("video", video))
            for name, spec in _media_columns(dataset, kind, wanted)
        ]
        self._image_seed = seed
        if on_error not in ("raise", "skip", "zero"):
            message = f"on_error is {on_error!r}, expected 'raise', 'skip' or 'zero'"
            raise InvalidValue(message, location=dataset.location)
        self._on_error = on_error
        if threads is not None and threads < 1:
            raise InvalidValue(f"threads is {threads}, expected at least 1, or None", location=dataset.location)
        self._threads = threads
        outputs.check(output, device, pin, bool(self._images or self._media), dataset.location)
        self._output = output
        self._convert = outputs.converter(output, device, pin)
        self._before = Stats()
        # When the first batch was asked for, and the last one came.
        self._first = self._last = 0.0
        self._epoch = 0
        self._epochs_left = 0
        # Rows of an epoch, over all ranks; -1: not counted yet.
        self._rows = -1
        self._lanes: int | None = None
        self._resume: str | None = None
        self._native: _native.Stream | None = None
        self._begun = False
        self._closed = False
        self._lock = threading.RLock()
        self._process = os.getpid()

    # Iterating

    def __iter__(self) -> Stream:
        with self._lock:
            if self._epochs_left == 0:
                self._epochs_left = -1 if self._epochs is None else self._epochs
        return self

    def __next__(self) -> Batch:
        self._check_process()
        with self._lock:
            if self._epochs_left == 0 and not self._begun:
                iter(self)
            self._first = self._first or time.monotonic()
            while self._epochs_left != 0:
                batch: Batch | None = self._next_batch()
                self._begun = True
                self._last = time.monotonic()
                if batch is not None:
                    return batch
                self._end_epoch()
            raise StopIteration

    def _next_batch(self) -> Any:
        if self._output == "arrow":
            return self._open().next_table()
        columns = self._open().next()
        if columns is None:
            return None
        batch = Batch(columns)
        return batch if self._convert is None else self._convert(batch)

    def _check_process(self) -> None:
        """Before the lock is taken, which another thread may have held at the moment of a fork."""
        if self._process != os.getpid():
            message = (
                "this stream was opened before the process forked, and its threads are those of the parent; "
                "open the stream in the child (a Dataset can be passed to it)"
            )
            raise StateError(message, location=self.dataset.location)

    def _end_epoch(self) -> None:
        if self._native is not None:
            self._before = self.stats
            self._native.close()
        self._native = None
        self._resume = None
        self._epoch += 1
        if self._epochs_left > 0:
            self._epochs_left -= 1

    def _open(self) -> _native.Stream:
        if self._closed:
            raise StateError("the stream is closed", location=self.dataset.location)
        if self._native is None:
            self._native = _native.Stream(self.dataset._open(), **self._settings(), resume=self._resume)
        return self._native

    def _settings(self) -> dict[str, Any]:
        """Those of the native stream of this epoch."""
        return {
            "columns": self.dataset.columns,
            "positions": self.dataset._selected(),
            "batch_size": self.batch_size,
            "shuffle": self._seed,
            "epoch": self._epoch,
            "rank": self._rank,
            "world": self._world,
            "worker": (self._worker, self._workers),
            "tail": self._tail,
            "weights": self._weights,
            "mix": self._mix(),
            "bucket": self._bucket,
            "max_cost": self._max_cost,
            "prefetch_bytes": self._prefetch,
            "window_chunks": self._window,
            "lanes": self._lanes,
            "images": self._images,
            "media": self._media,
            "indexes": self._indexes,
            "copies": self._copies,
            "copy_side": self._copy_side,
            "fetch_parts": self._fetch_parts,
            "profile": self._profile,
            "image_seed": self._image_seed,
            "threads": self._threads,
            "on_error": self._on_error,
        }

    def _mix(self) -> dict[str, Any] | None:
        mixing = self.dataset._mixing()
        if mixing is None:
            return None
        others = [(revision, positions, self._weights) for revision, positions in mixing.parts]
        return {**mixing._asdict(), "others": others}

    def _is_planned(self) -> bool:
        """Whether batches are planned row by row, so that their number is known once they are."""
        return self._bucket is not None or self._max_cost is not None or self.dataset._mixing() is not None

    def shuffle_report(self, label: str | None, epoch: int = 0) -> dict[str, float | None]:
        """Compares the order of an epoch with a shuffle of all rows; see :meth:`imagehub.Dataset.shuffle_report`."""
        settings = {**self._settings(), "epoch": epoch, "resume": None}
        return _native.Stream.shuffle_report(self.dataset._open(), label, **settings)

    def __len__(self) -> int:
        """Batches of the epoch that this rank gets. With ``max_cost``, epochs may have different numbers of batches."""
        if self._is_planned():
            with self._lock:
                return self._open().epoch_share()
        if self._rows < 0:
            chosen = self.dataset._selected()
            self._rows = len(self.dataset) if chosen is None else chosen.distinct()
        rows = self._rows
        batches = -(-rows // self.batch_size)
        if self._tail == "drop":
            batches = rows // self.batch_size // self._world
        elif self._tail == "pad":
            batches = -(-batches // self._world)
        return -(-(batches - self._worker) // self._workers)

    @property
    def ranks(self) -> tuple[int, int]:
        """The rank of this process, and the number of processes."""
        return self._rank, self._world

    @property
    def epoch(self) -> int:
        """The epoch that the next batch belongs to, from 0."""
        return self._epoch

    def set_epoch(self, epoch: int) -> None:
        """Begins an epoch at the next iteration. In the middle of that very epoch it changes nothing."""
        with self._lock:
            if epoch == self._epoch:
                return
            self._end_epoch()
            self._epoch = epoch
            self._epochs_left = 0

    @property
    def stats(self) -> Stats:
        """What the stream has done since it was opened."""
        with self._lock:
            found = self._before
            if self._native is not None:
                found = found.plus(self._native.stats(), self.dataset._mixing() is not None)
            seconds = self._last - self._first
            return found._replace(samples_per_s=found.samples / seconds if seconds > 0 else 0.0)

    # The position

    def state_dict(self) -> dict[str, int | str]:
        """The position after the batches that were handed out (not those that were read ahead): at most 300 bytes as
        JSON, the same on every rank."""
        self._check_process()
        with self._lock:
            position = json.loads(self._open().state())
            return {
                "version": _STATE_VERSION,
                "commit": position["revision"],
                "rows": position["selection"][:16],
                "seed": -1 if position["seed"] is None else position["seed"],
                "epoch": position["epoch"],
                "batch_size": position["batch_size"],
                "lanes": position["lanes"],
                "window": position["window_chunks"],
                "done": position["batches_done"],
                "image": position.get("images", ""),
                "on_error": position.get("on_error", "raise"),
            }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on where :meth:`state_dict` was taken, with any number of ranks.

        :raises StateError: a batch was handed out already, or the state is one of another commit, choice of rows (with
            weights, mix, buckets and cost), seed, batch size, transform of images or ``on_error``; the message names the
            field.
        """
        with self._lock:
            if self._begun:
                message = "load_state_dict() comes after the first batch; load the state into a new stream"
                raise StateError(message, location=self.dataset.location)
            self._resume = None
            self._native = None
            here = self.state_dict()
            self._native = None
            self._check(state, here)
            full = json.loads(self._open().state())
            full |= {"epoch": state["epoch"], "lanes": state["lanes"], "batches_done": state["done"]}
            self._native = None
            self._epoch = int(state["epoch"])
            # Further epochs too keep the order of the ranks that began.
            self._lanes = int(state["lanes"])
            self._resume = json.dumps(full)
            self._open()

    state = state_dict
    resume = load_state_dict

    def _check(self, state: Mapping[str, Any], here: Mapping[str, Any]) -> None:
        location = self.dataset.location
        if missing := sorted(set(here) - set(state)):
            message = f"the state lacks {', '.join(missing)}; give what state_dict() returned"
            raise StateError(message, location=location)
        for field in ("version", "commit", "rows", "seed", "window", "batch_size", "image", "on_error"):
            if state[field] != here[field]:
                message = f"the state's {field} is {state[field]}, this stream's is {here[field]}"
                raise StateError(f"{message}; give the stream the same, or begin without the state", location=location)
        for field, least in (("epoch", 0), ("done", 0), ("lanes", 1)):
            if not isinstance(state[field], int) or state[field] < least:
                message = f"the state's {field} is {state[field]!r}, expected a number from {least}"
                raise StateError(message, location=location)

    # The end

    def close(self) -> None:
        """Ends the reading and lets go of what it holds. Closing twice is no error."""
        if self._process != os.getpid():
            return
        with self._lock:
            if self._native is not None:
                self._before = self.stats
                self._native.close()
            self._native = None
            self._closed = True

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> Any:
        raise TypeError("a Stream can't be pickled: pickle its dataset and its state_dict(), and open it again there")

    def __repr__(self) -> str:
        order = "in order" if self._seed is None else f"shuffled by seed {self._seed}"
        ranks = f"rank {self._rank} of {self._world} ({self._rank_from})"
        return f"Stream({self.dataset!r}, batches of {self.batch_size}, {order}, epoch {self._epoch}, {ranks})"


def _window(dataset: Source, shuffle: bool | str | Shuffle) -> int | None:
    """Chunks that are mixed at a time; ``None``: the native module's default."""
    if isinstance(shuffle, bool) or shuffle == "window":
        return None
    from imagehub.transforms import Shuffle

    chosen = Shuffle("full") if shuffle == "full" else shuffle
    if isinstance(chosen, Shuffle):
        return chosen.chunks()
    message = f"shuffle is {shuffle!r}, expected True, False, 'window', 'full' or a Shuffle"
    raise InvalidValue(message, location=dataset.location)


def _native_image(dataset: Source, name: str, spec: ImageTransform) -> tuple[str, str, Moving]:
    """A column that is decoded, its specification as JSON, and what moves along."""
    return name, json.dumps(spec.to_spec()), spec.moving(dataset.features, dataset.location)


def _copy_side(cache: str, location: str) -> int:
    """The shorter side of the copies that the cache keeps, in pixels."""
    side = cache.removesuffix("px") if isinstance(cache, str) else ""
    if not side.isdecimal() or side == cache:
        message = f"cache is {cache!r}, expected the shorter side of the copies, as '256px', or None"
        raise InvalidValue(message, location=location)
    return int(side)


_PLURALS = {"image": "images", "audio": "audio", "video": "videos"}


def _media_columns(dataset: Source, kind: str, wanted: Any) -> list[tuple[str, Any]]:
    """The columns of images, audio or videos to decode, and what becomes of each."""
    if wanted is None:
        return []
    if isinstance(wanted, Mapping):
        return list(wanted.items())
    columns = [name for name, feature in dataset.features.items() if feature.kind == kind]
    if len(columns) == 1:
        return [(columns[0], wanted)]
    plural = _PLURALS[kind]
    if not columns:
        message = f"no column of {plural} to decode among {', '.join(dataset.columns)}"
    else:
        names = ", ".join(columns)
        message = f"{len(columns)} columns of {plural} ({names}): give {kind}={{{columns[0]!r}: {wanted!r}, …}}"
    raise InvalidValue(message, location=dataset.location)


Weights = str | Mapping[str, float] | None


def _weights(dataset: Source, weights: Weights) -> str | tuple[str, dict[str, float] | None] | None:
    """A column of weights, or one of classes and their weights (none: all classes come equally often)."""
    if weights is None or (isinstance(weights, str) and weights != "balanced"):
        return weights
    columns = [name for name, feature in dataset.features.items() if feature.kind == "class_label"]
    if len(columns) != 1:
        message = f"weights by class need one column of class labels among the stream's, found {len(columns)}: select() it"
        raise InvalidValue(message, location=dataset.location)
    return columns[0], None if isinstance(weights, str) else {name: float(weight) for name, weight in weights.items()}


def _rank_and_world(rank: int | Literal["auto"], world: int | Literal["auto"]) -> tuple[int, int, str]:
    """Rank and world size, and where they come from."""
    if rank != "auto" and world != "auto":
        found, source = (int(rank), int(world)), "as given"
    elif rank != "auto" or world != "auto":
        raise InvalidValue("give rank and world together, or neither")
    else:
        found, source = _found_rank()
    if not 0 <= found[0] < found[1]:
        raise InvalidValue(f"rank is {found[0]} of {found[1]} ({source}); it counts from 0 and must be below world")
    return (*found, source)


def _found_rank() -> tuple[tuple[int, int], str]:
    # Asked only where the program uses it: importing PyTorch takes seconds.
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        return (distributed.get_rank(), distributed.get_world_size()), "torch.distributed"
    if "RANK" in os.environ and "WORLD_SIZE" in os.environ:
        try:
            return (int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])), "RANK and WORLD_SIZE"
        except ValueError:
            raise InvalidValue("RANK and WORLD_SIZE of the environment must be numbers") from None
    return (0, 1), "one process"

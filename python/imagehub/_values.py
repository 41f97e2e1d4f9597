"""Values that are easier made in Python than in the native module."""

from __future__ import annotations

import datetime
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imagehub._native import Blob

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def timestamp(microseconds: int) -> datetime.datetime:
    """The instant that many microseconds after 1970, in UTC."""
    return _EPOCH + datetime.timedelta(microseconds=microseconds)


def parse_json(text: str) -> Any:
    """The value of a JSON document."""
    return json.loads(text)


def open_blob(blob: Blob) -> BlobFile:
    """A file object over a large sample."""
    return BlobFile(blob)


class BlobFile(io.RawIOBase):
    """A sample that is stored as an object of its own, as a file object: read where it is read, never whole."""

    def __init__(self, blob: Blob) -> None:
        super().__init__()
        self._blob = blob
        self._at = 0

    def __len__(self) -> int:
        return len(self._blob)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._blob)}[whence]
        if start + offset < 0:
            raise ValueError(f"position {start + offset} is before the beginning of the file")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        data = self._blob.read_at(self._at, len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def readall(self) -> bytes:
        data = self._blob.read_at(self._at, max(0, len(self._blob) - self._at))
        self._at += len(data)
        return data

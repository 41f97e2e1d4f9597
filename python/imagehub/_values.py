"""Values that are easier made in Python than in the native module."""

from __future__ import annotations

import datetime
import io
import json
from typing import TYPE_CHECKING, Any

from imagehub.errors import InvalidValue

if TYPE_CHECKING:
    from imagehub._native import Blob

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def timestamp(microseconds: int) -> datetime.datetime:
    """The instant that many microseconds after 1970, in UTC."""
    return _EPOCH + datetime.timedelta(microseconds=microseconds)


def parse_json(text: str) -> Any:
    """The value of a JSON document."""
    return json.loads(text)


def microseconds(value: Any) -> int | None:
    """The microseconds of a time since 1970; UTC where it has no time zone. ``None`` for what is no time."""
    if isinstance(value, datetime.datetime):
        instant = value if value.tzinfo is not None else value.replace(tzinfo=datetime.UTC)
    elif isinstance(value, datetime.date):
        instant = datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    elif type(value).__name__ == "datetime64":
        return int(value.astype("datetime64[us]").astype("int64"))
    else:
        return None
    return (instant - _EPOCH) // datetime.timedelta(microseconds=1)


def write_json(value: Any) -> str:
    """A JSON document."""
    return json.dumps(value)


def _as_array(value: Any) -> Any:
    import numpy

    if hasattr(value, "detach"):  # a tensor of PyTorch
        value = value.detach().cpu()
    return numpy.asarray(value)


def pixels(image: Any) -> bytes | tuple[bytes, int, int, int]:
    """A PIL image as PNG; an array of pixels as bytes, height, width and channels."""
    if hasattr(image, "save") and hasattr(image, "mode"):
        if image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16"):
            image = image.convert("RGB")
        file = io.BytesIO()
        image.save(file, "PNG")
        return file.getvalue()
    array = _as_array(image)
    if array.dtype != "uint8" or array.ndim not in (2, 3) or (array.ndim == 3 and not 1 <= array.shape[2] <= 4):
        found = f"{array.dtype}{list(array.shape)}"
        raise InvalidValue(f"pixels are uint8[height, width] or uint8[height, width, 1 to 4], found {found}")
    height, width = array.shape[:2]
    return array.tobytes(), height, width, 1 if array.ndim == 2 else array.shape[2]


def tensor_bytes(value: Any, dtype: str, shape: list[int]) -> bytes:
    """The elements of an array, row by row, little-endian.

    :raises ValueError: it has another shape, or numbers that the element type doesn't hold.
    """
    import numpy

    array = _as_array(value)
    if array.shape != tuple(shape):
        raise ValueError(f"an array of shape {list(array.shape)}")
    if array.dtype != dtype:
        given = array
        with numpy.errstate(all="ignore"):
            array = array.astype(dtype)
        is_float = numpy.issubdtype(array.dtype, numpy.floating)
        if not is_float and not numpy.array_equal(array, given):
            raise ValueError(f"{given.dtype} with numbers that {dtype} doesn't hold")
    little: bytes = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    return little


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

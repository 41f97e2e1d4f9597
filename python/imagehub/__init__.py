"""Image Hub: data sets of images, audio and video, versioned and streamed into training.

>>> import imagehub
>>> pets = imagehub.open("vision/pets@v1").split("train")
>>> pets[0]["label"]
>>> for batch in pets.stream(256, shuffle=True):
...     batch["label"]
"""

from imagehub._native import Tensor, __version__
from imagehub.batch import Batch
from imagehub.dataset import Dataset, Table, open
from imagehub.errors import (
    AuthError,
    Conflict,
    Corrupt,
    DecodeError,
    Error,
    InvalidValue,
    Limit,
    NetworkError,
    NotFound,
    StateError,
    Unsupported,
)
from imagehub.features import Feature
from imagehub.stream import Stream
from imagehub.writer import Writer, create

__all__ = [
    "AuthError",
    "Batch",
    "Conflict",
    "Corrupt",
    "Dataset",
    "DecodeError",
    "Error",
    "Feature",
    "InvalidValue",
    "Limit",
    "NetworkError",
    "NotFound",
    "StateError",
    "Stream",
    "Table",
    "Tensor",
    "Unsupported",
    "Writer",
    "__version__",
    "create",
    "open",
]

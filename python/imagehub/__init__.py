"""Image Hub: data sets of images, audio and video, versioned and streamed into training.

>>> import imagehub
>>> pets = imagehub.open("vision/pets@v1").split("train")
>>> pets[0]["label"]
>>> for batch in pets.stream(256, shuffle=True, image=imagehub.Crop(224)):
...     batch["image"], batch["label"]
"""

from typing import TYPE_CHECKING, Any

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
from imagehub.mixing import mix
from imagehub.stream import Stats, Stream
from imagehub.writer import Writer, create

if TYPE_CHECKING:
    from imagehub.transforms import Audio, Clip, Crop, Decode, Resize, Shuffle

__all__ = [
    "Audio",
    "AuthError",
    "Batch",
    "Clip",
    "Conflict",
    "Corrupt",
    "Crop",
    "Dataset",
    "Decode",
    "DecodeError",
    "Error",
    "Feature",
    "InvalidValue",
    "Limit",
    "NetworkError",
    "NotFound",
    "Resize",
    "Shuffle",
    "StateError",
    "Stats",
    "Stream",
    "Table",
    "Tensor",
    "Unsupported",
    "Writer",
    "__version__",
    "create",
    "mix",
    "open",
]


def __getattr__(name: str) -> Any:
    # Dataclasses would take a third of the package's import.
    if name in ("Audio", "Clip", "Crop", "Decode", "Resize", "Shuffle"):
        from imagehub import transforms

        return getattr(transforms, name)
    raise AttributeError(f"module 'imagehub' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

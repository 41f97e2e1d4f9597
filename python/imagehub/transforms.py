"""What becomes of images, audio and videos while they are streamed: frozen dataclasses for ``Dataset.stream(image=…, audio=…,
video=…)``.

Their random numbers are a function of the stream's seed, the epoch and the row's id: neither threads nor the number of
processes change a row's crop or clip.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from imagehub.errors import InvalidValue

if TYPE_CHECKING:
    from imagehub.features import Feature

Size = int | tuple[int, int]
Names = str | tuple[str, ...]
# Columns, the least part of a box, pairs of keypoints.
Moving = tuple[list[str], float, list[tuple[str, str]] | None]
Layout = Literal["NHWC", "NCHW"]
Filter = Literal["nearest", "bilinear", "bicubic"]
DType = Literal["u8", "f16", "bf16", "f32"]

# Chunks that are mixed at a time by a full shuffle: more than there are.
WHOLE_EPOCH = 2**32 - 1
_DTYPES = {"uint8": "u8", "float16": "f16", "bfloat16": "bf16", "float32": "f32"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Out:
    """What all transforms have.

    :param layout: the order of the dimensions of an array: height, width, channels, or channels first.
    :param dtype: ``"u8"``: bytes from 0 to 255; ``"f16"``, ``"bf16"`` and ``"f32"``: ``(byte / 255 - mean) / std``.
        bfloat16 comes as its bits in uint16 where there is no such type: NumPy has none.
    :param mean: of each channel, subtracted; 0 by default. Not for ``"u8"``.
    :param std: of each channel, divided by; 1 by default. Not for ``"u8"``.
    :param channels: red first, or blue first.
    :param exact: the very bytes that Pillow and torchvision give. Otherwise JPEGs that are shrunk sixteen times or more
        are decoded at half the size or less, which is faster and differs by 0.2 of 255 on average.
    :param orient: turn the image as its EXIF orientation says; by default :class:`Decode` does, and others don't, as the
        loaders of torchvision and timm.
    :param boxes: columns of boxes, or of lists and structs with boxes, that move along: their coordinates become pixels of
        the result. A box is cut off at its edges, and ``None`` where less than ``min_visible`` of its area is left, or
        nothing; lists keep their lengths, so that labels stay beside their boxes.
    :param masks: columns of masks that move along: ``[N, H, W]``, uint8, nearest neighbour, 0 outside of the image. Masks
        within lists and structs keep their encoding.
    :param keypoints: columns of keypoints that move along. A point outside of the result becomes one that isn't labelled:
        ``x``, ``y`` and ``visibility`` 0. In a mirrored result the points of ``flip_pairs`` change places.
    :param moves: columns of any of these, and of polygons, whose points may be outside of the result.
    :param min_visible: the least part of a box's area, from 0 to 1, that must be in the result; 0: any.
    :param flip_pairs: names of keypoints that change places in a mirrored result. ``None``: those whose names differ by
        ``left`` and ``right``, or begin or end with ``l_``, ``r_``, ``_l``, ``_r``.
    """

    layout: Layout = "NHWC"
    dtype: DType = "u8"
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None
    channels: Literal["rgb", "bgr"] = "rgb"
    exact: bool = False
    orient: bool = False
    boxes: Names = ()
    masks: Names = ()
    keypoints: Names = ()
    moves: Names = ()
    min_visible: float = 0.0
    flip_pairs: tuple[tuple[str, str], ...] | None = None

    def moving(self, features: Mapping[str, Feature], location: str) -> Moving:
        """The columns that move along, as the native module takes them.

        :raises InvalidValue: a column isn't there, or has nothing of the kind.
        """
        columns: list[str] = []
        for kind, names in (("bbox", self.boxes), ("mask", self.masks), ("keypoints", self.keypoints)):
            for name in _names(names):
                found = features.get(name)
                if found is None or not found.contains(kind):
                    what = "there is no such column in the stream" if found is None else f"it is {found}"
                    message = f"{name!r} is to move along as one of {kind}: {what}"
                    raise InvalidValue(message, location=location, column=name)
                columns.append(name)
        columns += _names(self.moves)
        pairs = None if self.flip_pairs is None else [(one, other) for one, other in self.flip_pairs]
        return list(dict.fromkeys(columns)), float(self.min_visible), pairs

    def _transform(self) -> dict[str, Any]:
        raise NotImplementedError

    def _filter(self) -> dict[str, Any]:
        return {}

    def to_spec(self) -> dict[str, Any]:
        """The specification as the native module takes it."""
        dtype = _DTYPES.get(self.dtype, self.dtype)
        if dtype not in _DTYPES.values():
            raise InvalidValue(f"dtype is {self.dtype!r}, expected one of {', '.join(_DTYPES.values())}")
        if dtype == "u8" and (self.mean is not None or self.std is not None):
            raise InvalidValue("mean and std need a dtype of floats: dtype='f32', 'f16' or 'bf16'")
        output: dict[str, Any] = {"layout": self.layout, "dtype": dtype, "channels": self.channels}
        mean, std = _triple("mean", self.mean, 0.0), _triple("std", self.std, 1.0)
        output["normalize"] = {"divisor": 255.0, "mean": mean, "std": std}
        spec = {"transform": self._transform(), "exact": self.exact, "orient": self.orient, "output": output}
        return spec | self._filter()


@dataclasses.dataclass(frozen=True)
class Decode(_Out):
    """The image as it is, upright. Sizes differ, so a batch has a list of arrays ``[H, W, 3]``.

    :param mode: of the pixels; there is only ``"RGB"``, to which grey, CMYK and others are converted.
    """

    mode: Literal["RGB"] = "RGB"
    _: dataclasses.KW_ONLY
    exact: bool = True
    orient: bool = True

    def _transform(self) -> dict[str, Any]:
        if self.mode != "RGB":
            raise InvalidValue(f"mode is {self.mode!r}, expected 'RGB', to which all images are converted")
        return {"kind": "decode"}


@dataclasses.dataclass(frozen=True)
class Crop(_Out):
    """A random part, resized: torchvision's ``RandomResizedCrop`` and ``RandomHorizontalFlip``. ``[N, H, W, 3]``.

    :param size: of the result, in pixels: a number, or height and width.
    :param scale: least and greatest area of the part, as a fraction of the image's.
    :param ratio: least and greatest width of the part divided by its height.
    :param flip: the chance that the result is mirrored.
    :param filter: of resizing.
    :param antialias: widen the filter where the image is shrunk.
    """

    size: Size
    _: dataclasses.KW_ONLY
    scale: tuple[float, float] = (0.08, 1.0)
    ratio: tuple[float, float] = (3 / 4, 4 / 3)
    flip: float = 0.5
    filter: Filter = "bilinear"
    antialias: bool = True

    def _transform(self) -> dict[str, Any]:
        size, scale, ratio = _size("size", self.size), list(self.scale), list(self.ratio)
        return {"kind": "random_resized_crop", "size": size, "scale": scale, "ratio": ratio, "flip": self.flip}

    def _filter(self) -> dict[str, Any]:
        return {"filter": self.filter, "no_antialias": not self.antialias}


@dataclasses.dataclass(frozen=True)
class Resize(_Out):
    """The whole image, resized, and its centre cut out: torchvision's ``Resize`` and ``CenterCrop``. ``[N, H, W, 3]``;
    with a number as size and no crop, a list of arrays ``[H, W, 3]``, since the proportions stay.

    :param size: in pixels: a number for the shorter side, or height and width.
    :param crop: the size of the centre, in pixels: a number, or height and width.
    :param flip: the chance that the result is mirrored.
    :param filter: of resizing.
    :param antialias: widen the filter where the image is shrunk.
    """

    size: Size
    _: dataclasses.KW_ONLY
    crop: Size | None = None
    flip: float = 0.0
    filter: Filter = "bilinear"
    antialias: bool = True
    exact: bool = True

    def _transform(self) -> dict[str, Any]:
        to = {"short": self.size} if isinstance(self.size, int) else {"both": _size("size", self.size)}
        crop = None if self.crop is None else _size("crop", self.crop)
        return {"kind": "resize", "to": to, "crop": crop, "flip": self.flip}

    def _filter(self) -> dict[str, Any]:
        return {"filter": self.filter, "no_antialias": not self.antialias}


@dataclasses.dataclass(frozen=True)
class Shuffle:
    """How rows are mixed.

    :param window: how many chunks (row groups of about 8 to 16 MiB) are mixed at a time; ``"auto"``: twelve; ``"full"``: all
        of the epoch, which from a bucket or server needs memory for all of them.
    """

    window: int | Literal["auto", "full"] = "auto"

    def chunks(self) -> int | None:
        """Chunks that are mixed at a time; ``None``: the native module's default."""
        if self.window == "auto":
            return None
        if self.window == "full":
            return WHOLE_EPOCH
        if not isinstance(self.window, int) or self.window < 1:
            raise InvalidValue(f"window is {self.window!r}, expected a number from 1, 'auto' or 'full'")
        return self.window


@dataclasses.dataclass(frozen=True)
class Audio:
    """The samples of audio, resampled, cut or padded. With ``seconds``, a batch has an array ``[N, T]``, or ``[N, 2, T]`` for
    stereo, where T is ``round(seconds * rate)``; without, a list of arrays ``[T]`` or ``[2, T]``.

    A clip is the very part that a decode of the whole file has there, also of MP3, AAC and Vorbis.

    :param rate: samples a second, in hertz.
    :param seconds: the length. Of a longer file a part is taken, a shorter one is followed by zeros. Default: the whole
        file.
    :param mono: the mean of all channels; ``False``: left and right, the same where the file has one channel.
    :param start: where a part begins: ``"random"``, another in every epoch, ``"begin"``, or a number of seconds.
    :param dtype: ``"f32"``: from -1 to 1; ``"i16"``: from -32,768 to 32,767.
    :param max_samples: the most samples, of all channels, that may be decoded of one file, those before the part included.
    """

    rate: int = 16000
    seconds: float | None = None
    mono: bool = True
    start: Literal["random", "begin"] | float = "random"
    _: dataclasses.KW_ONLY
    dtype: Literal["f32", "i16"] = "f32"
    max_samples: int = 500_000_000

    def to_spec(self) -> dict[str, Any]:
        """The specification as the native module takes it."""
        dtype = {"float32": "f32", "int16": "i16"}.get(self.dtype, self.dtype)
        if dtype not in ("f32", "i16"):
            raise InvalidValue(f"dtype is {self.dtype!r}, expected 'f32' or 'i16'")
        _check_counts(rate=self.rate, max_samples=self.max_samples)
        if self.seconds is not None and not self.seconds > 0:
            raise InvalidValue(f"seconds is {self.seconds!r}, expected a number above 0, or None for the whole file")
        return {
            "rate": self.rate,
            "seconds": None if self.seconds is None else float(self.seconds),
            "channels": "mono" if self.mono else "stereo",
            "start": _start(self.start),
            "dtype": dtype,
            "limits": {"max_samples": self.max_samples},
            "ffmpeg": _ffmpeg(),
        }


@dataclasses.dataclass(frozen=True)
class Clip:
    """Frames of a video: ``[N, frames, H, W, 3]``; without a fixed size, a list of arrays ``[frames, H, W, 3]``. They are
    decoded by FFmpeg's libraries if the package was built with them, else by the program ``ffmpeg``, found in ``PATH`` or
    at ``HUB_FFMPEG``.

    :param frames: of a clip. Of a shorter video the last frame is repeated.
    :param stride: every frame (1), every second (2), …
    :param start: where a clip begins: ``"random"``, at another place in every epoch, ``"begin"``, or a number of seconds.
    :param size: resize frames to this height and width, in pixels: a number, or both.
    :param transform: what becomes of each frame instead: :class:`Crop`, :class:`Resize` or :class:`Decode`. What is random
        in it is the same for all frames of a clip.
    :param max_bytes: the most bytes that the pixels of a clip may take before they are transformed.
    :param max_seconds: the longest that the decoding of a clip may take.
    """

    frames: int
    stride: int = 1
    start: Literal["random", "begin"] | float = "random"
    size: Size | None = None
    _: dataclasses.KW_ONLY
    transform: Crop | Resize | Decode | None = None
    max_bytes: int = 2 << 30
    max_seconds: int = 60

    def to_spec(self) -> dict[str, Any]:
        """The specification as the native module takes it."""
        _check_counts(
            frames=self.frames, stride=self.stride, max_bytes=self.max_bytes, max_seconds=self.max_seconds
        )
        if self.size is not None and self.transform is not None:
            raise InvalidValue("give size or transform, not both")
        transform = self.transform
        if transform is None:
            sides = None if self.size is None else _size("size", self.size)
            transform = Decode() if sides is None else Resize((sides[0], sides[1]))
        for kind in ("boxes", "masks", "keypoints", "moves"):
            if columns := getattr(transform, kind):
                message = f"{kind}={columns!r} of a clip's transform: columns can't move along with the frames of a video; leave it out"
                raise InvalidValue(message)
        return {
            "frames": self.frames,
            "stride": self.stride,
            "start": _start(self.start),
            "image": transform.to_spec(),
            "limits": {"max_bytes": self.max_bytes, "max_seconds": self.max_seconds},
            "ffmpeg": _ffmpeg(),
        }


ImageTransform = Decode | Crop | Resize
# One transform for the only column of images, or one for each.
Images = ImageTransform | Mapping[str, ImageTransform] | None
# The same of audio.
Sounds = Audio | Mapping[str, Audio] | None
# The same of videos.
Clips = Clip | Mapping[str, Clip] | None


def _ffmpeg() -> str:
    return os.environ.get("HUB_FFMPEG") or "ffmpeg"


def _start(start: str | float) -> Any:
    if start in ("random", "begin"):
        return start
    if isinstance(start, (int, float)) and not isinstance(start, bool) and start >= 0:
        return {"at": float(start)}
    raise InvalidValue(f"start is {start!r}, expected 'random', 'begin' or seconds from 0")


def _check_counts(**counts: int) -> None:
    for name, value in counts.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise InvalidValue(f"{name} is {value!r}, expected a whole number from 1")


def _names(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _size(name: str, size: Size) -> list[int]:
    sides = [size, size] if isinstance(size, int) else list(size)
    if len(sides) != 2 or not all(isinstance(side, int) and side > 0 for side in sides):
        raise InvalidValue(f"{name} is {size!r}, expected a number of pixels, or height and width")
    return sides


def _triple(name: str, values: tuple[float, ...] | None, default: float) -> list[float]:
    numbers = [default] * 3 if values is None else [float(value) for value in values]
    if len(numbers) != 3:
        raise InvalidValue(f"{name} has {len(numbers)} numbers, expected one for each of the 3 channels")
    return numbers

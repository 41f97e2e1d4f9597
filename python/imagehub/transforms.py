"""What becomes of images while they are streamed: frozen dataclasses for ``Dataset.stream(image=…)``.

Their random numbers are a function of the stream's seed, the epoch and the row's id: neither threads nor the number of
processes change a row's crop.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from imagehub.errors import InvalidValue

Size = int | tuple[int, int]
Layout = Literal["NHWC", "NCHW"]
Filter = Literal["nearest", "bilinear", "bicubic"]
DType = Literal["u8", "f16", "bf16", "f32"]

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
    :param orient: turn the image as its EXIF orientation says.
    :param moves: columns of boxes, polygons and keypoints that move along, wherever they are in lists or structs: their
        coordinates become pixels of the result. A box is cut off at its edges, and ``None`` where nothing of it is left.
    """

    layout: Layout = "NHWC"
    dtype: DType = "u8"
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None
    channels: Literal["rgb", "bgr"] = "rgb"
    exact: bool = False
    orient: bool = False
    moves: tuple[str, ...] = ()

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
    """The image as it is. Sizes differ, so a batch has a list of arrays ``[H, W, 3]``."""

    def _transform(self) -> dict[str, Any]:
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


ImageTransform = Decode | Crop | Resize
# One transform for the only column of images, or one for each.
Images = ImageTransform | Mapping[str, ImageTransform] | None


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

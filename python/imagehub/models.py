"""Models from your own PyTorch as ONNX files that a hub can evaluate.

    python -m imagehub.models export torchvision:resnet50
    python -m imagehub.models export timm:tf_efficientnet_lite0.in1k --out lite0.onnx
    hub model add resnet50 resnet50.onnx

The file carries what goes on its card: the exact preprocessing of the weights, the classes, licence and source. It is
verified: ONNX Runtime must give PyTorch's logits on random inputs. Needs ``torch``, the library that the model is from, and
``onnxruntime`` for the verification (``--no-verify`` leaves it out).
"""

from __future__ import annotations

import argparse
import inspect
import json
import math
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The version of ONNX's operators that files are exported for.
OPSET = 17

#: The greatest difference between the logits of PyTorch and of ONNX Runtime.
TOLERANCE = 1e-3

#: Means and deviations with a name on a model's card.
VALUES = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "inception": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "unit": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
}

_FILTERS = ("nearest", "bilinear", "bicubic")


class ExportError(Exception):
    """A model that can't be exported, or whose export is wrong."""


@dataclass(frozen=True)
class Source:
    """A model of a library, with all that goes on its card."""

    model: Any
    preprocessing: dict[str, Any]
    labels: dict[str, Any]
    title: str
    source: str
    licence: str | None


def values(mean: Sequence[float], std: Sequence[float]) -> dict[str, Any]:
    """``(x / 255 - mean) / std``, as a card has it."""
    numbers = (tuple(map(float, mean)), tuple(map(float, std)))
    if len(numbers[0]) != 3 or len(numbers[1]) != 3:
        raise ExportError(f"mean {numbers[0]} and deviation {numbers[1]}: expected three numbers each, for RGB")
    mode = next((name for name, known in VALUES.items() if known == numbers), "custom")
    return {
        "mode": mode,
        "channels": "rgb",
        "divisor": 255.0,
        "mean": list(numbers[0]),
        "std": list(numbers[1]),
    }


def preprocessing(
    preset: str,
    resize: dict[str, Any],
    crop: int | None,
    interpolation: str,
    scale: dict[str, Any],
    antialias: bool = True,
) -> dict[str, Any]:
    """The preprocessing of a card (``docs/models.md`` of the hub describes it)."""
    if interpolation not in _FILTERS:
        raise ExportError(f"interpolation '{interpolation}': the hub has {', '.join(_FILTERS)}")
    made: dict[str, Any] = {
        "preset": preset,
        "resize": resize,
        "interpolation": interpolation,
        "resize_order": "horizontal",
        "antialias": antialias,
        "orient": False,
        "values": scale,
    }
    if crop is not None:
        made["crop"] = [crop, crop]
    return made


def labels_of(names: Sequence[str] | None, classes: int) -> dict[str, Any]:
    """The labels of a card: ImageNet's 1,000 classes by their name, others by theirs."""
    if classes == 1000:
        return {"space": "imagenet-1k"}
    if names is None:
        return {"space": "numbers", "classes": classes}
    return {"space": "names", "names": list(names), "synsets": [None] * len(names)}


def _one_side(size: Any, what: str) -> int:
    sides = [size] if isinstance(size, int) else list(size)
    if not sides or any(side != sides[0] for side in sides):
        raise ExportError(f"{what} is {size}: expected one side, in pixels")
    return int(sides[0])


def from_torchvision(name: str, weights_name: str | None) -> Source:
    """A model of torchvision with its weights: ``DEFAULT`` unless others are named."""
    from torchvision import models  # type: ignore[import-not-found, import-untyped, unused-ignore]

    try:
        enum = models.get_model_weights(name)
    except ValueError as error:
        raise ExportError(f"torchvision has no model '{name}': {error}") from error
    try:
        weights = enum[weights_name or "DEFAULT"]
    except KeyError as error:
        known = ", ".join(weights.name for weights in enum)
        raise ExportError(f"torchvision's {name} has no weights '{weights_name}'; it has {known}") from error
    transform = weights.transforms()
    if not hasattr(transform, "crop_size"):
        raise ExportError(f"torchvision's {name} is no classifier of images")
    resize = _one_side(transform.resize_size, "its resize")
    crop = _one_side(transform.crop_size, "its crop")
    interpolation = getattr(transform.interpolation, "value", transform.interpolation)
    categories = weights.meta.get("categories")
    return Source(
        model=models.get_model(name, weights=weights),
        preprocessing=preprocessing(
            f"torchvision-{resize}-{crop}",
            {"short": resize},
            crop,
            str(interpolation),
            values(transform.mean, transform.std),
        ),
        labels=labels_of(categories, len(categories) if categories else 1000),
        title=f"{name} of torchvision, {weights.name}",
        source=str(weights.url),
        # torchvision's code is BSD-3; its weights may have other terms, which their recipe names.
        licence="BSD-3-Clause (torchvision); weights trained on ImageNet",
    )


def timm_preprocessing(config: dict[str, Any]) -> dict[str, Any]:
    """The preprocessing of timm's data configuration: ``int(floor(side / crop_pct))``, then the centre."""
    channels, height, width = config["input_size"]
    if channels != 3 or height != width:
        raise ExportError(f"input size {config['input_size']}: expected 3 channels and equal sides")
    fraction = float(config.get("crop_pct") or 0.875)
    mode = config.get("crop_mode") or "center"
    resized = math.floor(height / fraction)
    filter_name = config.get("interpolation") or "bicubic"
    scale = values(config["mean"], config["std"])
    if mode == "squash":
        crop = None if resized == height else height
        resize = {"both": [resized, resized]}
        return preprocessing(f"timm-squash-{filter_name}-{fraction}-{height}", resize, crop, filter_name, scale)
    if mode != "center":
        raise ExportError(f"crop mode '{mode}': the hub has center and squash")
    return preprocessing(
        f"timm-{filter_name}-{fraction}-{height}", {"short": resized}, height, filter_name, scale
    )


def from_timm(name: str, weights_name: str | None) -> Source:
    """A model of timm with its weights; their tag stands in the name (``resnet50.a1_in1k``)."""
    import timm  # type: ignore[import-not-found, import-untyped, unused-ignore]
    from timm.data import (  # type: ignore[import-not-found, import-untyped, unused-ignore]
        resolve_model_data_config,
    )

    if weights_name:
        raise ExportError("timm's weights are named by a tag in the model's name, such as resnet50.a1_in1k")
    try:
        model = timm.create_model(name, pretrained=True)
    except RuntimeError as error:
        raise ExportError(f"timm: {error}") from error
    config = resolve_model_data_config(model)
    pretrained = dict(getattr(model, "pretrained_cfg", {}) or {})
    return Source(
        model=model,
        preprocessing=timm_preprocessing(config),
        labels=labels_of(pretrained.get("label_names"), int(model.num_classes)),
        title=f"{name} of timm",
        source=str(pretrained.get("hf_hub_id") or pretrained.get("url") or f"timm:{name}"),
        licence=pretrained.get("license"),
    )


_LIBRARIES = {"torchvision": from_torchvision, "timm": from_timm}


def load(model: str, weights: str | None = None) -> Source:
    """Loads ``torchvision:NAME`` or ``timm:NAME``."""
    library, _, name = model.partition(":")
    if library not in _LIBRARIES or not name:
        raise ExportError(f"'{model}': expected torchvision:NAME or timm:NAME, such as torchvision:resnet50")
    try:
        return _LIBRARIES[library](name, weights)
    except ModuleNotFoundError as error:
        raise ExportError(f"{error.name} is not installed: pip install torch {library}") from error


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def metadata_bytes(entries: dict[str, str]) -> bytes:
    """Entries of ``ModelProto.metadata_props``: appended to an ONNX file, they are part of it (Protocol Buffers joins
    the parts of a repeated field), so that no package for ONNX is needed."""
    return b"".join(
        _field(14, _field(1, key.encode()) + _field(2, value.encode())) for key, value in entries.items()
    )


def write(source: Source, out: Path, opset: int = OPSET, verify: bool = True) -> float | None:
    """Exports a model to an ONNX file, with its card's facts in it, and compares both on random inputs.

    Gives the greatest difference between logits; ``None`` where it wasn't verified. Nothing is written under the name
    unless all went well.
    """
    import torch

    model = source.model.eval()
    size = source.preprocessing.get("crop") or source.preprocessing["resize"]["both"]
    images = torch.randn(4, 3, *size, generator=torch.Generator().manual_seed(0))
    options: dict[str, Any] = {}
    # Newer versions have two exporters; this one needs no further packages and keeps names.
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        options["dynamo"] = False
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
        path = Path(folder) / out.name
        with torch.no_grad():
            expected = model(images)
            torch.onnx.export(
                model,
                (images[:1],),
                str(path),
                input_names=["image"],
                output_names=["logits"],
                dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}},
                opset_version=opset,
                **options,
            )
        entries = {
            "imagehub.preprocessing": json.dumps(source.preprocessing),
            "imagehub.labels": json.dumps(source.labels),
            "imagehub.title": source.title,
            "imagehub.source": source.source,
        }
        if source.licence:
            entries["imagehub.licence"] = source.licence
        with path.open("ab") as file:
            file.write(metadata_bytes(entries))
        difference = _difference(path, images.numpy(), expected.numpy()) if verify else None
        if difference is not None and not difference <= TOLERANCE:
            raise ExportError(
                f"the exported model differs from PyTorch's by {difference:.2g} in its logits, expected at most "
                f"{TOLERANCE}; try another --opset"
            )
        os.replace(path, out)
    return difference


def _difference(path: Path, images: Any, expected: Any) -> float:
    try:
        import onnxruntime  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ModuleNotFoundError as error:
        message = "onnxruntime is not installed, which verifies the file: pip install onnxruntime, or --no-verify"
        raise ExportError(message) from error
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(["logits"], {"image": images})
    if found.shape != expected.shape:
        raise ExportError(f"the exported model's output has the shape {found.shape}, PyTorch's {expected.shape}")
    return float(abs(found - expected).max())


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m imagehub.models", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="export a model of torchvision or timm as ONNX")
    export.add_argument("model", help="torchvision:NAME or timm:NAME")
    export.add_argument("--out", type=Path, help="file to write [default: NAME.onnx]")
    export.add_argument("--weights", help="weights of torchvision [default: DEFAULT]")
    export.add_argument("--opset", type=int, default=OPSET, help=f"version of ONNX's operators [default: {OPSET}]")
    export.add_argument("--no-verify", action="store_true", help="don't compare the file with PyTorch")
    args = parser.parse_args(arguments)
    name = args.model.partition(":")[2]
    out = args.out or Path(f"{name}.onnx")
    try:
        source = load(args.model, args.weights)
        difference = write(source, out, args.opset, not args.no_verify)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    checked = "not verified" if difference is None else f"logits differ by at most {difference:.1e} from PyTorch's"
    print(f"{out}: {_size(out.stat().st_size)}, {checked}")
    stem = "".join(c if c.isalnum() or c in "._-" else "-" for c in out.stem)
    print(f"next: hub model add {stem} {out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

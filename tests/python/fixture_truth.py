"""The content of the fixtures, read from the source files by code that is independent of the hub."""

import gzip
import json
from pathlib import Path

import numpy as np


def coco_images(folder: Path) -> dict[str, dict]:
    """Each image by its path below the folder, with its objects and captions as COCO lists them."""
    images = {}
    for split in ("train2017", "val2017"):
        by_id = {}
        instances = json.loads((folder / f"annotations/instances_{split}.json").read_text())
        captions = json.loads((folder / f"annotations/captions_{split}.json").read_text())
        for image in instances["images"]:
            by_id[image["id"]] = images[f"{split}/{image['file_name']}"] = {**image, "objects": [], "captions": []}
        for item in instances["annotations"]:
            by_id[item["image_id"]]["objects"].append(item)
        for item in captions["annotations"]:
            by_id[item["image_id"]]["captions"].append(item["caption"])
    return images


def coco_categories(folder: Path) -> dict[int, str]:
    listed = json.loads((folder / "annotations/instances_val2017.json").read_text())["categories"]
    return {c["id"]: c["name"] for c in listed}


def idx(file: Path) -> np.ndarray:
    """An IDX file of unsigned bytes: images `[n, 28, 28]` or labels `[n]`."""
    raw = gzip.decompress(file.read_bytes())
    dimensions = raw[3]
    shape = np.frombuffer(raw, ">i4", dimensions, offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape)

"""Hugging Face `datasets` decodes images and reads label names, from the footers alone."""

import datasets
import numpy as np
import pytest
from fixture_truth import coco_categories, coco_images, idx
from PIL import Image as Pillow


def load(files):
    return datasets.load_dataset("parquet", data_files=[str(f) for f in files], split="train")


def test_pictures_decode_through_pillow(coco):
    truth = coco_images(coco.source)
    loaded = load(coco.media)
    assert loaded.features["image"] == datasets.Image()
    names = loaded.cast_column("image", datasets.Image(decode=False))["image"]
    assert len(loaded) == len(truth) == 12
    for name, picture in zip([n["path"] for n in names], loaded["image"]):
        assert isinstance(picture, Pillow.Image)
        assert picture.size == (truth[name]["width"], truth[name]["height"])


def test_label_names_appear(class_folder, coco):
    label = load(class_folder.annotations).features["label"]
    assert isinstance(label, datasets.ClassLabel)
    assert label.num_classes == 3
    objects = load(coco.annotations).features["objects"].feature
    assert objects["category"].names == list(coco_categories(coco.source).values())


def test_labels_belong_to_their_pictures(class_folder):
    loaded = load(class_folder.annotations)
    wnids = {row["image.name"].split("/")[1]: row["label"] for row in loaded}
    assert len(set(wnids.values())) == len(wnids) == 3
    assert all(wnids[row["image.name"].split("/")[1]] == row["label"] for row in loaded)


def test_raw_pictures_arrive_as_bytes(fashion_mnist):
    loaded = load(fashion_mnist.media)
    truth = idx(fashion_mnist.source / "t10k-images-idx3-ubyte.gz")
    assert np.array_equal(np.frombuffer(loaded[123]["image"], np.uint8).reshape(28, 28), truth[123])
    assert load(fashion_mnist.annotations).features["label"].num_classes == 10


@pytest.mark.parametrize("folder, column, feature", [("fsdd", "audio", datasets.Audio), ("videos", "video", datasets.Video)])
def test_sounds_and_films_are_known_as_such(request, folder, column, feature):
    data_set = request.getfixturevalue(folder)
    loaded = load(data_set.media)
    assert isinstance(loaded.features[column], feature)
    for item in loaded.cast_column(column, feature(decode=False))[column]:
        assert item["bytes"] == data_set.source_bytes(item["path"])


def test_streaming_reads_them_too(coco):
    files = [str(f) for f in coco.media]
    stream = datasets.load_dataset("parquet", data_files=files, split="train", streaming=True)
    assert sum(1 for row in stream if row["image"].size[0] > 0) == 12

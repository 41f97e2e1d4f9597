"""Boxes, polygons, keypoints and masks move along with the images that are cropped, resized and mirrored."""

import io

import numpy as np
import pytest
from PIL import Image

import imagehub
from imagehub import Crop, Decode, Feature, Resize

NAMES = ["nose", "left_eye", "right_eye"]
SCHEMA = {
    "image": "image",
    "box": Feature.box(),
    "objects": Feature.list(Feature.struct({"box": Feature.box(), "label": "int64", "mask": Feature.mask("rle")})),
    "points": Feature.keypoints(NAMES),
    "outline": Feature.polygon(),
    "mask": Feature.mask("png"),
}


def png(values):
    file = io.BytesIO()
    Image.fromarray(values).save(file, "PNG")
    return file.getvalue()


# Of 8 x 4 pixels: the number of each column, and 10 times that of each row.
NUMBERS = (np.arange(8)[None, :] + 10 * np.arange(4)[:, None]).astype(np.uint8)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    place = tmp_path_factory.mktemp("annotations") / "pictures"
    row = {
        "image": np.repeat(NUMBERS[:, :, None], 3, axis=2),
        "box": [1, 1, 4, 2],
        "objects": [
            {"box": [0, 0, 2, 4], "label": 3, "mask": {"height": 4, "width": 8, "counts": [0, 8, 24]}},
            {"box": [3, 1, 2, 2], "label": 5, "mask": {"height": 4, "width": 8, "counts": [16, 4, 12]}},
        ],
        # The right eye isn't labelled.
        "points": [[3.5, 1.5, 2], [1.0, 1.0, 1], [0, 0, 0]],
        "outline": [[[0, 0], [8, 0], [8, 4]]],
        "mask": png(NUMBERS),
    }
    with imagehub.create(place, SCHEMA) as writer:
        writer.append([row, {**row, "mask": None, "objects": []}])
    return imagehub.open(place)


def one(pictures, image, **settings):
    return next(pictures.stream(2, image=image, **settings))


ALL = {"boxes": ("box", "objects"), "keypoints": "points", "masks": "mask", "moves": "outline"}


def test_they_are_cut_and_scaled_with_the_centre(pictures):
    # The middle 4 x 4 of 8 x 4, twice as large.
    batch = one(pictures, Resize((8, 16), crop=8, filter="nearest", **ALL))
    assert batch["image"].shape == (2, 8, 8, 3)
    assert batch["box"][0] == [0, 2, 6, 4], "x 1 to 5 of 2 to 6 is cut off at the left"
    first, second = batch["objects"][0]
    assert first["box"] is None and first["label"] == 3, "it is outside; what is beside it stays"
    assert second["box"] == [2, 2, 4, 4]
    assert second["mask"] == {"height": 8, "width": 8, "counts": [32, 16, 16]}
    nose, left, right = batch["points"][0]
    assert (nose["x"], nose["y"], nose["visibility"]) == (3, 3, 2)
    assert (left["x"], left["y"], left["visibility"]) == (0, 0, 0), "outside it isn't labelled"
    assert right["visibility"] == 0
    assert [[point["x"], point["y"]] for point in batch["outline"][0][0]] == [[-4, 0], [12, 0], [12, 8]]
    mask = batch["mask"]
    assert mask.shape == (2, 8, 8) and mask.dtype == np.uint8
    assert (mask[0] == NUMBERS[:, 2:6].repeat(2, axis=0).repeat(2, axis=1)).all()
    assert (mask[0] == batch["image"][0, :, :, 0]).all(), "pixel by pixel that of the image"
    assert (mask[1] == 0).all(), "a row without one has zeros"
    assert batch["objects"][1] == []


def test_they_are_mirrored(pictures):
    image = Resize((4, 8), flip=1.0, filter="nearest", **ALL)
    batch = one(pictures, image)
    assert (batch["mask"][0] == NUMBERS[:, ::-1]).all()
    assert batch["box"][0] == [3, 1, 4, 2]
    nose, left, right = batch["points"][0]
    assert (nose["x"], nose["visibility"]) == (4.5, 2)
    # What was the left eye is where the names say the right one is.
    assert (left["visibility"], right["x"], right["y"], right["visibility"]) == (0, 7, 1, 1)
    assert batch["objects"][0][0]["box"] == [6, 0, 2, 4]
    plain = one(pictures, Resize((4, 8), flip=1.0, keypoints="points", flip_pairs=()))
    assert plain["points"][0][1]["visibility"] == 1


def test_a_box_with_too_little_left_is_dropped(pictures):
    for least, left in [(0.0, True), (0.75, True), (0.76, False)]:
        batch = one(pictures, Resize((8, 16), crop=8, boxes="box", min_visible=least))
        assert (batch["box"][0] is not None) == left, "three quarters are left"


def test_whole_images_have_masks_of_their_size_and_random_crops_their_pixels(pictures):
    batch = one(pictures, Decode(masks="mask"))
    assert isinstance(batch["mask"], list) and (batch["mask"][0] == NUMBERS).all() and batch["mask"][1] is None
    for seed in range(20):
        batch = one(pictures, Crop(5, filter="nearest", masks="mask", exact=True), seed=seed)
        assert (batch["mask"][0] == batch["image"][0, :, :, 0]).all()


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        (Crop(4, boxes="points"), "'points' is to move along as one of bbox"),
        (Crop(4, masks="nose"), "'nose' is to move along as one of mask: there is no such column"),
        (Crop(4, moves="image"), "'image', which is to move along, is no column of the stream with boxes"),
        (Crop(4, boxes="box", min_visible=2), "min_visible is 2, expected a part of a box from 0 to 1"),
        (Crop(4, keypoints="points", flip_pairs=(("nose", "tail"),)), "flip_pairs names the keypoint 'tail'"),
    ],
)
def test_wrong_settings_are_named(pictures, image, problem):
    with pytest.raises(imagehub.InvalidValue, match=problem.replace("(", "\\(")):
        one(pictures, image)


def test_a_mask_of_another_size_than_its_image_fails_its_row(tmp_path):
    with imagehub.create(tmp_path / "a", {"image": "image", "mask": Feature.mask("png")}) as writer:
        images = np.zeros((6, 6, 3), np.uint8)
        writer.append([{"image": images, "mask": png(np.ones((6, 6), np.uint8))}, {"image": images, "mask": png(NUMBERS)}])
    wrong = imagehub.open(tmp_path / "a")
    with pytest.raises(imagehub.DecodeError, match="row 1 .*'mask' can't move along: mask: it has 8 x 4 pixels"):
        one(wrong, Resize(6, crop=4, masks="mask"))
    stream = wrong.stream(2, image=Resize(6, crop=4, masks="mask"), on_error="skip")
    assert (next(stream)["mask"] == 1).all() and stream.stats.skipped_total == 1

"""pyarrow reads every column with its plain Arrow type, and media bit for bit."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fixture_truth import coco_categories, coco_images, idx

MEDIA_TYPE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


@pytest.mark.parametrize(
    "folder, column, endings",
    [("coco", "image", [".jpg"]), ("class_folder", "image", [".png"]), ("fsdd", "audio", [".wav"]),
     ("videos", "video", [".webm", ".mp4"])],
)
def test_media_are_the_source_files(request, folder, column, endings):
    data_set = request.getfixturevalue(folder)
    seen = {}
    for file in data_set.media:
        table = pq.read_table(file)
        assert table.schema.field(column).type == MEDIA_TYPE
        seen.update((m["path"], m["bytes"]) for m in table[column].to_pylist())
    assert seen == {name: data_set.source_bytes(name) for name in data_set.source_names(*endings)}


def rows(data_set):
    return [row for file in data_set.annotations for row in pq.read_table(file).to_pylist()]


def test_picture_facts_and_objects_are_those_of_coco(coco):
    truth = coco_images(coco.source)
    got = {row["image.name"]: row for row in rows(coco)}
    assert got.keys() == truth.keys()
    for name, want in truth.items():
        row = got[name]
        assert (row["image.width"], row["image.height"]) == (want["width"], want["height"])
        assert row["image.format"] == "jpeg"
        assert row["image.bytes"] == len(coco.source_bytes(name))
        assert row["image_id"] == want["id"]
        assert [c["caption"] for c in row["captions"]] == want["captions"]
        assert [o["id"] for o in row["objects"]] == [o["id"] for o in want["objects"]]
        assert [o["category_id"] for o in row["objects"]] == [o["category_id"] for o in want["objects"]]
        boxes = [[o["bbox"][k] for k in ("x", "y", "width", "height")] for o in row["objects"]]
        assert boxes == [o["bbox"] for o in want["objects"]]


def test_crowds_are_run_lengths_and_others_polygons(coco):
    truth = {o["id"]: o for image in coco_images(coco.source).values() for o in image["objects"]}
    crowds = 0
    for row in rows(coco):
        for item in row["objects"]:
            want = truth[item["id"]]["segmentation"]
            if item["iscrowd"]:
                crowds += 1
                assert item["rle"]["counts"] == want["counts"]
                assert [item["rle"]["height"], item["rle"]["width"]] == want["size"]
            else:
                rings = [[v for p in ring for v in (p["x"], p["y"])] for ring in item["segmentation"]]
                assert rings == want
    assert crowds >= 2


def test_labels_are_places_in_the_list_of_names(coco):
    names = list(coco_categories(coco.source).values())
    by_id = coco_categories(coco.source)
    for row in rows(coco):
        for item in row["objects"]:
            assert names[item["category"]] == by_id[item["category_id"]]


def test_sounds_and_films_have_their_facts(fsdd, videos):
    for row in rows(fsdd):
        assert (row["audio.sample_rate"], row["audio.channels"], row["audio.format"]) == (8000, 1, "wav")
        samples = (len(fsdd.source_bytes(row["audio.name"])) - 44) // 2
        assert row["audio.duration"] == pytest.approx(samples / 8000, rel=1e-3)
    films = {row["video.name"]: row for row in rows(videos)}
    sizes = {n: (r["video.width"], r["video.height"]) for n, r in films.items()}
    assert sizes == {"flower.webm": (960, 540), "friday.mp4": (640, 480), "rabbit320.webm": (320, 240)}
    assert {n: r["video.codec"] for n, r in films.items()} == {
        "flower.webm": "vp8", "friday.mp4": "h264", "rabbit320.webm": "vp8"}
    assert films["friday.mp4"]["video.fps"] == pytest.approx(30, rel=0.01)
    assert films["friday.mp4"]["video.frames"] == 185
    assert films["flower.webm"]["video.duration"] == pytest.approx(5.06, abs=0.1)


def test_raw_pictures_are_fixed_size_bytes(fashion_mnist):
    source = fashion_mnist.source
    [media], [annotations] = fashion_mnist.media, fashion_mnist.annotations
    column = pq.read_table(media)["image"].combine_chunks()
    assert column.type == pa.binary(784)
    pixels = np.frombuffer(column.buffers()[1], np.uint8)[: 784 * len(column)].reshape(-1, 28, 28)
    assert np.array_equal(pixels, idx(source / "t10k-images-idx3-ubyte.gz"))
    labels = pq.read_table(annotations)["label"]
    assert labels.type == pa.int64()
    assert np.array_equal(labels.to_numpy(), idx(source / "t10k-labels-idx1-ubyte.gz"))


def test_one_row_can_be_had_by_a_filter(coco):
    [row] = [r for f in coco.annotations for r in pq.read_table(f, filters=[("image_id", "=", 205401)]).to_pylist()]
    assert row["image.name"] == "val2017/000000205401.jpg"

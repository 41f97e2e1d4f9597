"""Polars reads eagerly and lazily."""

import polars as pl
from fixture_truth import coco_images


def test_media_are_structs_of_bytes(coco):
    frame = pl.read_parquet(coco.media)
    assert frame.schema["image"] == pl.Struct({"bytes": pl.Binary, "path": pl.String})
    media = {row["path"]: row["bytes"] for row in frame["image"]}
    assert media == {name: coco.source_bytes(name) for name in coco_images(coco.source)}


def test_lazy_questions_about_facts(coco):
    wide = pl.scan_parquet(coco.annotations).filter(pl.col("image.width") > pl.col("image.height"))
    truth = coco_images(coco.source).values()
    assert wide.select(pl.len()).collect().item() == sum(i["width"] > i["height"] for i in truth)


def test_objects_explode(coco):
    frame = pl.read_parquet(coco.annotations).select(pl.col("objects").explode())
    crowds = frame["objects"].struct.field("iscrowd").sum()
    assert crowds == sum(o["iscrowd"] for i in coco_images(coco.source).values() for o in i["objects"])


def test_labels(fashion_mnist, class_folder):
    labels = pl.read_parquet(fashion_mnist.annotations)["label"]
    assert labels.dtype == pl.Int64
    assert labels.value_counts()["count"].to_list() == [1000] * 10
    assert pl.read_parquet(class_folder.annotations)["label"].n_unique() == 3


def test_films(videos):
    frame = pl.read_parquet(videos.annotations)
    assert frame["video.codec"].to_list().count("vp8") == 2

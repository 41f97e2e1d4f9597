"""DuckDB runs SQL queries on the files."""

import duckdb
import pytest
from fixture_truth import coco_images


@pytest.fixture(scope="module")
def db():
    return duckdb.connect()


def files(paths):
    return "read_parquet([{}])".format(", ".join(f"'{p}'" for p in paths))


def test_facts_are_columns(db, coco):
    truth = coco_images(coco.source).values()
    got = db.sql(f'SELECT count(*), sum("image.width"), max("image.height") FROM {files(coco.annotations)}')
    assert got.fetchall()[0] == (12, sum(i["width"] for i in truth), max(i["height"] for i in truth))


def test_objects_unnest(db, coco):
    truth = [o for i in coco_images(coco.source).values() for o in i["objects"]]
    got = db.sql(f"""
        SELECT count(*), count(*) FILTER (o.iscrowd), sum(o.area)
        FROM (SELECT unnest(objects) AS o FROM {files(coco.annotations)})""").fetchall()[0]
    assert got[:2] == (len(truth), sum(o["iscrowd"] for o in truth))
    assert got[2] == pytest.approx(sum(o["area"] for o in truth))


def test_media_join_their_facts(db, coco):
    got = db.sql(f"""
        SELECT image.path, octet_length(image.bytes), f."image.bytes", image.bytes
        FROM {files(coco.media)} m JOIN {files(coco.annotations)} f ON image.path = f."image.name" """).fetchall()
    assert len(got) == 12
    for name, length, fact, media in got:
        assert media == coco.source_bytes(name)
        assert length == fact == len(media)


def test_labels_and_raw_pictures(db, fashion_mnist):
    counts = db.sql(f"SELECT label, count(*) FROM {files(fashion_mnist.annotations)} GROUP BY 1 ORDER BY 1")
    assert counts.fetchall() == [(label, 1000) for label in range(10)]
    rows, bytes_ = db.sql(f"SELECT count(*), sum(octet_length(image)) FROM {files(fashion_mnist.media)}").fetchall()[0]
    assert (rows, bytes_) == (10_000, 10_000 * 784)


def test_sounds(db, fsdd):
    got = db.sql(f'SELECT min("audio.duration") > 0.1, any_value("audio.codec") FROM {files(fsdd.annotations)}')
    assert got.fetchall()[0][0]

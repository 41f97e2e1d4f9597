"""`mlcroissant` reads the Croissant description of a data set, and the records that it describes."""

import pytest
from fixture_truth import coco_categories, coco_images


def describe(name, record_set):
    """Loads and validates a description, and reads one of its record sets."""
    import os

    import mlcroissant

    base = os.environ["HUB_BASE"]
    data_set = mlcroissant.Dataset(jsonld=f"{base}/api/v1/datasets/{name}/croissant")
    issues = data_set.metadata.ctx.issues

    def plain(value):
        if isinstance(value, bytes):
            return value.decode(errors="replace")
        if isinstance(value, dict):
            return {k.rsplit("/", 1)[-1]: plain(v) for k, v in value.items()}
        if isinstance(value, list):
            return [plain(v) for v in value]
        if hasattr(value, "size") and isinstance(value.size, tuple):
            return list(value.size)
        return value.item() if hasattr(value, "item") else value

    return {
        "issues": sorted(issues.errors) + sorted(issues.warnings),
        "conforms": str(data_set.metadata.ctx.conforms_to.value),
        "sets": [r.id for r in data_set.metadata.record_sets],
        "licence": data_set.metadata.license,
        "records": [plain(record) for record in data_set.records(record_set)],
    }


def test_pictures_boxes_and_labels(served, coco):
    answer = served.ask(describe, "pets/coco", "val")
    assert answer["issues"] == [] and answer["conforms"] == "http://mlcommons.org/croissant/1.1"
    assert answer["sets"] == ["labels/objects.category", "train", "val"] and answer["licence"] == ["mit"]
    truth = coco_images(coco.source)
    assert len(answer["records"]) == 6
    for record in answer["records"]:
        picture = truth[record["image.name"]]
        assert record["split"] == "val" and record["image"] == [picture["width"], picture["height"]]
        assert all(0 <= o["category"] < 80 and o["bbox.width"] >= 0 for o in record["objects"])
    labels = served.ask(describe, "pets/coco", "labels/objects.category")["records"]
    assert [label["name"] for label in labels] == list(coco_categories(coco.source).values())
    assert labels[0]["synset"] == "n00007846"


@pytest.mark.parametrize(
    "name, split, rows", [("class-folder", "train", 9), ("videos", "train", 3), ("fashion-mnist", "test", 10000)]
)
def test_other_kinds_are_read(served, name, split, rows):
    answer = served.ask(describe, f"pets/{name}", split)
    assert answer["issues"] == []
    assert len(answer["records"]) == rows


def test_rows_that_are_gone_are_gone(served):
    records = served.ask(describe, "pets/changed", "train")["records"]
    assert len(records) == 8 and all("animal" in record and "label" not in record for record in records)
    assert records[-1]["image"] is None, "a long sample is not in the file"

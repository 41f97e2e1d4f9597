"""pyarrow reads a stream of batches without any code of the hub."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def stream(served, name, query=""):
    with pa.ipc.open_stream(served.get(f"/api/v1/datasets/pets/{name}/stream{query}")) as reader:
        return reader.read_all()


def test_all_rows_arrive(served, coco):
    assert stream(served, "coco").num_rows == 12
    table = stream(served, "coco", "?columns=image,image.name")
    truth = pa.concat_tables([pq.read_table(f) for f in coco.annotations])
    assert sorted(table["image.name"].to_pylist()) == sorted(truth["image.name"].to_pylist())
    name, picture = table["image.name"][0].as_py(), table["image"][0].as_py()
    assert picture["bytes"] == coco.source_bytes(name)


@pytest.mark.parametrize("query, columns", [("?columns=image.width,image.height", 2), ("?columns=image.name&split=val", 1)])
def test_columns_and_splits_are_picked(served, query, columns):
    table = stream(served, "coco", query)
    assert table.num_columns == columns
    assert table.num_rows == (6 if "split" in query else 12)


def test_rows_that_are_gone_are_gone(served):
    assert stream(served, "changed").num_rows == 11

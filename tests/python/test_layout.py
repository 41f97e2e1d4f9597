"""The layout of the files for training, checked through pyarrow's view of the footers."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from data_set import is_media

FOLDERS = ["coco", "fsdd", "videos", "fashion_mnist", "class_folder"]
MIB = 1 << 20


@pytest.fixture(params=FOLDERS)
def data_set(request):
    return request.getfixturevalue(request.param)


def chunks(file):
    """Each column chunk of a file, with the top-level column it belongs to."""
    parquet = pq.ParquetFile(file)
    for g in range(parquet.metadata.num_row_groups):
        group = parquet.metadata.row_group(g)
        for c in range(group.num_columns):
            chunk = group.column(c)
            # Facts have a dot in their names, so the first part of a path is not the name of a column.
            column = next(f for f in parquet.schema_arrow if is_prefix(f.name, chunk.path_in_schema))
            yield column, chunk


def is_prefix(name, path):
    return path == name or path.startswith(f"{name}.") and "." not in name


def test_media_are_uncompressed_and_without_statistics(data_set):
    for file in data_set.media:
        for column, chunk in chunks(file):
            if is_media(column) and not chunk.path_in_schema.endswith(".path"):
                assert chunk.compression == "UNCOMPRESSED", chunk.path_in_schema
                assert chunk.statistics is None or not chunk.statistics.has_min_max, chunk.path_in_schema


def test_annotations_are_zstd(data_set):
    for file in data_set.annotations:
        assert {chunk.compression for _, chunk in chunks(file)} == {"ZSTD"}


def test_every_chunk_has_its_page_index(data_set):
    for file in data_set.files:
        assert all(chunk.has_offset_index for _, chunk in chunks(file))


def test_numbers_have_statistics(data_set):
    numbers = [c for f in data_set.annotations for col, c in chunks(f) if pa.types.is_integer(col.type)]
    assert numbers and all(chunk.statistics.has_min_max for chunk in numbers)


def test_row_groups_are_sized_for_training(data_set):
    for file in data_set.media:
        parquet = pq.ParquetFile(file).metadata
        sizes = [parquet.row_group(g).total_byte_size for g in range(parquet.num_row_groups)]
        assert max(sizes) <= 20 * MIB


def test_the_groups_of_a_fragment_share_row_groups(coco, class_folder):
    for data_set in (coco, class_folder):
        pairs = list(data_set.pairs("image"))
        assert len(pairs) == len(data_set.media) == len(data_set.annotations) == 2, "a fragment a split"
        for media, annotations in pairs:
            assert group_rows(media) == group_rows(annotations)


def group_rows(file):
    parquet = pq.ParquetFile(file).metadata
    return [parquet.row_group(g).num_rows for g in range(parquet.num_row_groups)]


def test_the_footer_names_the_features(data_set):
    for file in data_set.files:
        schema = pq.read_schema(file)
        features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
        assert list(features) == schema.names


def test_columns_have_field_ids(data_set):
    ids = [f.metadata[b"PARQUET:field_id"] for file in data_set.files for f in pq.read_schema(file)]
    assert len(set(ids)) > 1


def with_members(field):
    """A field, and the members of structs and items of lists in it."""
    yield field
    members = []
    if pa.types.is_struct(field.type):
        members = [field.type.field(i) for i in range(field.type.num_fields)]
    elif pa.types.is_list(field.type):
        members = [field.type.value_field]
    for member in members:
        yield from with_members(member)


def test_nested_fields_have_field_ids(data_set):
    for file in data_set.files:
        fields = [f for root in pq.read_schema(file) for f in with_members(root)]
        ids = [f.metadata[b"PARQUET:field_id"] for f in fields]
        assert len(set(ids)) == len(ids), ids

"""A data set as plain files.

The readers don't know about manifests, so these tests don't use them either: a data set is the Parquet files under
`data/`, distinguished by their columns. A file with encoded media or big tensors belongs to the media group, any other
to the annotations group; rows of the two are matched by the original name of each media file.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

BULKY_FROM_BYTES = 256


def is_media(column: pa.Field) -> bool:
    kind = column.type
    if pa.types.is_struct(kind):
        return [f.name for f in kind] == ["bytes", "path"]
    return pa.types.is_fixed_size_binary(kind) and kind.byte_width >= BULKY_FROM_BYTES


class DataSet:
    """A fixture folder and the directory that it was pushed to."""

    def __init__(self, source: Path, directory: Path):
        self.source = source
        self.directory = directory
        self.files = sorted(directory.glob("data/*.parquet"))
        self.media = [f for f in self.files if any(map(is_media, pq.read_schema(f)))]
        self.annotations = [f for f in self.files if f not in self.media]

    def source_bytes(self, name: str) -> bytes:
        return (self.source / name).read_bytes()

    def source_names(self, *endings: str) -> set[str]:
        files = (f for f in self.source.rglob("*") if f.suffix in endings)
        return {f.relative_to(self.source).as_posix() for f in files}

    def pairs(self, column: str):
        """The media file and the annotations file of each fragment."""
        by_names = {tuple(pq.read_table(f)[f"{column}.name"].to_pylist()): f for f in self.annotations}
        for file in self.media:
            names = pq.read_table(file)[column].combine_chunks().field("path").to_pylist()
            yield file, by_names[tuple(names)]

"""The rows of a revision and their labels, read from a data set's files as schema/FORMAT.md specifies.

This is a slow reference implementation: pyarrow reads each commit's JSON, its manifests and all column files, and every
row is checked, without a hub and without an index.
"""

import json
import struct
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

RUNS, NO_RUNS, OFFSETS_FROM = 12347, 12346, 4


class Row(NamedTuple):
    """A row that is not deleted."""

    id: str
    position: int
    split: str | None
    # By the path of the label column: the synsets of the row's labels, and how many labels have none.
    synsets: dict[str, frozenset[str]]
    unmapped: dict[str, int]
    values: dict[str, object]


def rows(directory: Path, revision: str, *wanted: str) -> list[Row]:
    """The rows of a branch, or of a version of one (`main:2`), with the values of these columns."""
    commit = read_commit(directory, revision)
    fields = commit["schema"]["fields"]
    found = []
    for manifest in commit["manifests"]:
        for fragment in pq.read_table(directory / "manifests" / manifest["hash"]).to_pylist():
            columns = read_columns(directory, fragment, fields)
            gone = roaring(fragment["deleted"]) if fragment["deleted"] else set()
            for offset, row_id in enumerate(row_ids(fragment)):
                if offset in gone:
                    continue
                synsets, unmapped, values = {}, {}, {}
                for field in fields:
                    value = columns[field["name"]][offset]
                    for path, means in labels(field["name"], field["feature"], value):
                        synsets[path] = synsets.get(path, frozenset()) | {s for s in means if s}
                        unmapped[path] = unmapped.get(path, 0) + means.count(None)
                    if field["name"] in wanted:
                        values[field["name"]] = value
                found.append(Row(row_id, len(found), fragment["split"], synsets, unmapped, values))
    assert len(found) == commit["counts"]["rows"]
    assert len({row.id for row in found}) == len(found)
    return found


def read_commit(directory: Path, revision: str) -> dict:
    branch, _, version = revision.partition(":")
    commits = {int(file.stem): file for file in (directory / "refs" / branch).glob("*.json")}
    return json.loads(commits[int(version) if version else max(commits)].read_text())


def versions(directory: Path, branch: str) -> int:
    return len(list((directory / "refs" / branch).glob("*.json")))


def read_columns(directory: Path, fragment: dict, fields: list) -> dict[str, list]:
    """The values of each column, by its name in this commit; null if the fragment is older than the column."""
    by_id = {}
    for file in fragment["files"]:
        table = pq.read_table(directory / "data" / f"{file['hash'].hex()}.parquet")
        assert table.num_rows == fragment["rows"]
        for place, column in enumerate(table.schema):
            number = int(column.metadata[b"PARQUET:field_id"])
            if number in file["fields"]:
                assert number not in by_id, "no two files have the same column"
                by_id[number] = table.column(place).to_pylist()
    return {field["name"]: by_id.get(field["id"], [None] * fragment["rows"]) for field in fields}


def row_ids(fragment: dict) -> list[str]:
    runs = fragment["row_ids"] or [{"first": fragment["id"] << 24, "rows": fragment["rows"]}]
    ids = [run["first"] + i for run in runs for i in range(run["rows"])]
    assert len(ids) == fragment["rows"]
    return [f"{id >> 24:010x}:{id & 0xFFFFFF}" for id in ids]


def labels(path: str, feature: dict, value):
    """The class labels in a value: the path of each label column, and a synset or null for each label."""
    match feature["type"]:
        case "class_label":
            synsets = feature.get("synsets") or [None] * len(feature["names"])
            yield path, [] if value is None else [synsets[value]]
        case "list":
            for item in value or []:
                yield from labels(path, feature["item"], item)
            # Adds the column for rows without labels too.
            yield from labels(path, feature["item"], None)
        case "struct":
            for member in feature["fields"]:
                below = None if value is None else value[member["name"]]
                yield from labels(f"{path}.{member['name']}", member["feature"], below)


def roaring(data: bytes) -> set[int]:
    """The numbers of a bitmap in Roaring's portable serialisation."""
    (cookie,) = struct.unpack_from("<I", data)
    at, runs = 4, b""
    if cookie & 0xFFFF == RUNS:
        size = (cookie >> 16) + 1
        runs, at = data[at : at + (size + 7) // 8], at + (size + 7) // 8
    else:
        assert cookie == NO_RUNS
        (size,) = struct.unpack_from("<I", data, at)
        at += 4
    heads = [struct.unpack_from("<HH", data, at + 4 * i) for i in range(size)]
    at += 4 * size
    if not runs or size >= OFFSETS_FROM:
        at += 4 * size
    found = set()
    for i, (key, last) in enumerate(heads):
        if runs and runs[i // 8] >> (i % 8) & 1:
            (count,) = struct.unpack_from("<H", data, at)
            low = [struct.unpack_from("<HH", data, at + 2 + 4 * r) for r in range(count)]
            low = [first + n for first, length in low for n in range(length + 1)]
            at += 2 + 4 * count
        elif last < 4096:
            low = struct.unpack_from(f"<{last + 1}H", data, at)
            at += 2 * (last + 1)
        else:
            low = [n for n in range(1 << 16) if data[at + n // 8] >> (n % 8) & 1]
            at += 8192
        assert len(low) == last + 1
        found |= {key << 16 | n for n in low}
    assert at == len(data)
    return found

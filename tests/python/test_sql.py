"""Queries have the results that DuckDB has."""

import json
import math
import os
import urllib.error
from collections import Counter
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from served import Served
from sql_questions import named_table, pushed_table, questions, rows

# Where the two differ, and why that is right. Each is asked, and must differ.
DIFFERENT = {
    "SELECT 7 / 2 AS x": "the quotient of integers is an integer, as in PostgreSQL; DuckDB's is a float",
    "SELECT CAST(2.7 AS BIGINT) AS x": "casts cut off what is behind the point; DuckDB rounds",
    "SELECT 1 AS x FROM samples WHERE label = 'no such class'": "the class is unknown, which is an error",
}
# A sub-question among the selected columns: DataFusion can't plan it.
REFUSED = "IN (SELECT …) in this place is refused"
QUESTIONS = 400


@pytest.fixture(scope="module")
def asked(hub, tmp_path_factory):
    """Asks the server and DuckDB."""
    home, scratch = tmp_path_factory.mktemp("sql"), tmp_path_factory.mktemp("sql-scratch")
    held = rows()
    (scratch / "rows").mkdir()
    # Several row groups, so that some can be ruled out.
    pq.write_table(pushed_table(held), scratch / "rows" / "rows.parquet", row_group_size=20)
    directory = home / "datasets" / "pets" / "types"
    hub("push", directory, scratch / "rows")
    (directory / "about.json").write_text(json.dumps({"name": "pets/types", "visibility": "public"}))
    server = Served(Path(os.environ["HUB_BIN"]), home, scratch / "server")
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    samples = named_table(held)  # noqa: F841
    db.execute("CREATE TABLE samples AS SELECT * FROM samples")

    def of_hub(sql):
        try:
            answer = server.post("/api/v1/query", {"sql": sql, "datasets": ["pets/types"]}, server.owner)
        except urllib.error.HTTPError as error:
            return error.read().decode()
        return [tuple(row.values()) for row in answer.body]

    def of_duckdb(sql):
        return db.execute(sql).fetchall()

    yield of_hub, of_duckdb
    server.stop()


def plain(value):
    """A value as both can be compared: numbers as floats of nine digits, times in UTC, NaN as a text."""
    match value:
        case bool() | None:
            return value
        case datetime():
            return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case int() | float() | Decimal():
            number = float(value)
            if math.isnan(number):
                return "NaN"
            if math.isinf(number):
                return "Infinity" if number > 0 else "-Infinity"
            return float(f"{number:.9g}") + 0.0
        case list():
            return tuple(plain(v) for v in value)
        case dict():
            return tuple((k, plain(v)) for k, v in value.items())
    return value


def same(of_hub, of_duckdb, sql: str) -> bool:
    if isinstance(of_hub, str):
        return False
    found, wanted = ([tuple(plain(v) for v in row) for row in rows] for rows in (of_hub, of_duckdb))
    return found == wanted if "ORDER BY" in sql and "LIMIT" in sql else Counter(found) == Counter(wanted)


def test_questions_have_the_same_answers(asked):
    of_hub, of_duckdb = asked
    wrong, answered = [], 0
    for sql in questions(QUESTIONS):
        found, wanted = of_hub(sql), of_duckdb(sql)
        answered += bool(wanted)
        if isinstance(found, str) and REFUSED in found:
            continue
        if not same(found, wanted, sql):
            wrong.append(f"{sql}\n  hub     {found}\n  duckdb  {wanted}"[:1500])
    assert not wrong, f"{len(wrong)} of {QUESTIONS}\n" + "\n".join(wrong[:10])
    assert answered > QUESTIONS / 2, "questions without an answer show little"


@pytest.mark.parametrize("sql", DIFFERENT)
def test_differences_are_known(asked, sql):
    of_hub, of_duckdb = asked
    assert not same(of_hub(sql), of_duckdb(sql), sql), f"they agree by now: {DIFFERENT[sql]}"

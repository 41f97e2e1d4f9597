"""A data set with a column of every plain type, and questions about it that are drawn from a fixed seed.

The same rows are in a table of DuckDB, with class labels as text, which is what they are in the hub's queries.
"""

import json
import math
import random
from datetime import datetime, timedelta, timezone

import pyarrow as pa

ROWS = 60
KINDS = ["Siamese cat", "apple", "beagle", "car", "tabby"]
OTHERS = ["car", "zebra", "Siamese cat", "beagle", "Ox", "apple"]
NAN = "CAST('NaN' AS DOUBLE)"
WORDS = ["a", "B", "ab", "abc", "x_y", "50%", "", "Zoë", "car"]


def label(names):
    return {"names": names, "_type": "ClassLabel"}


def value(dtype):
    return {"dtype": dtype, "_type": "Value"}


FEATURES = {
    "id": value("int64"),
    "label": label(KINDS),
    "label2": label(OTHERS),
    "labels": {"feature": label(KINDS), "_type": "List"},
    "obj": {"kind": label(OTHERS), "n": value("int64")},
    "n": value("int64"),
    "u": value("uint8"),
    "f": value("float64"),
    "g": value("float32"),
    "b": value("bool"),
    "s": value("string"),
    "t": value("timestamp[us, tz=UTC]"),
    "xs": {"feature": value("int64"), "_type": "List"},
}

NUMBERS = pa.schema(
    [
        ("id", pa.int64()),
        ("label", pa.int64()),
        ("label2", pa.int64()),
        ("labels", pa.list_(pa.int64())),
        ("obj", pa.struct([("kind", pa.int64()), ("n", pa.int64())])),
        ("n", pa.int64()),
        ("u", pa.uint8()),
        ("f", pa.float64()),
        ("g", pa.float32()),
        ("b", pa.bool_()),
        ("s", pa.string()),
        ("t", pa.timestamp("us", tz="UTC")),
        ("xs", pa.list_(pa.int64())),
    ]
)


def rows() -> list[dict]:
    draw = random.Random(7)

    def maybe(of, share=0.15):
        return None if draw.random() < share else of()

    def one(names):
        return maybe(lambda: draw.randrange(len(names)))

    begin = datetime(2025, 1, 1, tzinfo=timezone.utc)
    special = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1.5]
    return [
        {
            "id": i,
            "label": one(KINDS),
            "label2": one(OTHERS),
            "labels": maybe(lambda: [one(KINDS) for _ in range(draw.randrange(4))]),
            "obj": {"kind": one(OTHERS), "n": maybe(lambda: draw.randrange(5))},
            "n": maybe(lambda: draw.randrange(-5, 6)),
            "u": maybe(lambda: draw.randrange(100)),
            "f": maybe(lambda: draw.choice([*special, round(draw.uniform(-3, 3), 2)])),
            "g": maybe(lambda: draw.choice([math.nan, 0.25, 0.5, -1.75, 2.0])),
            "b": maybe(lambda: draw.random() < 0.5),
            "s": maybe(lambda: draw.choice(WORDS)),
            "t": maybe(lambda: begin + timedelta(hours=draw.randrange(2000), microseconds=draw.randrange(10))),
            "xs": maybe(lambda: [maybe(lambda: draw.randrange(4)) for _ in range(draw.randrange(4))]),
        }
        for i in range(ROWS)
    ]


def pushed_table(rows: list[dict]) -> pa.Table:
    """Class numbers, with the names in the note that Hugging Face's files have."""
    note = json.dumps({"info": {"features": FEATURES}})
    return pa.Table.from_pylist(rows, NUMBERS.with_metadata({"huggingface": note}))


def named_table(rows: list[dict]) -> pa.Table:
    """Class names."""

    def name(names, number):
        return None if number is None else names[number]

    named = [
        {
            **row,
            "label": name(KINDS, row["label"]),
            "label2": name(OTHERS, row["label2"]),
            "labels": None if row["labels"] is None else [name(KINDS, n) for n in row["labels"]],
            "obj": {**row["obj"], "kind": name(OTHERS, row["obj"]["kind"])},
        }
        for row in rows
    ]
    text = {"label": pa.string(), "label2": pa.string(), "labels": pa.list_(pa.string())}
    text["obj"] = pa.struct([("kind", pa.string()), ("n", pa.int64())])
    return pa.Table.from_pylist(named, pa.schema([(f.name, text.get(f.name, f.type)) for f in NUMBERS]))


class Questions:
    """Draws expressions by type, and queries of them."""

    def __init__(self, seed: int):
        self.draw = random.Random(seed)

    def pick(self, *parts):
        part = self.draw.choice(parts)
        return part() if callable(part) else part

    def quoted(self, words):
        return "'" + self.draw.choice(words) + "'"

    def label(self, depth=1):
        return self.pick("label", "label2", "labels[1]", "obj.kind")

    def text(self, depth=1):
        plain = [self.label, "s", lambda: self.quoted(WORDS)]
        if depth == 0:
            return self.pick(*plain)
        return self.pick(
            *plain,
            lambda: f"upper({self.text(depth - 1)})",
            lambda: f"({self.text(depth - 1)} || {self.text(depth - 1)})",
            lambda: f"coalesce({self.text(depth - 1)}, {self.text(depth - 1)})",
            lambda: f"nullif({self.text(depth - 1)}, {self.text(depth - 1)})",
            lambda: f"substr({self.text(depth - 1)}, 2, 3)",
            lambda: f"replace({self.text(depth - 1)}, 'a', '-')",
            lambda: f"{self.pick('lower', 'trim', 'reverse')}({self.text(depth - 1)})",
            lambda: f"{self.pick('greatest', 'least')}({self.label()}, {self.text(0)})",
            lambda: f"CASE WHEN {self.condition(depth - 1)} THEN {self.text(depth - 1)} ELSE {self.text(depth - 1)} END",
            lambda: f"CASE label WHEN 'beagle' THEN {self.text(depth - 1)} WHEN 'car' THEN label2 END",
        )

    def integer(self, depth=1):
        plain = ["n", "id", "obj.n", "xs[1]", lambda: str(self.draw.randrange(-3, 9))]
        if depth == 0:
            return self.pick(*plain)
        return self.pick(
            *plain,
            lambda: f"({self.integer(depth - 1)} {self.pick('+', '-', '*')} {self.integer(depth - 1)})",
            lambda: f"coalesce({self.integer(depth - 1)}, {self.integer(depth - 1)})",
            lambda: f"length({self.text(depth - 1)})",
            lambda: f"array_length({self.pick('labels', 'xs')})",
            lambda: f"{self.pick('greatest', 'least')}({self.integer(0)}, {self.integer(0)})",
            lambda: f"extract({self.pick('month', 'day', 'hour')} FROM t)",
            lambda: f"(SELECT count(*) FROM samples o WHERE o.{self.pick('label', 'label2')} = samples.label2)",
            lambda: f"-({self.integer(depth - 1)})",
            lambda: f"CASE WHEN {self.condition(depth - 1)} THEN {self.integer(depth - 1)} END",
        )

    def float(self, depth=1):
        plain = ["f", "g", lambda: self.pick("0.0", "1.5", "-0.25", "2.0")]
        if depth == 0:
            return self.pick(*plain)
        return self.pick(
            *plain,
            lambda: f"({self.float(depth - 1)} {self.pick('+', '*')} {self.pick('0.5', '2.0', 'id')})",
            lambda: f"-({self.pick('f', 'g')})",
            lambda: f"{self.pick('greatest', 'least')}(f, {self.float(0)})",
            lambda: f"coalesce({self.float(0)}, {self.float(0)})",
        )

    def condition(self, depth=1):
        compare = self.pick("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM")
        plain = [
            lambda: f"{self.pick(self.label, 's')} {compare} {self.pick(self.label, 's')}",
            lambda: f"s {compare} {self.quoted(WORDS)}",
            lambda: f"label {compare} {self.quoted(KINDS)}",
            lambda: f"label2 {compare} {self.quoted(OTHERS)}",
            lambda: f"label {compare} label2",
            lambda: f"{self.integer(0)} {compare} {self.integer(0)}",
            lambda: f"{self.float(0)} {compare} {self.float(0)}",
            lambda: f"f {self.pick('', 'NOT ')}BETWEEN -1.0 AND {self.pick('0.0', '1.5', '2.5')}",
            lambda: f"{self.label()} {self.pick('', 'NOT ')}LIKE '%{self.pick('a', 'e', 'car', '_')}%'",
            lambda: f"label {self.pick('', 'NOT ')}IN ({self.quoted(KINDS)}, {self.pick('NULL', self.quoted(KINDS))})",
            lambda: f"label2 {self.pick('', 'NOT ')}IN (SELECT label FROM samples WHERE {self.pick('n > 1', 'b', 'label IS NOT NULL')})",
            lambda: f"n {self.pick('', 'NOT ')}IN (1, -2, {self.pick('3', 'NULL')})",
            lambda: f"f {self.pick('', 'NOT ')}IN (0.0, 1.5, {self.pick('NULL', NAN)})",
            lambda: f"array_has(labels, {self.pick(self.quoted(KINDS), 'label2')})",
            lambda: f"{self.pick('', 'NOT ')}starts_with({self.label()}, {self.pick(self.quoted(['c', 'Si']), 'substr(label, 1, 1)')})",
            lambda: f"{self.pick('label', 'f', 'n', 's', 't', 'obj.kind', 'labels')} IS {self.pick('', 'NOT ')}NULL",
            lambda: f"t {self.pick('<', '>=')} TIMESTAMPTZ '2025-02-01 00:00:00+00'",
            "b",
        ]
        if depth == 0:
            return self.pick(*plain)
        inner = lambda: self.condition(depth - 1)  # noqa: E731
        return self.pick(
            *plain,
            lambda: f"({inner()} {self.pick('AND', 'OR')} {inner()})",
            lambda: f"NOT ({inner()})",
            lambda: f"({inner()}) IS {self.pick('TRUE', 'NOT TRUE', 'FALSE', 'NOT FALSE')}",
            lambda: f"b IS DISTINCT FROM true AND {inner()}",
        )

    def value(self):
        return self.pick(lambda: self.text(2), lambda: self.integer(2), lambda: self.float(1), lambda: self.condition(1))

    def query(self) -> str:
        return self.pick(
            lambda: f"SELECT id, {self.value()} AS v, {self.value()} AS w FROM samples WHERE {self.condition(2)}",
            lambda: f"SELECT id FROM samples WHERE {self.condition(2)}",
            lambda: f"SELECT {self.text(1)} AS k, count(*) AS c, sum(n) AS s, min(label) AS a, max(label2) AS z "
            f"FROM samples WHERE {self.condition(1)} GROUP BY k",
            lambda: f"SELECT label, min(f), max(f), max(g), count(f), count(DISTINCT label2) FROM samples "
            f"GROUP BY label HAVING {self.pick('count(*) > 5', 'max(n) > 3', 'label > ' + self.quoted(KINDS))}",
            lambda: f"SELECT {self.label()} AS x FROM samples WHERE {self.condition(0)} "
            f"{self.pick('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT')} SELECT {self.text(0)} FROM samples",
            lambda: f"SELECT a.id, b.id AS other FROM samples a {self.pick('JOIN', 'LEFT JOIN')} samples b "
            f"ON a.{self.pick('label', 'label2', 's')} = b.{self.pick('label', 'label2')} AND b.id < 20",
            lambda: f"SELECT id, {self.label()} AS l FROM samples WHERE {self.condition(1)} "
            f"ORDER BY {self.pick('f', 'label', 'g', 's', 'n')} {self.pick('ASC', 'DESC')} NULLS {self.pick('FIRST', 'LAST')}, id "
            f"LIMIT {self.pick('3', '10', '25')}",
            lambda: f"SELECT l, count(*) AS c FROM (SELECT unnest({self.pick('labels', 'xs')}) AS l FROM samples "
            f"WHERE {self.condition(0)}) GROUP BY l",
            lambda: f"SELECT id, {self.pick('row_number', 'rank')}() OVER (PARTITION BY label ORDER BY f, id) AS r, "
            f"{self.pick('sum(n)', 'max(label2)', 'count(f)')} OVER (PARTITION BY label2) AS o FROM samples",
            lambda: f"SELECT label, label2, count(*) AS c, avg(n) AS a, sum(f) AS s FROM samples WHERE "
            f"{self.condition(0)} GROUP BY {self.pick('label, label2', 'ROLLUP (label, label2)')}",
            lambda: f"SELECT label, count(*) FILTER (WHERE {self.condition(0)}) AS c, "
            f"string_agg({self.label()}, '+' ORDER BY id) AS j, array_agg({self.pick('label2', 'n', 'f')} ORDER BY id) AS l "
            f"FROM samples GROUP BY label",
            lambda: f"SELECT a.id, b.label2 FROM samples a {self.pick('RIGHT', 'FULL', 'LEFT')} JOIN "
            f"(SELECT DISTINCT label2 FROM samples WHERE {self.condition(0)}) b ON a.label = b.label2",
            lambda: f"SELECT id FROM samples WHERE {self.pick('', 'NOT ')}EXISTS (SELECT 1 FROM samples o WHERE "
            f"o.label = samples.label2 AND o.n {self.pick('>', '<', '=')} samples.n)",
            lambda: f"SELECT id, lag({self.pick('label', 'f', 'n')}) OVER (ORDER BY {self.pick('f', 'label', 't')}, id) AS p, "
            f"{self.pick('max(f)', 'min(g)', 'sum(n)')} OVER (ORDER BY id ROWS 3 PRECEDING) AS q FROM samples",
            lambda: f"WITH c AS (SELECT label AS l, n FROM samples UNION ALL SELECT label2, id FROM samples) "
            f"SELECT l, count(*) AS c, max(n) AS m FROM c WHERE l {self.pick('=', '<>', '<')} {self.quoted(KINDS)} GROUP BY l",
            lambda: f"SELECT DISTINCT {self.label()} AS d, {self.text(1)} AS e FROM samples WHERE {self.condition(1)}",
        )


def questions(count: int, seed: int = 11) -> list[str]:
    drawn = Questions(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[drawn.query()] = None
    return list(found)

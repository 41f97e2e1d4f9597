"""A hub that answers concept queries, and the results it must give.

Every result is compared row by row with the rows that the files hold (`rows_by_hand`) and with what nltk reports for
their labels (`wordnet_by_nltk`).
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
from concept_sets import number_on
from rows_by_hand import Row, rows, versions
from wordnet_by_nltk import WordNet

CANINE = "canine.n.02"
# Two with several hypernyms, one whose hyponyms are all instances, one that is an instance, and other senses of a
# word.
CONCEPTS = [CANINE, "dog.n.01", "carnivore.n.01", "vehicle.n.01", "animal.n.01", "street_sign.n.01", "wolf.n.01"]
CONCEPTS += ["domestic_animal.n.01", "puppy.n.01", "young_mammal.n.01", "tracked_vehicle.n.01", "military_vehicle.n.01"]
CONCEPTS += ["physicist.n.01", "einstein.n.01", "person.n.01", "food.n.01", "entity.n.01", "unicorn.n.01"]


class Asked:
    """A separate hub, with its database in SQLite or PostgreSQL."""

    def __init__(self, home: Path, wordnet: WordNet, database_url: str | None = None):
        self.home = home
        self.wordnet = wordnet
        self.database_url = database_url

    def run(self, *arguments) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        environment |= {"HUB_HOME": str(self.home)}
        environment |= {"HUB_DATABASE_URL": self.database_url} if self.database_url else {}
        command = [os.environ["HUB_BIN"], *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"hub {' '.join(map(str, arguments))}\n{done.stderr}"
        assert "warning" not in done.stderr, done.stderr
        return done.stdout

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json"))

    def directory(self, name: str) -> Path:
        """The directory of the data set: `pets` is `local/pets`."""
        return self.home / "datasets" / "local" / name

    def means(self, row: Row, concept: str, column: str | None = None) -> bool:
        below = self.below(concept)
        return any(not below.isdisjoint(s) for path, s in row.synsets.items() if column in (None, path))

    def below(self, concept: str) -> set[str]:
        return self.wordnet.below(self.wordnet.id(concept))

    def check(self, name: str, revision: str = "main", place: str | None = None):
        """Runs every query on one revision. `place` is the location that the hub reads, if not the name."""
        held = rows(self.directory(name), revision)
        columns = sorted(held[0].synsets)
        version = revision.removeprefix("main:")
        target = f"{place or name}@{version}"
        self.check_rows(target, held, columns)
        self.check_counts(target, held, columns)
        # All nouns if the hub has an index for the column; without one, or over several columns, counting is slow.
        self.check_tree(target, held, "animal.n.01" if place or len(columns) > 1 else "entity.n.01")
        if len(columns) > 1 and not place:
            for column in columns:
                self.check_tree(target, held, "entity.n.01", column)

    def check_rows(self, target: str, held: list[Row], columns: list[str]):
        """All concepts and label columns in one query, with the rows of each result."""
        parts, expected = [], set()
        for concept in CONCEPTS:
            for column in columns:
                where = f"isa({column}, '{concept}')"
                parts.append(f"SELECT '{concept} {column}' AS part, _row_id, _position FROM samples WHERE {where}")
                expected |= {(f"{concept} {column}", r.id, r.position) for r in held if self.means(r, concept, column)}
        found = self.json("query", target, " UNION ALL ".join(parts))
        found = [(row["part"], row["_row_id"], row["_position"]) for row in found]
        assert len(found) == len(set(found)), "a row is an answer once"
        assert set(found) == expected, target

    def check_counts(self, target: str, held: list[Row], columns: list[str]):
        """Single queries, which take another code path: the number of canines, and each of them."""
        where = is_a(columns, CANINE)
        wanted = [row.id for row in held if self.means(row, CANINE)]
        assert self.json("query", target, f"SELECT count(*) AS n FROM samples WHERE {where}") == [{"n": len(wanted)}]
        found = self.json("query", target, f"SELECT _row_id FROM samples WHERE {where} ORDER BY _position")
        assert [row["_row_id"] for row in found] == wanted, target

    def check_tree(self, target: str, held: list[Row], root: str, column: str | None = None):
        """The counts at every concept that is below another and above a row's."""
        labelled = [frozenset().union(*(s for path, s in r.synsets.items() if column in (None, path))) for r in held]
        own, below = {}, {}
        for row, synsets in enumerate(labelled):
            for synset in synsets:
                own.setdefault(synset, set()).add(row)
                for above in self.wordnet.above(synset):
                    below.setdefault(above, set()).add(row)
        if not own:
            return
        root = self.wordnet.id(root)
        expected = {s: (len(own.get(s, ())), len(r)) for s, r in below.items() if root in self.wordnet.above(s)}
        expected.setdefault(root, (0, 0))
        only = ["--column", column] if column else []
        tree = self.json("synset", "tree", root, "--depth", "99", "--dataset", target, *only)
        assert dict(nodes(tree)) == expected, target

    def check_streams(self, name: str, scratch: Path):
        """What training and exports read: the images themselves."""
        held = rows(self.directory(name), "main", "image")
        where = is_a(sorted(held[0].synsets), CANINE)
        wanted = [row for row in held if self.means(row, CANINE)]
        assert wanted, "a question without an answer shows little"
        (epoch,) = self.json("stream", name, "--where", where)
        assert epoch["samples"] == len(wanted)
        self.run("pull", name, scratch, "--format", "parquet", "--columns", "image", "--where", where)
        pulled = [v for file in scratch.glob("data/*.parquet") for v in pq.read_table(file)["image"].to_pylist()]
        assert sorted(map(number_on, pulled)) == sorted(number_on(row.values["image"]) for row in wanted)

    def check_all(self, *names: str):
        """The heads of all data sets, in one query and on a concept's own page."""
        held = {f"local/{name}": rows(self.directory(name), "main") for name in names}
        columns = sorted({column for rows in held.values() for column in rows[0].synsets})
        for concept in (CANINE, "domestic_animal.n.01", "einstein.n.01"):
            question = f"SELECT dataset, _row_id FROM samples WHERE {is_a(columns, concept)}"
            found = [(row["dataset"], row["_row_id"]) for row in self.json("query", "--all", question)]
            expected = {(n, row.id) for n, rows in held.items() for row in rows if self.means(row, concept)}
            assert len(found) == len(set(found)) and set(found) == expected

            counts = {row["dataset"]: (row["rows"], row["rows_below"]) for row in self.datasets(concept)}
            synset = self.wordnet.id(concept)
            for name, rows_of in held.items():
                own = sum(any(synset in s for s in row.synsets.values()) for row in rows_of)
                below = sum(self.means(row, concept) for row in rows_of)
                assert counts.pop(name, (0, 0)) == (own, below), (name, concept)
            assert not counts

    def datasets(self, concept: str) -> list:
        return self.json("synset", "show", concept)["datasets"]

    def check_everywhere(self, name: str, scratch: Path):
        """Every revision that ever existed, newest first: with the index as it was updated, by a hub that has never
        answered a query, without an index, and after the index was rebuilt."""
        branches = sorted(branch.name for branch in (self.directory(name) / "refs").iterdir())
        revisions = [f"{b}:{v}" for b in branches for v in range(versions(self.directory(name), b) - 1, -1, -1)]
        for revision in revisions:
            self.check(name, revision)
        assert (self.home / "catalog.db").exists() == (self.database_url is None), "the index is where it should be"
        self.run("reindex")
        for revision in revisions:
            self.check(name, revision)
        for revision in revisions:
            self.check(name, revision, str(self.directory(name)))
        shutil.copytree(self.directory(name), scratch / "datasets" / "local" / name)
        never_asked = Asked(scratch, self.wordnet)
        for revision in revisions:
            never_asked.check(name, revision)


def is_a(columns: list[str], concept: str) -> str:
    return " OR ".join(f"isa({column}, '{concept}')" for column in columns)


def nodes(tree: dict):
    assert "children_cut" not in tree
    yield tree["id"], (tree["rows"], tree["rows_below"])
    for child in tree["children"]:
        yield from nodes(child)

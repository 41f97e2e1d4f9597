"""Concept queries, answered twice: by the hub, and by a slow reference implementation with nltk and the files.

Four data sets (class folders that are WordNet ids, CIFAR-100, COCO, and classes that only a person can map) go through
deletions, appends, relabels, reverts, branches and compactions. After each step, and at the end for every revision that
ever existed, the hub must give the rows that the reference gives, on both databases.
"""

import itertools
import os
import shutil
import subprocess
from pathlib import Path

import concept_sets as make
import pytest
from concepts import CANINE, Asked
from rows_by_hand import rows
from wordnet_by_nltk import WordNet

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def wordnet(tmp_path_factory):
    return WordNet(tmp_path_factory.mktemp("wordnet"))


@pytest.fixture(params=["sqlite", "postgres"])
def asked(request, tmp_path, wordnet):
    url = None
    if request.param == "postgres":
        server = os.environ.get("HUB_TEST_POSTGRES_URL")
        if not server:
            assert "CI" not in os.environ, "HUB_TEST_POSTGRES_URL must name a server"
            pytest.skip("HUB_TEST_POSTGRES_URL names no server")
        url = new_database(server)
    return Asked(tmp_path / "home", wordnet, url)


def new_database(server: str) -> str:
    name = f"concepts_{os.getpid()}_{next(NUMBERS)}"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"), key=lambda file: float(file.parts[4]))
    psql = installed[-1] if installed else shutil.which("psql")
    subprocess.run([psql, "--quiet", "--command", f"CREATE DATABASE {name}", server], check=True)
    before, _, options = server.partition("?")
    return f"{before.rpartition('/')[0]}/{name}?{options}"


def truth(asked: Asked, name: str, expected: dict[int, set[str]]):
    """The files hold what the test put into the images: the number of each, and the names of the concepts."""
    found = {make.number_on(row.values["image"]): frozenset().union(*row.synsets.values()) for row in read(asked, name)}
    assert found == {n: {asked.wordnet.id(concept) for concept in names} for n, names in expected.items()}


def read(asked: Asked, name: str):
    return rows(asked.directory(name), "main", "image")


def position(asked: Asked, name: str, *wanted: int) -> str:
    return ",".join(str(row.position) for row in read(asked, name) if make.number_on(row.values["image"]) in wanted)


def ids(asked: Asked, classes: dict[str, str]) -> dict[str, str]:
    return {name: asked.wordnet.id(concept) for name, concept in classes.items()}


def by_number(classes: dict[str, str]) -> dict[int, set[str]]:
    return {make.number_of(name): {concept} for name, concept in classes.items()}


def test_class_folders_named_by_wordnet_ids(asked, tmp_path):
    concepts = make.CANINES + make.OTHERS
    classes = [c for at, c in enumerate(concepts) for _ in range(1 + at % 3)]
    classes = {f"a-{at}.png": concept for at, concept in enumerate(classes)}
    asked.run("push", "pets", make.class_folders(tmp_path / "0", ids(asked, classes)))
    truth(asked, "pets", by_number(classes))
    asked.check("pets")
    asked.check_streams("pets", tmp_path / "pulled0")

    gone = [0, 1, 7, 20, 33, 34, 35, 60, 90, len(classes) - 1]
    asked.run("rm", "pets", "--rows", position(asked, "pets", *gone), "--yes")
    classes = {name: concept for name, concept in classes.items() if make.number_of(name) not in gone}
    truth(asked, "pets", by_number(classes))
    asked.check("pets")

    # More rows of existing classes, and new classes.
    more = {f"b-{200 + at}.png": c for at, c in enumerate(["pug.n.01", "dog.n.01", "great_dane.n.01", "sea_lion.n.01"])}
    asked.run("push", "pets", make.class_folders(tmp_path / "1", ids(asked, more)), "--append")
    classes |= more
    truth(asked, "pets", by_number(classes))
    asked.check("pets")
    asked.check_streams("pets", tmp_path / "pulled1")

    # Two commits before the next query.
    asked.run("branch", "pets", "dev")
    asked.run("rm", "pets@dev", "--rows", "2,3", "--yes")
    wolf = ids(asked, {"c-300.png": "wolf.n.01"})
    asked.run("push", "pets@dev", make.class_folders(tmp_path / "2", wolf), "--append")
    asked.check("pets", "dev")

    # The same images in other folders: every fifth takes the class of its successor.
    names = list(classes)
    for at in range(0, len(names) - 1, 5):
        classes[names[at]] = classes[names[at + 1]]
    asked.run("push", "pets", make.class_folders(tmp_path / "3", ids(asked, classes)))
    truth(asked, "pets", by_number(classes))
    asked.check("pets")
    asked.check_streams("pets", tmp_path / "pulled2")

    asked.run("revert", "pets", "1")
    asked.check("pets")
    asked.run("rm", "pets", "--rows", "5,6", "--yes")
    asked.run("compact", "pets")
    asked.check("pets")
    asked.run("rename", "pets", "label", "animal")
    asked.check("pets")
    asked.check_everywhere("pets", tmp_path / "copy")


def test_both_labels_of_cifar_100(asked, tmp_path):
    pairs = [("wolf", "large_carnivores"), ("fox", "medium_mammals"), ("lion", "large_carnivores"), ("boy", "people")]
    pairs += [("bus", "vehicles_1"), ("tank", "vehicles_1"), ("trout", "fish")]
    pairs += [("bear", "large_natural_outdoor_scenes")]
    classes = {f"c-{at}": pairs[at % len(pairs)] for at in range(60)}

    def expected():
        return {make.number_of(name): {make.CIFAR[c] for c in both if make.CIFAR[c]} for name, both in classes.items()}

    asked.run("push", "cifar", make.cifar(tmp_path / "0", classes))
    truth(asked, "cifar", expected())
    asked.check("cifar")
    asked.check_streams("cifar", tmp_path / "pulled0")

    gone = [0, 1, 9, 24, 59]
    asked.run("rm", "cifar", "--rows", position(asked, "cifar", *gone), "--yes")
    classes = {name: both for name, both in classes.items() if make.number_of(name) not in gone}
    truth(asked, "cifar", expected())
    asked.check("cifar")

    # Changes one of the two labels only: a fox among the large carnivores, a wolf among the people.
    for at, name in enumerate(classes):
        if at % 7 == 0:
            classes[name] = (classes[name][0], pairs[(at // 7 + 1) % len(pairs)][1])
    asked.run("push", "cifar", make.cifar(tmp_path / "1", classes))
    truth(asked, "cifar", expected())
    asked.check("cifar")

    more = {"c-70": ("wolf", "people"), "c-71": ("boy", "large_carnivores")}
    asked.run("push", "cifar", make.cifar(tmp_path / "2", more), "--append")
    classes |= more
    truth(asked, "cifar", expected())
    asked.check("cifar")
    asked.check_streams("cifar", tmp_path / "pulled1")
    asked.run("rm", "cifar", "--column", "coarse_label", "--yes")
    asked.check("cifar")
    asked.check_everywhere("cifar", tmp_path / "copy")


def test_boxes_of_coco(asked, tmp_path):
    boxes = {f"p-{at}.png": [] for at in range(20)}
    for at, categories in enumerate([[18], [18, 18, 18], [1, 18], [17, 18, 13], [58], [13, 3], [3, 3, 8], [1, 74, 62]]):
        boxes[f"p-{at}.png"] = boxes[f"p-{at + 9}.png"] = categories

    def expected():
        return {make.number_of(name): {make.COCO[c][1] for c in found} for name, found in boxes.items()}

    asked.run("push", "coco", make.coco(tmp_path / "0", boxes))
    truth(asked, "coco", expected())
    asked.check("coco")
    asked.check_streams("coco", tmp_path / "pulled0")

    # Removes one of three dogs, and a dog among other objects; adds one to an image without objects.
    boxes["p-1.png"], boxes["p-3.png"], boxes["p-8.png"] = [18, 18], [17, 13], [18, 19, 23]
    asked.run("push", "coco", make.coco(tmp_path / "1", boxes))
    truth(asked, "coco", expected())
    asked.check("coco")

    asked.run("rm", "coco", "--rows", position(asked, "coco", 1, 12, 19), "--yes")
    more = {"q-30.png": [16, 18, 1, 18], "q-31.png": [10]}
    asked.run("push", "coco", make.coco(tmp_path / "2", more), "--append")
    boxes = {name: found for name, found in boxes.items() if make.number_of(name) not in (1, 12, 19)} | more
    truth(asked, "coco", expected())
    asked.check("coco")
    asked.check_streams("coco", tmp_path / "pulled1")
    asked.run("revert", "coco", "0")
    asked.check("coco")
    asked.check_everywhere("coco", tmp_path / "copy")


# The synsets that a person assigns to the classes.
HOUSE = {"rex": "toy_poodle.n.01", "bello": "wolf.n.01", "mieze": "kitten.n.01", "karre": "tank.n.01", "zeug": None}


def test_a_map_made_by_hand(asked, tmp_path):
    names = list(HOUSE)
    classes = {f"h-{at}.png": names[at % 5] for at in range(24)}

    def expected(means):
        concepts = {name: means[label] for name, label in classes.items()}
        return {make.number_of(name): {concept} if concept else set() for name, concept in concepts.items()}

    asked.run("push", "house", make.class_folders(tmp_path / "0", classes))
    truth(asked, "house", expected(dict.fromkeys(HOUSE)))
    asked.check("house")

    table = tmp_path / "house.tsv"
    asked.run("synset", "map", "house", "--out", table)
    decide(asked, table, HOUSE)
    asked.run("synset", "map", "house", "--apply", table)
    truth(asked, "house", expected(HOUSE))
    asked.check("house")
    asked.check_streams("house", tmp_path / "pulled0")

    # An append keeps the assigned synsets; then a row is removed.
    more = {"h-40.png": "rex", "h-41.png": "zeug"}
    asked.run("push", "house", make.class_folders(tmp_path / "1", more), "--append")
    classes |= more
    asked.run("rm", "house", "--rows", position(asked, "house", 0, 6), "--yes")
    classes = {name: label for name, label in classes.items() if make.number_of(name) not in (0, 6)}
    truth(asked, "house", expected(HOUSE))
    asked.check("house")

    # Changes the labels of the images and the synsets of the classes in one push.
    classes = {name: names[(names.index(label) + 1) % 5] for name, label in classes.items()}
    means = HOUSE | {"bello": "andiron.n.01", "zeug": "fox.n.01", "karre": None}
    decide(asked, table, means)
    asked.run("push", "house", make.class_folders(tmp_path / "2", classes), "--label-map", table)
    truth(asked, "house", expected(means))
    asked.check("house")

    asked.run("revert", "house", "0")
    asked.check("house")
    asked.run("revert", "house", "1")
    asked.check("house")
    asked.check_everywhere("house", tmp_path / "copy")


def decide(asked: Asked, table: Path, means: dict[str, str | None]):
    """Edits the table that the hub wrote, as a person does: sets the synset and leaves the rest."""
    head, *lines = table.read_text().splitlines()
    assert head.split("\t")[:3] == ["label", "synset", "name"]
    decided = [head]
    for line in lines:
        if line.startswith("#"):
            decided.append(line)
            continue
        label, _, _, *rest = line.split("\t")
        concept = means[label]
        decided.append("\t".join([label, asked.wordnet.id(concept) if concept else "-", concept or "-", *rest]))
    assert {line.split("\t")[0] for line in decided[1:] if not line.startswith("#")} == set(means)
    table.write_text("\n".join(decided) + "\n")


def test_every_canine_of_the_hub(asked, tmp_path):
    folders = {f"a-{at}.png": c for at, c in enumerate(make.CANINES + make.OTHERS)}
    asked.run("push", "pets", make.class_folders(tmp_path / "0", ids(asked, folders)))
    both = [("wolf", "people"), ("fox", "medium_mammals"), ("boy", "people"), ("tank", "vehicles_1")]
    asked.run("push", "cifar", make.cifar(tmp_path / "1", {f"c-{at}": both[at % 4] for at in range(12)}))
    boxes = {"p-0.png": [18, 18, 1], "p-1.png": [], "p-2.png": [17, 58], "p-3.png": [18]}
    asked.run("push", "coco", make.coco(tmp_path / "2", boxes))
    house = {f"h-{at}.png": list(HOUSE)[at % 5] for at in range(10)}
    asked.run("push", "house", make.class_folders(tmp_path / "3", house))
    names = ["pets", "cifar", "coco", "house"]
    asked.check_all(*names)

    table = tmp_path / "house.tsv"
    asked.run("synset", "map", "house", "--out", table)
    decide(asked, table, HOUSE)
    asked.run("synset", "map", "house", "--apply", table)
    found = {row["dataset"]: row["rows_below"] for row in asked.datasets(CANINE)}
    assert found == {"local/pets": len(make.CANINES), "local/cifar": 6, "local/coco": 2, "local/house": 4}
    asked.check_all(*names)

    asked.run("rm", "pets", "--rows", "0,3", "--yes")
    asked.run("rm", "coco", "--rows", "0", "--yes")
    asked.run("push", "cifar", make.cifar(tmp_path / "4", {"c-20": ("wolf", "vehicles_1")}), "--append")
    asked.check_all(*names)
    asked.run("reindex")
    asked.check_all(*names)

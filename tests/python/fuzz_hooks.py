"""Values for schemathesis: names that exist, so that requests get past "not found".

It runs inside schemathesis (`SCHEMATHESIS_HOOKS`), not inside pytest. In three of four cases, chosen by the hash of the
generated value, a part of the path or of the query string is replaced with a valid one; the rest stays as generated.
Destructive requests never get the names of what other tests need.
"""

import json
import os
import urllib.request
import zlib

import schemathesis

BASE, TOKEN = os.environ["HUB_FUZZ_BASE"], os.environ["HUB_FUZZ_TOKEN"]
SETS = ["class-folder", "coco", "fsdd"]
DATA_SET = f"{BASE}/api/v1/datasets/pets"


def ask(url: str, body: dict | None = None) -> dict:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
        return json.loads(answer.read())


PLANS = {name: ask(f"{DATA_SET}/{name}/plan", {}) for name in SETS}
COMMITS = {name: plan["commit"] for name, plan in PLANS.items()}
FILES = {name: [file["path"] for file in plan["files"]] for name, plan in PLANS.items()}
LINKS = [file["url"].partition("/files/")[2] for plan in PLANS.values() for file in plan["files"]]

WORDS = {
    "where": ["image.width > 100", "isa(label, 'artifact.n.01')", "label = 'x'", "image.name LIKE '%7%' OR NULL", "1 = 1"],
    "columns": ["image", "image.name,label", "label, label", "audio", ""],
    "split": ["train", "val"],
    "q": ["class", "a b c", "%_\\"],
    "namespace": ["pets"],
    "prefix": ["data/", "refs/main", ""],
    "from": ["main:0", "main"],
    "to": ["main"],
    "dataset": ["pets/class-folder"],
    "column": ["label", "image"],
}


def drawn(seed: str, words: list):
    """One of them, always the same for the same seed."""
    return words[zlib.crc32(seed.encode()) % len(words)]


def is_led(seed: str) -> bool:
    return zlib.crc32(f"led {seed}".encode()) % 4 != 0


def path_words(path: str, name: str, word: str, data_set: str) -> list:
    return {
        "ns": ["pets"],
        "name": [data_set],
        "rev": ["main", "main:0", COMMITS[data_set]],
        "row": ["0", "3", "9999999"],
        "column": ["image", "audio", "label", "image.width"],
        "file": ["train.parquet", "val.parquet"],
        "path": ["README.md", "data/train-00000-of-00001.parquet", "data"] if "/hf/" in path else FILES[data_set],
        "id": ["n02774152", "dog.n.01", "entity.n.01"] if "/synsets/" in path else [word],
        "user": ["ada"],
    }.get(name, [word])


def destroys(method: str, path: str) -> bool:
    return method.upper() == "DELETE" or path.endswith("/rename") or "/uploads" in path and method.upper() == "PUT"


@schemathesis.hook
def before_call(context, case, kwargs):
    path, seed = case.operation.path, f"{case.path_parameters} {case.query} {case.body!r:.200}"
    if destroys(case.method, path):
        return
    if path.startswith("/files/") and is_led(seed):
        dataset, _, rest = drawn(seed, LINKS).partition("/")
        rest, _, query = rest.partition("?")
        case.path_parameters = {"dataset": dataset, "path": rest}
        case.query = dict(pair.split("=", 1) for pair in query.split("&"))
        return
    data_set = drawn(seed, SETS)
    for name in case.path_parameters or {}:
        word = case.path_parameters[name]
        if is_led(f"{name} {seed}"):
            case.path_parameters[name] = drawn(f"{name} {seed}", path_words(path, name, word, data_set))
    for name in case.query or {}:
        words = [*WORDS, "rev"] if isinstance(case.query[name], str) else []
        if name in words and is_led(f"{name} {seed}"):
            case.query[name] = drawn(f"{name} {seed}", WORDS.get(name, ["main", "main:0", COMMITS[data_set]]))

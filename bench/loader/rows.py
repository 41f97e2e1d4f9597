"""Encoded images from Python: all of them in sequence, and single ones at random.

`python rows.py SCAN|RANDOM LIBRARY FOLDER`, in a process of its own, prints one line of JSON.
"""
import glob
import json
import os
import random
import sys
import time

from clock import middle, percentile

BATCH = 64
RUNS = 7


def scans(library, folder):
    """{how: function that goes through all images and returns how many there were}"""
    if library == "hub":
        import imagehub

        rows = imagehub.open(folder)

        def tables():
            return sum(table.num_rows if hasattr(table, "num_rows") else len(table) for table in rows.stream(BATCH, output="arrow"))

        def shuffled_tables():
            return sum(len(table) for table in rows.stream(BATCH, output="arrow", shuffle=True, seed=1))

        def batches():
            return sum(len(batch["image"]) for batch in rows.stream(BATCH))

        def dictionaries():
            return sum(1 for row in rows if row["image"])

        return {"Arrow batches": tables, "Arrow batches, shuffled": shuffled_tables, "batches of bytes": batches,
                "dictionaries": dictionaries}
    if library == "datasets":
        import datasets

        rows = datasets.load_from_disk(folder)
        arrow = rows.with_format("arrow")

        def tables():
            return sum(table.num_rows for table in arrow.iter(BATCH))

        def dictionaries():
            return sum(1 for row in rows if row["image"]["bytes"])

        return {"Arrow batches": tables, "dictionaries": dictionaries}
    if library == "webdataset":
        import webdataset as wds

        urls = sorted(glob.glob(os.path.join(folder, "*.tar")))

        def dictionaries():
            return sum(1 for row in wds.WebDataset(urls, shardshuffle=False, empty_check=False) if row["jpg"])

        return {"dictionaries": dictionaries}
    raise SystemExit(f"no scan of {library}")


def scan(library, folder):
    for how, every in scans(library, folder).items():
        rates = []
        for run in range(RUNS + 1):
            begun = time.perf_counter()
            rows = every()
            if run:
                rates.append(rows / (time.perf_counter() - begun))
        print(json.dumps({"what": "scan", "library": library, "as": how, "rows": rows, "rows_per_s": middle(rates)}), flush=True)


def getter(library, folder):
    if library == "hub":
        import imagehub

        rows = imagehub.open(folder).select("image")
        return len(rows), lambda place: rows[place]["image"]
    if library == "datasets":
        import datasets

        rows = datasets.load_from_disk(folder)
        return len(rows), lambda place: rows[place]["image"]["bytes"]
    if library == "files":
        import sets

        paths = [path for path, _ in sets.source(folder)]

        def read(place):
            with open(paths[place], "rb") as file:
                return file.read()

        return len(paths), read
    raise SystemExit(f"no single images of {library}")


def at_random(library, folder):
    count, get = getter(library, folder)
    places, halves, nineties = random.Random(0), [], []
    for run in range(RUNS + 1):
        times = []
        for _ in range(2000):
            place = places.randrange(count)
            begun = time.perf_counter_ns()
            image = get(place)
            times.append((time.perf_counter_ns() - begun) / 1e3)
            assert isinstance(image, bytes) and image[:2] == b"\xff\xd8", image[:10]
        if run:
            halves.append(percentile(times, 0.5))
            nineties.append(percentile(times, 0.99))
    print(json.dumps({"what": "one row at random", "library": library, "p50_us": middle(halves), "p99_us": middle(nineties)}), flush=True)


if __name__ == "__main__":
    what, library, folder = sys.argv[1:4]
    (scan if what == "scan" else at_random)(library, folder)

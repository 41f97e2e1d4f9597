"""Measures the package `imagehub` beside the libraries that people load images with:

    python bench/loader --images DIR --sets DIR [PART …]

`make bench ARGS=loader` does it with a release build. Each part prints lines of JSON. A library that isn't installed, or that
fails, is named and left out. Parts: crop, eval, full, random, scan, first, cost, copies, raw, s3.
"""
import argparse
import json
import os
import subprocess
import sys

import decoding
import sets

HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = ("crop", "eval", "full", "random", "scan", "first", "cost", "copies", "raw", "s3")
PEERS = ("ffcv", "datasets", "webdataset", "torchvision")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="what to measure; default: everything")
    parser.add_argument("--images", required=True, help="folder of JPEGs in class folders")
    parser.add_argument("--sets", required=True, help="folder for the sets that are made of them, and used again")
    parser.add_argument("--rows", type=int, default=2005, help="images of an epoch that is decoded")
    parser.add_argument("--rounds", type=int, default=3, help="epochs of each library, in turns")
    parser.add_argument("--ffcv", help="a Python with FFCV")
    given = parser.parse_args()
    given.ffcv = given.ffcv and os.path.abspath(given.ffcv)
    given.images, given.sets = os.path.abspath(given.images), os.path.abspath(given.sets)
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return given


def make(python, kind, *args):
    """Makes a set, in a process of its own; whether it is there."""
    return subprocess.run([python, os.path.join(HERE, "sets.py"), kind, *map(str, args)]).returncode == 0


def peers(given, pythons, images, place):
    """The peers whose set could be made: those that are installed."""
    found = []
    for name in PEERS:
        python = pythons.get(name, pythons["default"]) if name != "ffcv" else given.ffcv
        if python and (name == "torchvision" or make(python, name, images, os.path.join(place, name))):
            found.append(name)
        else:
            print(f"left out: {name} isn't installed", file=sys.stderr)
    return found


def script(name, *args):
    command = [sys.executable, os.path.join(HERE, name), *map(str, args)]
    if subprocess.run(command).returncode != 0:
        print(f"left out: {' '.join(command)}", file=sys.stderr)


def main():
    given = arguments()
    parts = given.parts or PARTS
    os.makedirs(given.sets, exist_ok=True)
    # Where readers put what they need for a moment.
    os.environ["HUB_BENCH_SETS"] = given.sets
    pythons = {"default": sys.executable} | ({"ffcv": given.ffcv} if given.ffcv else {})
    cores = len(os.sched_getaffinity(0))
    whole = sets.hub(given.images, os.path.join(given.sets, "hub-all"))
    place = os.path.join(given.sets, f"first-{given.rows}")
    images = sets.first(given.images, given.rows, os.path.join(place, "images"))
    data = sets.hub(images, os.path.join(place, "hub"))
    print(json.dumps({"what": "machine", "cores": cores, "images": len(sets.source(given.images)), "decoded": len(sets.source(images))}), flush=True)
    decoded = {"crop", "eval", "full", "copies", "raw"} & set(parts)
    names = peers(given, pythons, images, place) if decoded else []
    for part in parts:
        if part in ("copies", "raw") and "ffcv" in names:
            decoding.make_smaller(part, place, images, lambda *args: make(given.ffcv, "ffcv", *args))
        if part in decoded:
            decoding.run(part, place, images, names, cores, given.rounds, pythons)
        elif part in ("random", "scan"):
            script("rows.py", part, "hub", whole)
            folder = os.path.join(given.sets, "datasets-all")
            if make(sys.executable, "datasets", given.images, folder):
                script("rows.py", part, "datasets", folder)
            if part == "random":
                script("rows.py", part, "files", given.images)
        elif part == "first":
            script("cold.py", whole, sys.executable, 9)
        elif part == "cost":
            script("cost.py", data)
        elif part == "s3":
            if "HUB_TEST_S3_ENDPOINT" in os.environ:
                script("bucket.py", data, given.rounds, cores)
            else:
                print("left out: s3 needs the server that scripts/with-s3.sh starts", file=sys.stderr)


main()

"""Rows of the table that decode: rates of the hub and of the peers, and r: the hub's rate in one thread divided by that of
libjpeg-turbo's full decode in the same rounds."""
import json
import os
import statistics

import rounds
import sets
from clock import middle
from rounds import Run

LATER, FIRST = (("index", "later"),), (("index", "first"),)


def rates(found):
    return {run: [epoch["rows"] / epoch["s"] for epoch in epochs] for run, epochs in found.items()}


def report(part, found):
    """Prints a line for each library, and one with the ratios; both are medians over the rounds."""
    speeds = rates(found)
    bare = next((speeds[run] for run in speeds if run.reader == "libjpeg"), None)
    for run, epochs in found.items():
        cpu = [epoch["rows"] / max(epoch["cpu_s"], 1e-3) for epoch in epochs]
        told = {key: epochs[-1][key] for key in ("indexed", "whole", "copies", "scaled") if epochs[-1].get(key)}
        others = sum(epoch["others_s"] for epoch in epochs) / sum(epoch["s"] for epoch in epochs)
        line = {"what": part, "library": run.label, "threads": run.threads, "images_per_s": middle(speeds[run])}
        if bare and run.reader != "libjpeg":
            line["r"] = middle([one / other for one, other in zip(speeds[run], bare)])
        line |= {"images_per_cpu_s": middle(cpu), "others_cpu": round(others, 2), **told}
        print(json.dumps(line), flush=True)
    for run in [run for run in speeds if run.reader.startswith("hub")]:
        # Of several sets of the same libraries, the one of the same pixels.
        pixels = run.label.partition("raw ")[2]
        peers = [p for p in speeds if p.reader not in ("hub", "hub_command", "libjpeg") and p.threads == run.threads]
        peers = [p for p in peers if p.label.partition("raw ")[2] == pixels]
        if peers:
            best = max(peers, key=lambda peer: statistics.median(speeds[peer]))
            times = middle([one / other for one, other in zip(speeds[run], speeds[best])])
            line = {"what": part, "library": run.label, "threads": run.threads, "best_peer": best.label, "times": times}
            print(json.dumps(line), flush=True)


def peers(place, images, work, threads, names):
    """The peers on the same JPEGs; their sets are made where they are missing."""
    made = []
    for name in names:
        folder = images if name == "torchvision" else os.path.join(place, name)
        made.append(Run({"datasets": "datasets, fast decoder", "webdataset": "WebDataset, fast decoder",
                         "torchvision": "torchvision DataLoader, fast decoder", "ffcv": "FFCV"}[name],
                        name, folder, work, threads))
    return made


def compared(place, images, work, names, cores, ours):
    """Readings of the hub's data set, each (label, work, epoch), beside the peers and a full decode."""
    data, runs = os.path.join(place, "hub"), [Run("libjpeg-turbo, full decode", "libjpeg", images, "full", 1)]
    for threads in dict.fromkeys((1, cores)):
        runs += [Run(label, "hub", data, own, threads, epoch) for label, own, epoch in ours]
        runs += peers(place, images, work, threads, names)
    return runs


def crop(place, images, names, cores):
    """RandomResizedCrop 224 and flip."""
    ours = [("the hub, with the index", "train", LATER), ("the hub, first epoch", "train", FIRST)]
    return compared(place, images, "train", names, cores, ours)


def evaluation(place, images, names, cores):
    """Shorter side 256, centre 224."""
    ours = [(f"the hub, with the index, {mode}", work, LATER) for mode, work in (("exact", "eval"), ("fast", "eval-fast"))]
    return compared(place, images, "eval", names, cores, ours)


def full(place, images, names, cores):
    """The image as it is. FFCV can't: its batches are of one size."""
    able = [name for name in names if name != "ffcv"]
    return compared(place, images, "full", able, cores, [("the hub", "full", LATER)])


def copies(place, images, names, cores):
    """RandomResizedCrop 224 of JPEGs of quality 95 whose shorter side has 256 pixels, the same ones for all."""
    small = sets.shrunk(images, os.path.join(place, "images-256"))
    data = sets.hub(small, os.path.join(place, "hub-256"))
    runs = [Run("libjpeg-turbo, full decode", "libjpeg", small, "full", 1)]
    for threads in dict.fromkeys((1, cores)):
        runs.append(Run("the hub, with the index", "hub", data, "train", threads, LATER))
        runs.append(Run("the hub, first epoch", "hub", data, "train", threads, FIRST))
        if "ffcv" in names:
            runs.append(Run("FFCV", "ffcv", os.path.join(place, "ffcv-256"), "train", threads))
    return runs


def raw(place, images, names, cores):
    """RandomResizedCrop 224 of raw pixels: copies whose shorter side has 256, and 500, beside FFCV's of the same pixels."""
    runs = [Run("libjpeg-turbo, full decode", "libjpeg", images, "full", 1)]
    for threads in dict.fromkeys((1, cores)):
        for short in (256, 500):
            data = sets.hub(images, os.path.join(place, f"hub-raw-{short}"), "--store", str(short), "--as", "raw")
            runs.append(Run(f"the hub, raw {short} px", "hub_command", data, "train", threads))
            if "ffcv" in names:
                folder = os.path.join(place, f"ffcv-raw-{short}")
                runs.append(Run(f"FFCV, raw {short} px", "ffcv", folder, "train", threads))
    return runs


def make_smaller(part, place, images, ffcv):
    """FFCV's sets for `copies` and `raw`."""
    small = sets.shrunk(images, os.path.join(place, "images-256"))
    if part == "copies":
        ffcv(small, os.path.join(place, "ffcv-256"))
    else:
        ffcv(small, os.path.join(place, "ffcv-raw-256"), 100_000)
        ffcv(sets.shrunk(images, os.path.join(place, "images-500"), 500), os.path.join(place, "ffcv-raw-500"), 100_000)


def run(which, place, images, names, cores, count, pythons):
    runs = {"crop": crop, "eval": evaluation, "full": full, "copies": copies, "raw": raw}[which](place, images, names, cores)
    report(which, rounds.measure(runs, count, pythons))

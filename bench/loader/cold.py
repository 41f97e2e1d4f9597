"""Cold processes: their first batch of random crops, from the start of the process on, and `import imagehub`.

The data are in the page cache. `python cold.py FOLDER PYTHON RUNS` prints lines of JSON.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

from clock import middle

FIRST = """
import sys, time
begun = time.perf_counter()
import torch
imported = time.perf_counter()
import imagehub, imagehub.torch
stream = imagehub.open(sys.argv[1], cache_dir=sys.argv[2]).stream(64, shuffle=True, image=imagehub.Crop(224))
batch = next(iter(imagehub.torch.Loader(stream)))
assert batch["image"].shape == (64, 224, 224, 3)
print(imported - begun, time.perf_counter() - imported, flush=True)
import os
os._exit(0)
"""


def timed(command, **variables):
    # Modules are compiled once, as they are where they were installed.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"} | variables
    begun = time.perf_counter()
    ended = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return time.perf_counter() - begun, ended.stdout


def report(what, **figures):
    print(json.dumps({"what": what, **figures}), flush=True)


def main():
    folder, python, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    seconds = []
    for _ in range(runs + 1):
        with tempfile.TemporaryDirectory() as home:
            command = [os.environ["HUB_BIN"], "stream", folder, "--random-crop", "224", "--shuffle=1", "--max-batches", "1"]
            seconds.append(timed(command, HUB_HOME=home)[0] * 1e3)
    report("first batch, cold", library="the hub, hub stream", ms=middle(seconds[1:]))
    whole, torch, ours = [], [], []
    for _ in range(max(3, runs // 2) + 1):
        with tempfile.TemporaryDirectory() as cache:
            took, said = timed([python, "-c", FIRST, folder, cache])
            whole.append(took * 1e3)
            torch.append(float(said.split()[0]) * 1e3)
            ours.append(float(said.split()[1]) * 1e3)
    figures = {"ms": middle(whole[1:]), "import_torch_ms": middle(torch[1:]), "after_it_ms": middle(ours[1:])}
    report("first batch, cold", library="the hub, Python with torch", **figures)
    bare, with_it = [], []
    for _ in range(runs * 3):
        bare.append(timed([python, "-c", "pass"])[0] * 1e3)
        with_it.append(timed([python, "-c", "import imagehub"])[0] * 1e3)
    report("import imagehub", ms=middle([one - other for one, other in zip(with_it, bare)]), python_ms=middle(bare))


main()

"""From the S3 server of `HUB_TEST_S3_ENDPOINT`: the first epoch and the second one, from the cache, beside the same from the
disk, and plain range requests for the same bytes. `python bucket.py FOLDER RUNS THREADS` prints lines of JSON."""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

from clock import middle
from readers.hub import Reader

RANGE = 12 << 20
AT_ONCE = 4


def plain(endpoint, bucket, prefix, folder):
    """Megabytes a second of plain range requests for the data files."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    parts = []
    for where, _, names in os.walk(os.path.join(folder, "data")):
        for name in names:
            path = os.path.join(where, name)
            for start in range(0, os.path.getsize(path), RANGE):
                parts.append((os.path.relpath(path, folder), start))

    def get(part):
        request = urllib.request.Request(f"{endpoint}/{bucket}/{prefix}/{part[0]}")
        request.add_header("Range", f"bytes={part[1]}-{part[1] + RANGE - 1}")
        return len(opener.open(request).read())

    begun = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        size = sum(pool.map(get, parts))
    return size / (time.perf_counter() - begun) / 1e6


def main():
    folder, runs, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    endpoint, bucket = os.environ["HUB_TEST_S3_ENDPOINT"], os.environ["HUB_TEST_S3_BUCKET"]
    place = f"s3://{bucket}/loader"
    subprocess.run([os.environ["HUB_BIN"], "push", place, folder, "--yes"], check=True, stdout=subprocess.DEVNULL)
    rates = {name: [] for name in ("first", "second", "disk_first", "disk_second", "plain_MB_per_s", "first_MB_per_s")}
    size = sum(os.path.getsize(os.path.join(w, n)) for w, _, names in os.walk(os.path.join(folder, "data")) for n in names)
    for run in range(runs + 1):
        found = {"plain_MB_per_s": plain(endpoint, bucket, "loader", folder)}
        for where, prefix in ((place, ""), (folder, "disk_")):
            reader = Reader(where, "train", threads)
            for epoch in ("first", "second"):
                begun = time.perf_counter()
                rows, _ = reader.epoch()
                found[prefix + epoch] = rows / (time.perf_counter() - begun)
                if not prefix and epoch == "first":
                    found["first_MB_per_s"] = size / (time.perf_counter() - begun) / 1e6
            reader.close()
        if run:
            for name, value in found.items():
                rates[name].append(value)
    print(json.dumps({"what": "from S3", "threads": threads, **{name: middle(values) for name, values in rates.items()}}), flush=True)


main()

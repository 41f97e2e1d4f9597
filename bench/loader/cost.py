"""What the hub's stream costs beside decoding: CPU time, and memory. `python cost.py FOLDER` prints one line of JSON.

Random crops of 224 with the index, two threads, batches of 64, as in training.
"""
import json
import resource
import sys
import threading
import time

from clock import middle
from readers.hub import Reader


def memory(names=("RssAnon", "RssShmem")):
    """Megabytes of this process: its own memory, without pages of mapped files, which the system can drop at any time."""
    with open("/proc/self/status") as file:
        found = dict(line.split(":", 1) for line in file)
    return sum(int(found[name].split()[0]) for name in names) / 1e3


def watch(stop, peaks):
    while not stop.wait(0.005):
        peaks[0] = max(peaks[0], memory())
        peaks[1] = max(peaks[1], memory(("VmRSS",)))


def main():
    import numpy as np

    np.zeros(8).sum()
    own, whole = memory(), memory(("VmRSS",))
    reader = Reader(sys.argv[1], "train", 2)
    stop, peaks = threading.Event(), [0.0, 0.0]
    watcher = threading.Thread(target=watch, args=(stop, peaks))
    watcher.start()
    reader.epoch()
    reader.epoch()
    stop.set()
    watcher.join()
    shares, loads = [], []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_SELF)
        begun = time.perf_counter()
        _, told = reader.epoch()
        seconds = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_SELF)
        used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        shares.append((used - told["decode_s"]) / told["decode_s"] * 100)
        loads.append(used / seconds)
    line = {"what": "cost", "cpu_above_decode_percent": middle(shares), "cores_used": middle(loads)}
    line |= {"peak_MB_above_python": round(peaks[0] - own), "with_mapped_files_MB": round(peaks[1] - whole)}
    print(json.dumps(line), flush=True)
    reader.close()


main()

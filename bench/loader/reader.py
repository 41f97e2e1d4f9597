"""One library in one process: `python reader.py NAME FOLDER WORK THREADS [OPTIONS]`, with OPTIONS as JSON.

It prints a line when it is ready. For each line that comes it reads an epoch and prints, as JSON, the rows, the seconds by
the clock, the CPU seconds of its processes, and those of other processes meanwhile. It ends with its input.
"""
import importlib
import json
import os
import sys
import time

from clock import machine_cpu, tree_cpu


def main():
    name, folder, work, threads = sys.argv[1:5]
    options = json.loads(sys.argv[5]) if len(sys.argv) > 5 else {}
    # What a library prints must not get between the lines of the protocol.
    answers, sys.stdout = sys.stdout, sys.stderr
    reader = importlib.import_module(f"readers.{name}").Reader(folder, work, int(threads), **options)
    print("ready", file=answers, flush=True)
    for _ in sys.stdin:
        cpu, machine, begun = tree_cpu(), machine_cpu(), time.perf_counter()
        rows, told = reader.epoch()
        seconds = time.perf_counter() - begun
        cpu, machine = tree_cpu() - cpu, machine_cpu() - machine
        found = {"rows": rows, "s": seconds, "cpu_s": cpu, "others_s": max(0.0, machine - cpu), **told}
        print(json.dumps(found), file=answers, flush=True)
    reader.close()
    answers.flush()
    os._exit(0)


main()

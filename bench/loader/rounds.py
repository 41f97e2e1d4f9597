"""Several libraries in turns: one round is an epoch of each, so that what else the machine does meets all alike."""
import json
import os
import subprocess
import sys
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))


class Run(NamedTuple):
    """A library that takes part: the name of its reader, the folder of its set, what it does, and with how many threads.
    Options are those of the hub's reader."""

    label: str
    reader: str
    folder: str
    work: str
    threads: int
    options: tuple[tuple[str, str], ...] = ()


class Process:
    def __init__(self, run, pythons):
        self.run = run
        python = pythons.get(run.reader, pythons["default"])
        command = [python, os.path.join(HERE, "reader.py"), run.reader, run.folder, run.work, str(run.threads)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        # One thread of arithmetic in each worker, as a DataLoader sets it.
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
        self.process = subprocess.Popen([*command, json.dumps(dict(run.options))], env=environment, **pipes)

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.run.label} ended with {self.process.wait()}")
        return line

    def epoch(self):
        self.process.stdin.write("epoch\n")
        return json.loads(self.line())

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def measure(runs, rounds, pythons):
    """{run: [what each round's epoch said]}. The first epoch of each is a warm-up that isn't counted. A library that
    fails is named, and left out."""
    processes, found = [], {}
    try:
        for run in runs:
            process = Process(run, pythons)
            try:
                process.line()
                process.epoch()
            except RuntimeError as error:
                print(f"left out: {error}", file=sys.stderr)
                process.close()
                continue
            processes.append(process)
            found[run] = []
        for _ in range(rounds):
            for process in processes:
                found[process.run].append(process.epoch())
    finally:
        for process in processes:
            process.close()
    return found

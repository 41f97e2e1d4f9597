"""Times: by the clock, and CPU time of a process with its descendants."""
import os
import statistics

TICK = os.sysconf("SC_CLK_TCK")


def tree_cpu():
    """CPU seconds of this process and its descendants, those that have ended and were waited for included."""
    parents, used = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(pid)], used[int(pid)] = int(fields[1]), sum(map(int, fields[11:15])) / TICK
    family, new = set(), {os.getpid()}
    while new:
        family |= new
        new = {pid for pid, parent in parents.items() if parent in family} - family
    return sum(used[pid] for pid in family)


def machine_cpu():
    """CPU seconds of all processes of the machine."""
    with open("/proc/stat") as file:
        fields = [int(value) for value in file.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


def middle(values):
    """Median, least and greatest, rounded to four digits."""
    return [float(f"{value:.4g}") for value in (statistics.median(values), min(values), max(values))]


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]

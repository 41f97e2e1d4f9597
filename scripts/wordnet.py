#!/usr/bin/env python3
"""Makes wordnet/data/wordnet30/*.zst, the bundled WordNet 3.0, from the dict files of Debian's `wordnet-base`.

    scripts/wordnet.py                      downloads the package (apt-get download), installs nothing
    scripts/wordnet.py --dict DIR           reads data.noun, index.noun, noun.exc … from DIR
    scripts/wordnet.py --imagenet DIR       also makes wordnet/data/imagenet2*.zst from the two id lists that
                                            the Python package `timm` carries in timm/data/_info

It writes three files, so that a query on the graph never decompresses a gloss:

    numbers.zst   a header of counts, then flat arrays (see `sections` below, and wordnet/src/asset.rs, which
                  reads them in the same order)
    strings.zst   lemmas (lower case, `_` for spaces, sorted by byte), then spellings with capitals, then the lines of
                  noun.exc, verb.exc, adj.exc and adv.exc (sorted), without anything between
    glosses.zst   the glosses in the order of the synsets, one per line

Synsets are numbered from 0: nouns, verbs, adjectives, adverbs, each by offset.
"""

import argparse
import pathlib
import struct
import subprocess
import sys
import tempfile

REPO = pathlib.Path(__file__).resolve().parent.parent
DATA = REPO / "wordnet" / "data"
FILES = [("n", "noun"), ("v", "verb"), ("a", "adj"), ("r", "adv")]
EXPECTED = {"n": 82115, "v": 13767, "a": 18156, "r": 3621}
# The position in this list is the number that the asset stores and `PointerKind` reads.
POINTERS = ["!", "@", "@i", "~", "~i", "#m", "#s", "#p", "%m", "%s", "%p", "=", "+", ";c", "-c", ";r", "-r", ";u", "-u",
            "*", ">", "^", "$", "&", "<", "\\"]
HYPERNYM, INSTANCE_HYPERNYM, HYPONYM = (POINTERS.index(symbol) for symbol in ("@", "@i", "~"))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--dict", type=pathlib.Path, help="folder with the dict files")
    arguments.add_argument("--imagenet", type=pathlib.Path, help="folder with imagenet2*_synsets.txt")
    arguments = arguments.parse_args()
    if arguments.dict:
        net = read(arguments.dict)
    else:
        with tempfile.TemporaryDirectory() as folder:
            net = read(download(pathlib.Path(folder)))
    write(net)
    if arguments.imagenet:
        write_imagenet(net, arguments.imagenet)


def download(folder):
    folder.chmod(0o755)
    subprocess.run(["apt-get", "download", "wordnet-base"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (package,) = folder.glob("wordnet-base_*3.0-*.deb")
    subprocess.run(["dpkg", "-x", package, folder / "x"], check=True)
    return folder / "x" / "usr" / "share" / "wordnet"


class Synset:
    """A line of a data file. `pointers` hold (kind, part of speech, offset, source word, target word)."""

    def __init__(self, pos, line):
        fields, _, gloss = line.partition("|")
        fields = fields.split()
        self.pos, self.gloss = pos, " ".join(gloss.split())
        self.offset, self.lexfile, self.satellite = int(fields[0]), int(fields[1]), fields[2] == "s"
        count, at = int(fields[3], 16), 4
        self.words = [word.split("(")[0] if pos == "a" else word for word in fields[at:at + 2 * count:2]]
        at += 2 * count
        self.pointers = []
        for place in range(at + 1, at + 1 + 4 * int(fields[at]), 4):
            symbol, offset, target_pos, ends = fields[place:place + 4]
            self.pointers.append((POINTERS.index(symbol), target_pos, int(offset), int(ends[:2], 16), int(ends[2:], 16)))


class Net:
    pass


def read(folder):
    net = Net()
    net.synsets, net.senses, net.exceptions = [], {}, []
    for pos, name in FILES:
        before = len(net.synsets)
        data = (folder / f"data.{name}").read_bytes()
        place = 0
        for line in data.splitlines(keepends=True):
            if not line.startswith(b" "):
                synset = Synset(pos, line.decode("ascii"))
                assert synset.offset == place, f"data.{name}: offset {synset.offset} at byte {place}"
                net.synsets.append(synset)
            place += len(line)
        found = len(net.synsets) - before
        assert found == EXPECTED[pos], f"data.{name}: {found} synsets, WordNet 3.0 has {EXPECTED[pos]}"
    net.number = {(synset.pos, synset.offset): place for place, synset in enumerate(net.synsets)}
    for pos, name in FILES:
        for line in (folder / f"index.{name}").read_text("ascii").splitlines():
            if not line.startswith(" "):
                fields = line.split()
                numbers = [net.number[pos, int(offset)] for offset in fields[-int(fields[2]):]]
                net.senses.setdefault(fields[0], []).extend(numbers)
        lines = (folder / f"{name}.exc").read_text("ascii").splitlines()
        net.exceptions.append(sorted(set(" ".join(line.split()) for line in lines)))
    return net


def depths(net):
    """For each synset the least and the greatest number of steps up to a root (through instances too), and the
    greatest number of steps down to a leaf (through classes only)."""
    ends = lambda synset, kinds: [net.number[p[1].replace("s", "a"), p[2]] for p in synset.pointers if p[0] in kinds]
    up = [ends(synset, (HYPERNYM, INSTANCE_HYPERNYM)) for synset in net.synsets]
    down = [ends(synset, (HYPONYM,)) for synset in net.synsets]

    def longest(edges, choose):
        known = {}

        def visit(at, path):
            if at not in known:
                # Two verbs are hypernyms of each other; an edge back onto the path doesn't count.
                steps = [1 + visit(to, path | {to}) for to in edges[at] if to not in path]
                known[at] = choose(steps, default=0)
            return known[at]

        return [visit(at, {at}) for at in range(len(edges))]

    return longest(up, min), longest(up, max), longest(down, max)


def write(net):
    lemmas = sorted(net.senses)
    spellings = sorted({word for synset in net.synsets for word in synset.words} - set(lemmas))
    strings = lemmas + spellings + [line for lines in net.exceptions for line in lines]
    place = {text: at for at, text in enumerate(lemmas + spellings)}

    def sense(at):
        synset = net.synsets[at]
        same_pos = [other for other in net.senses[synset.words[0].lower()] if net.synsets[other].pos == synset.pos]
        return same_pos.index(at) + 1

    pointers = [pointer for synset in net.synsets for pointer in synset.pointers]
    # A target is often near its synset, so the difference compresses better.
    targets = []
    for at, synset in enumerate(net.synsets):
        targets += [net.number[pos.replace("s", "a"), offset] - at for _, pos, offset, _, _ in synset.pointers]
    words = [place[word] for synset in net.synsets for word in synset.words]
    least, greatest, height = depths(net)
    sections = [
        ("planes", [synset.offset for synset in net.synsets]),
        ("planes", starts(len(synset.words) for synset in net.synsets)),
        ("planes", words),
        ("planes", starts(len(text) for text in strings)),
        ("planes", starts(len(net.senses[lemma]) for lemma in lemmas)),
        ("planes", [number for lemma in lemmas for number in net.senses[lemma]]),
        ("planes", starts(len(synset.pointers) for synset in net.synsets)),
        ("planes", targets),
        ("planes", starts(len(synset.gloss) + 1 for synset in net.synsets)),
        ("bytes", [synset.lexfile | synset.satellite << 7 for synset in net.synsets]),
        ("bytes", [sense(at) for at in range(len(net.synsets))]),
        ("bytes", least),
        ("bytes", greatest),
        ("bytes", height),
        ("bytes", [pointer[0] for pointer in pointers]),
        ("bytes", [pointer[3] for pointer in pointers]),
        ("bytes", [pointer[4] for pointer in pointers]),
    ]
    counts = list(EXPECTED.values()) + [len(lemmas), len(spellings), len(words), len(sections[5][1]), len(pointers)]
    counts += [len(lines) for lines in net.exceptions]
    numbers = b"HUBWN30\x01" + struct.pack(f"<{len(counts)}I", *counts)
    for kind, values in sections:
        numbers += planes(values) if kind == "planes" else bytes(values)
    folder = DATA / "wordnet30"
    folder.mkdir(exist_ok=True)
    compress(numbers, folder / "numbers.zst")
    compress("".join(strings).encode(), folder / "strings.zst")
    compress("".join(synset.gloss + "\n" for synset in net.synsets).encode(), folder / "glosses.zst")
    print("synsets by part of speech, lemmas, spellings, words, senses, pointers, exceptions:", *counts)


def planes(values):
    """24-bit numbers (modulo 2^24): the low bytes of all, then the middle bytes, then the high bytes. Compressed they
    take half the space of whole numbers, and they can still be read in place."""
    return b"".join(bytes(value >> shift & 255 for value in values) for shift in (0, 8, 16))


def starts(lengths):
    result = [0]
    for length in lengths:
        result.append(result[-1] + length)
    return result


def write_imagenet(net, folder):
    """The lists keep their order, which is that of the class numbers of models trained on them. Each entry is the
    number of a noun, stored as the difference from the previous one."""
    for source, target in [("imagenet21k_goog", "imagenet21k"), ("imagenet22k_ms", "imagenet22k")]:
        ids = (folder / f"{source}_synsets.txt").read_text("ascii").split()
        nouns = [net.number["n", int(one[1:])] for one in ids]
        assert len(set(nouns)) == len(nouns)
        compress(planes([noun - before for before, noun in zip([0] + nouns, nouns)]), DATA / f"{target}.zst")


def compress(data, path):
    """Compresses with the zstd command, which stores the content's size and a checksum in the frame."""
    command = ["zstd", "--ultra", "-22", "--quiet", "--force", "--no-progress", "-o", path]
    subprocess.run(command, input=data, check=True)
    print(f"{path.relative_to(REPO)}: {len(data):,} bytes, {path.stat().st_size:,} compressed", file=sys.stderr)


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    main()

#!/usr/bin/env python3
"""Writes nltk.tsv: what nltk's WordNet reader reports for the same dict files, as the reference for src/tests/nltk.rs.

    pip install nltk==3.10.4; from_nltk.py DICT        (DICT: the dict files of Debian's `wordnet-base`)

The file is generated once and committed; the tests need neither Python nor nltk. Every line is a query and its result,
separated by tabs; ids as in n02084071, lists with commas, `-` for none.
"""

import os
import pathlib
import random
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LEXNAMES = """adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition
noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object noun.person
noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state noun.substance
noun.time verb.body verb.change verb.cognition verb.communication verb.competition verb.consumption verb.contact
verb.creation verb.emotion verb.motion verb.perception verb.possession verb.social verb.stative verb.weather adj.ppl"""


def reader(dict_folder, folder):
    """Opens the dict files. Debian's package lacks `lexnames` (documented in lexnames(5WN)), which nltk requires, and
    nltk reads only below NLTK_DATA."""
    corpus = pathlib.Path(folder, "corpora", "wordnet")
    shutil.copytree(dict_folder, corpus)
    (corpus / "lexnames").write_text("".join(f"{at:02}\t{name}\t0\n" for at, name in enumerate(LEXNAMES.split())))
    os.environ["NLTK_DATA"] = folder
    from nltk.corpus.reader.wordnet import WordNetCorpusReader

    class Reader(WordNetCorpusReader):
        # Would translate ids of another version with index.sense, which Debian's package also lacks.
        def map_wn(self, version="wordnet"):
            return None

    return Reader(str(corpus), None)


def main():
    with tempfile.TemporaryDirectory() as folder:
        wn = reader(sys.argv[1], folder)
        lines = list(questions(wn, random.Random(2006)))
    text = "".join("\t".join(map(str, line)) + "\n" for line in lines)
    (HERE / "nltk.tsv").write_text(text)


def write_id(synset):
    return f"{synset.pos().replace('s', 'a')}{synset.offset():08}"


def ids(synsets):
    return ",".join(map(write_id, synsets)) or "-"


def questions(wn, chance):
    every = {pos: list(wn.all_synsets(pos)) for pos in "nvar"}
    nouns, verbs = every["n"], every["v"]
    imagenet = [line.split("\t")[1] for line in open(HERE.parent / "data" / "ilsvrc1000.tsv") if line[0] != "#"]
    imagenet = [wn.synset_from_pos_and_offset("n", int(line[1:9])) for line in imagenet]
    pairs = [chance.sample(nouns, 2) for _ in range(300)] + [chance.sample(imagenet, 2) for _ in range(200)]
    pairs += [chance.sample(verbs, 2) for _ in range(100)] + [(one, one) for one in chance.sample(nouns, 5)]
    pairs += [(one, chance.choice(sorted(one.common_hypernyms(one)))) for one in chance.sample(nouns, 50)]
    for name in ["chef.n.01 fireman.n.01", "dog.n.01 cat.n.01", "einstein.n.01 dog.n.01", "restrain.v.01 inhibit.v.04"]:
        pairs.append([wn.synset(part) for part in name.split()])
    for a, b in pairs:
        yield pair(a, b)
    for pos, synsets in every.items():
        text = "".join("\t".join(whole(wn, synset)) + "\n" for synset in sorted(synsets, key=lambda one: one.offset()))
        yield "all", pos, f"{checksum(text.encode()):016x}"
        for synset in chance.sample(synsets, 40):
            yield ("synset", *whole(wn, synset))
    for noun in chance.sample(nouns, 200) + [wn.synset(name) for name in ("canine.n.02", "person.n.01", "animal.n.01")]:
        yield below(noun)
    words = sorted(set(wn.all_lemma_names()))
    for word in chance.sample(words, 300) + ["dog", "run", "better", "axes", "geese", "saw", "Hot_Dog"]:
        yield "senses", word, ids(wn.synsets(word))
    yield from forms(wn, chance, words)


def pair(a, b):
    same_root = a.pos() == "n"
    number = lambda value: "-" if value is None else repr(value)
    lch = a.lch_similarity(b) if same_root else None
    path, wup = a.shortest_path_distance(b), a.wup_similarity(b, simulate_root=False)
    return "pair", write_id(a), write_id(b), number(path), number(wup), number(lch), ids(a.lowest_common_hypernyms(b))


def name(wn, synset):
    """The name of a synset. nltk since 3.10 numbers satellite adjectives separately; earlier versions, and WordNet,
    number them with the adjectives."""
    word, pos, number = synset.name().rsplit(".", 2)
    if pos == "s":
        number = f"{wn._lemma_pos_offset_map[word]['a'].index(synset.offset()) + 1:02}"
    return f"{word}.{pos}.{number}"


def whole(wn, synset):
    depth = f"{synset.min_depth()} {synset.max_depth()}" if synset.name() not in CYCLE else "-"
    related = [synset.hypernyms(), synset.instance_hypernyms(), synset.hyponyms()]
    related = [ids(sorted(targets, key=write_id)) for targets in related]
    return [write_id(synset), name(wn, synset), synset.lexname(), ",".join(synset.lemma_names()), depth, *related,
            synset.definition(), "|".join(synset.examples())]


# Hypernyms of each other.
CYCLE = {"restrain.v.01", "inhibit.v.04"}


def below(noun):
    classes = {noun, *noun.closure(lambda one: one.hyponyms())}
    instances = {noun, *noun.closure(lambda one: one.hyponyms() + one.instance_hyponyms())}
    return "below", write_id(noun), len(classes), len(instances)


def forms(wn, chance, words):
    """Exceptions, and words with inflected endings, some of which exist."""
    for pos in "nvar":
        known = sorted(wn._exception_map[pos])
        bases = [word for word in words if pos in wn._lemma_pos_offset_map[word]]
        asked = chance.sample(known, min(len(known), 100))
        for ending in ("s", "es", "ies", "ves", "men", "ed", "ing", "er", "est"):
            asked += [base.rstrip("yef") + ending for base in chance.sample(bases, 12)]
        for form in asked:
            yield "morphy", pos, form, ",".join(wn._morphy(form, pos)) or "-"


def checksum(data):
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


if __name__ == "__main__":
    main()

"""WordNet as nltk reads it from Debian's dict files, independent of the hub's own tables.

A query follows the pointers one by one, without an index or a precomputed closure.
"""

import functools
import os
import shutil
import warnings
from pathlib import Path

DICT = Path(os.environ.get("HUB_TEST_WORDNET", "/usr/share/wordnet"))


class WordNet:
    """WordNet 3.0 as nltk reads it. Concepts are identified by ids such as n02084071."""

    def __init__(self, scratch: Path):
        assert (DICT / "data.noun").is_file(), f"no {DICT}/data.noun: install Debian's `wordnet-base`"
        corpus = scratch / "corpora" / "wordnet"
        shutil.copytree(DICT, corpus)
        # nltk requires this file, Debian omits it, and no result here depends on it.
        (corpus / "lexnames").write_text("".join(f"{at:02}\tfile.{at}\t0\n" for at in range(45)))

        import nltk
        from nltk.corpus.reader.wordnet import WordNetCorpusReader

        class Reader(WordNetCorpusReader):
            # Would translate the ids of other versions, with a file that Debian also omits.
            def map_wn(self, version="wordnet"):
                return None

        # nltk opens no files outside its configured folders.
        nltk.data.path.append(str(scratch))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.reader = Reader(str(corpus), None)

    def id(self, name: str) -> str:
        """dog.n.01 → n02084071"""
        return written(self.reader.synset(name))

    @functools.cache
    def below(self, synset: str) -> set[str]:
        """The synset, all its hyponyms, and their instances: Einstein is a physicist."""
        return {written(s) for s in self.walk(synset, lambda found: found.hyponyms() + found.instance_hyponyms())}

    @functools.cache
    def above(self, synset: str) -> set[str]:
        """The synset and all that it is a kind or an instance of."""
        return {written(s) for s in self.walk(synset, lambda found: found.hypernyms() + found.instance_hypernyms())}

    def walk(self, synset: str, steps) -> set:
        start = self.reader.synset_from_pos_and_offset("n", int(synset[1:]))
        found, waiting = set(), [start]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found.add(here)
                waiting += steps(here)
        return found


def written(synset) -> str:
    return f"{synset.pos()}{synset.offset():08}"

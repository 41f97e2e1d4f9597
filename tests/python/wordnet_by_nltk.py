"""What WordNet says, asked of nltk over Debian's dict files: nothing here knows the hub's own tables.

A question is answered by walking the pointers one by one, without an index or a closure made beforehand.
"""

import functools
import os
import shutil
import warnings
from pathlib import Path

DICT = Path(os.environ.get("HUB_TEST_WORDNET", "/usr/share/wordnet"))


class WordNet:
    """WordNet 3.0 as nltk reads it. Concepts are told by ids as in n02084071."""

    def __init__(self, scratch: Path):
        assert (DICT / "data.noun").is_file(), f"no {DICT}/data.noun: install Debian's `wordnet-base`"
        corpus = scratch / "corpora" / "wordnet"
        shutil.copytree(DICT, corpus)
        # nltk wants this file, Debian leaves it out, and no answer here depends on it.
        (corpus / "lexnames").write_text("".join(f"{at:02}\tfile.{at}\t0\n" for at in range(45)))

        import nltk
        from nltk.corpus.reader.wordnet import WordNetCorpusReader

        class Reader(WordNetCorpusReader):
            # Would translate the ids of other versions, with a file that Debian leaves out too.
            def map_wn(self, version="wordnet"):
                return None

        # nltk opens nothing outside the folders that it knows.
        nltk.data.path.append(str(scratch))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.reader = Reader(str(corpus), None)

    def id(self, name: str) -> str:
        """dog.n.01 → n02084071"""
        return written(self.reader.synset(name))

    @functools.cache
    def below(self, synset: str) -> set[str]:
        """The synset and every kind of it. An instance is no kind: Einstein is a physicist, not a sort of them."""
        return {written(found) for found in self.walk(synset, lambda found: found.hyponyms())}

    @functools.cache
    def above(self, synset: str) -> set[str]:
        """The synset and every class that it is a kind of."""
        return {written(found) for found in self.walk(synset, lambda found: found.hypernyms())}

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

"""The hub's own streams."""
import os
import shutil
import tempfile

BATCH = 64


def transform(work):
    import imagehub

    return {
        "train": lambda: imagehub.Crop(224),
        "eval": lambda: imagehub.Resize(256, crop=224),
        "eval-fast": lambda: imagehub.Resize(256, crop=224, exact=False),
        "full": lambda: imagehub.Decode(),
    }[work]()


class Reader:
    """`index`: "first": each epoch is the first one, of an empty cache; "later": the cache has the indexes after the
    first epoch; "none": indexes are neither made nor used."""

    def __init__(self, folder, work, threads, index="later", batch=BATCH, **more):
        import imagehub

        self.cache = tempfile.mkdtemp(dir=os.environ.get("HUB_BENCH_SETS"))
        self.folder, self.threads, self.index, self.batch, self.more = folder, threads, index, batch, more
        self.image, self.shuffle = transform(work), not work.startswith("eval")
        self.open = lambda: imagehub.open(folder, cache_dir=self.cache).select("image", "label")
        self.dataset, self.number = self.open(), 0

    def stream(self):
        options = {"threads": self.threads, "indexes": self.index != "none", **self.more}
        stream = self.dataset.stream(self.batch, shuffle=self.shuffle, seed=1, image=self.image, **options)
        stream.set_epoch(self.number)
        return stream

    def epoch(self):
        if self.index == "first":
            shutil.rmtree(self.cache)
            os.makedirs(self.cache)
            self.dataset = self.open()
        rows = 0
        stream = self.stream()
        for batch in stream:
            rows += len(batch["image"])
        self.number += 1
        stats = stream.stats
        told = {"indexed": stats.indexed, "whole": stats.whole_scans, "copies": stats.copies, "scaled": stats.scaled}
        return rows, {**told, "decode_s": round(stats.decode_s, 4), "waited_s": round(stats.waited_s, 4)}

    def close(self):
        shutil.rmtree(self.cache, ignore_errors=True)

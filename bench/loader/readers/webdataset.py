"""WebDataset: tar shards, read in sequence, shuffled by shard and through a buffer of 1,000 samples."""
import glob
import os

from decoders import Decoder, collate, workers

BATCH = 64


class Reader:
    def __init__(self, folder, work, threads):
        import webdataset as wds

        urls = sorted(glob.glob(os.path.join(folder, "*.tar")))
        shuffled = not work.startswith("eval")
        rows = wds.WebDataset(urls, shardshuffle=len(urls) if shuffled else False, empty_check=False)
        rows = rows.shuffle(1000) if shuffled else rows
        rows = rows.to_tuple("jpg", "cls").map_tuple(Decoder(work), int).batched(BATCH, collation_fn=collate(work))
        self.loader = wds.WebLoader(rows, batch_size=None, **workers(threads))

    def epoch(self):
        return sum(len(images) for images, _ in self.loader), {}

    def close(self):
        pass

"""Hugging Face datasets: an Arrow file, memory-mapped, in a DataLoader."""
from decoders import Decoder, collate, workers

BATCH = 64


class Reader:
    def __init__(self, folder, work, threads):
        import datasets
        from torch.utils.data import DataLoader

        decode = Decoder(work)

        def decoded(rows):
            return {"image": [decode(image["bytes"]) for image in rows["image"]], "label": rows["label"]}

        rows = datasets.load_from_disk(folder).with_transform(decoded)
        joined = collate(work)
        options = {"batch_size": BATCH, "shuffle": not work.startswith("eval"), **workers(threads)}
        self.loader = DataLoader(
            rows, collate_fn=lambda some: joined([(row["image"], row["label"]) for row in some]), **options
        )

    def epoch(self):
        return sum(len(images) for images, _ in self.loader), {}

    def close(self):
        pass

"""torchvision's ImageFolder in a DataLoader: a file for each image."""
from decoders import Decoder, collate, workers

BATCH = 64


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Reader:
    def __init__(self, folder, work, threads):
        from torch.utils.data import DataLoader
        from torchvision.datasets import ImageFolder

        rows = ImageFolder(folder, loader=read, transform=Decoder(work))
        options = {"batch_size": BATCH, "shuffle": not work.startswith("eval"), **workers(threads)}
        self.loader = DataLoader(rows, collate_fn=collate(work), **options)

    def epoch(self):
        return sum(len(images) for images, _ in self.loader), {}

    def close(self):
        pass

"""LeNet-5 on MNIST, trained from the hub's batches or from torchvision's data set: the same accuracy.

    hub push mnist                                                       # once; or --mirror DIR of the official files
    python train_lenet.py imagehub mnist --seeds 3
    python train_lenet.py torchvision ./raw --seeds 3                    # a folder with MNIST/raw/*-ubyte

The pixels are the same bytes, so runs differ by their seeds and the order of the rows only.
"""

import argparse
import statistics

import torch
from torch import nn
from torch.nn.functional import cross_entropy

MEAN, STD = 0.1307, 0.3081


def from_imagehub(location, split, batch_size, seed):
    """Batches of float tensors [N, 1, 28, 28] and classes, for each epoch."""
    import imagehub
    import imagehub.torch

    data = imagehub.open(location).split(split).select("image", "label")
    loader = imagehub.torch.Loader(data.stream(batch_size, shuffle="full" if split == "train" else False, seed=seed))

    def epoch():
        for batch in loader:
            # Bytes [N, 28, 28]: MNIST's files have raw pixels.
            images = batch["image"][:, None].float() / 255
            yield (images - MEAN) / STD, batch["label"]

    return epoch


def from_torchvision(folder, split, batch_size, seed):
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    pixels = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    data = datasets.MNIST(folder, train=split == "train", transform=pixels)
    order = torch.Generator().manual_seed(seed)
    loader = DataLoader(data, batch_size, shuffle=split == "train", generator=order)
    return lambda: iter(loader)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def train(batches, tests, seed, epochs):
    """The share of the test images whose class is right, after so many epochs."""
    torch.manual_seed(seed)
    model = lenet()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(epochs):
        for images, labels in batches():
            loss = cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        right = [(model(images).argmax(1) == labels).float() for images, labels in tests()]
    return torch.cat(right).mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", choices=["imagehub", "torchvision"])
    parser.add_argument("data", help="location of the data set, or the folder of torchvision's")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=128)
    options = parser.parse_args()
    read = from_imagehub if options.source == "imagehub" else from_torchvision
    found = []
    for seed in range(options.seeds):
        batches = read(options.data, "train", options.batch_size, seed)
        found.append(train(batches, read(options.data, "test", 1000, 0), seed, options.epochs))
        print(f"{options.source}, seed {seed}: {found[-1]:.4f}", flush=True)
    spread = statistics.stdev(found) if len(found) > 1 else 0.0
    print(f"{options.source}: mean {statistics.mean(found):.4f}, standard deviation {spread:.4f}")


if __name__ == "__main__":
    main()

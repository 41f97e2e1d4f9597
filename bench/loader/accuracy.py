"""A small ResNet on 100 classes of real pictures, trained from the hub's pixels or from torchvision's, with several seeds:

    python bench/loader/accuracy.py imagehub DATA [--seeds 5]         # a data set of the hub
    python bench/loader/accuracy.py torchvision FOLDER [--seeds 5]    # the same images in class folders

Training shows random crops of 64 pixels, mirrored or not; what is counted are the images whose class is right by the centre
of the whole image. Where a class has one image, that is whether the network knows the image again from parts of it.
"""
import argparse
import statistics

import torch
from torch import nn
from torch.nn.functional import cross_entropy

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SIDE = 64


def from_imagehub(location, batch_size, seed):
    import imagehub
    import imagehub.torch

    data = imagehub.open(location).select("image", "label")
    form = {"layout": "NCHW", "dtype": "f32", "mean": MEAN, "std": STD}
    crop, centre = imagehub.Crop(SIDE, **form), imagehub.Resize(72, crop=SIDE, **form)
    training = imagehub.torch.Loader(data.stream(batch_size, shuffle="full", seed=seed, image=crop))
    tests = imagehub.torch.Loader(data.stream(batch_size, image=centre))
    pairs = lambda loader: ((batch["image"], batch["label"]) for batch in loader)  # noqa: E731
    return (lambda: pairs(training)), (lambda: pairs(tests)), len(data.features["label"].names)


def from_torchvision(folder, batch_size, seed):
    from torch.utils.data import DataLoader
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    end = [transforms.ToTensor(), transforms.Normalize(MEAN, STD)]
    crop = [transforms.RandomResizedCrop(SIDE), transforms.RandomHorizontalFlip()]
    centre = [transforms.Resize(72), transforms.CenterCrop(SIDE)]
    order = torch.Generator().manual_seed(seed)
    images = ImageFolder(folder, transforms.Compose(crop + end))
    training = DataLoader(images, batch_size, shuffle=True, generator=order)
    tests = DataLoader(ImageFolder(folder, transforms.Compose(centre + end)), batch_size)
    return (lambda: iter(training)), (lambda: iter(tests)), len(images.classes)


class Block(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        one = [nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*one, nn.Conv2d(after, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after))
        self.skip = nn.Conv2d(before, after, 1, stride, bias=False) if stride > 1 else nn.Identity()

    def forward(self, images):
        return torch.relu(self.body(images) + self.skip(images))


def resnet(classes):
    first = [nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    blocks = [Block(16, 32, 2), Block(32, 64, 2), Block(64, 128, 2)]
    return nn.Sequential(*first, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, classes))


def train(source, seed, epochs):
    training, tests, classes = source
    torch.manual_seed(seed)
    model = resnet(classes)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=epochs)
    for _ in range(epochs):
        model.train()
        for images, labels in training():
            loss = cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    model.eval()
    with torch.no_grad():
        right = [(model(images).argmax(1) == labels).float() for images, labels in tests()]
    return torch.cat(right).mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", choices=["imagehub", "torchvision"])
    parser.add_argument("data")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=30)
    given = parser.parse_args()
    read = from_imagehub if given.source == "imagehub" else from_torchvision
    found = []
    for seed in range(given.seeds):
        found.append(train(read(given.data, 32, seed), seed, given.epochs))
        print(f"{given.source}, seed {seed}: {found[-1]:.4f}", flush=True)
    spread = statistics.stdev(found) if len(found) > 1 else 0.0
    print(f"{given.source}: mean {statistics.mean(found):.4f}, standard deviation {spread:.4f}")


main()

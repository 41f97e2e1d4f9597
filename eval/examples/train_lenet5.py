"""Trains LeNet-5 on MNIST and writes it as ONNX: how eval/models/lenet5.onnx was made.

    python eval/examples/train_lenet5.py MNIST_DIR OUT.onnx [--epochs 12] [--seed 1]

MNIST_DIR holds the four files of MNIST, as its makers publish them (`train-images-idx3-ubyte.gz` and so on; `hub push
mnist` downloads them). Needs PyTorch (any version from 1.13, on the CPU) and NumPy. Prints the accuracy on the test set,
which is looked at once, after the last epoch. A few minutes on two cores.

The model is LeCun et al.'s of 1998, as it is usually built today: two convolutions of 5 x 5 with average pooling, three
fully connected layers, tanh; 61,706 weights. Inputs are (x / 255 - 0.1307) / 0.3081, as [N, 1, 28, 28]; outputs are
logits of the digits 0 to 9. Training batches are moved by up to two pixels.
"""

import argparse
import gzip
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

MEAN, STD = 0.1307, 0.3081


def read_idx(path: Path) -> np.ndarray:
    """Reads an IDX file of bytes: http://yann.lecun.com/exdb/mnist/."""
    raw = gzip.decompress(path.read_bytes())
    zero, dtype, rank = int.from_bytes(raw[:2], "big"), raw[2], raw[3]
    if zero != 0 or dtype != 8:
        raise ValueError(f"{path}: not an IDX file of bytes")
    shape = [int.from_bytes(raw[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load(folder: Path, part: str) -> tuple[torch.Tensor, torch.Tensor]:
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
    pixels = (torch.from_numpy(images.astype(np.float32)) / 255 - MEAN) / STD
    return pixels[:, None], torch.from_numpy(labels.astype(np.int64))


def lenet5() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(),
        nn.Linear(120, 84), nn.Tanh(),
        nn.Linear(84, 10),
    )  # fmt: skip


def moved(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Moves a batch by up to 2 pixels each way; what comes in from outside is background."""
    up, left = torch.randint(0, 5, (2,), generator=generator).tolist()
    padded = F.pad(images, (2, 2, 2, 2), value=(0 - MEAN) / STD)
    return padded[:, :, up : up + 28, left : left + 28]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mnist", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64)
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    generator = torch.Generator().manual_seed(args.seed)
    images, labels = load(args.mnist, "train")
    model = lenet5()
    steps = args.epochs * (len(images) // args.batch)
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=steps)
    for epoch in range(args.epochs):
        model.train()
        order = torch.randperm(len(images), generator=generator)
        total = 0.0
        for first in range(0, len(images) - args.batch + 1, args.batch):
            rows = order[first : first + args.batch]
            loss = F.cross_entropy(model(moved(images[rows], generator)), labels[rows], label_smoothing=0.02)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        print(f"epoch {epoch + 1}: loss {total / len(images):.4f}", flush=True)

    model.eval()
    images, labels = load(args.mnist, "t10k")
    with torch.no_grad():
        right = (model(images).argmax(1) == labels).sum().item()
    print(f"test set: {right} of {len(labels)} right")
    torch.onnx.export(
        model, torch.zeros(1, 1, 28, 28), args.out, input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}}, opset_version=13, do_constant_folding=True,
    )  # fmt: skip
    print(f"{args.out}: {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()

"""Training with several processes that is killed and goes on where it was.

    torchrun --nproc_per_node 2 train_ddp.py ./pets ./run               # kill it at any step …
    torchrun --nproc_per_node 2 train_ddp.py ./pets ./run               # … it goes on with the very next batch
    torchrun --nproc_per_node 1 train_ddp.py ./pets ./run               # with another number of processes, too

The data set needs a column of pictures and one of class labels. Each process reads its own batches, all of them equally many,
so that no all-reduce waits for a process that has none.
"""

import argparse
import json
import os
from pathlib import Path

import torch
import torch.distributed
from torch.nn.parallel import DistributedDataParallel

import imagehub
import imagehub.torch

SIDE = 32


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", help="location of the data set")
    parser.add_argument("run", type=Path, help="folder of the checkpoint and of what was read")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--stop-after", type=int, help="end like a killed process after that many steps")
    return parser.parse_args()


def main():
    options = arguments()
    torch.distributed.init_process_group("gloo")
    rank, checkpoint = torch.distributed.get_rank(), options.run / "checkpoint.pt"
    options.run.mkdir(parents=True, exist_ok=True)

    data = imagehub.open(options.data)
    image = imagehub.Crop(SIDE, layout="NCHW", dtype="f32", mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    # Rank and number of processes come from torch.distributed.
    stream = data.select("image", "label").stream(options.batch_size, shuffle=True, seed=7, image=image, tail="drop")
    loader = imagehub.torch.Loader(stream)

    torch.manual_seed(0)
    classes = len(data.features["label"].names)
    model = DistributedDataParallel(torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * SIDE * SIDE, classes)))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    step = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        loader.load_state_dict(saved["data"])
        step = saved["step"]

    while loader.stream.epoch < options.epochs:
        for batch in loader:
            loss = torch.nn.functional.cross_entropy(model(batch["image"]), batch["label"])
            optimizer.zero_grad()
            loss.backward()  # waits for the other processes
            optimizer.step()
            step += 1
            with (options.run / f"read-{rank}.jsonl").open("a") as log:
                log.write(json.dumps({"epoch": loader.stream.epoch, "step": step, "ids": batch["id"].tolist()}) + "\n")
            if rank == 0:
                saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
                # The same on every rank.
                torch.save({**saved, "data": loader.state_dict(), "step": step}, checkpoint.with_suffix(".new"))
                checkpoint.with_suffix(".new").replace(checkpoint)
            if step == options.stop_after:
                torch.distributed.barrier()
                os._exit(9)
    if rank == 0:
        print(f"{step} steps, loss {loss.item():.4f}")
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()

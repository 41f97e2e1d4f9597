"""Training with Lightning: the loader takes the place of a DataLoader.

    python train_lightning.py ./pets

The data set needs a column of pictures and one of class labels. Lightning keeps the position of the loader with its
checkpoints, since the loader has `state_dict` and `load_state_dict`.
"""

import argparse

import lightning
import torch

import imagehub
import imagehub.torch

SIDE = 32


class Classifier(lightning.LightningModule):
    def __init__(self, classes):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * SIDE * SIDE, classes))

    def training_step(self, batch, _):
        loss = torch.nn.functional.cross_entropy(self.layers(batch["image"]), batch["label"])
        self.log("loss", loss, prog_bar=True, batch_size=len(batch["label"]))
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.01)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", help="location of the data set")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=8)
    options = parser.parse_args()

    data = imagehub.open(options.data).select("image", "label")
    image = imagehub.Crop(SIDE, layout="NCHW", dtype="f32", mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    loader = imagehub.torch.Loader(data.stream(options.batch_size, shuffle=True, seed=7, image=image, tail="drop"))
    trainer = lightning.Trainer(max_epochs=options.epochs, accelerator="cpu", logger=False, enable_checkpointing=False)
    trainer.fit(Classifier(len(data.features["label"].names)), loader)
    print(f"{trainer.global_step} steps")


if __name__ == "__main__":
    main()

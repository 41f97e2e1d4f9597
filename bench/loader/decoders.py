"""From the bytes of a JPEG to a uint8 tensor [3, H, W], by the fastest that stock wheels give: libjpeg-turbo in
torchvision.io, and torchvision's resize of uint8 tensors (SIMD)."""


class Decoder:
    """`train`: RandomResizedCrop 224 and flip; `eval`: 256, centre 224; `full`: the image as it is."""

    def __init__(self, work):
        from torchvision.transforms import v2

        self.transform = {
            "train": lambda: v2.Compose([v2.RandomResizedCrop(224, antialias=True), v2.RandomHorizontalFlip()]),
            "eval": lambda: v2.Compose([v2.Resize(256, antialias=True), v2.CenterCrop(224)]),
            "full": lambda: None,
        }[work]()

    def __call__(self, data):
        import numpy as np
        import torch
        from torchvision.io import ImageReadMode, decode_jpeg

        image = decode_jpeg(torch.from_numpy(np.frombuffer(data, np.uint8).copy()), mode=ImageReadMode.RGB)
        return image if self.transform is None else self.transform(image)


def collate(work):
    """A batch of (image, label): one tensor, or a list where sizes differ."""
    import torch

    def one(rows):
        images, labels = [image for image, _ in rows], torch.tensor([label for _, label in rows])
        return (images if work == "full" else torch.stack(images)), labels

    return one


def workers(count):
    """Arguments of a DataLoader. Workers stay alive over epochs, as in training."""
    return {"num_workers": count, "persistent_workers": True, "prefetch_factor": 4}

"""FFCV: one file, threads, compiled decode. The file has the JPEGs as they are, or raw pixels."""
import os

BATCH = 64


class Reader:
    def __init__(self, folder, work, threads):
        from ffcv.fields.decoders import (
            CenterCropRGBImageDecoder,
            IntDecoder,
            RandomResizedCropRGBImageDecoder,
        )
        from ffcv.loader import Loader, OrderOption
        from ffcv.transforms import RandomHorizontalFlip, ToTensor

        if work == "train":
            image = [RandomResizedCropRGBImageDecoder((224, 224)), RandomHorizontalFlip(), ToTensor()]
        else:
            image = [CenterCropRGBImageDecoder((224, 224), ratio=224 / 256), ToTensor()]
        order = OrderOption.RANDOM if work == "train" else OrderOption.SEQUENTIAL
        pipelines = {"image": image, "label": [IntDecoder(), ToTensor()]}
        file = os.path.join(folder, "images.beton")
        options = {"batch_size": BATCH, "num_workers": threads, "order": order, "os_cache": True, "drop_last": False}
        self.loader = Loader(file, pipelines=pipelines, **options)

    def epoch(self):
        return sum(len(images) for images, _ in self.loader), {}

    def close(self):
        pass

"""The same JPEGs in the format of each library. A set is made once, in a folder, and used again."""
import contextlib
import glob
import io
import os
import shutil
import subprocess
import sys

SHARDS = 10


def source(images):
    """[(path, label)] of the JPEGs in class folders."""
    paths = sorted(glob.glob(os.path.join(images, "*", "*.JPEG")), key=os.path.basename)
    classes = {name: number for number, name in enumerate(sorted({os.path.basename(os.path.dirname(p)) for p in paths}))}
    return [(path, classes[os.path.basename(os.path.dirname(path))]) for path in paths]


def samples(images):
    for path, label in source(images):
        with open(path, "rb") as file:
            yield file.read(), label


def made(folder, make):
    """Makes a folder under another name first, so that one that exists is whole."""
    if not os.path.exists(folder):
        new = f"{folder}.{os.getpid()}"
        shutil.rmtree(new, ignore_errors=True)
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        make(new)
        os.rename(new, folder)
    return folder


def first(images, count, folder):
    """A folder with the first images of another one."""

    def make(new):
        for path, _ in source(images)[:count]:
            to = os.path.join(new, os.path.basename(os.path.dirname(path)))
            os.makedirs(to, exist_ok=True)
            shutil.copy(path, to)

    return made(folder, make)


def shrunk(images, folder, short=256, quality=95):
    """JPEGs whose shorter side has `short` pixels, of larger ones."""
    from PIL import Image

    def make(new):
        for path, _ in source(images):
            image = Image.open(path).convert("RGB")
            scale = short / min(image.size)
            if scale < 1:
                image = image.resize([max(1, round(side * scale)) for side in image.size], Image.BILINEAR, reducing_gap=None)
            to = os.path.join(new, os.path.basename(os.path.dirname(path)))
            os.makedirs(to, exist_ok=True)
            image.save(os.path.join(to, os.path.basename(path)), quality=quality)

    return made(folder, make)


def hub(images, folder, *options):
    """A data set of the hub, with the options of `hub push`."""

    def make(new):
        run = [os.environ["HUB_BIN"], "push", new, images, "--format", "class-folder", "--yes", *options]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL)

    return made(folder, make)


def webdataset(images, folder):
    import webdataset as wds

    def make(new):
        os.makedirs(new)
        rows = list(source(images))
        pattern = os.path.join(new, "s-%04d.tar")
        with wds.ShardWriter(pattern, maxcount=-(-len(rows) // SHARDS), verbose=0) as writer:
            for number, (data, label) in enumerate(samples(images)):
                writer.write({"__key__": f"{number:06d}", "jpg": data, "cls": label})

    return made(folder, make)


def datasets(images, folder):
    import datasets as hf

    def make(new):
        features = hf.Features({"image": hf.Image(decode=False), "label": hf.Value("int64")})

        def rows():
            for data, label in samples(images):
                yield {"image": {"bytes": data, "path": None}, "label": label}

        with contextlib.redirect_stderr(io.StringIO()):
            hf.disable_progress_bars()
            made_of = hf.Dataset.from_generator(rows, features=features, cache_dir=new + "-cache")
            made_of.save_to_disk(new)
        shutil.rmtree(new + "-cache", ignore_errors=True)

    return made(folder, make)


class _Images:
    def __init__(self, images, as_pixels):
        self.rows, self.as_pixels = source(images), as_pixels

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        import numpy as np
        from PIL import Image

        path, label = self.rows[index]
        if self.as_pixels:
            return Image.open(path).convert("RGB"), label
        with open(path, "rb") as file:
            return np.frombuffer(file.read(), np.uint8), label


def _as_they_are(field, destination, data, malloc):
    """In place of `RGBImageField.encode`, which would compress the pixels again: the JPEG's own bytes."""
    from PIL import Image

    width, height = Image.open(io.BytesIO(data.tobytes())).size
    destination["mode"], destination["height"], destination["width"] = 0, height, width
    destination["data_ptr"], storage = malloc(data.nbytes)
    storage[:] = data


def ffcv(images, folder, longest=None):
    """FFCV's file of the JPEGs as they are; with `longest`, of raw pixels up to so many on the longer side."""

    def make(new):
        from ffcv.fields import IntField, RGBImageField
        from ffcv.writer import DatasetWriter

        os.makedirs(new)
        if longest:
            field = RGBImageField(write_mode="raw", max_resolution=longest)
        else:
            field = RGBImageField()
            RGBImageField.encode = _as_they_are
        fields = {"image": field, "label": IntField()}
        writer = DatasetWriter(os.path.join(new, "images.beton"), fields, num_workers=1)
        writer.from_indexed_dataset(_Images(images, bool(longest)))

    return made(folder, make)


if __name__ == "__main__":
    # Each library makes its set with the Python that it is installed for: `python sets.py KIND IMAGES FOLDER [LONGEST]`.
    kind, where, to, *more = sys.argv[1:]
    globals()[kind](where, to, *map(int, more))

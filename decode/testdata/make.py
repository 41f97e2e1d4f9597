"""Makes the images and expected tensors of the tests of hub_decode.

    python3 -m venv v && v/bin/pip install pillow==12.2.0 numpy && v/bin/python decode/testdata/make.py

Everything is computed here: the pixels from a formula, the files and the tensors by Pillow 12.2 (which resizes
horizontally first; from 13.0 on the order differs). `expected.tsv` has one line for each file and transform: file, filter,
height and width to resize to (or the short side), height and width of the centre crop, SHA-256 of the tensor (height x
width x RGB, u8).
"""
import hashlib, os, sys
import numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))


def picture(width, height, seed=0):
    """RGB pixels: waves, edges and texture."""
    y, x = np.mgrid[0:height, 0:width]
    v = [((x * (7 + c) + y * (13 - c) + (x * y) % (29 + seed) * 5 + (x // 9 + y // 7) % 2 * 90 + c * 50) % 256) for c in range(3)]
    smooth = [127 + 120 * np.sin(x / (9 + c) + seed) * np.cos(y / (11 - c)) for c in range(3)]
    pixels = np.where((x > width // 2)[..., None], np.stack(v, -1), np.stack(smooth, -1))
    return Image.fromarray(pixels.astype(np.uint8), "RGB")


def exif(orientation):
    e = Image.Exif()
    e[0x0112] = orientation
    return e


def files():
    big = picture(97, 71)
    yield "rgb.png", big, {}
    yield "s420.jpg", big, dict(quality=88, subsampling=2)
    yield "s444.jpg", big, dict(quality=70, subsampling=0)
    yield "progressive.jpg", picture(60, 83, 3), dict(quality=80, progressive=True)
    yield "grey.jpg", picture(50, 40, 1).convert("L"), dict(quality=80)
    yield "cmyk.jpg", picture(48, 37, 2).convert("CMYK"), dict(quality=85)
    yield "exif6.jpg", picture(64, 40, 4), dict(quality=80, exif=exif(6))
    yield "palette.png", picture(45, 45, 1).quantize(32), {}
    yield "rgba.png", Image.merge("RGBA", (*picture(40, 33).split(), picture(40, 33, 5).split()[0])), {}
    yield "bit1.png", picture(40, 33).convert("1"), {}
    yield "grey16.png", Image.fromarray((np.asarray(picture(41, 31, 2).convert("L")).astype(np.uint16) * 256 + 77)), {}
    yield "one.png", picture(1, 1), {}
    yield "strip.png", picture(3, 120), {}
    yield "still.gif", picture(44, 30).quantize(64), {}
    yield "plain.bmp", picture(21, 34), {}
    yield "lzw.tif", picture(33, 21), dict(compression="tiff_lzw")
    yield "lossless.webp", picture(29, 31), dict(lossless=True)


def rgb(image):
    if image.mode.startswith("I;16"):
        # The upper byte: a scaling, where convert("RGB") cuts at 255.
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8), "L")
    return image.convert("RGB")


def transform(image, filter, to, crop):
    if len(to) == 1:
        w, h = image.size
        short, long = min(w, h), max(w, h)
        long = int(to[0] * long / short)
        size = (to[0], long) if w <= h else (long, to[0])
    else:
        size = (to[1], to[0])
    if image.size != size:
        image = image.resize(size, filter)
    if crop:
        (w, h), (ch, cw) = image.size, crop
        if cw > w or ch > h:
            left, top = max((cw - w) // 2, 0), max((ch - h) // 2, 0)
            canvas = Image.new("RGB", (max(w, cw), max(h, ch)))
            canvas.paste(image, (left, top))
            image = canvas
            w, h = image.size
        left, top = round((w - cw) / 2), round((h - ch) / 2)
        image = image.crop((left, top, left + cw, top + ch))
    return np.asarray(image)


TRANSFORMS = [
    ("bilinear", (32,), (28, 28)),
    ("bilinear", (40,), (35, 41)),
    ("bilinear", (150,), (100, 90)),
    ("bicubic", (37,), (30, 30)),
    ("bicubic", (120,), (64, 99)),
    ("bicubic", (24, 24), None),
    ("bilinear", (50, 17), None),
    ("bilinear", (16,), (24, 24)),
    ("nearest", (31, 47), None),
    ("nearest", (200, 100), (90, 90)),
]

rows = []
for name, image, options in files():
    path = os.path.join(here, name)
    image.save(path, **options)
    decoded = rgb(Image.open(path))
    for name_of_filter, to, crop in TRANSFORMS:
        filter = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "nearest": Image.NEAREST}[name_of_filter]
        tensor = transform(decoded, filter, to, crop)
        digest = hashlib.sha256(np.ascontiguousarray(tensor).tobytes()).hexdigest()
        text = lambda size: "x".join(map(str, size)) if size else "-"
        rows.append("\t".join([name, name_of_filter, text(to), text(crop), digest]))
with open(os.path.join(here, "expected.tsv"), "w") as out:
    out.write("\n".join(rows) + "\n")
print(len(rows), "tensors", file=sys.stderr)

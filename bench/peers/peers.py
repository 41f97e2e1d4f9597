"""Measures the peers on the same images as the hub: python peers.py PEER IMAGES SETS RUNS.

Each peer stores the encoded JPEGs and their labels in its own format (push), returns the bytes of every image in its
fastest way within one process (scan), and of single images in random order (random). It prints one line of JSON for
each. Writing ends with sync, as in the hub; the first run of a scan only warms the page cache.
"""
import glob, json, os, random, shutil, statistics, sys, time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
BATCH = 64


def source(images):
    """[(path, label)] of the JPEGs in class folders."""
    paths = sorted(glob.glob(os.path.join(images, "*", "*.JPEG")))
    classes = {c: i for i, c in enumerate(sorted({os.path.basename(os.path.dirname(p)) for p in paths}))}
    return [(p, classes[os.path.basename(os.path.dirname(p))]) for p in paths]


def samples(src):
    for path, label in src:
        with open(path, "rb") as f:
            yield f.read(), label


class Files:
    """The folder itself."""

    def push(self, src, dst):
        os.makedirs(dst)
        for i, (data, _) in enumerate(samples(src)):
            with open(os.path.join(dst, f"{i:06d}.jpg"), "wb") as f:
                f.write(data)

    def scan(self, dst):
        for path in sorted(glob.glob(os.path.join(dst, "*.jpg"))):
            with open(path, "rb") as f:
                yield [f.read()]

    def getter(self, dst):
        def get(i):
            with open(os.path.join(dst, f"{i:06d}.jpg"), "rb") as f:
                return f.read()
        return get


class Webdataset:
    """Tar shards; it reads in sequence only."""

    def push(self, src, dst):
        import webdataset as wds
        os.makedirs(dst)
        with wds.ShardWriter(os.path.join(dst, "s-%04d.tar"), maxcount=max(1, len(src) // 10), verbose=0) as w:
            for i, (data, label) in enumerate(samples(src)):
                w.write({"__key__": f"{i:06d}", "jpg": data, "cls": label})

    def scan(self, dst):
        import webdataset as wds
        urls = sorted(glob.glob(os.path.join(dst, "*.tar")))
        for sample in wds.WebDataset(urls, shardshuffle=False, empty_check=False):
            yield [sample["jpg"]]


class Datasets:
    """Hugging Face datasets: an Arrow cache, memory-mapped."""

    def push(self, src, dst):
        import datasets
        features = datasets.Features({"x": datasets.Value("binary"), "y": datasets.Value("int32")})
        rows = lambda: ({"x": data, "y": label} for data, label in samples(src))
        ds = datasets.Dataset.from_generator(rows, features=features, cache_dir=dst + "-cache")
        ds.save_to_disk(dst)
        shutil.rmtree(dst + "-cache", ignore_errors=True)

    def scan(self, dst):
        import datasets
        for batch in datasets.load_from_disk(dst).iter(BATCH):
            yield batch["x"]

    def getter(self, dst):
        import datasets
        ds = datasets.load_from_disk(dst)
        return lambda i: ds[i]["x"]


class Deeplake:
    """Deep Lake 4, with a column of bytes."""

    def push(self, src, dst):
        import deeplake
        from deeplake import types
        ds = deeplake.create(dst, schema={"x": types.Bytes(), "y": types.Int32()})
        step = max(1, len(src) // 10)
        for start in range(0, len(src), step):
            part = list(samples(src[start:start + step]))
            ds.append({"x": [d for d, _ in part], "y": [y for _, y in part]})
        ds.commit()

    def scan(self, dst):
        import deeplake
        for batch in deeplake.open_read_only(dst).batches(BATCH):
            yield batch["x"]

    def getter(self, dst):
        import deeplake
        ds = deeplake.open_read_only(dst)
        return lambda i: ds[i]["x"]


def report(what, **figures):
    print(json.dumps({"what": what, **figures}), flush=True)


def main():
    name, images, sets, runs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    peer = {"files": Files, "webdataset": Webdataset, "datasets": Datasets, "deeplake": Deeplake}[name]()
    src, dst = source(images), os.path.join(sets, name)
    size = sum(os.path.getsize(p) for p, _ in src)
    warm = dst + "-warm"
    shutil.rmtree(warm, ignore_errors=True)
    peer.push(src[:100], warm)                                   # excludes imports from the measured time
    shutil.rmtree(warm, ignore_errors=True)
    rates = []
    for _ in range(runs):
        shutil.rmtree(dst, ignore_errors=True)
        os.sync()
        begun = time.perf_counter()
        peer.push(src, dst)
        os.sync()
        rates.append(size / (time.perf_counter() - begun) / 1e6)
    report("push", peer=name, MB_per_s=round(statistics.median(rates), 1))
    rates, speeds = [], []
    for run in range(runs + 1):
        begun, count, length = time.perf_counter(), 0, 0
        for batch in peer.scan(dst):
            count += len(batch)
            length += sum(map(len, batch))
        seconds = time.perf_counter() - begun
        assert count == len(src), (count, len(src))
        if run:
            rates.append(count / seconds)
            speeds.append(length / seconds / 1e6)
    report("scan", peer=name, samples_per_s=round(statistics.median(rates), 1),
           MB_per_s=round(statistics.median(speeds), 1))
    if hasattr(peer, "getter"):
        get, rng, micros = peer.getter(dst), random.Random(0), []
        for read in range(2200):
            i = rng.randrange(len(src))
            begun = time.perf_counter()
            len(get(i))
            if read >= 200:
                micros.append((time.perf_counter() - begun) * 1e6)
        micros.sort()
        report("random", peer=name, p50_us=round(micros[1000], 1), p99_us=round(micros[1980], 1))
    shutil.rmtree(dst, ignore_errors=True)


main()

"""Measures torchcodec in exact mode on the clips that `cargo run --release -p hub_decode --features ffmpeg --example
audio_video` measures: opening a video, and 16 frames at a random place of an open one, on one thread.

    pip install torch torchcodec; python bench/peers/clips_torchcodec.py FILE…
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torchcodec.decoders import VideoDecoder

CLIPS = 21
FRAMES = 16


def median(work: Callable[[int], object]) -> str:
    """The median time of some work, and the quarters around it."""
    times = []
    for n in range(CLIPS):
        begun = time.perf_counter()
        work(n)
        times.append((time.perf_counter() - begun) * 1e3)
    times.sort()
    quarters = [times[part * (len(times) - 1) // 4] for part in (1, 2, 3)]
    return f"{quarters[1]:.3f} ms ({quarters[0]:.3f} to {quarters[2]:.3f})"


def main() -> None:
    torch.set_num_threads(1)
    for path in map(Path, sys.argv[1:]):
        data = path.read_bytes()
        decoder = VideoDecoder(data, seek_mode="exact", num_ffmpeg_threads=1)
        frames = len(decoder)
        numbers = random.Random(1)
        starts = [numbers.randint(0, max(0, frames - FRAMES)) for _ in range(CLIPS)]

        def clip(decoder: VideoDecoder, n: int) -> torch.Tensor:
            return decoder.get_frames_in_range(starts[n], min(starts[n] + FRAMES, frames)).data

        opened = median(lambda _: VideoDecoder(data, seek_mode="exact", num_ffmpeg_threads=1))
        clips = median(lambda n: clip(decoder, n))
        both = median(lambda n: clip(VideoDecoder(data, seek_mode="exact", num_ffmpeg_threads=1), n))
        print(f"{path.name}: {frames} frames, opened in {opened}; a clip of {FRAMES} frames in {clips}, opened before it in {both}")


if __name__ == "__main__":
    main()

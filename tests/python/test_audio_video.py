"""Decoded audio and clips of videos in batches."""

import io
import pickle
import wave
from pathlib import Path

import numpy as np
import pytest

import imagehub
from imagehub import Audio, Clip, Crop, Decode, Resize

DATA = Path(__file__).parents[2] / "decode" / "testdata"
SOUNDS = ["sound.mp3", "sound.ogg", "sound.flac", "sound.m4a", "sound.wav", "sound.opus"]
VIDEOS = ["b_frames.mp4", "vp9.webm", "variable.mkv", "mpeg4.avi"]


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    place = tmp_path_factory.mktemp("audio") / "sounds"
    with imagehub.create(place, {"sound": "audio", "n": "int64"}) as writer:
        writer.append({"sound": DATA / "audio" / SOUNDS[n % 6], "n": n} for n in range(24))
    return imagehub.open(place)


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    place = tmp_path_factory.mktemp("video") / "videos"
    with imagehub.create(place, {"video": "video", "n": "int64"}) as writer:
        writer.append({"video": DATA / "video" / VIDEOS[n % 4], "n": n} for n in range(8))
    return imagehub.open(place)


def test_clips_of_audio_have_one_length(sounds):
    batch = next(sounds.stream(24, audio=Audio(16000, 0.5)))
    assert batch["sound"].shape == (24, 8000) and batch["sound"].dtype == np.float32
    assert np.abs(batch["sound"]).max(axis=1).min() > 0.01, "none is silent"
    batch["sound"][0] = 1
    whole = sounds.stream(24, audio=Audio(16000))
    for clip, all_of_it in zip(batch["sound"][1:], next(whole)["sound"][1:], strict=True):
        assert all_of_it.ndim == 1
        starts = np.flatnonzero(all_of_it[: len(all_of_it) - 7999] == clip[0])
        assert any(np.array_equal(all_of_it[start : start + 8000], clip) for start in starts)
    assert whole.stats.audio == 24


def test_a_wav_comes_as_it_is(tmp_path):
    samples = np.random.default_rng(1).integers(-30000, 30000, (5000, 2), dtype=np.int16)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(samples.tobytes())
    with imagehub.create(tmp_path / "wav", {"sound": "audio"}) as writer:
        writer.append([{"sound": file.getvalue()}, {"sound": None}])
    dataset = imagehub.open(tmp_path / "wav")
    spec = Audio(8000, 0.75, mono=False, dtype="i16", start=0.0)
    batch = next(dataset.stream(2, audio=spec))
    assert batch["sound"].shape == (2, 2, 6000) and batch["sound"].dtype == np.int16
    assert np.array_equal(batch["sound"][0, :, :5000], samples.T)
    assert not batch["sound"][0, :, 5000:].any() and not batch["sound"][1].any()
    whole = next(dataset.stream(2, audio={"sound": Audio(8000, mono=False, dtype="i16")}))["sound"]
    assert np.array_equal(whole[0], samples.T) and whole[1] is None


def test_random_clips_depend_on_seed_epoch_and_row_alone(sounds):
    spec = Audio(8000, 0.25)

    def clips(**settings):
        return {
            (stream.epoch, int(n)): clip
            for stream in [sounds.stream(5, audio=spec, shuffle=True, seed=3, epochs=2, **settings)]
            for batch in stream
            for n, clip in zip(batch["n"], batch["sound"].copy(), strict=True)
        }

    here = clips()
    assert len(here) == 48
    assert not np.array_equal(here[0, 1], here[1, 1])
    for rank in (0, 1):
        for key, clip in clips(rank=rank, world=2, threads=1).items():
            assert np.array_equal(clip, here[key])


def test_audio_that_cannot_be_decoded(tmp_path):
    good = (DATA / "audio" / "sound.ogg").read_bytes()
    damaged = bytearray((DATA / "audio" / "sound.flac").read_bytes())
    damaged[20000:40000] = bytes(20000)
    with imagehub.create(tmp_path / "set", {"sound": "audio"}) as writer:
        writer.append([{"sound": good}, {"sound": bytes(damaged)}, {"sound": good}])
    dataset = imagehub.open(tmp_path / "set")
    with pytest.raises(imagehub.DecodeError, match="row 1"):
        next(dataset.stream(3, audio=Audio()))
    stream = dataset.stream(3, audio=Audio(seconds=2.5), on_error="zero")
    batch = next(stream)
    assert batch["sound"].shape == (3, 40000) and not batch["sound"][1].any() and batch["sound"][0].any()
    assert stream.stats.skipped_total == 1
    with pytest.raises(imagehub.DecodeError, match="limit"):
        next(dataset.stream(3, audio=Audio(max_samples=1000)))


def test_clips_of_videos(videos):
    batch = next(videos.stream(8, video=Clip(4, 2, size=(16, 24), start=0.4)))
    assert batch["video"].shape == (8, 4, 16, 24, 3) and batch["video"].dtype == np.uint8
    light = batch["video"].mean(axis=(2, 3, 4))
    # Frames become lighter by about 6; the clip begins with frame 10.
    assert np.abs(np.diff(light, axis=1) - 11.6).max() < 4, light
    assert np.abs(light[:, 0] - light[0, 0]).max() < 10, light
    own = next(videos.stream(8, video=Clip(2)))["video"]
    assert [clip.shape for clip in own] == [(2, 64, 96, 3)] * 8
    crop = Crop(32, layout="NCHW", dtype="f32")
    stream = videos.stream(4, video=Clip(2, transform=crop))
    assert next(stream)["video"].shape == (4, 2, 3, 32, 32)
    assert stream.stats.video >= 4


def test_videos_that_cannot_be_decoded(videos, monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_FFMPEG", "/no/such/ffmpeg")
    with pytest.raises(imagehub.DecodeError, match="'/no/such/ffmpeg' was not found"):
        next(videos.stream(2, video=Clip(2)))
    stream = videos.stream(2, video=Clip(2, size=8), on_error="zero")
    assert not next(stream)["video"].any() and stream.stats.skipped_total >= 2


def test_transforms_are_plain_data():
    for spec in (Audio(seconds=1.0), Clip(16, 2, transform=Resize(64, crop=56))):
        assert pickle.loads(pickle.dumps(spec)) == spec
        assert eval(repr(spec)) == spec


def test_wrong_settings_are_named(sounds, videos):
    for spec, problem in [
        (Audio(rate=0), "rate is 0"),
        (Audio(seconds=-1), "seconds is -1"),
        (Audio(start="middle"), "start is 'middle'"),
        (Audio(dtype="u8"), "dtype is 'u8'"),
    ]:
        with pytest.raises(imagehub.InvalidValue, match=problem):
            sounds.stream(audio=spec)
    for spec, problem in [
        (Clip(0), "frames is 0"),
        (Clip(2, stride=0), "stride is 0"),
        (Clip(2, size=8, transform=Resize(8)), "size or transform"),
        (Clip(2, transform=Crop(8, moves=("n",))), r"moves=\('n',\) of a clip's transform: columns can't move along"),
        (Clip(2, transform=Crop(8, boxes="n")), "boxes='n' of a clip's transform: columns can't move along"),
        (Clip(2, transform=Resize(8, masks="n")), "masks='n' of a clip's transform"),
        (Clip(2, transform=Decode(keypoints="n")), "keypoints='n' of a clip's transform"),
    ]:
        with pytest.raises(imagehub.InvalidValue, match=problem):
            videos.stream(video=spec)
    with pytest.raises(imagehub.InvalidValue, match="no column of audio"):
        videos.stream(audio=Audio())
    with pytest.raises(imagehub.InvalidValue, match="no column of videos"):
        sounds.stream(video=Clip(2))

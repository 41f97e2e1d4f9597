"""`python -m imagehub.models export`: the card's facts, and with PyTorch the exported file itself."""

import json

import pytest

models = pytest.importorskip("imagehub.models")


def test_values_have_the_names_of_cards():
    assert models.values([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])["mode"] == "imagenet"
    assert models.values((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))["mode"] == "inception"
    assert models.values((0.4914, 0.4822, 0.4465), (0.2, 0.2, 0.2))["mode"] == "custom"
    with pytest.raises(models.ExportError, match="expected three numbers"):
        models.values([0.5], [0.5])


def config(**changes):
    known = {"input_size": (3, 224, 224), "mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5)}
    return known | {"interpolation": "bicubic", "crop_pct": 0.875, "crop_mode": "center"} | changes


@pytest.mark.parametrize(
    ("changes", "resize", "crop"),
    [
        ({}, {"short": 256}, [224, 224]),
        ({"crop_pct": 0.95}, {"short": 235}, [224, 224]),
        ({"input_size": (3, 240, 240)}, {"short": 274}, [240, 240]),
        ({"crop_mode": "squash", "crop_pct": 1.0}, {"both": [224, 224]}, None),
        ({"crop_mode": "squash", "crop_pct": 0.9}, {"both": [248, 248]}, [224, 224]),
    ],
)
def test_configurations_of_timm(changes, resize, crop):
    made = models.timm_preprocessing(config(**changes))
    assert (made["resize"], made.get("crop"), made["values"]["mode"]) == (resize, crop, "inception")


@pytest.mark.parametrize("changes", [{"crop_mode": "border"}, {"interpolation": "lanczos"}, {"input_size": (1, 28, 28)}])
def test_what_a_hub_can_not_do_is_refused(changes):
    with pytest.raises(models.ExportError):
        models.timm_preprocessing(config(**changes))


def test_other_names_are_refused(capsys):
    assert models.main(["export", "resnet50"]) == 1
    assert "expected torchvision:NAME or timm:NAME" in capsys.readouterr().err


def small():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    nn = torch.nn
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 10))
    made = models.preprocessing("timm-bicubic-0.875-16", {"short": 18}, 16, "bicubic", models.values([0.5] * 3, [0.5] * 3))
    return models.Source(model, made, models.labels_of(list("abcdefghij"), 10), "small", "made here", "CC0-1.0")


def test_a_model_is_exported_with_its_card(tmp_path, hub):
    out = tmp_path / "small.onnx"
    assert models.write(small(), out, verify=False) is None
    assert [path.name for path in tmp_path.iterdir()] == ["small.onnx"]
    home = ["--home", tmp_path / "home"]
    hub("model", "add", "small", out, "--engine", "rten", *home)
    card = json.loads(hub("model", "show", "small", "--json", *home))["card"]
    assert card["preprocessing"]["resize"] == {"short": 18}
    assert card["preprocessing"]["values"]["mode"] == "inception"
    assert (card["labels"]["names"], card["licence"]) == (list("abcdefghij"), "CC0-1.0")


def test_an_export_is_verified(tmp_path):
    pytest.importorskip("onnxruntime")
    assert models.write(small(), tmp_path / "small.onnx") < 1e-4


def test_a_wrong_export_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "_difference", lambda *_: 0.5)
    with pytest.raises(models.ExportError, match="differs from PyTorch's by 0.5"):
        models.write(small(), tmp_path / "small.onnx")
    assert list(tmp_path.iterdir()) == []

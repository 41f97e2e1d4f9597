"""PyTorch's side of the evaluation's measurements: python networks.py OUT IMAGES [--limit N] [--threads N] [NAME…].

For each network of torchvision, with random weights of a fixed seed:
- OUT/NAME.onnx, NAME.images.f32 and NAME.logits.f32: the model, four normalised random images [4, 3, 224, 224] and
  PyTorch's logits [4, 1000], for `eval logits OUT`;
- one line of JSON: images a second of the plain loop that people write (ImageFolder, DataLoader with two workers,
  resize 256, crop 224, PyTorch on the CPU), for comparison with `eval speed IMAGES --model OUT/NAME.onnx`.

It needs torch, torchvision and onnx.
"""
import argparse, json, os, time

import torch, torchvision
from torchvision import transforms

NAMES = ["alexnet", "googlenet", "vgg16", "vgg19", "resnet50", "squeezenet1_1", "efficientnet_b0"]


def network(name):
    torch.manual_seed(7)
    extra = {"init_weights": True, "aux_logits": False, "transform_input": False} if name == "googlenet" else {}
    model = getattr(torchvision.models, name)(weights=None, **extra).eval()
    # Statistics of batches as training leaves them; those of a new network would make every logit nearly the same.
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return model


def write(model, base):
    torch.manual_seed(11)
    images = torch.randn(4, 3, 224, 224)
    with torch.inference_mode():
        logits = model(images)
    torch.onnx.export(
        model, (images,), base + ".onnx", input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}}, opset_version=17, dynamo=False)
    images.numpy().astype("<f4").tofile(base + ".images.f32")
    logits.numpy().astype("<f4").tofile(base + ".logits.f32")


def loop(model, folder, limit, batch):
    steps = transforms.Compose([
        transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    data = torchvision.datasets.ImageFolder(folder, steps)
    if limit:
        data = torch.utils.data.Subset(data, range(min(limit, len(data))))
    loader = torch.utils.data.DataLoader(data, batch_size=batch, num_workers=2)
    begun, right = time.perf_counter(), 0
    with torch.inference_mode():
        for images, labels in loader:
            right += int((model(images).argmax(1) == labels).sum())
    return len(data), time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("images")
    parser.add_argument("names", nargs="*", default=NAMES, metavar="NAME")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--no-loop", action="store_true", help="only write the files")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    os.makedirs(args.out, exist_ok=True)
    for name in args.names:
        model = network(name)
        base = os.path.join(args.out, name)
        if not os.path.exists(base + ".logits.f32"):
            write(model, base)
        if not args.no_loop:
            images, seconds = loop(model, args.images, args.limit, args.batch)
            print(json.dumps({"bench": "torchvision_loop", "model": name, "images": images,
                              "samples_per_s": images / seconds, "torch": torch.__version__}), flush=True)


if __name__ == "__main__":
    main()

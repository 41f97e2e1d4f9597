"""Generated data sets for concept queries: tiny images, and labels of every kind.

Each function writes a folder in its format from a table that lists the content of each image. A test therefore knows
the expected result without reading anything back, and changes it by writing the folder again from a changed table.
"""

import io
import json
from pathlib import Path

from PIL import Image

CATEGORIES = Path(__file__).parent.parent / "fixtures" / "coco" / "annotations" / "instances_train2017.json"

CANINES = """dog.n.01 puppy.n.01 bitch.n.04 cur.n.01 poodle.n.01 toy_poodle.n.01 dalmatian.n.02 beagle.n.01 pug.n.01
german_shepherd.n.01 chihuahua.n.03 siberian_husky.n.01 corgi.n.01 working_dog.n.01 basenji.n.01 wolf.n.01
timber_wolf.n.01 wolf_pup.n.01 coyote.n.01 jackal.n.01 dingo.n.01 dhole.n.01 hyena.n.01 aardwolf.n.01 fox.n.01
red_fox.n.03 vixen.n.02 arctic_fox.n.01 canine.n.02""".split()

# Words that look like canines but are not, synsets with several hypernyms, and single persons and places (instances).
OTHERS = """canine.n.01 red_fox.n.01 dog.n.03 frank.n.02 andiron.n.01 werewolf.n.01 dogfish.n.01 dogsled.n.01
wolffish.n.02 cat.n.01 kitten.n.01 tiger.n.02 lion.n.01 bear.n.01 mongoose.n.01 seal.n.09 horse.n.01 racehorse.n.01
tusker.n.01 lamb.n.01 trout.n.02 car.n.01 minivan.n.01 ambulance.n.01 tank.n.01 school_bus.n.01 bicycle.n.01
airliner.n.01 street_sign.n.01 traffic_light.n.01 physicist.n.01 einstein.n.01 rhine.n.02 child.n.01""".split()

COCO = {
    1: ("person", "person.n.01"),
    3: ("car", "car.n.01"),
    8: ("truck", "truck.n.01"),
    10: ("traffic light", "traffic_light.n.01"),
    13: ("stop sign", "street_sign.n.01"),
    16: ("bird", "bird.n.01"),
    17: ("cat", "cat.n.01"),
    18: ("dog", "dog.n.01"),
    19: ("horse", "horse.n.01"),
    23: ("bear", "bear.n.01"),
    58: ("hot dog", "hotdog.n.02"),
    62: ("chair", "chair.n.01"),
    74: ("mouse", "mouse.n.04"),
}

FINE = """apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant
flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree
motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate
poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider
squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle
wardrobe whale willow_tree wolf woman worm""".split()

COARSE = """aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices
household_furniture insects large_carnivores large_man-made_outdoor_things large_natural_outdoor_scenes
large_omnivores_and_herbivores medium_mammals non-insect_invertebrates people reptiles small_mammals trees vehicles_1
vehicles_2""".split()

# The synsets of some of the classes; the images have no other classes.
CIFAR = {
    "wolf": "wolf.n.01",
    "fox": "fox.n.01",
    "lion": "lion.n.01",
    "bear": "bear.n.01",
    "trout": "trout.n.02",
    "bus": "bus.n.01",
    "tank": "tank.n.01",
    "boy": "male_child.n.01",
    "fish": "fish.n.01",
    "large_carnivores": "carnivore.n.01",
    "medium_mammals": "mammal.n.01",
    "people": "person.n.01",
    "vehicles_1": "vehicle.n.01",
    "large_natural_outdoor_scenes": None,
}


def picture(file: Path, number: int):
    """An image of its own for each number: no two have the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4), (number >> 16, number >> 8 & 255, number & 255)).save(file)


def number_on(image) -> int:
    """The number of a stored image: its first pixel."""
    if isinstance(image, dict):
        red, green, blue = Image.open(io.BytesIO(image["bytes"])).convert("RGB").getpixel((0, 0))
    else:
        red, green, blue = image[0][0] if isinstance(image, list) else image[:3]
    return red << 16 | green << 8 | blue


def number_of(name: str) -> int:
    return int(name.rpartition("-")[2].removesuffix(".png"))


def class_folders(folder: Path, classes: dict[str, str]) -> Path:
    """`SPLIT/CLASS/NAME.png`; every third image is in split val. `classes` is by image name."""
    for name, label in classes.items():
        split = "val" if number_of(name) % 3 == 2 else "train"
        picture(folder / split / label / name, number_of(name))
    return folder


def coco(folder: Path, boxes: dict[str, list[int]]) -> Path:
    """COCO's instances, with the list of all its categories. `boxes` are the categories by image name."""
    annotations = []
    for name, categories in boxes.items():
        picture(folder / "train2017" / name, number_of(name))
        for at, category in enumerate(categories):
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number_of(name),
                    "category_id": category,
                    "bbox": [at % 2, 0.5, 2, 1.5],
                    "area": 3.0,
                    "iscrowd": 0,
                    "segmentation": [[0, 0, 2, 0, 2, 2]],
                }
            )
    file = folder / "annotations" / "instances_train2017.json"
    file.parent.mkdir(parents=True)
    images = [{"id": number_of(name), "file_name": name, "width": 4, "height": 4} for name in boxes]
    categories = json.loads(CATEGORIES.read_text())["categories"]
    file.write_text(json.dumps({"images": images, "annotations": annotations, "categories": categories}))
    return folder


def cifar(folder: Path, classes: dict[str, tuple[str, str]]) -> Path:
    """The binary version of CIFAR-100: a coarse and a fine label, then 3,072 bytes that begin with the number."""
    folder.mkdir(parents=True)
    (folder / "fine_label_names.txt").write_text("\n".join(FINE) + "\n")
    (folder / "coarse_label_names.txt").write_text("\n".join(COARSE) + "\n")
    batches = {"train.bin": b"", "test.bin": b""}
    for name, (fine, coarse) in classes.items():
        number = number_of(name)
        pixels = number.to_bytes(3, "big") * 1024
        batch = "test.bin" if number % 3 == 2 else "train.bin"
        batches[batch] += bytes([COARSE.index(coarse), FINE.index(fine)]) + pixels
    for batch, data in batches.items():
        if data:
            (folder / batch).write_bytes(data)
    return folder

//! The tables agree with the data sets, with each other, and with what is known to go wrong.

use crate::*;

fn ids(names: &[&str]) -> Vec<Option<String>> {
    synsets_for(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

fn id_of<'a>(map: &LabelMap, name: &str) -> Option<&'a str> {
    map.rows.iter().find(|row| row.name == name).unwrap().synset
}

#[test]
fn every_list_has_its_classes_and_well_formed_ids() {
    let sizes = [
        ("imagenet-1k", 1000),
        ("CIFAR-10", 10),
        ("cifar100", 100),
        ("cifar100-coarse", 20),
        ("coco2017", 80),
        ("voc2012", 20),
        ("mnist", 10),
        ("Fashion-MNIST", 10),
        ("speech-commands", 35),
    ];
    for (name, size) in sizes {
        let map = known(name).unwrap();
        assert_eq!(map.rows.len(), size, "{name}");
        for row in map.rows {
            let is_id = |id: &str| id.len() == 9 && id.starts_with('n') && id[1..].parse::<u32>().is_ok();
            assert!(row.synset.is_none_or(is_id), "{row:?}");
            assert!(!row.name.is_empty());
        }
    }
    assert!(known("imagenet-22k").is_none());
}

#[test]
fn ilsvrc_is_in_index_order() {
    let rows = known("imagenet").unwrap().rows;
    assert_eq!((rows[0].synset, rows[0].name), (Some("n01440764"), "tench, Tinca tinca"));
    assert_eq!(rows[134].synset, Some("n02012849"));
    assert_eq!(rows[517].synset, Some("n03126707"));
    assert_eq!(rows[999].synset, Some("n15075141"));
    assert_eq!(words_of("n02012849"), Some("crane"));
    assert_eq!(words_of("n00000000"), None);
}

#[test]
fn coco_keeps_its_sparse_ids() {
    let coco = known("coco").unwrap();
    let numbers: Vec<u32> = coco.rows.iter().map(|row| row.id.unwrap()).collect();
    assert!(numbers.is_sorted() && numbers[0] == 1 && numbers[79] == 90);
    let gaps: Vec<u32> = (1..=90).filter(|id| !numbers.contains(id)).collect();
    assert_eq!(gaps, [12, 26, 29, 30, 45, 66, 68, 69, 71, 83]);
}

#[test]
fn senses_that_are_easily_mistaken() {
    let (coco, cifar100) = (known("coco").unwrap(), known("cifar100").unwrap());
    assert_eq!(id_of(&coco, "stop sign"), Some("n06794110"));
    assert_eq!(id_of(&coco, "hot dog"), Some("n07697537"));
    assert_eq!(id_of(&coco, "mouse"), Some("n03793489"));
    for (name, id) in [
        ("dolphin", "n02068974"),
        ("skunk", "n02445715"),
        ("trout", "n02537085"),
        ("television", "n04405907"),
        ("cloud", "n09247410"),
        ("keyboard", "n03085013"),
        ("sweet_pepper", "n07720615"),
        ("mouse", "n02330245"),
        ("ray", "n01495701"),
        ("plate", "n03959485"),
    ] {
        assert_eq!(id_of(&cifar100, name), Some(id), "{name}");
    }
}

#[test]
fn lists_agree_where_their_classes_are_the_same() {
    let id = |list: &str, name: &str| id_of(&known(list).unwrap(), name);
    for (a, b) in [
        (("voc", "aeroplane"), ("coco", "airplane")),
        (("voc", "motorbike"), ("coco", "motorcycle")),
        (("voc", "diningtable"), ("coco", "dining table")),
        (("voc", "pottedplant"), ("coco", "potted plant")),
        (("voc", "sofa"), ("coco", "couch")),
        (("voc", "tvmonitor"), ("coco", "tv")),
        (("voc", "car"), ("cifar10", "automobile")),
        (("voc", "cow"), ("cifar100", "cattle")),
        (("coco", "tv"), ("cifar100", "television")),
    ] {
        assert_eq!(id(a.0, a.1), id(b.0, b.1), "{a:?} {b:?}");
    }
    let lists = ["cifar10", "cifar100", "coco", "voc"].map(|name| known(name).unwrap());
    for (one, other) in lists.iter().flat_map(|one| lists.iter().map(move |other| (one, other))) {
        for row in one.rows {
            let same = other.rows.iter().find(|candidate| candidate.name == row.name);
            let agrees = same.is_none_or(|same| same.synset == row.synset);
            assert!(agrees || row.name == "mouse", "{}: {} and {}", row.name, one.name, other.name);
        }
    }
}

#[test]
fn ids_are_their_own_synsets() {
    assert_eq!(
        ids(&["n02085620-Chihuahua", "n01440764", "other", "n1234567", "n123456789"]),
        [Some("n02085620".to_owned()), Some("n01440764".to_owned()), None, None, None]
    );
}

#[test]
fn names_of_one_list_get_its_ids() {
    assert_eq!(ids(&["cat", "dog", "Ship", "frog", "truck"])[2].as_deref(), Some("n04194289"));
    let half = [
        "background",
        "Dining_Table",
        "potted-plant",
        "person",
        "TV monitor",
        "bird",
        "boat",
        "bottle",
        "bus",
        "cat",
        "chair",
    ];
    assert_eq!(ids(&half)[1].as_deref(), Some("n03201208"));
    assert_eq!(ids(&half[1..10])[0], None, "nine names of twenty, which the other lists don't hold");
    let voc: Vec<&str> = known("voc").unwrap().rows.iter().map(|row| row.name).collect();
    assert!(ids(&voc).iter().all(Option::is_some));
}

#[test]
fn what_is_not_certain_stays_open() {
    assert_eq!(ids(&["cat", "dog"]), [None, None]);
    assert_eq!(ids(&["cat", "dog", "unicorn"]), [None, None, None]);
    let digits: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    assert!(synsets_for(&digits).iter().all(Option::is_none));
    // A few words of a long list are not that list: of CIFAR-100, whose mouse is a rodent, or of ILSVRC, whose cup is
    // a punch and whose plate is a course.
    assert_eq!(ids(&["keyboard", "mouse", "telephone"]), [None, None, None]);
    let kitchen = [
        "cup",
        "plate",
        "wok",
        "spatula",
        "ladle",
        "teapot",
        "toaster",
        "stove",
        "strainer",
        "mixing bowl",
        "coffee mug",
        "frying pan",
    ];
    assert!(ids(&kitchen).iter().all(Option::is_none));
    assert!(synsets_for(&[]).is_empty());
}

#[test]
fn the_thousand_by_their_words() {
    let imagenette = [
        "tench",
        "English springer",
        "cassette player",
        "chain saw",
        "church",
        "French horn",
        "garbage truck",
        "gas pump",
        "golf ball",
        "parachute",
    ];
    assert!(ids(&imagenette).iter().all(Option::is_none), "ten words are not the thousand");
    let rows = known("imagenet").unwrap().rows;
    let first: Vec<&str> = rows.iter().map(|row| row.name.split(',').next().unwrap()).collect();
    let found = ids(&first);
    assert_eq!(found[134].as_deref(), Some("n02012849"));
    assert_eq!(found[517].as_deref(), Some("n03126707"));
    assert_eq!(ids(&first[..600])[0].as_deref(), Some("n01440764"));
    assert_eq!(ids(&first[..400])[0], None);
}

#[test]
fn spoken_numerals_only_in_the_whole_list() {
    let speech: Vec<&str> = known("speech_commands").unwrap().rows.iter().map(|row| row.name).collect();
    let found = ids(&speech);
    let place = |name: &str| speech.iter().position(|other| *other == name).unwrap();
    assert_eq!(found[place("five")].as_deref(), id_of(&known("mnist").unwrap(), "5"));
    assert_eq!((found.iter().flatten().count(), &found[place("dog")]), (10, &None));
    assert!(ids(&["zero", "one", "two"]).iter().all(Option::is_none));
    assert!(ids(&["cat", "dog", "bird"]).iter().all(Option::is_none));
}

#[test]
fn every_id_is_a_noun_of_wordnet() {
    for list in
        ["ilsvrc1000", "cifar10", "cifar100", "cifar100_coarse", "coco", "voc", "mnist", "fashion_mnist"]
    {
        for row in known(list).unwrap().rows {
            let synset = row.synset.map(|id| WordNet::get().resolve(id).unwrap());
            assert!(synset.is_some() || row.name == "large_natural_outdoor_scenes", "{row:?}");
            assert!(synset.is_none_or(|id| id.pos() == Pos::Noun), "{row:?}");
        }
    }
}

#[test]
fn cifar_s_groups_hold_their_classes() {
    // CIFAR-100's own grouping, in the order of the coarse classes.
    let groups = [
        "beaver dolphin otter seal whale",
        "aquarium_fish flatfish ray shark trout",
        "orchid poppy rose sunflower tulip",
        "bottle bowl can cup plate",
        "apple mushroom orange pear sweet_pepper",
        "clock keyboard lamp telephone television",
        "bed chair couch table wardrobe",
        "bee beetle butterfly caterpillar cockroach",
        "bear leopard lion tiger wolf",
        "bridge castle house road skyscraper",
        "cloud forest mountain plain sea",
        "camel cattle chimpanzee elephant kangaroo",
        "fox porcupine possum raccoon skunk",
        "crab lobster snail spider worm",
        "baby boy girl man woman",
        "crocodile dinosaur lizard snake turtle",
        "hamster mouse rabbit shrew squirrel",
        "maple_tree oak_tree palm_tree pine_tree willow_tree",
        "bicycle bus motorcycle pickup_truck train",
        "lawn_mower rocket streetcar tank tractor",
    ];
    let wn = WordNet::get();
    let (fine, coarse) = (known("cifar100").unwrap(), known("cifar100_coarse").unwrap());
    let mut apart = Vec::new();
    for (group, row) in groups.iter().zip(coarse.rows) {
        let Some(above) = row.synset else { continue };
        for name in group.split(' ') {
            let below = wn.resolve(id_of(&fine, name).unwrap()).unwrap();
            if !wn.is_a(below, wn.resolve(above).unwrap()) {
                apart.push(name);
            }
        }
    }
    // True of these by its gloss or name, but WordNet hasn't them below it.
    let known =
        "beaver otter rose tulip plate clock keyboard lamp telephone television caterpillar road bus train";
    assert_eq!(apart.join(" "), format!("{known} lawn_mower"));
}

//! Lists of rows: sorted pages, ranks, neighbours, marks, facets, histograms.

use serde_json::{Value as Json, json};

use super::hub::{append, problem};
use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";

/// Rows 0 to 8 in `train`, 9 to 11 in `val`: row n has label n % 2 and number n, every third has no text.
async fn pets() -> Hub {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    hub
}

fn numbers(page: &Json) -> Vec<i64> {
    page["rows"].as_array().unwrap().iter().map(|row| row["values"]["n"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn pages_follow_an_order() {
    let hub = pets().await;
    let page = async |query: &str| hub.json(Who::Reader, &format!("{PETS}/rows?columns=n&{query}")).await;
    let first = page("sort=-n&limit=5").await;
    assert_eq!(
        (numbers(&first), &first["total"], &first["next"]),
        (vec![11, 10, 9, 8, 7], &json!(12), &json!(5))
    );
    let last = page("sort=-n&limit=5&offset=10").await;
    assert_eq!((numbers(&last), &last["next"]), (vec![1, 0], &json!(null)));
    assert_eq!(first["rows"][0]["position"], 11);
    // Cats first, each class in the order of positions; a filter and a split keep the order.
    assert_eq!(numbers(&page("sort=label&limit=3&offset=4").await), [8, 10, 1]);
    assert_eq!(numbers(&page("sort=-image.width&where=n < 6 AND label = 'dog'").await), [5, 3, 1]);
    assert_eq!(numbers(&page("sort=-n&split=val").await), [11, 10, 9]);
    assert_eq!(numbers(&page("sort=-n&split=val&where=n <> 10").await), [11, 9]);
    let random = numbers(&page("sort=random:3").await);
    assert_eq!(random, numbers(&page("sort=random:3").await));
    assert_ne!(random, (0..12).collect::<Vec<_>>());
    // Texts: "row 1", "row 10", "row 11", "row 2", …; no text comes last.
    assert_eq!(numbers(&page("sort=text&limit=4").await), [1, 10, 11, 2]);
    assert_eq!(numbers(&page("sort=text&offset=8").await), [0, 3, 6, 9]);
    for (wrong, status, kind) in [
        ("sort=none", 422, "invalid"),
        ("sort=image", 422, "invalid"),
        ("sort=n&where=none = 1", 422, "bad-filter"),
        ("ids=0&sort=n", 400, "bad-request"),
        ("ids=0,99", 404, "not-found"),
        ("values=most", 400, "bad-request"),
    ] {
        let got = hub.get(Who::Reader, &format!("{PETS}/rows?{wrong}")).await;
        assert_eq!(problem(got, status).await, kind, "{wrong}");
    }
}

#[tokio::test]
async fn a_selection_is_read_by_ids() {
    let hub = pets().await;
    let all = hub.json(Who::Reader, &format!("{PETS}/rows?columns=n")).await;
    let id = |row: usize| all["rows"][row]["row_id"].as_str().unwrap();
    let some =
        hub.json(Who::Reader, &format!("{PETS}/rows?ids={},2,{}&columns=n&values=thin", id(9), id(0))).await;
    assert_eq!((numbers(&some), &some["total"], &some["next"]), (vec![9, 2, 0], &json!(3), &json!(null)));
}

#[tokio::test]
async fn one_row_knows_its_neighbours() {
    let hub = pets().await;
    let row = async |row: &str, query: &str| {
        hub.json(Who::Reader, &format!("{PETS}/rows/{row}?columns=n&{query}")).await
    };
    let found = row("3", "sort=-n&where=label = 'dog'").await;
    assert_eq!(
        (&found["rank"], &found["total"], &found["row"]["values"]["n"]),
        (&json!(4), &json!(6), &json!(3))
    );
    let neighbour = |of: &Json| (of["position"].as_u64().unwrap(), of["rank"].as_u64().unwrap());
    assert_eq!((neighbour(&found["previous"]), neighbour(&found["next"])), ((5, 3), (1, 5)));
    // By id, and at an end.
    let id = found["next"]["row_id"].as_str().unwrap();
    let last = row(id, "sort=-n&where=label = 'dog'").await;
    assert_eq!((&last["rank"], &last["next"], &last["row"]["row_id"]), (&json!(5), &json!(null), &json!(id)));
    // A row that isn't in the list is shown all the same.
    let other = row("2", "where=label = 'dog'").await;
    assert_eq!(
        (&other["rank"], &other["previous"], &other["next"]),
        (&json!(null), &json!(null), &json!(null))
    );
    assert_eq!(row("2", "").await["rank"], 2);
    for missing in ["12", "x", "00000000ff:0"] {
        let got = hub.get(Who::Reader, &format!("{PETS}/rows/{missing}")).await;
        assert_eq!(problem(got, 404).await, "not-found", "{missing}");
    }
    let rank = hub.json(Who::Reader, &format!("{PETS}/rank?row={id}&sort=-n&where=label = 'dog'")).await;
    assert_eq!((&rank["rank"], &rank["position"], &rank["total"]), (&json!(5), &json!(1), &json!(6)));
}

#[tokio::test]
async fn marks_run_along_the_list() {
    let hub = pets().await;
    let marks = async |query: &str| {
        let found = hub.json(Who::Reader, &format!("{PETS}/marks?{query}")).await;
        let marks = found["marks"].as_array().unwrap().iter();
        marks.map(|mark| (mark["rank"].as_u64().unwrap(), mark["value"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(marks("sort=-n&parts=2").await, [(0, json!(11)), (5, json!(6)), (11, json!(0))]);
    assert_eq!(marks("sort=label&parts=1").await, [(0, json!("cat")), (11, json!("dog"))]);
    assert_eq!(marks("parts=1&split=val").await, [(0, json!(9)), (2, json!(11))]);
    assert_eq!(marks("where=n > 99").await, []);
    assert_eq!(marks("sort=n").await.len(), 12);
}

fn facet<'a>(found: &'a Json, column: &str) -> &'a Json {
    let facets = found["facets"].as_array().unwrap();
    facets.iter().find(|facet| facet["column"] == column).unwrap_or_else(|| panic!("{column}: {found}"))
}

fn counts(facet: &Json) -> Vec<(u64, u64)> {
    let pair = |bucket: &Json| (bucket["count"].as_u64().unwrap(), bucket["all"].as_u64().unwrap());
    facet["buckets"].as_array().unwrap().iter().map(pair).collect()
}

#[tokio::test]
async fn facets_count_under_all_filters_but_their_own() {
    let hub = pets().await;
    let found = hub.json(Who::Reader, &format!("{PETS}/facets")).await;
    assert_eq!((&found["rows"], &found["total"]), (&json!(12), &json!(12)));
    assert_eq!(counts(facet(&found, "split")), [(9, 9), (3, 3)]);
    assert_eq!(facet(&found, "image.format")["buckets"][0]["value"], "png");
    assert_eq!(facet(&found, "text")["nulls"], json!({ "count": 4, "all": 4 }));

    let query = "f.label=label = 'dog'&f.split=train&where=n < 8&columns=label,split,n&concepts=true";
    let found = hub.json(Who::Reader, &format!("{PETS}/facets?{query}")).await;
    // Dogs below 8 in train: 1, 3, 5, 7.
    assert_eq!(found["rows"], 4);
    let label = facet(&found, "label");
    // Its own condition doesn't count: 0, 2, 4, 6 are cats.
    assert_eq!((counts(label), &label["rows"]), (vec![(4, 6), (4, 6)], &json!(8)));
    assert_eq!(
        label["buckets"][1],
        json!({ "value": "dog", "class": 1, "synset": "n02084071", "count": 4, "all": 6 })
    );
    // A cat is a feline and a dog a canine, and both are carnivores.
    let concept = |name: &str| {
        let concepts = label["concepts"].as_array().unwrap();
        let found = concepts.iter().find(|concept| concept["name"] == name).unwrap();
        (found["count"].as_u64().unwrap(), found["all"].as_u64().unwrap())
    };
    assert_eq!((concept("canine.n.02"), concept("carnivore.n.01")), ((4, 6), (8, 12)));
    assert_eq!(counts(facet(&found, "split")), [(4, 9), (0, 3)]);
    let n = facet(&found, "n");
    assert_eq!(counts(n).iter().map(|(count, _)| count).sum::<u64>(), 4);
    assert_eq!((&n["buckets"][1]["from"], &n["buckets"][1]["to"]), (&json!(1.0), &json!(2.0)));
    assert_eq!((&n["buckets"][1]["count"], &n["buckets"][0]["count"]), (&json!(1), &json!(0)));
    let few = hub.json(Who::Reader, &format!("{PETS}/facets?columns=n&buckets=2&bins=3")).await;
    assert_eq!(counts(facet(&few, "n")).len(), 2);
    assert!(facet(&few, "n")["left_out"].as_u64().unwrap() > 0);
    for (wrong, status, kind) in [
        ("columns=image", 422, "invalid"),
        ("columns=none", 422, "invalid"),
        ("f.none=n = 1", 422, "invalid"),
        ("f.n=none = 1", 422, "bad-filter"),
        ("f.split=none", 404, "not-found"),
        ("label=dog", 400, "bad-request"),
        ("bins=x", 400, "bad-request"),
    ] {
        let got = hub.get(Who::Reader, &format!("{PETS}/facets?{wrong}")).await;
        assert_eq!(problem(got, status).await, kind, "{wrong}");
    }
}

#[tokio::test]
async fn statistics_have_histograms_if_asked() {
    let hub = pets().await;
    let plain = hub.json(Who::Reader, &format!("{PETS}/stats")).await;
    assert!(plain.get("distributions").is_none());
    let stats = hub.json(Who::Reader, &format!("{PETS}/stats?bins=4")).await;
    let n = stats["distributions"].as_array().unwrap().iter().find(|d| d["column"] == "n").unwrap();
    assert_eq!((&n["edges"], &n["counts"]), (&json!([0.0, 5.0, 10.0, 15.0]), &json!([5, 5, 2])));
    assert_eq!(n["quantiles"][4], 6.0);
    let classes = json!([{ "column": "label", "splits": ["train", "val"], "counts": [[5, 4], [1, 2]] }]);
    assert_eq!(stats["classes_by_split"], classes);
}

#[tokio::test]
async fn points_are_flat_arrays() {
    let hub = pets().await;
    let got = hub.get(Who::Reader, &format!("{PETS}/points?x=n&y=image.width&color=label&where=n < 3")).await;
    let bytes = got.bytes().await.unwrap();
    let words: Vec<[u8; 4]> = bytes.chunks_exact(4).map(|word| word.try_into().unwrap()).collect();
    assert_eq!((words.len(), u32::from_le_bytes(words[0])), (13, 3));
    let float = |at: usize| f32::from_le_bytes(words[at]);
    let whole = |at: usize| u32::from_le_bytes(words[at]);
    assert_eq!((float(1), float(3), float(4), float(6)), (0.0, 2.0, 10.0, 12.0));
    assert_eq!((whole(7), whole(9), whole(10), whole(11)), (0, 2, 0, 1));
    // The vectors of these rows are of two dimensions.
    let similar = hub.get(Who::Reader, &format!("{PETS}/similar?row=0")).await;
    assert_eq!(problem(similar, 422).await, "invalid");
    let wrong = hub.get(Who::Reader, &format!("{PETS}/points?x=n&y=text")).await;
    assert_eq!(problem(wrong, 422).await, "invalid");
}

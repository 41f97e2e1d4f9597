//! Concepts over data sets, the classes of one as a tree, and the map of samples.

use super::super::hub::append;
use super::super::scored::store_run;
use super::super::{Hub, Who};
use super::Browser;

/// What a concept's row of the tree says: all with its kinds, and just this.
fn counts(page: &str, name: &str) -> Option<(String, String)> {
    let row = page.split("<div class=\"tn\">").find(|row| row.contains(&format!(">{name}</a>")))?;
    let number = |class: &str| {
        let text = row.split(&format!("<span class=\"num {class}\">")).nth(1)?;
        Some(text.split('<').next()?.to_owned())
    };
    Some((number("n1")?, number("n2 dim3")?))
}

#[tokio::test]
async fn concepts_are_counted_over_all_that_the_reader_may_see() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[5])]).await;
    let secret = hub.dataset("secret", "private").await;
    append(&secret, "main", 0, &[("train", &[40])]).await;
    let (stranger, reader) = (Browser::stranger(&hub), Browser::of(&hub, Who::Reader).await);
    let own = |n: &str| Some((n.to_owned(), n.to_owned()));
    let page = stranger.html("/concepts", 200).await;
    assert_eq!((counts(&page, "dog"), counts(&page, "cat")), (own("2"), own("3")), "{page}");
    assert_eq!(counts(&page, "carnivore"), Some(("5".into(), "0".into())));
    assert!(page.contains("with rows in 1 data set") && !page.contains("secret"), "{page}");
    let page = reader.html("/concepts", 200).await;
    assert_eq!((counts(&page, "dog"), counts(&page, "cat")), (own("22"), own("23")), "{page}");
    let page = reader.html("/concepts?dataset=vision/secret", 200).await;
    assert_eq!(counts(&page, "dog"), own("20"), "{page}");
    // To a stranger the private one is one that doesn't exist.
    let page = stranger.html("/concepts/dog.n.01?dataset=vision/secret", 200).await;
    assert!(page.contains("role=\"alert\"") && page.contains("<b>2</b> rows in all data sets"), "{page}");
    assert_eq!(page.matches("class=\"cpics\"").count(), 1);
    assert!(page.contains("/api/v1/datasets/vision/pets/rows/") && !page.contains("vision/secret/rows"));
}

#[tokio::test]
async fn a_concept_names_all_that_it_is_a_kind_of() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[4])]).await;
    let stranger = Browser::stranger(&hub);
    // In the tree: under canine, and a domestic animal too.
    let page = stranger.html("/concepts", 200).await;
    let also = page.split(">dog</a>").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(also.contains("also "), "{also}");
    assert!(also.contains(">domestic animal</a>") || also.contains(">canine</a>"), "{also}");
    // On its page, a way for each.
    let page = stranger.html("/concepts/dog.n.01", 200).await;
    assert!(page.matches(r#"<p class="path"><a"#).count() >= 2, "{page}");
    for parent in ["/concepts/canine.n.02", "/concepts/domestic_animal.n.01"] {
        assert!(page.contains(&format!("href=\"{parent}\"")), "{parent}: {page}");
    }
    // Kinds without rows are there, too, but not in the tree.
    assert!(page.contains("kinds without samples") && page.contains("/concepts/poodle.n.01"), "{page}");
    let treemap = stranger.html("/concepts/carnivore.n.01?view=treemap", 200).await;
    assert!(
        treemap.contains("<title>dog: 2 rows</title>") && treemap.contains("<title>cat: 2 rows</title>"),
        "{treemap}"
    );
    assert!(treemap.contains("<image href=\"/api/v1/datasets/vision/pets/rows/"), "{treemap}");
}

#[tokio::test]
async fn classes_have_counts_by_split_a_tree_and_the_f1_of_a_run() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    let at = append(&pets, "main", 0, &[("train", &[4]), ("val", &[3])]).await;
    let stranger = Browser::stranger(&hub);
    let page = stranger.html("/vision/pets/classes", 200).await;
    assert!(!page.contains(">F1</th>"), "{page}");
    let row = |page: &str, class: &str| {
        let found = page.split("<tr>").find(|row| row.contains(&format!(">{class}</a>")));
        found.unwrap().to_owned()
    };
    let (train, val) = (r#"<td class="r num dim">2</td>"#, r#"<td class="r num dim">2</td>"#);
    assert!(page.contains(">train</th>") && page.contains(">val</th>"), "{page}");
    assert!(row(&page, "cat").contains(&format!("{train}{val}")), "{}", row(&page, "cat"));
    // All cats right, one of three dogs taken for a cat.
    store_run(&pets, &at, "20260412-093015-1f0c22ab", "small", &[0.1, 0.9, 0.1, 0.9, 0.1, 0.2, 0.1]).await;
    let page = stranger.html("/vision/pets/classes", 200).await;
    assert!(page.contains(r#"href="/vision/pets/runs/20260412-093015-1f0c22ab">small</a>"#), "{page}");
    assert!(
        row(&page, "dog").contains("0.800") && row(&page, "dog").contains("cat (1)"),
        "{}",
        row(&page, "dog")
    );
    assert!(row(&page, "cat").contains("0.889"), "{}", row(&page, "cat"));
    let tree = stranger.html("/vision/pets/classes?view=tree", 200).await;
    assert_eq!(counts(&tree, "dog"), Some(("3".into(), "3".into())), "{tree}");
    assert!(tree.contains(r#"href="/vision/pets/samples?is.label=dog.n.01""#), "{tree}");
}

#[tokio::test]
async fn a_map_offers_the_numbers_of_a_row_and_keeps_filters() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[4]), ("val", &[3])]).await;
    let stranger = Browser::stranger(&hub);
    let page =
        stranger.html("/vision/pets/samples?view=map&f.label=dog&split=train&x=n&y=image.width", 200).await;
    assert!(page.contains("<b>2</b> of 7"), "{page}");
    let props = page.split("data-props=\"").find(|part| part.contains("&#34;x&#34;")).unwrap();
    let props = props.split('"').next().unwrap().replace("&#34;", "\"").replace("&#39;", "'");
    let props: serde_json::Value = serde_json::from_str(&props).unwrap();
    assert_eq!(
        (props["filter"].as_str(), props["split"].as_str()),
        (Some("label IN ('dog')"), Some("train"))
    );
    assert_eq!((props["media"].as_str(), props["color"].as_str()), (Some("image"), Some("label")));
    // What the page asks for is what the interface answers.
    let (x, y) = (props["x"].as_str().unwrap(), props["y"].as_str().unwrap());
    let path = format!(
        "/api/v1/datasets/vision/pets/points?x={x}&y={y}&color=label&split=train&where=label%3D'dog'"
    );
    let points = hub.get(Who::Stranger, &path).await.bytes().await.unwrap();
    assert_eq!((points.len(), &points[..4]), (4 + 2 * 16, &[2, 0, 0, 0][..]));
    assert!(page.contains(r#"<input type="hidden" name="f.label" value="dog">"#), "{page}");
    assert_eq!(page.matches(r#"class="ce""#).count(), 2, "the list has the same samples");
    let wrong = stranger.html("/vision/pets/samples?view=map&where=none%20%3E", 422).await;
    assert!(wrong.contains("role=\"alert\"") && !wrong.contains("map.js"), "{wrong}");
}

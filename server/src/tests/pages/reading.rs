//! What the pages of data sets say, and to whom.

use hub_dataset::ops::values::ColumnValues;
use hub_dataset::sample::Value;
use hub_dataset::{Author, Dataset, Snapshot};

use super::super::hub::append;
use super::super::{Hub, Who};
use super::Browser;

#[tokio::test]
async fn data_sets_are_listed_with_pictures_and_sums() {
    let hub = Hub::new().await;
    let empty = Browser::stranger(&hub).html("/", 200).await;
    assert!(empty.contains("No data set yet") && empty.contains("hub push pets ./pets"), "{empty}");
    assert!(empty.contains(&format!("HUB_URL=http://{}", hub.address)));
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    hub.dataset("secret", "private").await;
    let page = Browser::stranger(&hub).html("/", 200).await;
    assert!(page.contains(r#"href="/vision/pets""#) && !page.contains("secret"), "{page}");
    assert!(page.contains(">1 set · ") && page.contains("<b>12</b>"), "{page}");
    assert!(page.contains("/api/v1/datasets/vision/pets/rows/") && page.contains("/thumbnail?rev=main%3A0"));
    let page = Browser::of(&hub, Who::Reader).await.html("/?q=secret", 200).await;
    assert!(page.contains(r#"href="/vision/secret""#) && !page.contains(r#"href="/vision/pets""#), "{page}");
    // A search finds concepts too, and a kind leaves out the others.
    let page = Browser::stranger(&hub).html("/?q=wombat&kind=audio", 200).await;
    assert!(page.contains(r#"href="/concepts/wombat.n.01""#), "{page}");
    let page = Browser::stranger(&hub).html("/?kind=audio", 200).await;
    assert!(page.contains("No data set is of this kind"), "{page}");
}

#[tokio::test]
async fn an_overview_counts_what_is_there() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    let page = Browser::stranger(&hub).html("/vision/pets", 200).await;
    assert!(page.contains("No commit yet"), "{page}");
    append(&pets, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    append(&pets, "main", 12, &[("train", &[1])]).await;
    let page = Browser::stranger(&hub).html("/vision/pets", 200).await;
    for said in [
        "<dt>Samples</dt><dd>13</dd>",
        ">train <b>10</b>",
        ">val <b>3</b>",
        "10 – 22",
        "2 · 6 to 7 each",
        "hub info vision/pets@main:1",
        ">Last changes</h2>",
        "13 added</",
    ]
    .into_iter()
    .take(7)
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    // Every revision has its own page, and links stay in it.
    let first = Browser::stranger(&hub).html("/vision/pets?rev=main:0", 200).await;
    assert!(first.contains("<dt>Samples</dt><dd>12</dd>"), "{first}");
    assert!(first.contains(r#"href="/vision/pets/samples?rev=main%3A0""#), "{first}");
    let none = Browser::stranger(&hub).html("/vision/pets?rev=none", 404).await;
    assert!(none.contains("there is no revision"), "{none}");
}

#[tokio::test]
async fn samples_are_filtered_by_a_form_and_paged() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[100, 60]), ("val", &[40])]).await;
    let stranger = Browser::stranger(&hub);
    let page = stranger.html("/vision/pets/samples", 200).await;
    assert_eq!(page.matches(r#"class="ce""#).count(), 100);
    assert_eq!(page.matches(r#"<span class="l1 cut">dog</span>"#).count(), 50, "each has its class below it");
    assert!(
        page.contains("1 – 100 of 200") && page.contains(r#"rel="next" href="/vision/pets/samples?at=100""#)
    );
    let page = stranger.html("/vision/pets/samples?at=100", 200).await;
    assert!(
        page.contains("101 – 200 of 200")
            && !page.contains(r#"rel="next""#)
            && page.contains(r#"rel="prev""#)
    );
    // As the browser sends the form.
    let form = "where=&split=val&f.label=dog&min.image.width=&max.image.width=180&min.n=&max.n=";
    let page = stranger.html(&format!("/vision/pets/samples?{form}"), 200).await;
    assert!(page.contains("<b>5</b> of 200"), "{page}");
    assert!(
        page.contains("Remove filter: label is dog") && page.contains("Remove filter: image.width ≤ 180")
    );
    // One opens a sample, and goes on in the filtered list.
    let begin = page.find(r#"class="ce" href=""#).unwrap() + 17;
    let href = page[begin..].split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let sample = stranger.html(&href, 200).await;
    assert!(sample.contains("<b>1</b> of 5") && sample.contains(r#"rel="next""#), "{sample}");
    assert!(!sample.contains(r#"rel="prev""#), "{sample}");
    assert!(sample.contains("<h2>label</h2>") && sample.contains("<b>dog</b>"), "{sample}");
    assert!(sample.contains(r#"href="/concepts/n02084071""#), "{sample}");
    let table = stranger.html("/vision/pets/samples?view=table&where=n < 3", 200).await;
    assert!(
        table.contains("<td class=\"cut num\">row 1</td>") && table.contains("<b>3</b> of 200"),
        "{table}"
    );
    let concept = stranger.html("/vision/pets/samples?is.label=canine.n.02", 200).await;
    assert!(concept.contains("<b>100</b> of 200"), "{concept}");
    // A mistake is told in the form, which keeps what was written.
    let wrong = stranger.html("/vision/pets/samples?where=nonsense >", 422).await;
    assert!(wrong.contains(r#"role="alert""#) && wrong.contains(r#"value="nonsense &#62;""#), "{wrong}");
    let nothing = stranger.html("/vision/pets/samples?where=n < 0", 200).await;
    assert!(
        nothing.contains("No sample passes all of these filters") && nothing.contains("Drop “n &#60; 0”"),
        "{nothing}"
    );
    stranger.html("/vision/pets/samples/9999", 404).await;
}

/// The addresses that the script of the samples page writes are read without it too.
#[tokio::test]
async fn lists_have_orders_splits_and_conditions_of_columns() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[3]), ("val", &[2]), ("test", &[4])]).await;
    let stranger = Browser::stranger(&hub);
    let rows = async |query: &str| {
        let page = stranger.html(&format!("/vision/pets/samples?view=table&{query}"), 200).await;
        let row = |n: &usize| page.find(&format!("<td class=\"cut num\">row {n}</td>"));
        let mut shown: Vec<(usize, usize)> = (0..9).filter_map(|n| row(&n).map(|at| (at, n))).collect();
        shown.sort_unstable();
        shown.into_iter().map(|(_, n)| n).collect::<Vec<_>>()
    };
    // Every third row has no text, by which rows are told here.
    assert_eq!(rows("sort=-n").await, [8, 7, 5, 4, 2, 1]);
    assert_eq!(rows("split=train&split=val&sort=-n").await, [4, 2, 1]);
    assert_eq!(rows("null.n=yes&f.n=1..2").await, [1, 2]);
    assert_eq!(rows("null.n=no&f.n=7..").await, [7, 8]);
    assert_eq!(rows("null.n=yes").await, [0usize; 0]);
    let mixed = rows("sort=random:7").await;
    assert_eq!((mixed.len(), rows("sort=random:7").await == mixed), (6, true));
    let wrong = stranger.get("/vision/pets/samples?sort=nothing").await;
    assert!(wrong.status().is_client_error(), "{}", wrong.status());
    let wrong = wrong.text().await.unwrap();
    assert!(wrong.contains(r#"role="alert""#) && wrong.contains("nothing"), "{wrong}");
    // What the script is told.
    let page = stranger.html("/vision/pets/samples", 200).await;
    let begin = page.find("data-island=\"grid\" data-props=\"").unwrap() + 31;
    let props = page[begin..].split('"').next().unwrap().replace("&#34;", "\"").replace("&quot;", "\"");
    let props: serde_json::Value = serde_json::from_str(&props).unwrap();
    assert_eq!(
        (&props["rev"], &props["label"], &props["may_write"]),
        (&"main:0".into(), &serde_json::json!(["label"]), &false.into())
    );
    assert!(props["sorts"].as_array().unwrap().contains(&"image.width".into()), "{props}");
}

/// A private data set is the page of one that doesn't exist, but for the names that were asked for.
#[tokio::test]
async fn a_stranger_cannot_tell_private_from_missing() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("covert", "private").await;
    append(&dataset, "main", 0, &[("train", &[4])]).await;
    let outsider = Browser::of(&hub, Who::Outsider).await;
    let stranger = Browser::stranger(&hub);
    let plain = |html: String, name: &str| {
        let begin = html.find("Request <code>").unwrap();
        let end = begin + html[begin..].find("</code>").unwrap();
        format!("{}{}", &html[..begin], &html[end..]).replace(name, "NAME")
    };
    for rest in ["", "/samples", "/samples?where=n > 1", "/samples/0"] {
        let hidden = stranger.html(&format!("/vision/covert{rest}"), 404).await;
        let absent = stranger.html(&format!("/vision/absent{rest}"), 404).await;
        assert!(
            hidden.contains(">Sign in</a>") && hidden.contains("/login?next=%2Fvision%2Fcovert"),
            "{hidden}"
        );
        assert_eq!(plain(hidden, "covert"), plain(absent, "absent"));
        let hidden = outsider.html(&format!("/vision/covert{rest}"), 404).await;
        let absent = outsider.html(&format!("/vision/absent{rest}"), 404).await;
        assert_eq!(plain(hidden, "covert"), plain(absent, "absent"));
        Browser::of(&hub, Who::Reader).await.html(&format!("/vision/covert{rest}"), 200).await;
    }
    assert_eq!(
        plain(stranger.html("/vision", 404).await, "vision"),
        plain(stranger.html("/nobody", 404).await, "nobody")
    );
    let page = Browser::of(&hub, Who::Reader).await.html("/vision", 200).await;
    assert!(
        page.contains(r#"href="/vision/covert""#)
            && page.contains("olga")
            && page.contains("You are a reader")
    );
}

#[tokio::test]
async fn a_namespace_with_the_name_of_a_page_is_reached_by_another_address() {
    let hub = Hub::new().await;
    let stranger = Browser::stranger(&hub);
    // It was there before the page.
    let new = hub_catalog::NewDataset::new(uuid::Uuid::new_v4(), "login/pets".parse().unwrap());
    let refused = hub.state.catalog.ensure_namespace("login").await.unwrap_err().to_string();
    assert!(refused.contains("'login' can't be a namespace"), "{refused}");
    for (path, json) in [
        ("/api/v1/datasets", serde_json::json!({ "name": "API/pets" })),
        ("/api/v1/namespaces", serde_json::json!({ "name": "metrics" })),
        ("/api/v1/users", serde_json::json!({ "name": "audit" })),
    ] {
        let answer = hub.send(Who::Admin, reqwest::Method::POST, path, json).await;
        assert_eq!(super::super::hub::problem(answer, 400).await, "bad-name", "{path}");
    }
    drop(new);
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[4])]).await;
    let page = stranger.html("/d/vision/pets/samples", 200).await;
    assert!(page.contains("4</b> samples"), "{page}");
    stranger.html("/d/vision", 200).await;
    // Below the words of the interfaces there are no pages, whatever the method.
    for path in ["/api/nothing", "/hf/nothing", "/files/nothing", "/metrics/nothing", "/api/v1"] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
        assert_eq!(answer.status(), 404, "{path}");
    }
}

/// Only pages of those who may write know who changes what, and offer to revert.
#[tokio::test]
async fn scripts_that_change_samples_are_for_writers() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[4])]).await;
    append(&dataset, "main", 4, &[("train", &[1])]).await;
    let writer = Browser::of(&hub, Who::Writer).await;
    let others = [Browser::stranger(&hub), Browser::of(&hub, Who::Reader).await];
    for path in ["/vision/pets", "/vision/pets/samples/0", "/vision/pets/history", "/vision/pets/changes"] {
        let page = writer.html(path, 200).await;
        assert!(page.contains(r#"data-island="changes""#) && page.contains("main:1"), "{path}: {page}");
        for other in &others {
            let page = other.html(path, 200).await;
            assert!(!page.contains(r#"data-island="changes""#), "{path}: {page}");
        }
    }
    assert!(others[0].html("/vision/pets/changes", 200).await.contains("Only writers of"));
    for path in ["/vision/pets/commits/main:1", "/vision/pets/diff/main:0...main:1"] {
        assert!(writer.html(path, 200).await.contains(r#"data-island="revision""#), "{path}");
        assert!(!others[1].html(path, 200).await.contains(r#"data-island="revision""#), "{path}");
    }
}

#[tokio::test]
async fn classes_history_and_differences_are_told() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[5, 4])]).await;
    append(&pets, "main", 9, &[("val", &[2])]).await;
    append(&pets, "side", 11, &[("val", &[1])]).await;
    let stranger = Browser::stranger(&hub);
    let page = stranger.html("/vision/pets/classes", 200).await;
    assert!(
        page.contains("2 classes of <code>label</code>") && page.contains(r#"href="/concepts/n02084071""#),
        "{page}"
    );
    assert!(page.contains(">6</td>") && page.contains(">54.5 %</td>"), "{page}");
    let page = stranger.html("/vision/pets/classes?q=do", 200).await;
    assert!(page.contains("1 class of") && !page.contains(">cat</a>"), "{page}");
    let page = stranger.html("/vision/pets/classes/label/1", 200).await;
    assert!(page.contains("5 labels in") && page.matches(r#"class="ce""#).count() == 5, "{page}");
    stranger.html("/vision/pets/classes/label/2", 404).await;
    let page = stranger.html("/vision/pets/history", 200).await;
    assert_eq!(
        (page.matches("<circle").count(), page.matches(r#"<li class="row">"#).count()),
        (3, 3),
        "{page}"
    );
    assert!(page.contains("+9") && page.contains("+2") && page.contains("side"), "{page}");
    let page = stranger.html("/vision/pets/commits/main:1", 200).await;
    assert!(page.contains(r#"<b class="plus">+2</b>"#) && page.contains("<h2>Added</h2>"), "{page}");
    assert!(page.contains(r#"href="/vision/pets/diff/main:0...main:1""#), "{page}");
    let page = stranger.html("/vision/pets/commits/main:0", 200).await;
    assert!(page.contains("The first commit"), "{page}");
    let page = stranger.html("/vision/pets/diff/main:1...main:0", 200).await;
    assert!(page.contains(r#"<b class="minus">−2</b>"#) && page.contains("<h2>Removed</h2>"), "{page}");
    let page = stranger.html("/vision/pets/diff/main...main", 200).await;
    assert!(page.contains("Nothing differs"), "{page}");
    stranger.html("/vision/pets/diff/main", 400).await;
    let answer = stranger.get("/vision/pets/diff?from=main:0&to=main").await;
    assert_eq!(super::location(&answer), "/vision/pets/diff/main%3A0...main");
}

/// Gives the rows at these positions another class, and commits.
async fn relabel(dataset: &Dataset, base: &Snapshot, positions: &[u64], class: i64) {
    let index = base.index().await.unwrap();
    let row = |position: &u64| {
        let place = index.at(*position).unwrap();
        (index.fragments()[place.fragment].row_id(place.offset), Value::Int(class))
    };
    let values = ColumnValues { column: "label".to_owned(), values: positions.iter().map(row).collect() };
    let author = Author::new("willi", "Relabel two cats");
    dataset.replace_values(&"main".parse().unwrap(), &author, &[values], base).await.unwrap();
}

#[tokio::test]
async fn changed_labels_are_grouped() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    let before = append(&pets, "main", 0, &[("train", &[6])]).await;
    relabel(&pets, &before, &[0, 2], 1).await;
    let page = Browser::stranger(&hub).html("/vision/pets/commits/main:1", 200).await;
    assert!(page.contains(r#"<code>label</code> <s class="dim3">cat</s> → dog"#), "{page}");
    assert!(
        page.contains(r#"<span class="tag num">2</span>"#) && page.contains(r#"<b class="tilde">~2</b>"#),
        "{page}"
    );
}

#[tokio::test]
async fn queries_show_pictures_of_rows_that_the_reader_may_see() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[5])]).await;
    let hidden = hub.dataset("covert", "private").await;
    append(&hidden, "main", 0, &[("train", &[3])]).await;
    let sql = "/query?sql=SELECT dataset, _row_id FROM samples ORDER BY dataset";
    let page = Browser::stranger(&hub).html(sql, 200).await;
    assert!(page.contains("5 rows") && !page.contains("covert"), "{page}");
    assert_eq!(page.matches("/api/v1/datasets/vision/pets/rows/").count(), 5, "{page}");
    let page = Browser::of(&hub, Who::Reader).await.html(sql, 200).await;
    assert!(page.contains("8 rows"), "{page}");
    let page = Browser::stranger(&hub).html("/query?datasets=vision/covert&sql=SELECT 1", 404).await;
    assert!(page.contains("there is no data set"), "{page}");
    // An id that somebody wrote is no address.
    let page = Browser::stranger(&hub)
        .html("/query?sql=SELECT 'vision/pets' AS dataset, '../x:1' AS _row_id FROM samples", 200)
        .await;
    assert!(!page.contains("../x:1/"), "{page}");
}

#[tokio::test]
async fn concepts_are_counted_in_a_data_set() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[5])]).await;
    let stranger = Browser::stranger(&hub);
    let page = stranger.html("/concepts/canine.n.02?dataset=vision/pets", 200).await;
    assert!(page.contains("<b>2</b> rows in vision/pets, 0 of them"), "{page}");
    assert!(page.contains(r#"href="/concepts/dog.n.01?dataset=vision%2Fpets""#), "{page}");
    assert!(page.contains(r#"href="/vision/pets/samples?is.label=canine.n.02""#), "{page}");
    let page = stranger.html("/concepts?q=dgo", 200).await;
    assert!(page.contains("WordNet has no"), "{page}");
    let answer = stranger.get("/concepts?q=dog.n.01").await;
    assert_eq!(super::location(&answer), "/concepts/dog.n.01");
}

//! Markup in everything that people can write shows as text.

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset};
use hub_schema::{BranchName, Feature, FieldId, Schema};
use reqwest::Method;
use serde_json::json;

use super::super::{Hub, Who};
use super::Browser;

/// What is written into every name, label, text and message.
pub const EVIL: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}";

/// Appends rows whose file names, labels, texts, split and message are [`EVIL`].
pub async fn append_evil(dataset: &Dataset) {
    let schema = Schema::new([
        ("image", Feature::Image),
        ("label", Feature::labels([EVIL, "plain"])),
        ("caption", Feature::list(Feature::Text)),
        ("note<b>", Feature::Text),
        ("extra", Feature::Json),
    ])
    .unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, Some(EVIL.to_owned())).unwrap();
    let row = |n: i64| -> Vec<Value> {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert({n})\"><script>alert(3)</script></svg>"
        );
        let value = |name: &str| match name {
            "image" => Value::Media(Media {
                name: EVIL.to_owned(),
                bytes: MediaBytes::Memory(svg.clone().into_bytes().into()),
            }),
            "image.name" => Value::text(EVIL),
            "image.bytes" => Value::Int(svg.len() as i64),
            "image.format" => Value::text("svg"),
            "image.width" => Value::Int(40),
            "image.height" => Value::Int(30),
            "label" => Value::Int(n % 2),
            "caption" => Value::List(vec![Value::text(EVIL), Value::text("plain")]),
            "note<b>" => Value::text(EVIL),
            "extra" => Value::text(json!({ "a": EVIL }).to_string()),
            _ => Value::Null,
        };
        schema.fields.iter().map(|f| value(&f.name)).collect()
    };
    builder.row_group(&(0..4).map(row).collect::<Vec<_>>()).unwrap();
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &Default::default()).await.unwrap();
    packed.fragments.push(fragment);
    let branch: BranchName = "main".parse().unwrap();
    let author = Author::new("<i>willi</i>", EVIL);
    dataset.append(&branch, &author, &packed).await.unwrap();
}

#[tokio::test]
async fn markup_is_shown_as_text() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("evil", "public").await;
    let card = format!("# {EVIL}\n\n{EVIL} [x](javascript:alert(1)) ![y](https://evil.example/p.png)");
    let set = json!({ "card": card });
    assert_eq!(hub.send(Who::Owner, Method::PATCH, "/api/v1/datasets/vision/evil", set).await.status(), 200);
    append_evil(&dataset).await;
    let browser = Browser::stranger(&hub);
    let encoded: String = url::form_urlencoded::byte_serialize(EVIL.as_bytes()).collect();
    let mut shown = 0;
    for (path, status) in [
        ("/".to_owned(), 200),
        (format!("/?q={encoded}"), 200),
        ("/vision".to_owned(), 200),
        ("/vision/evil".to_owned(), 200),
        ("/vision/evil/samples".to_owned(), 200),
        ("/vision/evil/samples?view=table".to_owned(), 200),
        (format!("/vision/evil/samples?f.label={encoded}&split={encoded}"), 200),
        (format!("/vision/evil/samples?where={encoded}"), 422),
        (format!("/vision/evil/samples?is.label={encoded}"), 422),
        (format!("/vision/evil/samples?f.{encoded}={encoded}"), 422),
        ("/vision/evil/samples/0".to_owned(), 200),
        ("/vision/evil/classes".to_owned(), 200),
        (format!("/vision/evil/classes?q={encoded}&sort={encoded}"), 200),
        ("/vision/evil/classes/label/0".to_owned(), 200),
        (format!("/vision/evil/classes/{encoded}/0"), 404),
        ("/vision/evil/history".to_owned(), 200),
        ("/vision/evil/commits/main".to_owned(), 200),
        (format!("/vision/evil/diff/main...{encoded}"), 400),
        (format!("/query?sql={encoded}"), 422),
        ("/query?datasets=vision/evil&sql=SELECT * FROM samples".to_owned(), 200),
        (format!("/query?datasets={encoded}&sql=SELECT 1"), 400),
        (format!("/concepts?q={encoded}"), 200),
        (format!("/concepts/{encoded}"), 404),
        (format!("/concepts/dog.n.01?dataset={encoded}"), 200),
        (format!("/vision/evil?rev={encoded}"), 404),
        (format!("/vision/{encoded}"), 404),
        (format!("/login?next={encoded}"), 200),
    ] {
        let answer = browser.get(&path).await;
        // Which refusal it is, is tested elsewhere.
        assert_eq!(answer.status().is_success(), status == 200, "{path}: {}", answer.status());
        assert!(!answer.status().is_server_error(), "{path}: {}", answer.status());
        let html = answer.text().await.unwrap();
        for bad in [
            "<script>alert",
            "<img src=x",
            "onload=\"alert",
            "=\"javascript:",
            "evil.example/p.png\"",
            "<i>willi",
            "note<b>",
        ] {
            let bad_here = if bad == "evil.example/p.png\"" { "<img src=\"https" } else { bad };
            assert!(!html.contains(bad_here), "{path}: {bad_here}");
        }
        assert!(!html.contains("'49"), "{path}");
        shown += usize::from(html.contains("&#60;script&#62;alert(1)"));
    }
    assert!(shown >= 8, "the text is shown on {shown} pages");
}

/// SVG and HTML that were pushed as media are sent so that a browser never runs them here.
#[tokio::test]
async fn media_never_run_on_this_origin() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("evil", "public").await;
    append_evil(&dataset).await;
    for column in ["image", "note%3Cb%3E", "extra", "image.name", "caption"] {
        let answer = hub.get(Who::Stranger, &format!("/api/v1/datasets/vision/evil/rows/0/{column}")).await;
        assert_eq!(answer.status(), 200, "{column}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{column}: {policy}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{column}");
        let media_type = answer.headers()["content-type"].to_str().unwrap();
        assert!(!media_type.starts_with("text/html"), "{column}: {media_type}");
    }
}

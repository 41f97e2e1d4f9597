//! `/rows` of a data set, and cells.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::hub::{append, picture, problem};
use super::{Hub, Who};

#[tokio::test]
async fn rows_are_listed_as_json() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    let rows = "/api/v1/datasets/vision/pets/rows";
    let page = hub.json(Who::Stranger, &format!("{rows}?limit=2&offset=1")).await;
    assert_eq!((&page["total"], &page["next"], &page["at"]["version"]), (&json!(12), &json!(3), &json!(0)));
    let row = &page["rows"][0];
    assert_eq!(
        (&row["position"], &row["split"], &row["values"]["n"]),
        (&json!(1), &json!("train"), &json!(1))
    );
    let label = json!({ "value": 1, "name": "dog", "synset": "n02084071" });
    assert_eq!((&row["values"]["label"], &row["values"]["text"]), (&label, &json!("row 1")));
    assert_eq!(row["values"]["vector"], json!([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
    let image = &row["values"]["image"];
    let facts = (&image["media_type"], &image["name"], &image["size_bytes"], &image["width"]);
    assert_eq!(facts, (&json!("image/png"), &json!("1.png"), &json!(3000), &json!(11)));
    let url = image["url"].as_str().unwrap();
    let got = hub.get(Who::Stranger, url).await;
    assert_eq!(
        (got.status(), &got.headers()["content-type"]),
        (StatusCode::OK, &"image/png".parse().unwrap())
    );
    assert_eq!(got.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(got.headers()["x-content-type-options"], "nosniff");
    assert_eq!(got.bytes().await.unwrap(), picture(1));

    let val = hub.json(Who::Stranger, &format!("{rows}?split=val&columns=n,image.width")).await;
    let numbers: Vec<_> = val["rows"].as_array().unwrap().iter().map(|r| &r["values"]["n"]).collect();
    assert_eq!((numbers, &val["next"]), (vec![&json!(9), &json!(10), &json!(11)], &json!(null)));
    assert_eq!(val["rows"][0]["values"]["image.width"], 19);
    let past = hub.json(Who::Stranger, &format!("{rows}?offset=99999999999")).await;
    assert_eq!((&past["rows"], &past["next"]), (&json!([]), &json!(null)));
    for (wrong, kind) in [
        ("columns=none", "invalid"),
        ("columns=n,n", "bad-request"),
        ("split=none", "not-found"),
        ("rev=none", "not-found"),
        ("offset=-1", "bad-request"),
        ("limit=x", "bad-request"),
    ] {
        let got = hub.get(Who::Stranger, &format!("{rows}?{wrong}")).await;
        let status = got.status().as_u16();
        assert_eq!(problem(got, status).await, kind, "{wrong}");
    }
}

#[tokio::test]
async fn a_cell_supports_ranges() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[5])]).await;
    let cell = "/api/v1/datasets/vision/pets/rows/2/image";
    let part =
        hub.request(Who::Stranger, Method::GET, cell).header("range", "bytes=10-19").send().await.unwrap();
    assert_eq!(
        (part.status().as_u16(), &part.headers()["content-range"]),
        (206, &"bytes 10-19/3000".parse().unwrap())
    );
    assert_eq!(part.headers()["cache-control"], "no-cache");
    assert_eq!(part.bytes().await.unwrap(), picture(2)[10..20]);
    let head = hub.request(Who::Stranger, Method::HEAD, cell).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], "3000");
    let text = hub.get(Who::Stranger, "/api/v1/datasets/vision/pets/rows/1/text").await;
    assert_eq!(text.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(text.text().await.unwrap(), "row 1");
    let label = hub.get(Who::Stranger, "/api/v1/datasets/vision/pets/rows/1/label").await;
    assert_eq!(label.json::<serde_json::Value>().await.unwrap()["name"], "dog");
    let vector = hub.get(Who::Stranger, "/api/v1/datasets/vision/pets/rows/1/vector").await;
    assert_eq!(vector.bytes().await.unwrap().len(), 24);
    for missing in
        ["0/text", "5/image", "x/image", "0/none", "00000000ff:0/image", "0000000001:x/image", "-1/image"]
    {
        let got = hub.get(Who::Stranger, &format!("/api/v1/datasets/vision/pets/rows/{missing}")).await;
        assert_eq!(problem(got, 404).await, "not-found", "{missing}");
    }
}

#[tokio::test]
async fn rows_are_filtered_by_synset() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    let rows = "/api/v1/datasets/vision/pets/rows?columns=n";
    let numbers = |json: &serde_json::Value| {
        json["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["values"]["n"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    let dogs =
        hub.json(Who::Stranger, &format!("{rows}&where=isa(label,'canine.n.02')&limit=2&offset=1")).await;
    assert_eq!((numbers(&dogs), &dogs["total"], &dogs["next"]), (vec![3, 5], &json!(6), &json!(3)));
    let wide = format!("{rows}&split=val&where=label='cat' AND image.width >= 20");
    assert_eq!(numbers(&hub.json(Who::Stranger, &wide).await), [10]);
    let plan = json!({ "where": "n < 2", "columns": ["n"] });
    let plan = hub.send(Who::Stranger, Method::POST, "/api/v1/datasets/vision/pets/plan", plan).await;
    let plan = super::hub::body(plan, StatusCode::OK).await;
    assert_eq!((&plan["rows"], plan["positions"].is_string()), (&json!(2), true));
    assert!(plan["row_groups"] == 1 && plan["bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{plan}");
    assert!(plan["fragments"].is_null());
    let plan = json!({ "split": "train", "columns": ["n"], "ranges": true });
    let plan = hub.send(Who::Stranger, Method::POST, "/api/v1/datasets/vision/pets/plan", plan).await;
    let plan = super::hub::body(plan, StatusCode::OK).await;
    let fragment = &plan["fragments"][0];
    assert_eq!((&fragment["split"], &fragment["row_groups"]), (&json!("train"), &json!([5, 4])));
    let part = &fragment["parts"][0];
    assert!(plan["files"].as_array().unwrap().iter().any(|file| file["path"] == part["path"]), "{plan}");
    let bytes = |range: &serde_json::Value| range[1].as_u64().unwrap() - range[0].as_u64().unwrap();
    let ranged: u64 = part["ranges"].as_array().unwrap().iter().map(bytes).sum();
    assert_eq!((plan["bytes"].as_u64(), plan["row_groups"].as_u64()), (Some(ranged), Some(2)));
    let stream = hub.get(Who::Stranger, "/api/v1/datasets/vision/pets/stream?where=n > 10").await;
    assert_eq!(stream.headers()["x-hub-rows"], "1");
    for wrong in ["isa(label,'dgo')", "none = 1", "1; DROP TABLE users", "n ="] {
        let got = hub.get(Who::Stranger, &format!("{rows}&where={wrong}")).await;
        assert_eq!(problem(got, 422).await, "bad-filter", "{wrong}");
    }
}

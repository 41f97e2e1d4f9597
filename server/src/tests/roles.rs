//! A table of the expected status for every route and caller; a route that is missing in the table fails.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::hub::append;
use super::{Hub, Who};

/// The statuses for: stranger, outsider, reader, writer, owner, an owner's token to read, an owner's token for
/// another namespace, an owner of the hub. What is refused is refused before the request is looked at, so a
/// request that would fail otherwise shows the right to make it by how it fails.
pub type Statuses = [u16; 8];

/// Everyone may.
const ALL: Statuses = [200; 8];
/// Readers of a private data set may.
const READ: Statuses = [404, 404, 200, 200, 200, 200, 404, 200];

/// The statuses of those who may read, of writers and of owners.
const fn data_set(reader: u16, writer: u16, owner: u16) -> Statuses {
    [404, 404, reader, writer, owner, reader, 404, owner]
}

/// Method, the route as it is documented, the path to try, the body, the answers.
pub type Row = (&'static str, &'static str, &'static str, Json, Statuses);

pub fn table() -> Vec<Row> {
    let mut rows = accounts();
    rows.extend(data_sets());
    rows
}

fn accounts() -> Vec<Row> {
    let null = || json!(null);
    let me = [401, 200, 200, 200, 200, 200, 200, 200];
    let account = [401, 422, 422, 422, 422, 403, 403, 422];
    let admin = |ok: u16| [401, 403, 403, 403, 403, 403, 403, ok];
    vec![
        ("get", "/healthz", "/healthz", null(), ALL),
        ("get", "/readyz", "/readyz", null(), ALL),
        ("get", "/metrics", "/metrics", null(), ALL),
        ("get", "/setup", "/setup?secret=x", null(), [403; 8]),
        ("post", "/setup", "/setup", null(), [400; 8]),
        ("post", "/api/v1/setup", "/api/v1/setup", json!({}), [422; 8]),
        ("post", "/api/v1/session", "/api/v1/session", json!({}), [422; 8]),
        ("delete", "/api/v1/session", "/api/v1/session", null(), [204; 8]),
        ("get", "/api/v1/me", "/api/v1/me", null(), me),
        ("put", "/api/v1/me/password", "/api/v1/me/password", json!({ "new": "x" }), account),
        ("get", "/api/v1/tokens", "/api/v1/tokens", null(), [401, 200, 200, 200, 200, 403, 403, 200]),
        ("post", "/api/v1/tokens", "/api/v1/tokens", json!({ "name": "", "scope": "read" }), account),
        (
            "delete",
            "/api/v1/tokens/{id}",
            "/api/v1/tokens/00000000-0000-0000-0000-000000000000",
            null(),
            [401, 404, 404, 404, 404, 403, 403, 404],
        ),
        ("get", "/api/v1/users", "/api/v1/users", null(), admin(200)),
        ("post", "/api/v1/users", "/api/v1/users", json!({ "name": "" }), admin(400)),
        ("patch", "/api/v1/users/{name}", "/api/v1/users/nobody", json!({}), admin(404)),
        ("delete", "/api/v1/users/{name}", "/api/v1/users/nobody", null(), admin(404)),
        ("get", "/api/v1/namespaces", "/api/v1/namespaces", null(), admin(200)),
        ("post", "/api/v1/namespaces", "/api/v1/namespaces", json!({ "name": "" }), admin(400)),
        (
            "get",
            "/api/v1/namespaces/{ns}/members",
            "/api/v1/namespaces/vision/members",
            null(),
            [401, 404, 200, 200, 200, 200, 404, 200],
        ),
        (
            "put",
            "/api/v1/namespaces/{ns}/members/{user}",
            "/api/v1/namespaces/vision/members/nobody",
            json!({ "role": "reader" }),
            [401, 404, 403, 403, 404, 403, 404, 404],
        ),
        (
            "delete",
            "/api/v1/namespaces/{ns}/members/{user}",
            "/api/v1/namespaces/vision/members/nobody",
            null(),
            [401, 404, 403, 403, 404, 403, 404, 404],
        ),
        ("get", "/api/v1/audit", "/api/v1/audit", null(), admin(200)),
    ]
}

#[allow(clippy::too_many_lines, reason = "a table")]
fn data_sets() -> Vec<Row> {
    let null = || json!(null);
    let hash = blake3::hash(b"{}").to_hex();
    // Short names, so that the rows of the table fit a line.
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let at = |rest: &str| leak(format!("/api/v1/datasets/vision/pets{rest}"));
    let of = |rest: &str| leak(format!("/api/v1/datasets/{{ns}}/{{name}}{rest}"));
    vec![
        ("get", "/api/v1/datasets", "/api/v1/datasets", null(), ALL),
        (
            "post",
            "/api/v1/datasets",
            "/api/v1/datasets",
            json!({ "name": "vision/pets" }),
            [401, 403, 403, 409, 409, 403, 403, 409],
        ),
        ("get", of(""), at(""), null(), READ),
        ("patch", of(""), at(""), json!({}), data_set(403, 403, 200)),
        ("delete", of(""), at(""), null(), data_set(403, 403, 999)),
        ("post", of("/gc"), at("/gc"), json!({ "grace_secs": 1 }), data_set(403, 403, 422)),
        ("post", of("/rename"), at("/rename"), json!({ "to": "vision/pets" }), data_set(403, 403, 409)),
        (
            "post",
            "/api/v1/deleted/{uuid}/restore",
            "/api/v1/deleted/00000000-0000-0000-0000-000000000000/restore",
            null(),
            [401, 404, 404, 404, 404, 404, 404, 404],
        ),
        ("get", of("/commits"), at("/commits"), null(), READ),
        ("get", of("/commits/{rev}"), at("/commits/main"), null(), READ),
        ("get", of("/refs"), at("/refs"), null(), READ),
        ("get", of("/diff"), at("/diff?from=main"), null(), READ),
        ("get", of("/schema"), at("/schema"), null(), READ),
        ("get", of("/stats"), at("/stats"), null(), READ),
        ("get", of("/rows"), at("/rows?sort=-n"), null(), READ),
        ("get", of("/rows/{row}"), at("/rows/0"), null(), READ),
        ("get", of("/rank"), at("/rank?row=0"), null(), READ),
        ("get", of("/marks"), at("/marks?sort=n"), null(), READ),
        ("get", of("/facets"), at("/facets"), null(), READ),
        (
            "post",
            of("/edits"),
            at("/edits"),
            json!({ "base": "main", "changes": [] }),
            data_set(403, 200, 200),
        ),
        ("get", of("/log"), at("/log?row=0"), null(), READ),
        ("get", of("/review"), at("/review"), null(), READ),
        ("get", of("/review/{queue}"), at("/review/class"), null(), READ),
        ("get", of("/duplicates"), at("/duplicates"), null(), READ),
        ("get", of("/outliers"), at("/outliers"), null(), READ),
        ("get", of("/reviews"), at("/reviews"), null(), READ),
        (
            "put",
            of("/reviews"),
            at("/reviews"),
            json!({ "queue": "", "row_ids": [] }),
            data_set(403, 422, 422),
        ),
        ("get", of("/card"), at("/card"), null(), READ),
        ("get", of("/events"), at("/events"), null(), READ),
        ("get", of("/similar"), at("/similar?row=0&column=n"), null(), data_set(422, 422, 422)),
        ("get", of("/points"), at("/points?x=n&y=image.width&color=label"), null(), READ),
        ("get", of("/thumbnails"), at("/thumbnails?rows=0,1"), null(), READ),
        ("post", of("/branches"), at("/branches"), json!({ "name": "main" }), data_set(403, 412, 412)),
        ("delete", of("/branches/{ref}"), at("/branches/none"), null(), data_set(403, 404, 404)),
        ("post", of("/tags"), at("/tags"), json!({ "name": "main" }), data_set(403, 412, 412)),
        ("delete", of("/tags/{ref}"), at("/tags/none"), null(), data_set(403, 404, 404)),
        ("post", of("/revert"), at("/revert"), json!({ "to": "main:0" }), data_set(403, 200, 200)),
        ("post", of("/merge"), at("/merge"), json!({ "from": "main:0" }), data_set(403, 200, 200)),
        ("get", "/api/v1/models", "/api/v1/models", null(), [401, 200, 200, 200, 200, 200, 200, 200]),
        (
            "post",
            "/api/v1/classify",
            "/api/v1/classify?model=lenet5",
            null(),
            [401, 403, 403, 403, 403, 403, 403, 403],
        ),
        ("get", of("/runs"), at("/runs"), null(), READ),
        ("get", of("/runs/{run}"), at("/runs/last"), null(), data_set(404, 404, 404)),
        ("delete", of("/runs/{run}"), at("/runs/last"), null(), data_set(403, 404, 404)),
        ("get", of("/runs/{run}/predictions"), at("/runs/last/predictions"), null(), data_set(404, 404, 404)),
        ("get", of("/predictions"), at("/predictions?row=0"), null(), READ),
        (
            "get",
            of("/runs/{run}/compare/{other}"),
            at("/runs/last/compare/last"),
            null(),
            data_set(404, 404, 404),
        ),
        ("get", of("/leaderboard"), at("/leaderboard"), null(), READ),
        ("get", "/api/v1/synsets", "/api/v1/synsets?q=dog", null(), ALL),
        ("get", "/api/v1/synsets/{id}", "/api/v1/synsets/dog.n.01", null(), ALL),
        (
            "get",
            "/api/v1/synsets/{id}/children",
            "/api/v1/synsets/canine.n.02/children?dataset=vision/pets",
            null(),
            READ,
        ),
        (
            "get",
            "/api/v1/synsets/{id}/rows",
            "/api/v1/synsets/dog.n.01/rows?dataset=vision/pets",
            null(),
            READ,
        ),
        ("get", "/api/v1/synsets/{id}/datasets", "/api/v1/synsets/dog.n.01/datasets", null(), ALL),
        (
            "post",
            "/api/v1/query",
            "/api/v1/query",
            json!({ "sql": "SELECT n FROM samples", "datasets": ["vision/pets"] }),
            READ,
        ),
        ("get", of("/rows/{row}/{column}"), at("/rows/0/image"), null(), READ),
        (
            "get",
            of("/rows/{row}/{column}/thumbnail"),
            at("/rows/0/text/thumbnail"),
            null(),
            data_set(422, 422, 422),
        ),
        ("get", of("/rows/{row}/{column}/mask"), at("/rows/0/n/mask"), null(), data_set(422, 422, 422)),
        ("get", of("/rows/{row}/{column}/peaks"), at("/rows/0/n/peaks"), null(), data_set(422, 422, 422)),
        (
            "get",
            of("/rows/{row}/{column}/spectrogram"),
            at("/rows/0/n/spectrogram"),
            null(),
            data_set(422, 422, 422),
        ),
        ("get", of("/rows/{row}/{column}/frames"), at("/rows/0/n/frames"), null(), data_set(422, 422, 422)),
        ("get", of("/rows/{row}/{column}/frame"), at("/rows/0/n/frame?n=0"), null(), data_set(422, 422, 422)),
        ("get", of("/stream"), at("/stream"), null(), READ),
        ("post", of("/plan"), at("/plan"), json!({}), READ),
        ("get", of("/objects"), at("/objects"), null(), READ),
        ("get", of("/objects/{path}"), at("/objects/hub.json"), null(), READ),
        (
            "put",
            of("/objects/{path}"),
            at(&format!("/objects/blobs/{hash}")),
            json!({}),
            data_set(403, 201, 200),
        ),
        ("delete", of("/objects/{path}"), at("/objects/hub.json"), null(), data_set(403, 403, 403)),
        ("post", of("/uploads"), at("/uploads"), json!({}), data_set(403, 422, 422)),
        ("delete", of("/uploads/{id}"), at("/uploads/x"), null(), data_set(403, 404, 404)),
        ("put", of("/uploads/{id}/{part}"), at("/uploads/x/0"), json!({}), data_set(403, 404, 404)),
        ("post", of("/uploads/{id}/complete"), at("/uploads/x/complete"), null(), data_set(403, 404, 404)),
        (
            "get",
            "/files/{dataset}/{path}",
            "/files/00000000-0000-0000-0000-000000000000/hub.json?exp=9999999999&sig=x",
            null(),
            [403; 8],
        ),
    ]
}

/// Routes of other protocols, whose access is tested elsewhere.
fn is_tested_elsewhere(path: &str) -> bool {
    path.starts_with("/hf/") || path.ends_with("/croissant") || path.contains("/parquet/")
}

#[tokio::test]
async fn statuses_are_those_of_the_table() {
    let hub = Hub::with(crate::Settings { logins_per_minute: Some(1000), ..Default::default() }).await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[4])]).await;
    let mut wrong = Vec::new();
    for (method, _, path, json, statuses) in table() {
        for (who, status) in Who::ALL.into_iter().zip(statuses) {
            // It would log out or remove a caller that is needed afterwards.
            if status == 999 {
                continue;
            }
            let request =
                hub.request(who, Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), path);
            let request = if json.is_null() { request } else { request.json(&json) };
            let found = request.send().await.unwrap().status().as_u16();
            if found != status {
                wrong.push(format!("{who:?} {method} {path}: {found}, expected {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A stranger who may not make a request learns that, and not what else is wrong with it.
#[tokio::test]
async fn a_missing_login_is_told_before_anything_else() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (method, route, path, _, statuses) in table() {
        let writes_public = ["put", "patch", "delete"].contains(&method) || route.ends_with("/gc");
        let is_of_dataset = route.contains("{ns}/{name}");
        if !(statuses[0] == 401
            || (is_of_dataset && (writes_public || route.contains("/uploads") || route.ends_with("/rename"))))
        {
            continue;
        }
        let nonsense = path.replace("00000000-0000-0000-0000-000000000000", "no-uuid");
        let query = format!("{nonsense}{}limit=x&cursor=x", if nonsense.contains('?') { "&" } else { "?" });
        for path in [nonsense, query] {
            for (body, media_type) in
                [("{", "application/json"), ("{}", "application/json"), ("x", "text/plain")]
            {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let request = hub.request(Who::Stranger, method, &path).header("content-type", media_type);
                let found = request.body(body).send().await.unwrap().status().as_u16();
                tried += 1;
                if found != 401 {
                    wrong.push(format!("{route} {path} {body}: {found}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 100, "{tried}");
}

#[test]
fn the_table_has_every_route() {
    let document = serde_json::to_value(crate::document()).unwrap();
    let mut routes = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            if !is_tested_elsewhere(path) && method != "parameters" {
                routes.insert((method.clone(), path.clone()));
            }
        }
    }
    let said: BTreeSet<_> =
        table().into_iter().map(|(m, route, ..)| (m.to_owned(), route.to_owned())).collect();
    assert_eq!(routes, said);
}

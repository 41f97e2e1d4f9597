//! What every page has in common: its policy, who may open it, and that it is whole HTML.

use reqwest::Method;

use super::super::hub::append;
use super::super::scored::store_run;
use super::super::{Hub, Who};
use super::Browser;
use crate::pages::POLICY;

/// The statuses of a page for: a stranger, an outsider, a reader, a writer, an owner, an owner of the hub.
type Statuses = [u16; 6];

const ALL: Statuses = [200; 6];
/// Members of the namespace, and owners of the hub.
const READ: Statuses = [404, 404, 200, 200, 200, 200];

fn table() -> Vec<(&'static str, Statuses)> {
    vec![
        ("/", ALL),
        ("/login", [200, 303, 303, 303, 303, 303]),
        ("/nothing", [404; 6]),
        ("/vision", READ),
        ("/vision/pets", READ),
        ("/vision/pets/samples", READ),
        ("/vision/pets/samples?view=table", READ),
        ("/vision/pets/samples?view=mosaic", READ),
        ("/vision/pets/samples?view=map", READ),
        ("/vision/pets/classes?view=tree", READ),
        ("/vision/pets/classes?view=treemap", READ),
        ("/vision/pets/samples/0", READ),
        ("/d/vision/pets", READ),
        ("/vision/pets/classes", READ),
        ("/vision/pets/classes/label/1", READ),
        ("/vision/pets/history", READ),
        ("/vision/pets/commits/main", READ),
        ("/vision/pets/commits/main:1", READ),
        ("/vision/pets/diff/main:0...main:1", READ),
        ("/vision/pets/changes", READ),
        ("/vision/pets/runs", READ),
        ("/vision/pets/runs/last", READ),
        ("/vision/pets/runs/first...second", READ),
        ("/vision/pets/runs/none", [404; 6]),
        // Who may read it, but not change it, is told so.
        ("/vision/pets/settings", [404, 404, 403, 403, 200, 200]),
        ("/me", [303, 200, 200, 200, 200, 200]),
        ("/me/tokens", [303, 200, 200, 200, 200, 200]),
        ("/audit", [303, 403, 403, 403, 403, 200]),
        ("/models", [303, 200, 200, 200, 200, 200]),
        ("/models/lenet5", [303, 200, 200, 200, 200, 200]),
        ("/models/none", [303, 404, 404, 404, 404, 404]),
        ("/try", [303, 200, 200, 200, 200, 200]),
        ("/query", ALL),
        ("/concepts", ALL),
        ("/concepts?q=dog", ALL),
        ("/concepts?view=treemap", ALL),
        ("/concepts/animal.n.01?view=treemap", ALL),
        ("/concepts/dog.n.01", ALL),
        ("/concepts/canine.n.02?dataset=vision/pets", ALL),
        ("/setup?secret=x", [403; 6]),
    ]
}

const PEOPLE: [Who; 5] = [Who::Outsider, Who::Reader, Who::Writer, Who::Owner, Who::Admin];

#[tokio::test]
async fn every_page_has_its_policy_and_opens_to_those_who_may() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[4]), ("val", &[2])]).await;
    let at = append(&dataset, "main", 6, &[("train", &[1])]).await;
    store_run(&dataset, &at, "20260412-093015-1f0c22ab", "first", &[0.1; 7]).await;
    store_run(&dataset, &at, "20260412-093016-1f0c22ab", "second", &[0.9; 7]).await;
    let mut browsers = vec![Browser::stranger(&hub)];
    for who in PEOPLE {
        browsers.push(Browser::of(&hub, who).await);
    }
    let mut wrong = Vec::new();
    for (path, statuses) in table() {
        for (browser, status) in browsers.iter().zip(statuses) {
            let answer = browser.get(path).await;
            let (found, headers) = (answer.status().as_u16(), answer.headers().clone());
            if found != status {
                wrong.push(format!("{path}: {found}, expected {status}"));
                continue;
            }
            if status == 303 {
                continue;
            }
            let header =
                |name: &str| headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
            assert_eq!(header("content-security-policy"), POLICY, "{path}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("x-frame-options"), "DENY", "{path}");
            // The address of the setup link is a secret.
            let secret = path.starts_with("/setup");
            assert_eq!(
                header("referrer-policy"),
                if secret { "no-referrer" } else { "same-origin" },
                "{path}"
            );
            assert_eq!(
                header("cache-control"),
                if secret { "no-store" } else { "private, no-cache" },
                "{path}"
            );
            assert_eq!(header("content-type"), "text/html; charset=utf-8", "{path}");
            check(path, &answer.text().await.unwrap());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No style or script in the page, nothing from other hosts, a title, a main part, and closed elements.
fn check(path: &str, html: &str) {
    for bad in [" style=", "<style", "onclick=", "onload=", "javascript:", "http-equiv", "{{", "{%"] {
        assert!(!html.contains(bad), "{path} has {bad}");
    }
    for script in html.split("<script").skip(1) {
        assert!(
            script.contains(r#"src="/assets/"#) && script.split("</script>").next().unwrap().ends_with('>'),
            "{path}"
        );
    }
    for attribute in ["src=\"", "href=\"", "action=\"", "poster=\""] {
        for value in html.split(attribute).skip(1) {
            let value = value.split('"').next().unwrap();
            let is_own = (value.starts_with('/') && !value.starts_with("//"))
                || value.starts_with(['#', '?'])
                || value.is_empty();
            assert!(is_own, "{path}: {attribute}{value}");
        }
    }
    assert!(
        html.starts_with("<!doctype html>")
            && html.contains("<title>")
            && html.contains(" · Image Hub</title>"),
        "{path}"
    );
    assert_eq!(html.matches("<main").count(), 1, "{path}");
    assert_eq!(html.matches("<h1").count(), 1, "{path}: one heading");
    for tag in [
        "div", "section", "ul", "ol", "li", "form", "nav", "table", "tr", "td", "a", "p", "svg", "details",
        "label", "span",
    ] {
        let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        let closed = html.matches(&format!("</{tag}>")).count();
        assert_eq!(opened, closed, "{path}: <{tag}>");
    }
}

#[tokio::test]
async fn programs_get_problems_and_browsers_pages() {
    let hub = Hub::new().await;
    let answer = hub.get(Who::Stranger, "/vision/none").await;
    assert_eq!(super::super::hub::problem(answer, 404).await, "not-found");
    let browser = Browser::stranger(&hub);
    let page = browser.html("/a/b/c/d", 404).await;
    assert!(page.contains("There is no such page"), "{page}");
    let answer = browser.request(Method::POST, "/vision/pets").send().await.unwrap();
    assert_eq!(answer.status(), 405);
    // What a browser asks the interface is answered in JSON.
    let answer = browser.get("/api/v1/datasets/vision/none").await;
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
}

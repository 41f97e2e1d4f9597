//! The pages: every one with its policy, hostile names as text, roles, forms without script.

mod assets;
mod concepts;
mod forms;
mod hostile;
mod reading;
mod runs;
mod try_model;
mod visits;

use reqwest::header::{ACCEPT, COOKIE};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;

use super::{Hub, Who};

/// A browser: it asks for pages, and tells with forms where they come from.
pub struct Browser<'a> {
    hub: &'a Hub,
    cookie: Option<String>,
}

impl<'a> Browser<'a> {
    pub fn stranger(hub: &'a Hub) -> Self {
        Self { hub, cookie: None }
    }

    /// A browser of a person who has signed in.
    pub async fn of(hub: &'a Hub, who: Who) -> Self {
        let name = match who {
            Who::Outsider => "oscar",
            Who::Reader => "rita",
            Who::Writer => "willi",
            Who::Owner => "olga",
            Who::Admin => "ada",
            other => panic!("{other:?} is no person"),
        };
        let password = format!("{name}s password");
        let login = json!({ "name": name, "password": password });
        let answer = hub.send(Who::Stranger, Method::POST, "/api/v1/session", login).await;
        assert_eq!(answer.status(), 200);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        Self { hub, cookie: cookie.split(';').next().map(str::to_owned) }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let request = http.request(method, format!("http://{}{path}", self.hub.address));
        let request = request.header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// The HTML of a page, whose status must be this.
    pub async fn html(&self, path: &str, status: u16) -> String {
        let answer = self.get(path).await;
        let (found, headers) = (answer.status().as_u16(), answer.headers().clone());
        let html = answer.text().await.unwrap();
        assert_eq!(found, status, "{path}: {html}");
        assert!(headers["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
        html
    }

    /// Submits a form of this hub's own page.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.request(Method::POST, path).header("sec-fetch-site", "same-origin");
        request.form(fields).send().await.unwrap()
    }

    /// Submits a form of another site's page.
    pub async fn submit_from_elsewhere(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.request(Method::POST, path).header("sec-fetch-site", "cross-site");
        request.header("origin", "https://evil.example").form(fields).send().await.unwrap()
    }
}

/// Where an answer leads to.
pub fn location(answer: &Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

//! Lists data sets as repositories.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use hub_catalog::{DatasetInfo, ListQuery, Sort};
use hub_schema::Visibility;
use serde::Serialize;
use serde_json::{Map, Value};
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

use super::refusal::Refusal;
use super::repo::base_url;
use super::tree::is_true;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::state::AppState;

/// Maximum data sets on a page.
const MAX_DATASETS: u32 = 100;

/// Which data sets, in which order.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReposQuery {
    /// Words that must all occur in the name, the card's front matter or the summary; may be repeated.
    search: Vec<String>,
    /// Only data sets of this namespace.
    author: Option<String>,
    /// The order: `createdAt` or `lastModified`, newest first; by name otherwise.
    sort: Option<String>,
    /// Include the card's front matter; false by default.
    full: Option<String>,
    /// Data sets on the page, 100 at most; greater values are clamped.
    limit: Option<u32>,
    /// Set in the `Link` to the next page: where it begins.
    cursor: Option<String>,
}

impl ReposQuery {
    /// Parses a query in which names may be repeated.
    fn parse(query: &str) -> Result<Self, Problem> {
        let mut parsed = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            match name.as_ref() {
                "search" => parsed.search.push(value),
                "author" => parsed.author = Some(value),
                "sort" => parsed.sort = Some(value),
                "full" => parsed.full = Some(value),
                "cursor" => parsed.cursor = Some(value),
                "limit" => {
                    let limit = value.parse().map_err(|_| {
                        Problem::bad_request(format!("limit={value}: expected a number of data sets"))
                    })?;
                    parsed.limit = Some(limit);
                }
                "filter" | "gated" => {
                    let detail = format!("{name}={value}: this hub can't filter by it; use search");
                    return Err(Problem::bad_request(detail));
                }
                // `expand` and `direction`: all that is known is sent, newest first.
                _ => {}
            }
        }
        Ok(parsed)
    }

    fn wanted(&self) -> ListQuery {
        ListQuery {
            search: (!self.search.is_empty()).then(|| self.search.join(" ")),
            namespace: self.author.clone(),
            deleted: false,
            sort: match self.sort.as_deref() {
                Some("createdAt" | "created_at") => Sort::Created,
                Some("lastModified" | "last_modified") => Sort::Updated,
                _ => Sort::Name,
            },
            cursor: self.cursor.clone(),
            limit: self.limit.unwrap_or(MAX_DATASETS).clamp(1, MAX_DATASETS),
        }
    }
}

/// A data set in a list of repositories.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedRepo {
    /// The data set's full name, `namespace/name`.
    id: String,
    /// The data set's namespace.
    author: String,
    /// Time of the data set's creation, UTC.
    created_at: String,
    /// When a commit, the card or the visibility last changed, UTC.
    last_modified: String,
    /// True if only members of the namespace may see it.
    private: bool,
    /// Always false: everyone who may see it may read it.
    gated: bool,
    /// Always false.
    disabled: bool,
    /// Always 0: not counted.
    downloads: u64,
    /// Always 0: not counted.
    likes: u64,
    /// The `tags` of the card's front matter, with `full`; else empty.
    tags: Vec<String>,
    /// The card's first paragraph.
    description: String,
    /// Bytes at the head of the default branch.
    used_storage: u64,
    /// The card's front matter as JSON, with `full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    card_data: Option<Map<String, Value>>,
}

/// List data sets as repositories
///
/// Lists those that the caller may see.
#[utoipa::path(
    get,
    path = "/hf/api/datasets",
    tag = "hugging face",
    params(ReposQuery),
    responses((status = 200, description = "A page of data sets; `Link` leads to the next", body = Vec<ListedRepo>))
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Result<Caller, Problem>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let caller = caller?;
    let query = ReposQuery::parse(uri.query().unwrap_or_default())?;
    let page = state.catalog.list_datasets(&caller.viewer(), &query.wanted()).await?;
    let mut repos = Vec::with_capacity(page.items.len());
    for info in page.items {
        repos.push(repo(&state, info, is_true(&query.full)).await?);
    }
    let mut response = Json(repos).into_response();
    if let Some(next) = page.next {
        let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let mut next_query = form_urlencoded::Serializer::new(String::new());
        next_query.extend_pairs(pairs.filter(|(name, _)| name != "cursor"));
        next_query.append_pair("cursor", &next);
        let base = base_url(&state, &headers);
        let link = format!("<{base}/hf/api/datasets?{}>; rel=\"next\"", next_query.finish());
        if let Ok(link) = link.parse() {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

async fn repo(state: &AppState, info: DatasetInfo, full: bool) -> Result<ListedRepo, Problem> {
    let card = match full {
        true => Some(state.cards.get(&state.catalog.card(info.uuid).await?).await),
        false => None,
    };
    let time = |time: chrono::DateTime<chrono::Utc>| time.to_rfc3339_opts(SecondsFormat::Millis, true);
    Ok(ListedRepo {
        id: info.name.to_string(),
        author: info.name.namespace().to_owned(),
        created_at: time(info.created),
        last_modified: time(info.updated),
        private: info.visibility == Visibility::Private,
        gated: false,
        disabled: false,
        downloads: 0,
        likes: 0,
        tags: card.as_ref().map(|card| card.tags()).unwrap_or_default(),
        description: info.summary,
        used_storage: info.bytes,
        card_data: card.map(|card| card.json()),
    })
}

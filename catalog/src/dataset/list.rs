//! Listing data sets: what a viewer may see, searched, sorted, a page at a time.
//!
//! Each order has an index that ends in something unique, and a page begins behind the last item of the one
//! before, so that the last page of ten thousand costs what the first does.

use hub_schema::DatasetName;
use serde::{Deserialize, Serialize};

use super::Viewer;
use super::info::{COLUMNS, DatasetInfo};
use crate::catalog::Catalog;
use crate::db::Value;
use crate::error::{Error, Result};
use crate::page::{Page, decode, page_length};
use crate::words::words;

/// More words than this in a search are left out.
const MAX_WORDS: usize = 8;
/// The longest search, in bytes.
const MAX_SEARCH_BYTES: usize = 200;

words!(
    /// The order of a list.
    Sort {
        /// Ascending by namespace and name.
        Name = "name",
        Created = "created",
        /// The one that changed last first.
        Updated = "updated",
        /// The one with the most rows first.
        Rows = "rows",
        /// The one with the most bytes first.
        Bytes = "bytes",
    }
);

/// Which data sets, in which order.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// Words that must all be in the name, the card's front matter or its first paragraph.
    pub search: Option<String>,
    pub namespace: Option<String>,
    /// The deleted ones instead: those whose namespace the viewer is a member of.
    pub deleted: bool,
    pub sort: Sort,
    /// [`Page::next`] of the page before.
    pub cursor: Option<String>,
    /// Items on the page, at most 1,000.
    pub limit: u32,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { search: None, namespace: None, deleted: false, sort: Sort::Name, cursor: None, limit: 50 }
    }
}

/// The last item of a page.
#[derive(Serialize, Deserialize)]
enum Last {
    Name(String, String),
    Number(Sort, i64, String),
}

impl Last {
    fn of(sort: Sort, info: &DatasetInfo) -> Self {
        let number = match sort {
            Sort::Name => {
                return Self::Name(info.name.namespace().to_owned(), info.name.name().to_owned());
            }
            Sort::Created => info.created.timestamp_micros(),
            Sort::Updated => info.updated.timestamp_micros(),
            Sort::Rows => info.rows as i64,
            Sort::Bytes => info.bytes as i64,
        };
        Self::Number(sort, number, info.uuid.to_string())
    }
}

/// A `WHERE` that grows, and its values.
#[derive(Default)]
struct Where {
    sql: String,
    values: Vec<Value>,
}

impl Where {
    /// Adds a value; gives its `$n`.
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn and(&mut self, condition: &str) {
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        self.sql.push_str(condition);
    }
}

impl Catalog {
    /// Lists the data sets that a viewer may see.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a cursor of another list.
    pub async fn list_datasets(&self, viewer: &Viewer, query: &ListQuery) -> Result<Page<DatasetInfo>> {
        let limit = page_length(query.limit);
        let mut filter = Where::default();
        filter.and(if query.deleted { "deleted IS NOT NULL" } else { "deleted IS NULL" });
        visible(&mut filter, viewer, query.deleted);
        if let Some(namespace) = &query.namespace {
            let namespace = filter.value(namespace);
            filter.and(&format!("namespace = {namespace}"));
        }
        search(&mut filter, query.search.as_deref().unwrap_or_default())?;
        behind(&mut filter, query.sort, decode(query.cursor.as_deref())?)?;
        let order = match query.sort {
            Sort::Name => "namespace, name",
            Sort::Created => "created DESC, uuid DESC",
            Sort::Updated => "updated DESC, uuid DESC",
            Sort::Rows => "rows DESC, uuid DESC",
            Sort::Bytes => "bytes DESC, uuid DESC",
        };
        // A deleted name may be there twice.
        let order = if query.deleted { format!("{order}, uuid DESC") } else { order.to_owned() };
        let count = filter.value(i64::from(limit) + 1);
        let found = self
            .db
            .read(format!("SELECT {COLUMNS} FROM datasets{} ORDER BY {order} LIMIT {count}", filter.sql))
            .bind_all(filter.values)
            .all::<DatasetInfo>()
            .await?;
        Ok(Page::of(found, limit, |info| Last::of(query.sort, info)))
    }

    /// How many data sets there are, deleted ones not counted.
    pub async fn count_datasets(&self) -> Result<u64> {
        let row = self.db.read("SELECT count(*) AS n FROM datasets WHERE deleted IS NULL").row().await?;
        row.map_or(Ok(0), |row| row.count("n"))
    }

    /// The data set behind another by uuid, for jobs that visit all of them, deleted ones too.
    pub async fn every_dataset(&self, after: Option<uuid::Uuid>, limit: u32) -> Result<Vec<DatasetInfo>> {
        self.db
            .read(format!("SELECT {COLUMNS} FROM datasets WHERE uuid > $1 ORDER BY uuid LIMIT $2"))
            .bind(after.map_or_else(String::new, |uuid| uuid.to_string()))
            .bind(i64::from(page_length(limit)))
            .all()
            .await
    }

    /// Is a name in use? For a check before work is done; only [`Catalog::create_dataset`] decides.
    pub async fn name_is_free(&self, name: &DatasetName) -> Result<bool> {
        match self.dataset(name).await {
            Ok(_) => Ok(false),
            Err(Error::NotFound { .. }) => Ok(true),
            Err(other) => Err(other),
        }
    }
}

fn visible(filter: &mut Where, viewer: &Viewer, deleted: bool) {
    let mut member = match (viewer.admin, viewer.user) {
        (true, _) => "1 = 1".to_owned(),
        (false, Some(user)) => {
            let user = filter.value(user);
            format!("namespace IN (SELECT m.namespace FROM memberships m WHERE m.user_id = {user})")
        }
        (false, None) => "1 = 0".to_owned(),
    };
    if let Some(within) = &viewer.within {
        let within = filter.value(within);
        member = format!("{member} AND namespace = {within}");
    }
    match deleted {
        true => filter.and(&format!("({member})")),
        false => filter.and(&format!("(visibility = 'public' OR ({member}))")),
    }
}

fn search(filter: &mut Where, text: &str) -> Result<()> {
    if text.len() > MAX_SEARCH_BYTES {
        let problem = format!("it has {} bytes; use at most {MAX_SEARCH_BYTES}", text.len());
        return Err(Error::invalid("search", problem));
    }
    for word in text.to_lowercase().split_whitespace().take(MAX_WORDS) {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = filter.value(format!("%{escaped}%"));
        filter.and(&format!("search LIKE {pattern} ESCAPE '\\'"));
    }
    Ok(())
}

fn behind(filter: &mut Where, sort: Sort, last: Option<Last>) -> Result<()> {
    let (column, number, uuid) = match (sort, last) {
        (_, None) => return Ok(()),
        (Sort::Name, Some(Last::Name(namespace, name))) => {
            let (namespace, name) = (filter.value(namespace), filter.value(name));
            filter.and(&format!("(namespace, name) > ({namespace}, {name})"));
            return Ok(());
        }
        (_, Some(Last::Number(of, number, uuid))) if of == sort && sort != Sort::Name => {
            (sort.as_str(), number, uuid)
        }
        _ => return Err(Error::invalid("cursor", "it belongs to a list in another order")),
    };
    let (number, uuid) = (filter.value(number), filter.value(uuid));
    filter.and(&format!("({column}, uuid) < ({number}, {uuid})"));
    Ok(())
}

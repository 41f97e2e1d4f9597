//! Random queries with extreme arguments: whatever they do, they end within their limits, and the server goes on.
//!
//! The short form runs with the other tests. `HUB_QUERY_FUZZ=5000 cargo test -p hub_server query_fuzz` asks 5000 queries,
//! and `HUB_QUERY_FUZZ_SEED=7` others.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use hub_query::functions::allowed;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::query_processes::{PROMPT, nothing_burns_on, peak_bytes, pets};
use super::{Hub, Who};
use crate::config::Settings;

/// Queries of the short form.
const QUERIES: u64 = 40;
/// Memory of a query.
const MEMORY: usize = 64 << 20;
/// What a process may take besides: see `query_process::limits::SLACK_BYTES`.
const SLACK: u64 = 384 << 20;
/// How much more memory the server may take than before: results of 64 MiB, and what other tests take meanwhile.
const SERVER_GROWTH: u64 = 1 << 30;

/// Makes up SQL.
struct Fuzz {
    random: SmallRng,
    functions: allowed::Functions,
}

impl Fuzz {
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.random.random_range(0..of.len())]
    }

    /// A text literal, most of them long or odd.
    fn text(&mut self) -> String {
        let long = [10, 1000, 16_000][self.random.random_range(0..3)];
        match self.random.random_range(0..6) {
            0 => "''".to_owned(),
            1 => format!("'{}'", "ä\u{1f980}\u{301}".repeat(long / 10)),
            2 => format!("'{}'", "a,".repeat(long / 2)),
            3 => format!(
                "'{}'",
                self.one(&["%", "(a*)*b", "\\w{500}", "[[1],[2]]", "YYYY-MM-DD", "n02084071", "P1Y"])
            ),
            4 => format!("concat('{0}', '{0}', text)", "b".repeat(long)),
            _ => format!("'{}'", "x".repeat(long)),
        }
    }

    fn number(&mut self) -> String {
        self.one(&[
            "0",
            "1",
            "-1",
            "NULL",
            "2147483647",
            "1000000000",
            "9223372036854775807",
            "-9223372036854775807",
            "1e308",
            "-1e-300",
            "CAST('NaN' AS DOUBLE)",
            "CAST('inf' AS DOUBLE)",
            "CAST(1e30 AS DECIMAL(38, 0))",
            "n",
            "image.width",
            "n * n",
            "65535.5",
            "18446744073709551615",
        ])
        .to_owned()
    }

    /// An expression of any type, nested up to a depth.
    fn value(&mut self, depth: usize) -> String {
        match self.random.random_range(0..12) {
            0 | 1 => self.text(),
            2 | 3 => self.number(),
            4 => self.one(&["text", "label", "vector", "image.name", "n", "image", "*"]).to_owned(),
            5 => self
                .one(&[
                    "now()",
                    "DATE '0001-01-01'",
                    "TIMESTAMP '9999-12-31 23:59:59'",
                    "INTERVAL '100000000' MONTH",
                    "true",
                ])
                .to_owned(),
            6 => format!("[{}, {}]", self.number(), self.number()),
            7 => format!("arrow_cast({}, '{}')", self.number(), self.type_name()),
            8 if depth > 0 => {
                let op =
                    self.one(&["+", "*", "/", "%", "||", "LIKE", "~", "=", "<<", "AND", "IS DISTINCT FROM"]);
                format!("({} {op} {})", self.value(depth - 1), self.value(depth - 1))
            }
            _ if depth > 0 => self.call(depth - 1),
            _ => "text".to_owned(),
        }
    }

    fn type_name(&mut self) -> String {
        self.one(&[
            "Int8",
            "UInt64",
            "Float16",
            "Utf8View",
            "LargeBinary",
            "Decimal256(76, 70)",
            "Timestamp(Nanosecond, None)",
            "FixedSizeList(1000, Int64)",
            "FixedSizeList(100000000, Int64)",
            "FixedSizeBinary(2000000000)",
            "List(List(List(Int8)))",
            "Dictionary(Int8, Utf8)",
            "Duration(Second)",
            "Interval(MonthDayNano)",
        ])
        .to_owned()
    }

    /// A call of a function with arguments that may fit.
    fn call(&mut self, depth: usize) -> String {
        let index = self.random.random_range(0..self.functions.scalars.len());
        let name = self.functions.scalars[index];
        let nested = |fuzz: &mut Self| if depth > 0 { fuzz.call(depth - 1) } else { fuzz.text() };
        let array = |fuzz: &mut Self| format!("string_to_array({}, ',')", fuzz.text());
        let arguments = match self.random.random_range(0..12) {
            0 => vec![nested(self)],
            1 => vec![self.text()],
            2 => vec![self.text(), self.text()],
            3 => vec![self.text(), self.text(), self.text()],
            4 => vec![self.text(), self.number()],
            5 => vec![self.text(), self.number(), self.number()],
            6 => vec![self.number()],
            7 => vec![self.number(), self.number()],
            8 => vec![array(self), array(self)],
            9 => vec![array(self), self.text(), self.text()],
            10 => vec![array(self)],
            _ => (0..self.random.random_range(0..4)).map(|_| self.value(depth)).collect(),
        };
        format!("{name}({})", arguments.join(", "))
    }

    fn query(&mut self) -> String {
        let tables = self.one(&["samples", "samples", "(SELECT a.* FROM samples a, samples b, samples c)"]);
        let (aggregates, windows) = (self.functions.aggregates, self.functions.windows);
        match self.random.random_range(0..14) {
            0 => {
                let (name, value, number) = (self.one(aggregates), self.value(1), self.number());
                format!("SELECT {name}({value}, {number}) FROM {tables} GROUP BY {}", self.value(1))
            }
            1 => format!("SELECT {}({}) FROM {tables}", self.one(aggregates), self.value(2)),
            2 => {
                let name = self.one(windows);
                let (value, frame) = (self.value(1), self.one(&["UNBOUNDED", "1000000000", "3"]));
                format!("SELECT {name}({value}) OVER (ORDER BY n ROWS {frame} PRECEDING) FROM {tables}")
            }
            3 => {
                let frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
                format!(
                    "SELECT max(cardinality(r)) FROM (SELECT array_agg({}) OVER (ORDER BY n {frame}) r FROM {tables})",
                    self.value(1)
                )
            }
            4 => {
                let columns: Vec<String> =
                    (0..self.random.random_range(2..18)).map(|i| format!("n + {i}")).collect();
                format!("SELECT count(*) FROM {tables} GROUP BY CUBE ({})", columns.join(", "))
            }
            5 => {
                let depth = self.random.random_range(1..60);
                let open = self.one(&["(", "(SELECT ", "- ", "NOT ", "CAST(", "[", "(SELECT * FROM ("]);
                format!("SELECT {}1{} FROM {tables}", open.repeat(depth), ")".repeat(depth))
            }
            6 => {
                let depth = self.random.random_range(1..40);
                let open = self.one(&["(", "(SELECT * FROM ", "(samples CROSS JOIN "]);
                format!("SELECT 1 FROM {}samples{}", open.repeat(depth), ") x".repeat(depth))
            }
            7 => format!(
                "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT {} FROM r",
                self.one(&["sum(n)", "*"])
            ),
            8 => format!("SELECT x FROM {tables}, (VALUES ({}), ({})) AS v(x)", self.value(1), self.value(1)),
            9 => {
                let mut sql = format!("SELECT {} AS t FROM samples", self.text());
                for _ in 0..self.random.random_range(1..25) {
                    sql = format!(
                        "SELECT {} AS t FROM ({sql})",
                        self.one(&["t || t", "concat(t, t)", "[t, t]", "struct(t, t)", "replace(t, 'a', t)"])
                    );
                }
                sql
            }
            10 => format!("SELECT unnest({}), unnest({}) FROM {tables}", self.value(1), self.value(1)),
            11 => {
                let columns: Vec<String> =
                    (0..self.random.random_range(1..40)).map(|_| self.text()).collect();
                format!("SELECT {} FROM {tables}", columns.join(", "))
            }
            12 => format!("SELECT count(*) FROM {tables} WHERE {} ORDER BY {}", self.value(3), self.value(2)),
            _ => format!("SELECT {} FROM {tables}", self.call(3)),
        }
    }
}

/// Asks a query or a filter, and checks that its answer is one.
async fn ask(hub: &Hub, sql: String, is_filter: bool) -> u16 {
    let answer = if is_filter {
        let condition = sql.trim_start_matches("SELECT ").split(" FROM ").next().unwrap_or_default();
        let request = hub.request(Who::Stranger, Method::POST, "/api/v1/datasets/vision/pets/plan");
        request.json(&json!({ "where": format!("({condition}) IS NULL") })).send()
    } else {
        let question = json!({ "sql": sql, "datasets": ["vision/pets"] });
        hub.request(Who::Stranger, Method::POST, "/api/v1/query").json(&question).send()
    };
    let answer = answer.await.unwrap_or_else(|e| panic!("{e}: {sql}"));
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    let shown: String = sql.chars().take(2000).collect();
    assert!(matches!(status, 200 | 422 | 429 | 504), "{status} {text}: {shown}");
    if status != 200 {
        let problem: Json = serde_json::from_str(&text).unwrap();
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{shown}");
        if std::env::var_os("HUB_QUERY_FUZZ_SHOW").is_some() {
            eprintln!("{status} {}\n    {}", problem["detail"], shown.chars().take(200).collect::<String>());
        }
    }
    status
}

fn set<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_outlives_every_query() {
    let settings =
        Settings { query_memory_bytes: Some(MEMORY), request_secs: Some(1), ..Settings::default() };
    let hub = pets(settings).await;
    let before = peak_bytes(std::process::id());
    let seed: u64 = set("HUB_QUERY_FUZZ_SEED").unwrap_or(1);
    let queries: u64 = set("HUB_QUERY_FUZZ").unwrap_or(QUERIES);
    let mut fuzz = Fuzz { random: SmallRng::seed_from_u64(seed), functions: allowed::all() };
    let made: Vec<(String, bool)> =
        (0..queries).map(|_| (fuzz.query(), fuzz.random.random_bool(0.2))).collect();
    let asking = stream::iter(made).map(|(sql, is_filter)| ask(&hub, sql, is_filter)).buffer_unordered(2);
    let asking = asking.collect::<Vec<u16>>();
    let watching = async {
        let mut peak = 0;
        loop {
            let health = tokio::time::timeout(PROMPT, hub.get(Who::Outsider, "/healthz")).await;
            assert_eq!(health.expect("the server is blocked").status(), 200);
            let (processes, _) = hub.state.queries.ids();
            peak = processes.into_iter().rev().take(4).map(peak_bytes).max().unwrap_or_default().max(peak);
            assert!(peak < MEMORY as u64 + SLACK, "a query takes {peak} bytes");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let statuses = tokio::select! {
        statuses = asking => statuses,
        () = watching => Vec::new(),
    };
    let count = |status: u16| statuses.iter().filter(|found| **found == status).count();
    eprintln!(
        "of {queries} queries: {} answered, {} refused, {} too slow",
        count(200),
        count(422),
        count(504)
    );
    assert!(count(200) > 0 && count(422) > 0);
    nothing_burns_on(&hub).await;
    let grown = peak_bytes(std::process::id()).saturating_sub(before);
    assert!(grown < SERVER_GROWTH, "the server grew by {grown} bytes");
}

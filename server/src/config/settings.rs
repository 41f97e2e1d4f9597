//! The settings of a server as they are given, each with the sentence that explains it in `hub serve --help`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Deserializer};
use url::Url;

/// Format of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text for people
    #[default]
    Text,
    /// One JSON object per line
    Json,
}

/// Where the links of a plan point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// To the bucket, if the store is one
    #[default]
    Store,
    /// To the server, which reads the bucket itself
    Server,
}

/// The settings of a server; unset ones have a default.
#[derive(Args, Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// TOML file with any of these settings
    #[arg(long, env = "HUB_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, env = "HUB_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,

    /// URL at which people and programs reach the server, if it differs from the address that it listens on
    #[arg(long, env = "HUB_PUBLIC_URL", value_name = "URL")]
    #[serde(deserialize_with = "url_in_text")]
    pub public_url: Option<Url>,

    /// Directory of the embedded hub. It always holds the cache, and by default the database, the data sets and the
    /// secret [default: ~/.local/share/imagehub]. Its flag, `--home`, belongs to every command of the hub.
    #[arg(skip)]
    pub home: Option<PathBuf>,

    /// Database of users, names and the label index: postgres://… or sqlite:///… [default: catalog.db in the home]
    #[arg(long, env = "HUB_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Where data sets are stored: file:///directory or s3://bucket/prefix [default: datasets in the home]
    #[arg(long, env = "HUB_STORE", value_name = "URL")]
    pub store: Option<String>,

    /// URL at which clients reach the bucket, if it differs from the server's own (AWS_ENDPOINT_URL); links are
    /// signed for it
    #[arg(long, env = "HUB_PUBLIC_STORE_ENDPOINT", value_name = "URL")]
    #[serde(deserialize_with = "url_in_text")]
    pub public_store_endpoint: Option<Url>,

    /// Where links to chunks point: `store`, or `server` if clients can't reach the bucket [default: store]
    #[arg(long, env = "HUB_LINKS", value_name = "PLACE")]
    pub links: Option<Links>,

    /// Key that signs links to chunks, at least 32 characters; the same on all servers of a hub [default:
    /// generated once and stored in the home]
    #[arg(long, env = "HUB_SECRET", value_name = "TEXT", hide_env_values = true)]
    pub secret: Option<String>,

    /// Seconds for which a signed link to a chunk is valid [default: 3600]
    #[arg(long, env = "HUB_SIGNED_URL_SECS", value_name = "SECONDS")]
    pub signed_url_secs: Option<u64>,

    /// Seconds for which a login on the pages is valid [default: 2592000]
    #[arg(long, env = "HUB_SESSION_SECS", value_name = "SECONDS")]
    pub session_secs: Option<u64>,

    /// Failed logins per minute from one network before more are refused, and for one name before they are delayed
    /// [default: 10]
    #[arg(long, env = "HUB_LOGINS_PER_MINUTE", value_name = "COUNT")]
    pub logins_per_minute: Option<u32>,

    /// Take callers' addresses from X-Forwarded-For. Only behind a balancer that sets it [default: false]
    #[arg(long, env = "HUB_TRUST_FORWARDED", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub trust_forwarded: Option<bool>,

    /// Origins of other sites (`https://lab.example.com`) whose pages may use the API with a token, separated by commas;
    /// `*` for all
    #[arg(long, env = "HUB_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub cors_origin: Option<Vec<String>>,

    /// Seconds for which a deleted data set can be restored [default: 604800]
    #[arg(long, env = "HUB_DELETE_GRACE_SECS", value_name = "SECONDS")]
    pub delete_grace_secs: Option<u64>,

    /// Maximum bytes of a JSON body [default: 2097152]
    #[arg(long, env = "HUB_JSON_BYTES", value_name = "BYTES")]
    pub json_bytes: Option<usize>,

    /// Maximum bytes of a commit [default: 67108864]
    #[arg(long, env = "HUB_COMMIT_BYTES", value_name = "BYTES")]
    pub commit_bytes: Option<usize>,

    /// Maximum bytes of an object [default: 1099511627776]
    #[arg(long, env = "HUB_OBJECT_BYTES", value_name = "BYTES")]
    pub object_bytes: Option<u64>,

    /// Bytes of a part of an upload, a power of two; a part is held in memory on its way to a bucket [default:
    /// 16777216]
    #[arg(long, env = "HUB_PART_BYTES", value_name = "BYTES")]
    pub part_bytes: Option<u64>,

    /// Bytes of the local cache of files that are rewritten for readers of whole files [default: 8589934592]
    #[arg(long, env = "HUB_CACHE_BYTES", value_name = "BYTES")]
    pub cache_bytes: Option<u64>,

    /// Bytes of the thumbnail cache in memory [default: 67108864]
    #[arg(long, env = "HUB_THUMBNAIL_BYTES", value_name = "BYTES")]
    pub thumbnail_bytes: Option<u64>,

    /// The program that extracts frames of videos for thumbnails: a name or a path [default: ffmpeg]
    #[arg(long, env = "HUB_FFMPEG", value_name = "PROGRAM")]
    pub ffmpeg: Option<PathBuf>,

    /// Seconds until a request is cancelled, not counting transfers of data [default: 60]
    #[arg(long, env = "HUB_REQUEST_SECS", value_name = "SECONDS")]
    pub request_secs: Option<u64>,

    /// Seconds without a byte until a transfer in either direction is cancelled, and until a request's head must be
    /// complete; a body must also bring 1 KiB for each second of this time [default: 60]
    #[arg(long, env = "HUB_IDLE_SECS", value_name = "SECONDS")]
    pub idle_secs: Option<u64>,

    /// Concurrent requests, of which a user may have half and a stranger's network a sixteenth; further ones are
    /// answered with 503 or 429 and `Retry-After` [default: 1024]
    #[arg(long, env = "HUB_REQUESTS", value_name = "COUNT")]
    pub requests: Option<usize>,

    /// Concurrent streams of batches, shared as requests are, where a stream that mixes row groups of a bucket counts
    /// once for each 32 MiB of them; further ones are answered with 503 or 429 and `Retry-After` [default: 512]
    #[arg(long, env = "HUB_STREAMS", value_name = "COUNT")]
    pub streams: Option<usize>,

    /// Maximum rows of the result of an SQL query [default: 100000]
    #[arg(long, env = "HUB_QUERY_ROWS", value_name = "COUNT")]
    pub query_rows: Option<u64>,

    /// Bytes of memory of an SQL query or filter, which runs in a process of its own [default: 268435456]
    #[arg(long, env = "HUB_QUERY_MEMORY_BYTES", value_name = "BYTES")]
    pub query_memory_bytes: Option<usize>,

    /// Classify images that users send (POST /api/v1/classify) with the hub's models [default: false]
    #[arg(long, env = "HUB_CLASSIFY", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub classify: Option<bool>,

    /// Seconds for which the server waits for the bucket, including retries [default: 30]
    #[arg(long, env = "HUB_STORE_SECS", value_name = "SECONDS")]
    pub store_secs: Option<u64>,

    /// Seconds that running requests get when the server is stopped [default: 30]
    #[arg(long, env = "HUB_SHUTDOWN_SECS", value_name = "SECONDS")]
    pub shutdown_secs: Option<u64>,

    /// What is logged, as a filter: info, debug, hub_server=debug,warn [default: info]
    #[arg(long, env = "HUB_LOG", value_name = "FILTER")]
    pub log: Option<String>,

    /// Format of log lines [default: text]
    #[arg(long, env = "HUB_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// Reads a URL from a TOML string.
fn url_in_text<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Url>, D::Error> {
    let text = String::deserialize(value)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

impl Settings {
    /// Takes each setting that is unset from `other`.
    pub fn or(self, other: Self) -> Self {
        Self {
            config: self.config.or(other.config),
            listen: self.listen.or(other.listen),
            public_url: self.public_url.or(other.public_url),
            home: self.home.or(other.home),
            database_url: self.database_url.or(other.database_url),
            store: self.store.or(other.store),
            public_store_endpoint: self.public_store_endpoint.or(other.public_store_endpoint),
            links: self.links.or(other.links),
            secret: self.secret.or(other.secret),
            signed_url_secs: self.signed_url_secs.or(other.signed_url_secs),
            session_secs: self.session_secs.or(other.session_secs),
            logins_per_minute: self.logins_per_minute.or(other.logins_per_minute),
            trust_forwarded: self.trust_forwarded.or(other.trust_forwarded),
            cors_origin: self.cors_origin.or(other.cors_origin),
            delete_grace_secs: self.delete_grace_secs.or(other.delete_grace_secs),
            json_bytes: self.json_bytes.or(other.json_bytes),
            commit_bytes: self.commit_bytes.or(other.commit_bytes),
            object_bytes: self.object_bytes.or(other.object_bytes),
            part_bytes: self.part_bytes.or(other.part_bytes),
            cache_bytes: self.cache_bytes.or(other.cache_bytes),
            thumbnail_bytes: self.thumbnail_bytes.or(other.thumbnail_bytes),
            ffmpeg: self.ffmpeg.or(other.ffmpeg),
            request_secs: self.request_secs.or(other.request_secs),
            idle_secs: self.idle_secs.or(other.idle_secs),
            requests: self.requests.or(other.requests),
            streams: self.streams.or(other.streams),
            query_rows: self.query_rows.or(other.query_rows),
            query_memory_bytes: self.query_memory_bytes.or(other.query_memory_bytes),
            classify: self.classify.or(other.classify),
            store_secs: self.store_secs.or(other.store_secs),
            shutdown_secs: self.shutdown_secs.or(other.shutdown_secs),
            log: self.log.or(other.log),
            log_format: self.log_format.or(other.log_format),
        }
    }
}

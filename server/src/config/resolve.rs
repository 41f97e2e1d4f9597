//! Resolves settings to a [`Config`]: merges them, fills in defaults, checks values.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::{Links, LogFormat, Settings};

/// Minimum length of the key that signs links.
const SECRET_CHARS: usize = 32;

/// Minimum part length: S3 refuses parts under 5 MiB, and parts must be a power of two.
const MIN_PART_BYTES: u64 = 8 * 1024 * 1024;
/// Maximum part length: a part is held in memory.
const MAX_PART_BYTES: u64 = 256 * 1024 * 1024;

/// A hundred years: the longest duration, so that the time that lies so far ahead can be computed.
const MAX_DURATION: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{}: can't read the settings file", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML, or has an unknown setting.
    #[error("{}: not a valid settings file", path.display())]
    Parse {
        path: PathBuf,
        #[source]
        source: toml::de::Error,
    },
    #[error("{setting}: {problem}")]
    Value {
        /// The setting, as in the TOML file.
        setting: &'static str,
        /// What was found, and what was expected.
        problem: String,
    },
    #[error("no home directory is known for this user; set HUB_HOME")]
    NoHome,
}

/// The settings in effect. See [`Settings`] for what each means.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Config {
    pub listen: SocketAddr,
    pub public_url: Option<Url>,
    pub home: PathBuf,
    pub database_url: String,
    pub store: String,
    pub public_store_endpoint: Option<Url>,
    pub links: Links,
    pub secret: Option<String>,
    pub signed_url: Duration,
    pub session: Duration,
    pub logins_per_minute: u32,
    pub trust_forwarded: bool,
    pub cors_origin: Vec<String>,
    pub delete_grace: Duration,
    pub json_bytes: usize,
    pub commit_bytes: usize,
    pub object_bytes: u64,
    pub part_bytes: u64,
    pub cache_bytes: u64,
    pub thumbnail_bytes: u64,
    pub ffmpeg: PathBuf,
    pub request: Duration,
    pub idle: Duration,
    pub requests: usize,
    pub streams: usize,
    pub query_rows: u64,
    pub query_memory_bytes: usize,
    pub classify: bool,
    pub store_patience: Duration,
    pub shutdown: Duration,
    pub log: String,
    pub log_format: LogFormat,
}

impl Config {
    /// Merges these settings (flags and variables), the file they name, and the defaults.
    ///
    /// # Errors
    /// The file can't be read, or a value is invalid.
    pub fn load(settings: Settings) -> Result<Self, ConfigError> {
        let file = match &settings.config {
            Some(path) => read(path)?,
            None => Settings::default(),
        };
        Self::resolve(settings.or(file))
    }

    /// The defaults for a hub in one directory.
    ///
    /// # Errors
    /// None with these settings, unless the path can't be made absolute.
    pub fn in_home(home: impl Into<PathBuf>) -> Result<Self, ConfigError> {
        Self::resolve(Settings { home: Some(home.into()), ..Settings::default() })
    }

    fn resolve(set: Settings) -> Result<Self, ConfigError> {
        let home = set.home.or_else(|| dirs::data_dir().map(|dir| dir.join("imagehub")));
        let home = home.ok_or(ConfigError::NoHome)?;
        let home =
            std::path::absolute(&home).map_err(|source| ConfigError::Read { path: home.clone(), source })?;
        let secs = |value: Option<u64>, default: u64| Duration::from_secs(value.unwrap_or(default));
        let config = Self {
            listen: set.listen.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 3000))),
            public_url: set.public_url,
            database_url: set
                .database_url
                .unwrap_or_else(|| format!("sqlite://{}", home.join("catalog.db").display())),
            store: set.store.unwrap_or_else(|| format!("file://{}", home.join("datasets").display())),
            home,
            public_store_endpoint: set.public_store_endpoint,
            links: set.links.unwrap_or_default(),
            secret: set.secret,
            signed_url: secs(set.signed_url_secs, 3600),
            session: secs(set.session_secs, 30 * 24 * 3600),
            logins_per_minute: set.logins_per_minute.unwrap_or(10),
            trust_forwarded: set.trust_forwarded.unwrap_or(false),
            cors_origin: set.cors_origin.unwrap_or_default(),
            delete_grace: secs(set.delete_grace_secs, 7 * 24 * 3600),
            json_bytes: set.json_bytes.unwrap_or(2 << 20),
            commit_bytes: set.commit_bytes.unwrap_or(64 << 20),
            object_bytes: set.object_bytes.unwrap_or(1 << 40),
            part_bytes: set.part_bytes.unwrap_or(16 << 20),
            cache_bytes: set.cache_bytes.unwrap_or(8 << 30),
            thumbnail_bytes: set.thumbnail_bytes.unwrap_or(64 << 20),
            ffmpeg: set.ffmpeg.unwrap_or_else(|| "ffmpeg".into()),
            request: secs(set.request_secs, 60),
            idle: secs(set.idle_secs, 60),
            requests: set.requests.unwrap_or(1024),
            streams: set.streams.unwrap_or(512),
            query_rows: set.query_rows.unwrap_or(100_000),
            query_memory_bytes: set.query_memory_bytes.unwrap_or(256 << 20),
            classify: set.classify.unwrap_or(false),
            store_patience: secs(set.store_secs, 30),
            shutdown: secs(set.shutdown_secs, 30),
            log: set.log.unwrap_or_else(|| "info".to_owned()),
            log_format: set.log_format.unwrap_or_default(),
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |setting, problem: String| Err(ConfigError::Value { setting, problem });
        if self.secret.as_ref().is_some_and(|s| s.chars().count() < SECRET_CHARS) {
            return wrong("secret", format!("expected at least {SECRET_CHARS} characters"));
        }
        let part = self.part_bytes;
        if !part.is_power_of_two() || !(MIN_PART_BYTES..=MAX_PART_BYTES).contains(&part) {
            let problem =
                format!("{part} is not a power of two between {MIN_PART_BYTES} and {MAX_PART_BYTES}");
            return wrong("part_bytes", problem);
        }
        let week = Duration::from_secs(7 * 24 * 3600);
        if self.signed_url.is_zero() || self.signed_url > week {
            return wrong(
                "signed_url_secs",
                "expected 1 to 604800 (a bucket signs for a week at most)".into(),
            );
        }
        for (setting, duration) in [
            ("session_secs", self.session),
            ("delete_grace_secs", self.delete_grace),
            ("request_secs", self.request),
            ("idle_secs", self.idle),
            ("store_secs", self.store_patience),
            ("shutdown_secs", self.shutdown),
        ] {
            if duration > MAX_DURATION {
                let most = MAX_DURATION.as_secs();
                return wrong(setting, format!("expected at most {most} (a hundred years)"));
            }
        }
        for (setting, zero) in [
            ("logins_per_minute", self.logins_per_minute == 0),
            ("requests", self.requests == 0),
            ("streams", self.streams == 0),
            ("request_secs", self.request.is_zero()),
            ("idle_secs", self.idle.is_zero()),
            ("store_secs", self.store_patience.is_zero()),
        ] {
            if zero {
                return wrong(setting, "0 would refuse every request; expected 1 or more".into());
            }
        }
        for (setting, url) in
            [("public_url", &self.public_url), ("public_store_endpoint", &self.public_store_endpoint)]
        {
            if let Some(url) = url
                && !matches!(url.scheme(), "http" | "https")
            {
                return wrong(setting, format!("'{url}' is not http:// or https://"));
            }
        }
        for origin in self.cors_origin.iter().filter(|origin| *origin != "*") {
            // As browsers send it: without a path, and without a port that is the scheme's own.
            let url = Url::parse(origin).ok();
            if !url.is_some_and(|url| {
                matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == *origin
            }) {
                let problem = format!(
                    "'{origin}' is not an origin; expected for example https://lab.example.com, or *"
                );
                return wrong("cors_origin", problem);
            }
        }
        if self.public_store_endpoint.is_some() && !self.store.starts_with("s3://") {
            let problem = format!("only allowed with an s3:// store, but the store is '{}'", self.store);
            return wrong("public_store_endpoint", problem);
        }
        Ok(())
    }

    /// The address for links: `public_url`, or else the address that the server listens on.
    pub fn base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// Whether browsers reach the server over TLS, so that cookies can be marked `Secure`.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }
}

fn read(path: &Path) -> Result<Settings, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|source| ConfigError::Parse { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hub.toml");
        std::fs::write(&file, "listen = '0.0.0.0:1'\nrequests = 3\n").unwrap();
        let set = Settings {
            config: Some(file),
            home: Some(folder.path().to_owned()),
            requests: Some(5),
            ..Settings::default()
        };
        let config = Config::load(set).unwrap();
        assert_eq!(config.listen.to_string(), "0.0.0.0:1");
        assert_eq!((config.requests, config.streams), (5, 512));
        assert!(config.database_url.starts_with("sqlite:///") && config.database_url.ends_with("catalog.db"));
    }

    #[test]
    fn durations_end_before_times_do() {
        let over = Some(MAX_DURATION.as_secs() + 1);
        let none = Settings::default;
        for (setting, set) in [
            ("session_secs", Settings { session_secs: over, ..none() }),
            ("delete_grace_secs", Settings { delete_grace_secs: Some(u64::MAX), ..none() }),
            ("request_secs", Settings { request_secs: Some(u64::MAX), ..none() }),
            ("idle_secs", Settings { idle_secs: over, ..none() }),
            ("store_secs", Settings { store_secs: over, ..none() }),
            ("shutdown_secs", Settings { shutdown_secs: over, ..none() }),
        ] {
            let problem = Config::load(set).unwrap_err().to_string();
            assert_eq!(problem, format!("{setting}: expected at most 3153600000 (a hundred years)"));
        }
        assert!(Config::load(Settings { session_secs: Some(3_153_600_000), ..none() }).is_ok());
    }

    #[test]
    fn an_error_names_the_setting() {
        for origin in
            ["lab.example.com", "https://lab.example.com/", "https://a.example/x", "ftp://a", "null", ""]
        {
            let set = Settings { cors_origin: Some(vec![origin.into()]), ..Settings::default() };
            assert!(Config::load(set).unwrap_err().to_string().starts_with("cors_origin: "), "{origin}");
        }
        let origins = ["*", "https://lab.example.com", "http://localhost:8080"].map(str::to_owned).to_vec();
        let set = Settings { cors_origin: Some(origins.clone()), ..Settings::default() };
        assert_eq!(Config::load(set).unwrap().cors_origin, origins);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hub.toml");
        std::fs::write(&file, "lisen = '0.0.0.0:1'\n").unwrap();
        let set = Settings { config: Some(file), ..Settings::default() };
        assert!(matches!(Config::load(set), Err(ConfigError::Parse { .. })));
        let set = Settings { part_bytes: Some(9 << 20), ..Settings::default() };
        assert!(Config::load(set).unwrap_err().to_string().starts_with("part_bytes: "));
        let set = Settings { secret: Some("short".into()), ..Settings::default() };
        assert!(Config::load(set).unwrap_err().to_string().starts_with("secret: "));
        let endpoint = Some("https://s3.example.com".parse().unwrap());
        let set = Settings { public_store_endpoint: endpoint, ..Settings::default() };
        assert!(Config::load(set).unwrap_err().to_string().starts_with("public_store_endpoint: "));
    }
}

//! A server's address: scheme, host and port, and the addresses of its interface below.

use std::fmt;
use std::str::FromStr;

use hub_schema::DatasetName;
use url::{Host, Url};

use super::error::{Error, Result};

/// A server's address: `http(s)://HOST[:PORT]`, without a path, user or query.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(Url);

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = |problem: &str| Error::Address { text: text.to_owned(), problem: problem.to_owned() };
        if !text.contains("://") {
            return Err(bad("http:// or https:// is missing"));
        }
        let url = Url::parse(text).map_err(|e| bad(&e.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(bad("it does not begin with http:// or https:// and a host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("a name or password in it would be seen by others; use `hub login`"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(bad("it has a path, query or fragment after the host and port"));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl Address {
    /// Whether the host is this machine: a loopback address, `localhost` or a name below it.
    pub fn is_local(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }

    /// Whether requests are encrypted on the way.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// A URL of the API, below `/api/v1`; the parts are escaped.
    pub fn api<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend(["api", "v1"]).extend(parts);
        }
        url
    }

    /// A URL of the API below a data set; `path` may have several parts.
    pub fn dataset(&self, name: &DatasetName, path: &str) -> Url {
        let below = path.split('/').filter(|part| !part.is_empty());
        self.api(["datasets", name.namespace(), name.name()].into_iter().chain(below))
    }

    /// The URL of a page of the server's web interface.
    pub fn page(&self, path: &str) -> String {
        format!("{self}/{path}")
    }

    /// The URL of a link in a server's response; relative links are below the server's address.
    ///
    /// A server without a configured public address links to the address that it listens on, which is useless from
    /// another machine: in such a link it is replaced by the address that the server was requested at.
    ///
    /// # Errors
    /// Anything but http and https, and http where the server itself is reached by https.
    pub fn link(&self, text: &str) -> Result<Url> {
        let bad = |problem: &str| Error::strange(&self.0, format!("a link in its plan {problem}"));
        let mut url = self.0.join(text).map_err(|e| bad(&format!("can't be read ({e})")))?;
        let unspecified = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_unspecified() || ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_unspecified() || ip.is_loopback(),
            _ => false,
        };
        if unspecified && url.path().starts_with("/files/") {
            let rest = &url[url::Position::BeforePath..];
            url = self.0.join(rest).map_err(|e| bad(&format!("can't be read ({e})")))?;
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if !self.is_https() => Ok(url),
            "http" => Err(bad("is not encrypted, though the server is")),
            _ => Err(bad("is neither http nor https")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_a_host_and_no_more() {
        let address = |text: &str| text.parse::<Address>().map(|a| a.to_string());
        assert_eq!(address("http://Hub.Example:80/").unwrap(), "http://hub.example");
        assert_eq!(address("https://hub.example:8443").unwrap(), "https://hub.example:8443");
        for bad in
            ["hub.example", "ftp://h", "http://a:b@h", "http://h/x", "http://h/?q", "http://", "file:///x"]
        {
            assert!(address(bad).is_err(), "{bad}");
        }
        assert!("http://127.0.0.1:1".parse::<Address>().unwrap().is_local());
        assert!(!"http://hub.example".parse::<Address>().unwrap().is_local());
    }

    #[test]
    fn links_stay_as_safe_as_the_server() {
        let plain: Address = "http://hub.example:3000".parse().unwrap();
        let safe: Address = "https://hub.example".parse().unwrap();
        let link = |a: &Address, text: &str| a.link(text).map(|url| url.to_string());
        assert_eq!(link(&plain, "/files/a/b?exp=1").unwrap(), "http://hub.example:3000/files/a/b?exp=1");
        assert_eq!(link(&plain, "http://0.0.0.0:1/files/a?x").unwrap(), "http://hub.example:3000/files/a?x");
        assert_eq!(link(&safe, "https://b.s3.example/k?s").unwrap(), "https://b.s3.example/k?s");
        assert!(link(&safe, "http://b.s3.example/k").is_err());
        assert!(link(&plain, "file:///etc/passwd").is_err());
    }
}

//! A server as a hub: its data sets, accounts and tokens.

use std::time::Duration;

use chrono::{DateTime, Utc};
use hub_dataset::Store;
use hub_dataset::ops::gc::Swept;
use hub_schema::{BranchName, DatasetName};
use reqwest::header::{COOKIE, HeaderName, HeaderValue, SET_COOKIE};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use super::address::Address;
use super::connection::Connection;
use super::credentials::{Token, token_for};
use super::error::{Error, Result};
use super::network::Network;
use super::patience::Patience;
use super::request::Request;
use super::response::header;
use super::store;

/// An answer is no longer than this.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// What a program sends along with a session's cookie.
const OWN_REQUEST: HeaderName = HeaderName::from_static("x-hub-request");
/// Items on a page.
const PAGE: &str = "500";

/// A server.
#[derive(Clone, Debug)]
pub struct Hub {
    connection: Connection,
}

/// Whose token it is.
#[derive(Clone, Debug, Deserialize)]
pub struct Me {
    /// The user's name.
    pub name: String,
    /// The token.
    #[serde(default)]
    pub token: Option<TokenInfo>,
}

/// A data set in a listing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoteListing {
    /// Its name.
    pub name: DatasetName,
    /// `public` or `private`.
    #[serde(default)]
    pub visibility: String,
    /// Rows at the head of its default branch.
    #[serde(default)]
    pub rows: u64,
    /// Bytes there.
    #[serde(default)]
    pub size_bytes: u64,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    /// The branch that is meant where none is named.
    pub default_branch: BranchName,
}

/// A token, without its secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenInfo {
    /// Names it.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// `read`, `write` or `admin`.
    pub scope: String,
    /// If set: good there only.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Since when.
    pub created: DateTime<Utc>,
    /// Until when.
    #[serde(default)]
    pub expires: Option<DateTime<Utc>>,
    /// When it was last used.
    #[serde(default)]
    pub last_used: Option<DateTime<Utc>>,
}

/// A token to be made.
#[derive(Clone, Debug, Serialize)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// `read`, `write` or `admin`.
    pub scope: String,
    /// If set: good there only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// How many seconds it is good; without an end where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_secs: Option<u32>,
    /// Whose it is, where an owner of the hub makes it for another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// A token that was made; its secret is shown this once.
#[derive(Clone, Debug, Deserialize)]
pub struct MadeToken {
    /// The token itself.
    pub secret: Token,
    /// The rest.
    #[serde(flatten)]
    pub info: TokenInfo,
}

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserInfo {
    /// The name.
    pub name: String,
    /// Owner of the whole hub.
    #[serde(default)]
    pub admin: bool,
    /// Since when.
    pub created: DateTime<Utc>,
}

/// A user to be made.
#[derive(Serialize)]
pub struct NewUser {
    /// The name, and that of the user's namespace.
    pub name: String,
    /// None: the user has tokens only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Owner of the whole hub.
    pub admin: bool,
}

/// A member of a namespace.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MemberInfo {
    /// The user's name.
    pub user: String,
    /// `reader`, `writer` or `owner`.
    pub role: String,
}

#[derive(Deserialize)]
struct Page<T> {
    #[serde(alias = "datasets", alias = "tokens", alias = "users", alias = "members")]
    items: Vec<T>,
    #[serde(default)]
    next: Option<String>,
}

impl Hub {
    /// The server at an address, with the token that is known for it. Nothing is requested yet.
    pub fn connect(address: &Address, network: &Network) -> Result<Self> {
        Self::with_token(address, token_for(address)?, network)
    }

    /// The server at an address, with another token or none.
    pub fn with_token(address: &Address, token: Option<Token>, network: &Network) -> Result<Self> {
        let connection = Connection::new(address.clone(), token, Patience::default(), network)?;
        Ok(Self { connection })
    }

    /// Makes a token for whoever knows a password, as `hub login` does: by a session that ends again.
    ///
    /// # Errors
    /// What the server says: name and password don't fit, too many tries.
    pub async fn token_by_password(
        address: &Address,
        name: &str,
        password: &str,
        new: &NewToken,
        network: &Network,
    ) -> Result<MadeToken> {
        let connection = Self::with_token(address, None, network)?.connection;
        let url = address.api(["session"]);
        let login = serde_json::json!({ "name": name, "password": password });
        let answer = connection.ask(&Request::post(url.clone(), &login)?.once()).await?;
        let cookie = header(&answer, SET_COOKIE).and_then(|text| text.split(';').next());
        let cookie = cookie.and_then(|text| HeaderValue::from_str(text).ok());
        let mut cookie = cookie.ok_or_else(|| Error::strange(&url, "a login without a session"))?;
        cookie.set_sensitive(true);
        let in_session = |call: Request| {
            call.header(COOKIE, cookie.clone()).header(OWN_REQUEST, HeaderValue::from_static("1"))
        };
        let call = in_session(Request::post(address.api(["tokens"]), new)?.once());
        let made = connection.json(&call, ANSWER_BYTES).await;
        // It runs out by itself, should this fail.
        let _ = connection.ask(&in_session(Request::new(Method::DELETE, url))).await;
        made
    }

    /// The server over a connection.
    pub fn over(connection: Connection) -> Self {
        Self { connection }
    }

    /// The address.
    pub fn address(&self) -> &Address {
        self.connection.address()
    }

    /// Is there a token?
    pub fn has_token(&self) -> bool {
        self.connection.has_token()
    }

    /// The store of a data set there.
    pub fn store(&self, name: &DatasetName) -> Store {
        store::store(&self.connection, name)
    }

    /// Whose token it is.
    pub async fn me(&self) -> Result<Me> {
        self.get(["me"]).await
    }

    /// Makes a data set; false if there was one.
    pub async fn create_dataset(&self, name: &DatasetName) -> Result<bool> {
        let url = self.address().api(["datasets"]);
        // Repeating it is harmless: the second answer is "there already".
        let call = Request::post(url, &serde_json::json!({ "name": name }))?;
        match self.connection.ask(&call).await {
            Ok(_) => Ok(true),
            Err(e) if e.is(StatusCode::CONFLICT) => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// Deletes a data set; an owner can bring it back for a while.
    pub async fn delete_dataset(&self, name: &DatasetName) -> Result<()> {
        self.delete(["datasets", name.namespace(), name.name()]).await
    }

    /// Deletes files of a data set that no commit names and that are older than `grace`, or counts them.
    ///
    /// # Errors
    /// What the server says: the caller doesn't own the namespace, or the grace time is too short.
    pub async fn gc(&self, name: &DatasetName, grace: Duration, dry_run: bool) -> Result<Swept> {
        let json = serde_json::json!({ "grace_secs": grace.as_secs(), "dry_run": dry_run });
        let call = Request::post(self.address().dataset(name, "gc"), &json)?;
        self.connection.json(&call, ANSWER_BYTES).await
    }

    /// All data sets that the caller may see, by name; of one namespace, where one is given.
    pub async fn datasets(&self, namespace: Option<&str>) -> Result<Vec<RemoteListing>> {
        let mut url = self.address().api(["datasets"]);
        if let Some(namespace) = namespace {
            url.query_pairs_mut().append_pair("namespace", namespace);
        }
        self.pages(&url).await
    }

    /// The caller's tokens.
    pub async fn tokens(&self) -> Result<Vec<TokenInfo>> {
        self.pages(&self.address().api(["tokens"])).await
    }

    /// Makes a token.
    pub async fn create_token(&self, new: &NewToken) -> Result<MadeToken> {
        let call = Request::post(self.address().api(["tokens"]), new)?.once();
        self.connection.json(&call, ANSWER_BYTES).await
    }

    /// Revokes a token.
    pub async fn revoke_token(&self, id: &str) -> Result<()> {
        self.delete(["tokens", id]).await
    }

    /// All users.
    pub async fn users(&self) -> Result<Vec<UserInfo>> {
        self.pages(&self.address().api(["users"])).await
    }

    /// Makes a user.
    pub async fn create_user(&self, new: &NewUser) -> Result<()> {
        let call = Request::post(self.address().api(["users"]), new)?.once();
        self.connection.ask(&call).await.map(drop)
    }

    /// Gives a user another password; all sessions of the user end.
    pub async fn set_password(&self, name: &str, password: &str) -> Result<()> {
        let json = serde_json::json!({ "password": password });
        let call = Request::post(self.address().api(["users", name]), &json)?.method(Method::PATCH).once();
        self.connection.ask(&call).await.map(drop)
    }

    /// Removes a user.
    pub async fn remove_user(&self, name: &str) -> Result<()> {
        self.delete(["users", name]).await
    }

    /// The members of a namespace.
    pub async fn members(&self, namespace: &str) -> Result<Vec<MemberInfo>> {
        self.pages(&self.address().api(["namespaces", namespace, "members"])).await
    }

    /// Gives a user a role in a namespace.
    pub async fn put_member(&self, namespace: &str, user: &str, role: &str) -> Result<()> {
        let url = self.address().api(["namespaces", namespace, "members", user]);
        let json = serde_json::json!({ "role": role });
        let call = Request::post(url, &json)?.method(Method::PUT);
        self.connection.ask(&call).await.map(drop)
    }

    /// Takes a user out of a namespace.
    pub async fn remove_member(&self, namespace: &str, user: &str) -> Result<()> {
        self.delete(["namespaces", namespace, "members", user]).await
    }

    async fn get<T: DeserializeOwned, const N: usize>(&self, path: [&str; N]) -> Result<T> {
        self.connection.json(&Request::get(self.address().api(path)), ANSWER_BYTES).await
    }

    async fn delete<const N: usize>(&self, path: [&str; N]) -> Result<()> {
        let call = Request::new(Method::DELETE, self.address().api(path));
        self.connection.ask(&call).await.map(drop)
    }

    /// All pages of a list.
    async fn pages<T: DeserializeOwned>(&self, list: &Url) -> Result<Vec<T>> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut url = list.clone();
            url.query_pairs_mut().append_pair("limit", PAGE);
            if let Some(cursor) = &cursor {
                url.query_pairs_mut().append_pair("cursor", cursor);
            }
            let page: Page<T> = self.connection.json(&Request::get(url.clone()), ANSWER_BYTES).await?;
            let empty = page.items.is_empty();
            items.extend(page.items);
            match page.next {
                Some(next) if !empty && Some(&next) != cursor.as_ref() => cursor = Some(next),
                _ => return Ok(items),
            }
        }
    }
}

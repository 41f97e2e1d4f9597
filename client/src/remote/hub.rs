//! A server's API: its data sets, accounts and tokens.

use std::time::Duration;

use hub_dataset::Store;
use hub_dataset::ops::gc::Swept;
use hub_schema::api::{
    ChangedUser, CreateDataset, CreateToken, CreateUser, CreatedUser, DatasetList, DatasetPage, DatasetView,
    Login, Me, MemberList, MemberView, NewTokenView, RenameDataset, SetMember, Sweep, SweptView, TokenList,
    TokenView, UpdateDataset, UpdateUser, UserList, UserView,
};
use hub_schema::{DatasetName, Role};
use reqwest::header::{COOKIE, HeaderName, HeaderValue, SET_COOKIE};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;
use uuid::Uuid;

use super::address::Address;
use super::connection::Connection;
use super::credentials::{Token, token_for};
use super::error::{Error, Result};
use super::network::Network;
use super::patience::Patience;
use super::request::Request;
use super::response::header;
use super::store;

/// The longest response that is read.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// The header that marks a request with a session's cookie as intended (against cross-site requests).
const OWN_REQUEST: HeaderName = HeaderName::from_static("x-hub-request");
/// The items a page of a list, as a query parameter.
const PAGE_ITEMS: &str = "500";

/// A hub server and the token for it. Cheap to clone. Every method but [`address`](Self::address),
/// [`has_token`](Self::has_token) and [`store`](Self::store) sends a request, and fails if it gets no response or the
/// server refuses.
#[derive(Clone, Debug)]
pub struct Hub {
    connection: Connection,
}

/// A response that is a page of a list.
trait Page: DeserializeOwned {
    type Item;

    /// The items, and what to give as `cursor` for the next page.
    fn into_parts(self) -> (Vec<Self::Item>, Option<String>);
}

impl Page for DatasetList {
    type Item = DatasetView;

    fn into_parts(self) -> (Vec<DatasetView>, Option<String>) {
        (self.datasets, self.next)
    }
}

impl Page for TokenList {
    type Item = TokenView;

    fn into_parts(self) -> (Vec<TokenView>, Option<String>) {
        (self.tokens, None)
    }
}

impl Page for UserList {
    type Item = UserView;

    fn into_parts(self) -> (Vec<UserView>, Option<String>) {
        (self.users, self.next)
    }
}

impl Page for MemberList {
    type Item = MemberView;

    fn into_parts(self) -> (Vec<MemberView>, Option<String>) {
        (self.members, None)
    }
}

impl Hub {
    /// The server at an address, with the token that is stored for it. Nothing is requested yet.
    pub fn connect(address: &Address, network: &Network) -> Result<Self> {
        Self::with_token(address, token_for(address)?, network)
    }

    /// The server at an address, with another token or none.
    pub fn with_token(address: &Address, token: Option<Token>, network: &Network) -> Result<Self> {
        let connection = Connection::new(address.clone(), token, Patience::default(), network)?;
        Ok(Self { connection })
    }

    /// Creates a token by name and password, as `hub login` does: in a session, which it ends.
    ///
    /// # Errors
    /// The server refuses: a wrong name or password, too many tries.
    pub async fn token_by_password(
        address: &Address,
        name: &str,
        password: &str,
        new: &CreateToken,
        network: &Network,
    ) -> Result<Token> {
        let connection = Self::with_token(address, None, network)?.connection;
        let url = address.api(["session"]);
        let login = Login { name: name.to_owned(), password: password.into() };
        let answer = connection.send(&Request::post(url.clone(), &login)?.once()).await?;
        let cookie = header(&answer, SET_COOKIE).and_then(|text| text.split(';').next());
        let cookie = cookie.and_then(|text| HeaderValue::from_str(text).ok());
        let mut cookie =
            cookie.ok_or_else(|| Error::strange(&url, "the response to the login sets no session cookie"))?;
        cookie.set_sensitive(true);
        let in_session = |call: Request| {
            call.header(COOKIE, cookie.clone()).header(OWN_REQUEST, HeaderValue::from_static("1"))
        };
        let call = in_session(Request::post(address.api(["tokens"]), new)?.once());
        let made: Result<NewTokenView> = connection.json(&call, ANSWER_BYTES).await;
        // A session that isn't ended here expires by itself.
        let _ = connection.send(&in_session(Request::new(Method::DELETE, url))).await;
        Token::parse(made?.secret.reveal())
            .ok_or_else(|| Error::strange(&address.api(["tokens"]), "the new token has invalid characters"))
    }

    /// The server over a connection.
    pub fn over(connection: Connection) -> Self {
        Self { connection }
    }

    /// The server's address.
    pub fn address(&self) -> &Address {
        self.connection.address()
    }

    /// Whether requests are sent with a token.
    pub fn has_token(&self) -> bool {
        self.connection.has_token()
    }

    /// The store of a data set on the server, which need not exist.
    pub fn store(&self, name: &DatasetName) -> Store {
        store::store(&self.connection, name)
    }

    /// The user of the token, the namespaces that the user is a member of, and the token.
    pub async fn me(&self) -> Result<Me> {
        self.get(["me"]).await
    }

    /// Creates a data set; false if it exists already.
    pub async fn create_dataset(&self, name: &DatasetName) -> Result<bool> {
        let url = self.address().api(["datasets"]);
        // Repeating it is harmless: the second response is a conflict.
        let call = Request::post(url, &CreateDataset::named(name.clone()))?;
        match self.connection.send(&call).await {
            Ok(_) => Ok(true),
            Err(e) if e.is(StatusCode::CONFLICT) => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// Deletes a data set; an owner can restore it for a while.
    pub async fn delete_dataset(&self, name: &DatasetName) -> Result<()> {
        self.delete(["datasets", name.namespace(), name.name()]).await
    }

    /// A data set with its card and the caller's role.
    pub async fn dataset(&self, name: &DatasetName) -> Result<DatasetPage> {
        self.get(["datasets", name.namespace(), name.name()]).await
    }

    /// Changes the card, visibility or default branch of a data set.
    ///
    /// # Errors
    /// The server refuses: the caller doesn't own the namespace, the card is too long, the branch doesn't exist.
    pub async fn update_dataset(&self, name: &DatasetName, change: &UpdateDataset) -> Result<DatasetView> {
        let url = self.address().api(["datasets", name.namespace(), name.name()]);
        let call = Request::post(url, change)?.method(Method::PATCH);
        self.connection.json(&call, ANSWER_BYTES).await
    }

    /// Gives a data set another name.
    ///
    /// # Errors
    /// The server refuses: the caller doesn't own both namespaces, or the name is taken.
    pub async fn rename_dataset(&self, name: &DatasetName, to: &DatasetName) -> Result<DatasetView> {
        let call = Request::post(self.address().dataset(name, "rename"), &RenameDataset { to: to.clone() })?;
        self.connection.json(&call.once(), ANSWER_BYTES).await
    }

    /// The deleted data sets that the caller can restore.
    pub async fn deleted_datasets(&self) -> Result<Vec<DatasetView>> {
        let mut url = self.address().api(["datasets"]);
        url.query_pairs_mut().append_pair("deleted", "true");
        self.pages::<DatasetList>(&url).await
    }

    /// Restores a deleted data set.
    ///
    /// # Errors
    /// The server refuses: the caller doesn't own the namespace, the name is taken, or the grace time is over.
    pub async fn restore_dataset(&self, id: Uuid) -> Result<DatasetView> {
        let url = self.address().api(["deleted", &id.to_string(), "restore"]);
        self.connection.json(&Request::new(Method::POST, url), ANSWER_BYTES).await
    }

    /// Deletes the files of a data set that no commit names and that are older than `grace`; only counts them if
    /// `dry_run`.
    ///
    /// # Errors
    /// The server refuses: the caller doesn't own the namespace, or the grace time is too short.
    pub async fn gc(&self, name: &DatasetName, grace: Duration, dry_run: bool) -> Result<Swept> {
        let sweep = Sweep { grace_secs: Some(grace.as_secs()), dry_run };
        let call = Request::post(self.address().dataset(name, "gc"), &sweep)?;
        let swept: SweptView = self.connection.json(&call, ANSWER_BYTES).await?;
        let SweptView { files, bytes, young_files, young_bytes } = swept;
        Ok(Swept { files, bytes, young_files, young_bytes, kept_for_writers: false })
    }

    /// All data sets that the caller may see, by name; of one namespace, where one is given.
    pub async fn datasets(&self, namespace: Option<&str>) -> Result<Vec<DatasetView>> {
        let mut url = self.address().api(["datasets"]);
        if let Some(namespace) = namespace {
            url.query_pairs_mut().append_pair("namespace", namespace);
        }
        self.pages::<DatasetList>(&url).await
    }

    /// The caller's tokens, without their secrets.
    pub async fn tokens(&self) -> Result<Vec<TokenView>> {
        self.pages::<TokenList>(&self.address().api(["tokens"])).await
    }

    /// Creates a token for the caller; its secret is in this response only.
    pub async fn create_token(&self, new: &CreateToken) -> Result<NewTokenView> {
        let call = Request::post(self.address().api(["tokens"]), new)?.once();
        self.connection.json(&call, ANSWER_BYTES).await
    }

    /// Revokes the token with this complete id.
    pub async fn revoke_token(&self, id: &str) -> Result<()> {
        self.delete(["tokens", id]).await
    }

    /// All users of the server.
    pub async fn users(&self) -> Result<Vec<UserView>> {
        self.pages::<UserList>(&self.address().api(["users"])).await
    }

    /// Creates a user with a password. The user owns the namespace of the same name, if that held no data sets.
    pub async fn create_user(&self, new: &CreateUser) -> Result<CreatedUser> {
        let call = Request::post(self.address().api(["users"]), new)?.once();
        self.connection.json(&call, ANSWER_BYTES).await
    }

    /// Gives a user another password; all sessions and tokens of the user end, and are returned.
    pub async fn set_password(&self, name: &str, password: &str) -> Result<ChangedUser> {
        let change = UpdateUser { password: Some(password.into()), ..UpdateUser::default() };
        let call = Request::post(self.address().api(["users", name]), &change)?.method(Method::PATCH).once();
        self.connection.json(&call, ANSWER_BYTES).await
    }

    /// Removes the user of this name.
    pub async fn remove_user(&self, name: &str) -> Result<()> {
        self.delete(["users", name]).await
    }

    /// The members of a namespace.
    pub async fn members(&self, namespace: &str) -> Result<Vec<MemberView>> {
        self.pages::<MemberList>(&self.address().api(["namespaces", namespace, "members"])).await
    }

    /// Gives a user a role in a namespace.
    pub async fn put_member(&self, namespace: &str, user: &str, role: Role) -> Result<()> {
        let url = self.address().api(["namespaces", namespace, "members", user]);
        let call = Request::post(url, &SetMember { role })?.method(Method::PUT);
        self.connection.send(&call).await.map(drop)
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
        self.connection.send(&call).await.map(drop)
    }

    /// All pages of a list.
    async fn pages<P: Page>(&self, list: &Url) -> Result<Vec<P::Item>> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut url = list.clone();
            url.query_pairs_mut().append_pair("limit", PAGE_ITEMS);
            if let Some(cursor) = &cursor {
                url.query_pairs_mut().append_pair("cursor", cursor);
            }
            let page: P = self.connection.json(&Request::get(url.clone()), ANSWER_BYTES).await?;
            let (listed, next) = page.into_parts();
            let empty = listed.is_empty();
            items.extend(listed);
            match next {
                Some(next) if !empty && Some(&next) != cursor.as_ref() => cursor = Some(next),
                _ => return Ok(items),
            }
        }
    }
}

//! A hub in a temporary folder, with users in every role, and helpers for requests and data sets.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use hub_catalog::{NewToken, NewUser, Role, Scope};
use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset, Snapshot, Store};
use hub_schema::{BranchName, DType, Feature, FieldId, Schema, TensorRole};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::config::{Config, Settings};
use crate::serve::serve_on;
use crate::state::AppState;

/// The caller of a request. Roles are those in the namespace `vision`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// An anonymous caller.
    Stranger,
    /// A user without a role in the namespace.
    Outsider,
    /// A reader.
    Reader,
    /// A writer.
    Writer,
    /// An owner of the namespace.
    Owner,
    /// An owner, with a token that may only read.
    OwnerToRead,
    /// An owner, with a token for another namespace.
    OwnerElsewhere,
    /// An owner of the hub.
    Admin,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Stranger,
        Self::Outsider,
        Self::Reader,
        Self::Writer,
        Self::Owner,
        Self::OwnerToRead,
        Self::OwnerElsewhere,
        Self::Admin,
    ];
}

/// A hub that runs.
pub struct Hub {
    pub state: AppState,
    pub address: SocketAddr,
    /// Its home, shared with the servers that were started on it again.
    pub folder: Arc<TempDir>,
    pub http: reqwest::Client,
    tokens: HashMap<Who, String>,
    /// Stops the server when it is dropped.
    _stop: oneshot::Sender<()>,
}

impl Hub {
    /// A hub with all callers of [`Who`].
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    /// A hub with settings.
    pub async fn with(settings: Settings) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let settings = Settings { home: Some(folder.path().to_owned()), ..settings };
        let state = AppState::open(Config::load(settings).unwrap()).await.unwrap();
        let tokens = people(&state).await;
        Self::start(state, folder, tokens).await
    }

    /// Another server on the same home, with the default settings.
    pub async fn again(&self) -> Self {
        let state = AppState::open(Config::in_home(self.folder.path()).unwrap()).await.unwrap();
        Self::start(state, self.folder.clone(), self.tokens.clone()).await
    }

    async fn start(state: AppState, folder: Arc<TempDir>, tokens: HashMap<Who, String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = state.clone();
        tokio::spawn(async move {
            serve_on(serving, listener, async { drop(stopped.await) }).await.unwrap();
        });
        Self { state, address, folder, http: reqwest::Client::new(), tokens, _stop: stop }
    }

    /// The token of a caller; `None` for an anonymous one.
    pub fn token(&self, who: Who) -> Option<&str> {
        self.tokens.get(&who).map(String::as_str)
    }

    /// A request with the caller's token.
    pub fn request(&self, who: Who, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("http://{}{path}", self.address));
        match self.token(who) {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a `GET` with the caller's token.
    pub async fn get(&self, who: Who, path: &str) -> Response {
        self.request(who, Method::GET, path).send().await.unwrap()
    }

    /// Gets JSON; the status must be 200.
    pub async fn json(&self, who: Who, path: &str) -> Json {
        body(self.get(who, path).await, StatusCode::OK).await
    }

    /// A request with a JSON body.
    pub async fn send(&self, who: Who, method: Method, path: &str, json: Json) -> Response {
        self.request(who, method, path).json(&json).send().await.unwrap()
    }

    /// Creates a data set `vision/<name>` through the service, and opens it on the disk.
    pub async fn dataset(&self, name: &str, visibility: &str) -> Dataset {
        let wanted = json!({ "name": format!("vision/{name}"), "visibility": visibility });
        let made = self.send(Who::Writer, Method::POST, "/api/v1/datasets", wanted).await;
        body(made, StatusCode::CREATED).await;
        let info = self.state.catalog.dataset(&format!("vision/{name}").parse().unwrap()).await.unwrap();
        Dataset::open(self.state.root.store(&info.location).unwrap()).await.unwrap()
    }
}

/// The JSON of an answer with this status.
pub async fn body(response: Response, status: StatusCode) -> Json {
    let (found, text) = (response.status(), response.text().await.unwrap());
    assert_eq!(found, status, "{text}");
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// The last segment of `type` of a problem; the status must be `status`.
pub async fn problem(response: Response, status: u16) -> String {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let json = body(response, StatusCode::from_u16(status).unwrap()).await;
    assert_eq!(json["status"], status);
    assert!(!json["request_id"].as_str().unwrap().is_empty());
    json["type"].as_str().unwrap().strip_prefix("/problems/").unwrap().to_owned()
}

async fn people(state: &AppState) -> HashMap<Who, String> {
    let catalog = &state.catalog;
    let mut tokens = HashMap::new();
    catalog.ensure_namespace("vision").await.unwrap();
    let names = [
        (Who::Outsider, "oscar", None),
        (Who::Reader, "rita", Some(Role::Reader)),
        (Who::Writer, "willi", Some(Role::Writer)),
        (Who::Owner, "olga", Some(Role::Owner)),
        (Who::Admin, "ada", None),
    ];
    for (who, name, role) in names {
        let mut user = NewUser::named(name).password(format!("{name}s password"));
        user.admin = who == Who::Admin;
        let user = catalog.create_user(&user).await.unwrap();
        if let Some(role) = role {
            catalog.set_member("vision", name, role).await.unwrap();
        }
        let (_, secret) = catalog.create_token(user.id, &NewToken::new("t", Scope::Admin)).await.unwrap();
        tokens.insert(who, secret.reveal().to_owned());
        if who == Who::Owner {
            let (_, read) = catalog.create_token(user.id, &NewToken::new("r", Scope::Read)).await.unwrap();
            tokens.insert(Who::OwnerToRead, read.reveal().to_owned());
            let elsewhere =
                NewToken { namespace: Some("olga".to_owned()), ..NewToken::new("e", Scope::Admin) };
            let (_, elsewhere) = catalog.create_token(user.id, &elsewhere).await.unwrap();
            tokens.insert(Who::OwnerElsewhere, elsewhere.reveal().to_owned());
        }
    }
    tokens
}

/// Columns: image, label, number, text, vector.
pub fn schema() -> Schema {
    let vector = Feature::Tensor { dtype: DType::F32, shape: vec![2, 3], role: TensorRole::Plain };
    let label = Feature::ClassLabel {
        names: vec!["cat".into(), "dog".into()],
        synsets: vec![Some("n02121620".into()), Some("n02084071".into())],
    };
    Schema::new([
        ("image", Feature::Image),
        ("label", label),
        ("n", Feature::int64()),
        ("text", Feature::Text),
        ("vector", vector),
    ])
    .unwrap()
}

/// The image of row `n`.
pub fn picture(n: i64) -> Vec<u8> {
    (0..3000).map(|i| (n as usize * 31 + i * 7) as u8).collect()
}

fn row(n: i64, schema: &Schema) -> Vec<Value> {
    let value = |name: &str| match name {
        "image" => {
            Value::Media(Media { name: format!("{n}.png"), bytes: MediaBytes::Memory(picture(n).into()) })
        }
        "image.name" => Value::text(format!("{n}.png")),
        "image.bytes" => Value::Int(3000),
        "image.format" => Value::text("png"),
        "image.width" => Value::Int(10 + n),
        "label" => Value::Int(n % 2),
        "n" => Value::Int(n),
        "text" if n % 3 == 0 => Value::Null,
        "text" => Value::text(format!("row {n}")),
        "vector" => {
            Value::Bytes((0..6).flat_map(|i| (n as f32 + i as f32).to_le_bytes()).collect::<Vec<u8>>().into())
        }
        _ => Value::Null,
    };
    schema.fields.iter().map(|f| value(&f.name)).collect()
}

/// Appends a fragment for each split and list of row groups to a branch, numbering the rows from `n`.
pub async fn append(dataset: &Dataset, branch: &str, mut n: i64, fragments: &[(&str, &[u32])]) -> Snapshot {
    let schema = schema();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    for (split, groups) in fragments {
        let split = (!split.is_empty()).then(|| (*split).to_owned());
        let mut builder = FragmentBuilder::new(&schema, &ids, split).unwrap();
        for rows in *groups {
            let rows: Vec<_> = (0..i64::from(*rows)).map(|i| row(n + i, &schema)).collect();
            builder.row_group(&rows).unwrap();
            n += rows.len() as i64;
        }
        let encoded = builder.finish().unwrap();
        let (fragment, _) = dataset.put_fragment(encoded, &Default::default()).await.unwrap();
        packed.fragments.push(fragment);
    }
    let branch: BranchName = branch.parse().unwrap();
    // The writer's name, so that the service accepts the commit from them too.
    let author = Author::new("willi", "");
    dataset.append(&branch, &author, &packed).await.unwrap().snapshot().unwrap().clone()
}

/// Flips the bits of all pages of a data set's files, but not of their footers.
pub fn spoil(dataset: &Dataset) {
    let folder = dataset.store().directory().unwrap().join("data");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        let footer = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap());
        let pages = bytes.len() - 8 - footer as usize;
        bytes[4..pages].iter_mut().for_each(|byte| *byte = !*byte);
        std::fs::write(&path, bytes).unwrap();
    }
}

/// A data set elsewhere, in memory, to be pushed: its objects by path.
pub async fn elsewhere() -> (Snapshot, Vec<(String, bytes::Bytes)>) {
    use futures::TryStreamExt;
    let dataset = Dataset::create(Store::memory()).await.unwrap();
    let snapshot = append(&dataset, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    let mut objects = Vec::new();
    let listed: Vec<_> = dataset.store().list("").try_collect().await.unwrap();
    for object in listed {
        objects.push((object.path.clone(), dataset.store().need(&object.path).await.unwrap()));
    }
    objects.sort();
    (snapshot, objects)
}

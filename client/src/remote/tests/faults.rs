//! Servers that fail, and come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hub_dataset::store::Created;
use hub_schema::Scope;
use hub_schema::api::{AccessDenied, CreateToken};
use reqwest::StatusCode;

use super::super::origins::Place;
use super::super::{Connection, Error, Network};
use super::fake::{Fake, Reply, Request, listening, quick};
use super::whole::{Objects, open};

/// Answers with the next of some replies, then as a hub.
fn failing(replies: Vec<Reply>) -> (Fake, Arc<AtomicUsize>) {
    let objects = Objects::new();
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    let fake = Fake::start(move |request: &Request| {
        let n = count.fetch_add(1, Ordering::Relaxed);
        replies.get(n).cloned().unwrap_or_else(|| objects.answer(request))
    });
    (fake, requests)
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let (fake, requests) = failing(vec![
        Reply::cut(),
        Reply::problem(503, "overloaded", "busy"),
        Reply::new(502, "<html>a proxy's page</html>").header("content-type", "text/html"),
        Reply::problem(500, "internal", "a bug"),
        Reply::cut(),
    ]);
    assert!(open(&fake).get("hub.json").await.unwrap().is_some());
    assert_eq!(requests.load(Ordering::Relaxed), 6);
}

fn owner_of_a() -> AccessDenied {
    let text = |word: &str| Some(word.to_owned());
    AccessDenied {
        namespace: text("a"),
        required_role: text("owner"),
        required_scope: text("admin"),
        scope: text("admin"),
        ..AccessDenied::default()
    }
}

#[tokio::test]
async fn what_to_do_does_not_depend_on_the_servers_words() {
    let (fake, _) = failing(vec![Reply::problem_with(403, "forbidden", "xyzzy", owner_of_a())]);
    let error = open(&fake).get("hub.json").await.unwrap_err();
    let hint = Error::find(&error).unwrap().hint().unwrap();
    assert!(hint.contains("hub member add a YOU --role owner"), "{hint}");
    // A server that is older than the members.
    let (fake, _) = failing(vec![Reply::problem(403, "forbidden", "only an owner of namespace 'a' may")]);
    let error = open(&fake).get("hub.json").await.unwrap_err();
    let hint = Error::find(&error).unwrap().hint().unwrap();
    assert!(hint.contains("hub member add NAMESPACE YOU --role ROLE"), "{hint}");
}

#[tokio::test]
async fn what_stays_is_said_in_the_servers_words() {
    for (reply, text, hint) in [
        (
            Reply::problem(401, "unauthorized", "the token is unknown"),
            "the token is unknown",
            "hub login http",
        ),
        (
            Reply::problem_with(403, "forbidden", "only an owner of namespace 'a' may do this", owner_of_a()),
            "only an owner of",
            "hub member add a",
        ),
        (
            Reply::problem(422, "bad-commit", "file x is missing"),
            "Title of bad-commit: file x is missing",
            "",
        ),
        (Reply::problem(500, "damaged", "file y"), "file y (request r-1)", ""),
        (Reply::new(418, "tea"), "418", ""),
        (
            Reply::new(404, "<html>").header("content-type", "text/html"),
            "this is not an Image Hub server",
            "",
        ),
        (Reply::new(400, "speak TLS"), "400", "try https://127.0.0.1"),
        (Reply::new(301, "").header("location", "https://elsewhere.example/"), "elsewhere.example", ""),
    ] {
        let (fake, requests) = failing(vec![reply]);
        let error = open(&fake).get("hub.json").await.unwrap_err();
        let remote = Error::find(&error).unwrap();
        assert!(remote.to_string().contains(text), "{remote}");
        assert!(remote.hint().unwrap_or_default().contains(hint), "{:?}", remote.hint());
        assert_eq!(requests.load(Ordering::Relaxed), 1, "{text}");
    }
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let busy = Reply::problem(429, "too-many-requests", "slow down").header("retry-after", "1");
    let (fake, _) = failing(vec![busy]);
    let begun = Instant::now();
    assert!(open(&fake).get("hub.json").await.unwrap().is_some());
    assert!(begun.elapsed() >= Duration::from_secs(1));
    // Nobody waits for an hour.
    let busy = Reply::problem(429, "too-many-requests", "slow down").header("retry-after", "3600");
    let (fake, requests) = failing(vec![busy]);
    assert!(open(&fake).get("hub.json").await.is_err());
    assert_eq!(requests.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_wait_is_told_once() {
    let busy = Reply::problem(429, "too-many-requests", "slow down").header("retry-after", "1");
    let (fake, requests) =
        failing(vec![busy.clone(), busy.clone(), Reply::problem(503, "overloaded", "busy")]);
    assert!(open(&fake).get("hub.json").await.unwrap().is_some());
    assert_eq!(requests.load(Ordering::Relaxed), 4);
    let server = fake.address.to_string();
    let expected = format!(
        "note: {server} says: Title of too-many-requests: slow down; trying again in 1 s, as the server requested"
    );
    assert_eq!(fake.notes(&server), [expected]);
}

#[tokio::test]
async fn two_hubs_share_no_outage() {
    let busy = Reply::problem(429, "too-many-requests", "slow down").header("retry-after", "1");
    let (fake, _) = failing(vec![busy.clone(), Reply::new(200, "{}"), busy]);
    let (other, told) = listening();
    assert!(open(&fake).get("hub.json").await.unwrap().is_some());
    assert_eq!(fake.notes("slow down").len(), 1);
    assert_eq!(*told.lock().unwrap(), [""; 0]);
    // It meets an outage of its own, which the first one's note doesn't silence.
    let store = super::super::store::store(&fake.connection_of(&other), &super::whole::NAME.parse().unwrap());
    assert!(store.get("hub.json").await.unwrap().is_some());
    assert_eq!(told.lock().unwrap().len(), 1);
    assert_eq!(fake.notes("slow down").len(), 1);
}

#[tokio::test]
async fn two_hubs_share_no_place() {
    let (first, _) = listening();
    let (second, told) = listening();
    let place = "http://bucket.example:1";
    first.place_lost(place, &Error::NotRemote("no way"), "the server");
    assert_eq!(first.clone().place(place), Place::Lost);
    assert_eq!(second.place(place), Place::Untried);
    assert_eq!(*told.lock().unwrap(), [""; 0]);
}

#[tokio::test]
async fn silence_ends() {
    let hang = Reply::hang(Duration::from_secs(3));
    let (fake, requests) = failing(vec![hang]);
    let begun = Instant::now();
    assert!(open(&fake).get("hub.json").await.unwrap().is_some());
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(requests.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn an_unreachable_server_fails_soon() {
    let address = {
        let fake = Fake::start(|_| Reply::cut());
        fake.address.clone()
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    let connection = Connection::new(address, None, quick(), &Network::default()).unwrap();
    let store = super::super::store::store(&connection, &"a/b".parse().unwrap());
    let error = store.get("hub.json").await.unwrap_err();
    let remote = Error::find(&error).unwrap();
    assert!(remote.to_string().contains("can't be reached: "), "{remote}");
    assert!(remote.hint().unwrap().contains("/healthz"));
}

#[tokio::test]
async fn a_body_that_breaks_is_read_on() {
    let content: Vec<u8> = (0..200_000u32).map(|i| (i % 253) as u8).collect();
    let path = format!("blobs/{}", blake3::hash(&content));
    let fake = Fake::start(move |request| {
        let mut reply = Reply::object(request, &content);
        reply.length = Some(reply.body.len() as u64);
        // No more than 60,000 bytes a connection.
        reply.body.truncate(60_000);
        reply
    });
    let got = open(&fake).get(&path).await.unwrap().unwrap();
    assert_eq!(path, format!("blobs/{}", blake3::hash(&got)));
    let starts: Vec<_> = fake.requests().iter().map(|r| r.header("range").map(str::to_owned)).collect();
    assert_eq!(starts[0], None);
    assert!(starts.len() >= 4 && starts[1..].iter().all(Option::is_some), "{starts:?}");
}

#[tokio::test]
async fn a_lost_answer_to_a_commit_is_no_conflict() {
    let objects = Objects::new();
    let first = AtomicUsize::new(0);
    let fake = Fake::start(move |request| {
        let reply = objects.answer(request);
        let lost = request.method == "PUT" && first.fetch_add(1, Ordering::Relaxed) == 0;
        if lost { Reply::cut() } else { reply }
    });
    let path = "refs/main/00000000000000000000.json";
    let store = open(&fake);
    assert_eq!(store.create(path, "mine".into()).await.unwrap(), Created::Yes);
    assert_eq!(store.create(path, "yours".into()).await.unwrap(), Created::Taken);
    let wanted = fake.requests().iter().all(|r| r.method != "PUT" || r.header("if-none-match") == Some("*"));
    assert!(wanted);
}

#[tokio::test]
async fn a_token_that_is_made_twice_is_not() {
    let fake = Fake::start(|_| Reply::problem(500, "internal", "who knows"));
    let hub = super::super::Hub::over(fake.connection());
    let new = CreateToken::new("x", Scope::Read);
    let error = hub.create_token(&new).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    assert_eq!(fake.log().len(), 1);
}

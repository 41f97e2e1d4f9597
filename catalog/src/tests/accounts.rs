//! Users, namespaces, tokens, sessions, the first owner.

use chrono::{TimeDelta, Utc};
use futures::future::join_all;

use super::{Hub, on_both};
use crate::{Error, NewToken, NewUser, Role, Scope, Viewer};

on_both!(
    a_user_owns_a_namespace,
    a_removed_users_name_inherits_nothing,
    names_of_tokens_are_visible,
    names_are_told_apart_whatever_their_case,
    of_two_creators_one_wins,
    passwords,
    the_last_owner_stays,
    users_by_pages,
    members_and_roles,
    tokens,
    tokens_end,
    last_use_is_noted_once_a_minute,
    sessions,
    first_owner,
    of_two_first_owners_one_wins,
);

async fn a_user_owns_a_namespace(hub: &Hub) {
    let ada = hub.user("ada").await;
    let members = hub.catalog.members("ada").await.unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!((members[0].user.as_str(), members[0].role), ("ada", Role::Owner));
    assert_eq!(hub.catalog.memberships(ada.id).await.unwrap(), members);
    // A namespace of other users can't become a user's.
    hub.catalog.create_namespace("team", Some(ada.id)).await.unwrap();
    let team = hub.catalog.create_user(&NewUser::named("team")).await;
    assert!(matches!(team, Err(Error::Taken { what: "namespace", .. })), "{team:?}");
    assert!(matches!(hub.catalog.user("team").await, Err(Error::NotFound { .. })));
    // A namespace without members can be taken over (as after a reindex).
    hub.catalog.ensure_namespace("bob").await.unwrap();
    let bob = hub.user("bob").await;
    assert_eq!(hub.catalog.role(&Viewer::from(&bob), "bob").await.unwrap(), Some(Role::Owner));
    for bad in ["", "../x", "a/b", "a b", "a\0", ".x", &"x".repeat(97)] {
        assert!(hub.catalog.create_user(&NewUser::named(bad)).await.is_err(), "{bad:?}");
    }
}

async fn a_removed_users_name_inherits_nothing(hub: &Hub) {
    hub.user("olga").await;
    let info = hub.dataset("olga/secret").await;
    hub.catalog.remove_user("olga").await.unwrap();
    // The data sets wait for an owner of the hub to give them to someone, also while they are deleted.
    for delete in [false, true] {
        if delete {
            hub.catalog.delete_dataset(info.uuid).await.unwrap();
        }
        let other = hub.user("olga").await;
        let viewer = Viewer::from(&other);
        assert_eq!(hub.catalog.role(&viewer, "olga").await.unwrap(), None);
        assert!(hub.catalog.see_dataset(&info.name, &viewer).await.is_err());
        let bin = crate::ListQuery { deleted: delete, ..Default::default() };
        assert!(hub.catalog.list_datasets(&viewer, &bin).await.unwrap().items.is_empty());
        assert_eq!(hub.catalog.list_datasets(&Viewer::hub(), &bin).await.unwrap().items.len(), 1);
        hub.catalog.remove_user("olga").await.unwrap();
    }
    // Another owner of the namespace keeps it.
    hub.catalog.restore_dataset(info.uuid).await.unwrap();
    hub.user("bob").await;
    hub.catalog.set_member("olga", "bob", Role::Owner).await.unwrap();
    let refused = hub.catalog.create_user(&NewUser::named("olga")).await;
    assert!(matches!(refused, Err(Error::Taken { what: "namespace", .. })), "{refused:?}");
    // An empty namespace is begun anew.
    hub.user("eve").await;
    let before = hub.catalog.namespace("eve").await.unwrap().created;
    hub.catalog.remove_user("eve").await.unwrap();
    let eve = hub.user("eve").await;
    assert_eq!(hub.catalog.role(&Viewer::from(&eve), "eve").await.unwrap(), Some(Role::Owner));
    assert!(hub.catalog.namespace("eve").await.unwrap().created > before);
}

async fn names_of_tokens_are_visible(hub: &Hub) {
    let ada = hub.user("ada").await;
    for forged in ["a\nb", "a\tb", "\u{1b}[2J", "a\u{202e}b", "a\u{200b}", "a\0"] {
        let refused = hub.catalog.create_token(ada.id, &NewToken::new(forged, Scope::Read)).await;
        assert!(matches!(refused, Err(Error::Invalid { what: "token name", .. })), "{forged:?}");
    }
    hub.catalog.create_token(ada.id, &NewToken::new("Zoë’s notebook – 2", Scope::Read)).await.unwrap();
}

async fn names_are_told_apart_whatever_their_case(hub: &Hub) {
    hub.user("Ada").await;
    let again = hub.catalog.create_user(&NewUser::named("aDA")).await;
    assert!(matches!(again, Err(Error::Taken { what: "user", .. })), "{again:?}");
    assert_eq!(hub.catalog.user("ADA").await.unwrap().name, "Ada");
}

async fn of_two_creators_one_wins(hub: &Hub) {
    let other = hub.other().await;
    let new = NewUser::named("ada");
    let racers = (0..8).map(|i| if i % 2 == 0 { &hub.catalog } else { &other }.create_user(&new));
    let ended = join_all(racers).await;
    assert_eq!(ended.iter().filter(|e| e.is_ok()).count(), 1, "{ended:?}");
    let lost = |e: &Result<_, Error>| matches!(e, Ok(_) | Err(Error::Taken { .. }));
    assert!(ended.iter().all(lost), "{ended:?}");
    other.close().await;
}

async fn passwords(hub: &Hub) {
    let short = hub.catalog.create_user(&NewUser::named("ada").password("short")).await;
    assert!(matches!(short, Err(Error::Invalid { what: "password", .. })));
    let ada = hub.catalog.create_user(&NewUser::named("ada").password("correct horse")).await.unwrap();
    hub.user("robot").await;
    assert_eq!(hub.catalog.log_in("Ada", "correct horse").await.unwrap(), ada);
    let endless = "x".repeat(1_000_000);
    for (name, password) in [
        ("ada", "wrong horse"),
        ("ada", ""),
        ("ada", &endless),
        ("robot", ""),
        ("nobody", "correct horse"),
        ("' OR 1=1 --", "correct horse"),
        ("a\0da", "correct horse"),
    ] {
        let denied = hub.catalog.log_in(name, password).await;
        assert!(matches!(denied, Err(Error::Denied)), "{name}: {denied:?}");
    }
    let session = hub.catalog.create_session(ada.id, TimeDelta::days(1)).await.unwrap();
    let (laptop, secret) =
        hub.catalog.create_token(ada.id, &NewToken::new("laptop", Scope::Write)).await.unwrap();
    let (used, used_secret) =
        hub.catalog.create_token(ada.id, &NewToken::new("this", Scope::Admin)).await.unwrap();
    let ended = hub.catalog.set_password(ada.id, Some("battery staple"), Some(used.id)).await.unwrap();
    assert_eq!((ended.sessions, ended.tokens), (1, vec![laptop]));
    assert!(matches!(hub.catalog.verify_token(secret.reveal()).await, Err(Error::Denied)));
    hub.catalog.verify_token(used_secret.reveal()).await.unwrap();
    assert!(hub.catalog.log_in("ada", "correct horse").await.is_err());
    assert!(hub.catalog.log_in("ada", "battery staple").await.is_ok());
    assert!(matches!(hub.catalog.verify_session(session.reveal()).await, Err(Error::Denied)));
    // Without a password only tokens are left, so they stay.
    let ended = hub.catalog.set_password(ada.id, None, None).await.unwrap();
    assert_eq!((ended.sessions, ended.tokens.len()), (0, 0));
    hub.catalog.verify_token(used_secret.reveal()).await.unwrap();
    assert!(hub.catalog.log_in("ada", "battery staple").await.is_err());
}

async fn the_last_owner_stays(hub: &Hub) {
    hub.catalog.create_user(&NewUser::named("ada").admin()).await.unwrap();
    for refused in [hub.catalog.remove_user("ada").await, hub.catalog.set_admin("ada", false).await] {
        assert!(matches!(refused, Err(Error::LastOwner { .. })), "{refused:?}");
    }
    hub.user("bob").await;
    hub.catalog.set_admin("bob", true).await.unwrap();
    // Two who remove each other at once: one of them stays.
    let (a, b) = tokio::join!(hub.catalog.remove_user("ada"), hub.catalog.remove_user("bob"));
    assert_ne!(a.is_ok(), b.is_ok(), "{a:?} {b:?}");
    assert!(hub.catalog.has_owner().await.unwrap());
    // The namespace outlives its user.
    hub.catalog.namespace("ada").await.unwrap();
    hub.catalog.namespace("bob").await.unwrap();
}

async fn users_by_pages(hub: &Hub) {
    for i in 0..7 {
        hub.user(&format!("user{i}")).await;
    }
    let (mut names, mut cursor) = (Vec::new(), None);
    loop {
        let page = hub.catalog.users(cursor.as_deref(), 3).await.unwrap();
        names.extend(page.items.into_iter().map(|u| u.name));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(names, (0..7).map(|i| format!("user{i}")).collect::<Vec<_>>());
    assert!(matches!(hub.catalog.users(Some("nonsense"), 3).await, Err(Error::Invalid { .. })));
    assert_eq!(hub.catalog.namespaces(None, 1000).await.unwrap().items.len(), 7);
}

async fn members_and_roles(hub: &Hub) {
    let (ada, bob) = (hub.user("ada").await, hub.user("bob").await);
    let role = async |viewer: &Viewer, namespace: &str| hub.catalog.role(viewer, namespace).await.unwrap();
    let seen = Viewer::from(&bob);
    assert_eq!(role(&seen, "ada").await, None);
    hub.catalog.set_member("ada", "bob", Role::Reader).await.unwrap();
    assert_eq!(role(&seen, "ada").await, Some(Role::Reader));
    hub.catalog.set_member("ada", "bob", Role::Writer).await.unwrap();
    assert_eq!(role(&seen, "ada").await, Some(Role::Writer));
    assert!(Role::Reader < Role::Writer && Role::Writer < Role::Owner);
    let within = Viewer { within: Some("bob".into()), ..seen.clone() };
    assert_eq!(role(&within, "ada").await, None);
    assert_eq!(role(&within, "bob").await, Some(Role::Owner));
    assert_eq!(role(&Viewer::stranger(), "ada").await, None);
    assert_eq!(role(&Viewer::hub(), "ada").await, Some(Role::Owner));
    hub.catalog.remove_member("ada", "bob").await.unwrap();
    assert_eq!(role(&seen, "ada").await, None);
    for gone in [
        hub.catalog.remove_member("ada", "bob").await,
        hub.catalog.set_member("ada", "eve", Role::Reader).await.map(drop),
        hub.catalog.set_member("none", "bob", Role::Reader).await.map(drop),
        hub.catalog.remove_namespace("none").await,
    ] {
        assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
    }
    hub.dataset("ada/mnist").await;
    assert!(matches!(hub.catalog.remove_namespace("ada").await, Err(Error::Invalid { .. })));
    hub.catalog.remove_namespace("bob").await.unwrap();
    assert!(hub.catalog.memberships(bob.id).await.unwrap().is_empty());
    assert_eq!(hub.catalog.memberships(ada.id).await.unwrap().len(), 1);
}

async fn tokens(hub: &Hub) {
    let (ada, bob) = (hub.user("ada").await, hub.user("bob").await);
    let new = NewToken { namespace: Some("ada".into()), ..NewToken::new("laptop", Scope::Write) };
    let (token, secret) = hub.catalog.create_token(ada.id, &new).await.unwrap();
    assert!(secret.reveal().starts_with("hub_"));
    let access = hub.catalog.verify_token(secret.reveal()).await.unwrap();
    assert_eq!((&access.user, &access.token.id), (&ada, &token.id));
    assert_eq!((access.token.scope, access.token.namespace.as_deref()), (Scope::Write, Some("ada")));
    assert_eq!(Viewer::from(&access).within.as_deref(), Some("ada"));
    let mut tampered = secret.reveal().to_owned();
    tampered.pop();
    for wrong in [tampered.as_str(), "hub_", "", "hub_\0", &"hub_".repeat(10_000)] {
        assert!(matches!(hub.catalog.verify_token(wrong).await, Err(Error::Denied)));
    }
    // The secret is nowhere in the table.
    let row = hub.catalog.db.read("SELECT hash FROM tokens").row().await.unwrap().unwrap();
    assert!(!row.get::<String>("hash").unwrap().contains(&secret.reveal()[4..]));
    assert_eq!(hub.catalog.tokens(ada.id).await.unwrap()[0].id, token.id);
    let others = hub.catalog.revoke_token(bob.id, token.id).await;
    assert!(matches!(others, Err(Error::NotFound { .. })));
    hub.catalog.revoke_token(ada.id, token.id).await.unwrap();
    assert!(matches!(hub.catalog.verify_token(secret.reveal()).await, Err(Error::Denied)));
    let nowhere = NewToken { namespace: Some("none".into()), ..NewToken::new("x", Scope::Read) };
    assert!(matches!(hub.catalog.create_token(ada.id, &nowhere).await, Err(Error::NotFound { .. })));
}

async fn tokens_end(hub: &Hub) {
    let ada = hub.user("ada").await;
    let soon = Utc::now() + TimeDelta::milliseconds(300);
    let new = NewToken { expires: Some(soon), ..NewToken::new("short", Scope::Read) };
    let (_, secret) = hub.catalog.create_token(ada.id, &new).await.unwrap();
    hub.catalog.verify_token(secret.reveal()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(350)).await;
    assert!(matches!(hub.catalog.verify_token(secret.reveal()).await, Err(Error::Denied)));
    let past = NewToken { expires: Some(Utc::now() - TimeDelta::days(1)), ..new };
    assert!(matches!(hub.catalog.create_token(ada.id, &past).await, Err(Error::Invalid { .. })));
    let (_, secret) = hub.catalog.create_token(ada.id, &NewToken::new("x", Scope::Read)).await.unwrap();
    hub.catalog.remove_user("ada").await.unwrap();
    assert!(matches!(hub.catalog.verify_token(secret.reveal()).await, Err(Error::Denied)));
}

async fn last_use_is_noted_once_a_minute(hub: &Hub) {
    let ada = hub.user("ada").await;
    let (_, secret) = hub.catalog.create_token(ada.id, &NewToken::new("x", Scope::Read)).await.unwrap();
    let last = async || hub.catalog.tokens(ada.id).await.unwrap()[0].last_used;
    assert_eq!(last().await, None);
    hub.catalog.verify_token(secret.reveal()).await.unwrap();
    let first = last().await.unwrap();
    hub.catalog.verify_token(secret.reveal()).await.unwrap();
    assert_eq!(last().await, Some(first));
    let old = first - TimeDelta::minutes(2);
    hub.catalog.db.write("UPDATE tokens SET last_used = $1").bind(old).run().await.unwrap();
    hub.catalog.verify_token(secret.reveal()).await.unwrap();
    assert!(last().await.unwrap() >= first);
}

async fn sessions(hub: &Hub) {
    let ada = hub.user("ada").await;
    let secret = hub.catalog.create_session(ada.id, TimeDelta::days(1)).await.unwrap();
    let session = hub.catalog.verify_session(secret.reveal()).await.unwrap();
    assert_eq!(session.user, ada);
    assert_eq!(session.expires - session.created, TimeDelta::days(1));
    // A session is not a token, and a token is not a session.
    assert!(hub.catalog.verify_token(secret.reveal()).await.is_err());
    let ended = hub.catalog.create_session(ada.id, TimeDelta::zero()).await.unwrap();
    assert!(matches!(hub.catalog.verify_session(ended.reveal()).await, Err(Error::Denied)));
    // Those that ran out are swept.
    let third = hub.catalog.create_session(ada.id, TimeDelta::MAX).await.unwrap();
    let left = hub.catalog.db.read("SELECT count(*) AS n FROM sessions").row().await.unwrap().unwrap();
    assert_eq!(left.count("n").unwrap(), 2);
    hub.catalog.end_session(secret.reveal()).await.unwrap();
    hub.catalog.end_session(secret.reveal()).await.unwrap();
    assert!(hub.catalog.verify_session(secret.reveal()).await.is_err());
    assert!(hub.catalog.verify_session(third.reveal()).await.is_ok());
}

async fn first_owner(hub: &Hub) {
    let lost = hub.catalog.setup_link().await.unwrap().unwrap();
    let link = hub.catalog.setup_link().await.unwrap().unwrap();
    assert!(hub.catalog.check_setup("setup_guessed").await.is_err());
    let weak = NewUser::named("ada").password("short");
    assert!(matches!(hub.catalog.complete_setup(link.reveal(), &weak).await, Err(Error::Invalid { .. })));
    hub.catalog.check_setup(link.reveal()).await.unwrap();
    let ada = NewUser::named("ada").password("correct horse");
    assert!(hub.catalog.complete_setup(link.reveal(), &ada).await.unwrap().admin);
    for used in [&link, &lost] {
        let again = hub.catalog.complete_setup(used.reveal(), &NewUser::named("eve")).await;
        assert!(matches!(again, Err(Error::Denied)), "{again:?}");
    }
    assert!(hub.catalog.setup_link().await.unwrap().is_none());
}

async fn of_two_first_owners_one_wins(hub: &Hub) {
    let links =
        [hub.catalog.setup_link().await.unwrap().unwrap(), hub.catalog.setup_link().await.unwrap().unwrap()];
    let owners = [NewUser::named("ada"), NewUser::named("eve")];
    let (a, b) = tokio::join!(
        hub.catalog.complete_setup(links[0].reveal(), &owners[0]),
        hub.catalog.complete_setup(links[1].reveal(), &owners[1])
    );
    assert_ne!(a.is_ok(), b.is_ok(), "{a:?} {b:?}");
    assert_eq!(hub.catalog.users(None, 10).await.unwrap().items.len(), 1);
}

//! Data sets: made, seen, changed, renamed, deleted, purged.

use chrono::{TimeDelta, Utc};
use futures::future::join_all;
use hub_schema::{BranchName, DatasetName, Visibility};
use uuid::Uuid;

use super::{Hub, on_both};
use crate::{DatasetChange, Error, ListQuery, NewDataset, Role, Viewer};

on_both!(
    private_and_missing_look_the_same,
    of_two_creators_one_wins,
    changes,
    renames,
    deleted_with_a_way_back,
    about_is_written_beside_it,
);

fn name(text: &str) -> DatasetName {
    text.parse().unwrap()
}

async fn private_and_missing_look_the_same(hub: &Hub) {
    let (ada, bob) = (hub.user("ada").await, hub.user("bob").await);
    let info = hub.dataset("ada/mnist").await;
    assert_eq!(info.visibility, Visibility::Private);
    let see = async |viewer: &Viewer, text: &str| hub.catalog.see_dataset(&name(text), viewer).await;
    for viewer in [Viewer::stranger(), Viewer::from(&bob)] {
        let private = see(&viewer, "ada/mnist").await.unwrap_err().to_string();
        let missing = see(&viewer, "ada/other").await.unwrap_err().to_string();
        assert_eq!(private.replace("mnist", "other"), missing);
    }
    assert_eq!(see(&Viewer::from(&ada), "ada/mnist").await.unwrap().role, Some(Role::Owner));
    assert_eq!(see(&Viewer::hub(), "ada/mnist").await.unwrap().dataset, info);
    let public = DatasetChange { visibility: Some(Visibility::Public), ..DatasetChange::default() };
    hub.catalog.update_dataset(info.uuid, &public).await.unwrap();
    assert_eq!(see(&Viewer::stranger(), "ada/mnist").await.unwrap().role, None);
    let limited = Viewer { within: Some("bob".into()), ..Viewer::from(&ada) };
    assert_eq!(see(&limited, "ada/mnist").await.unwrap().role, None);
    let private = DatasetChange { visibility: Some(Visibility::Private), ..DatasetChange::default() };
    hub.catalog.update_dataset(info.uuid, &private).await.unwrap();
    let limited_hub = Viewer { within: Some("bob".into()), ..Viewer::hub() };
    for blind in [&limited, &limited_hub] {
        assert!(matches!(see(blind, "ada/mnist").await, Err(Error::NotFound { .. })), "{blind:?}");
    }
    hub.catalog.set_member("ada", "bob", Role::Reader).await.unwrap();
    assert_eq!(see(&Viewer::from(&bob), "ada/mnist").await.unwrap().role, Some(Role::Reader));
    let within = Viewer { within: Some("ada".into()), ..Viewer::from(&bob) };
    assert_eq!(see(&within, "ada/mnist").await.unwrap().role, Some(Role::Reader));
}

async fn of_two_creators_one_wins(hub: &Hub) {
    hub.catalog.ensure_namespace("ada").await.unwrap();
    let other = hub.other().await;
    let new: Vec<_> = (0..8)
        .map(|i| NewDataset {
            location: format!("ada/place{i}"),
            ..NewDataset::new(Uuid::new_v4(), name("ada/mnist"))
        })
        .collect();
    let racers =
        new.iter().enumerate().map(|(i, n)| if i % 2 == 0 { &hub.catalog } else { &other }.create_dataset(n));
    let ended = join_all(racers).await;
    assert_eq!(ended.iter().filter(|e| e.is_ok()).count(), 1, "{ended:?}");
    assert!(
        ended.iter().all(|e| matches!(e, Ok(_) | Err(Error::Taken { what: "data set", .. }))),
        "{ended:?}"
    );
    let uuid = ended.iter().find_map(|e| e.as_ref().ok()).unwrap().uuid;
    let twice = NewDataset::new(uuid, name("ada/twice"));
    assert!(matches!(hub.catalog.create_dataset(&twice).await, Err(Error::Taken { .. })));
    let homeless = NewDataset::new(Uuid::new_v4(), name("nobody/x"));
    let refused = hub.catalog.create_dataset(&homeless).await;
    assert!(matches!(refused, Err(Error::NotFound { what: "namespace", .. })), "{refused:?}");
    other.close().await;
}

async fn changes(hub: &Hub) {
    let info = hub.dataset("ada/mnist").await;
    let card = "# MNIST\n\nHandwritten digits\0 of 250 people.".to_owned();
    let dev: BranchName = "dev".parse().unwrap();
    let change = DatasetChange {
        visibility: Some(Visibility::Public),
        card: Some(card.clone()),
        default_branch: Some(dev.clone()),
    };
    let changed = hub.catalog.update_dataset(info.uuid, &change).await.unwrap();
    assert_eq!((changed.visibility, &changed.default_branch), (Visibility::Public, &dev));
    assert!(changed.summary.starts_with("Handwritten digits"));
    assert!(changed.updated > info.updated);
    assert_eq!(hub.catalog.dataset_by_uuid(info.uuid).await.unwrap(), changed);
    assert_eq!(hub.catalog.card(info.uuid).await.unwrap(), card.replace('\0', "\u{fffd}"));
    let same = hub.catalog.update_dataset(info.uuid, &DatasetChange::default()).await.unwrap();
    assert_eq!(same.summary, changed.summary);
    let nobody = hub.catalog.update_dataset(Uuid::new_v4(), &change).await;
    assert!(matches!(nobody, Err(Error::NotFound { .. })));
}

async fn renames(hub: &Hub) {
    let info = hub.dataset("ada/mnist").await;
    hub.dataset("ada/digits").await;
    let taken = hub.catalog.rename_dataset(info.uuid, &name("ada/digits"), "ada/mnist").await;
    assert!(matches!(taken, Err(Error::Taken { .. })), "{taken:?}");
    let nowhere = hub.catalog.rename_dataset(info.uuid, &name("none/x"), "none/x").await;
    assert!(matches!(nowhere, Err(Error::NotFound { .. })));
    hub.catalog.ensure_namespace("team").await.unwrap();
    let moved = hub.catalog.rename_dataset(info.uuid, &name("team/numbers"), "ada/mnist").await.unwrap();
    assert_eq!((moved.name.to_string().as_str(), moved.location.as_str()), ("team/numbers", "ada/mnist"));
    assert!(hub.catalog.name_is_free(&name("ada/mnist")).await.unwrap());
    // The old name is free, the old place is not.
    let uuid = Uuid::new_v4();
    let place = hub.catalog.free_location(&name("ada/mnist"), uuid).await.unwrap();
    assert_ne!(place, "ada/mnist");
    let new = NewDataset { location: place, ..NewDataset::new(uuid, name("ada/mnist")) };
    hub.catalog.create_dataset(&new).await.unwrap();
    // A search finds it by its new name.
    let query = ListQuery { search: Some("NUMBERS team".into()), ..ListQuery::default() };
    assert_eq!(hub.catalog.list_datasets(&Viewer::hub(), &query).await.unwrap().items, [moved]);
}

async fn deleted_with_a_way_back(hub: &Hub) {
    let ada = hub.user("ada").await;
    let info = hub.dataset("ada/mnist").await;
    assert!(matches!(hub.catalog.purge_dataset(info.uuid).await, Err(Error::NotFound { .. })));
    let deleted = hub.catalog.delete_dataset(info.uuid).await.unwrap();
    assert_eq!(hub.catalog.delete_dataset(info.uuid).await.unwrap().deleted, deleted.deleted);
    assert!(hub.catalog.see_dataset(&info.name, &Viewer::hub()).await.is_err());
    let bin = ListQuery { deleted: true, ..ListQuery::default() };
    assert!(hub.catalog.list_datasets(&Viewer::stranger(), &bin).await.unwrap().items.is_empty());
    assert_eq!(hub.catalog.list_datasets(&Viewer::from(&ada), &bin).await.unwrap().items.len(), 1);
    // The name is free; the way back is closed while another has it.
    let uuid = Uuid::new_v4();
    let location = hub.catalog.free_location(&info.name, uuid).await.unwrap();
    let new = NewDataset { location, ..NewDataset::new(uuid, info.name.clone()) };
    hub.catalog.create_dataset(&new).await.unwrap();
    assert!(matches!(hub.catalog.restore_dataset(info.uuid).await, Err(Error::Taken { .. })));
    hub.catalog.delete_dataset(uuid).await.unwrap();
    assert_eq!(hub.catalog.restore_dataset(info.uuid).await.unwrap(), info);

    let now = Utc::now();
    assert!(hub.catalog.purgeable(now - TimeDelta::days(1), 10).await.unwrap().is_empty());
    let due = hub.catalog.purgeable(now + TimeDelta::seconds(1), 10).await.unwrap();
    assert_eq!(due.iter().map(|d| d.uuid).collect::<Vec<_>>(), [uuid]);
    hub.catalog.purge_dataset(uuid).await.unwrap();
    assert!(hub.catalog.dataset_by_uuid(uuid).await.is_err());
    assert_eq!(hub.catalog.count_datasets().await.unwrap(), 1);
}

async fn about_is_written_beside_it(hub: &Hub) {
    let info = hub.dataset("ada/mnist").await;
    let store = hub_dataset::Store::memory();
    let folder = name("ada/folder");
    let none = crate::dataset_meta::read(&store, &folder).await.unwrap();
    assert_eq!((none.name, none.visibility), (folder.clone(), Visibility::Private));
    let change = DatasetChange { card: Some("Digits.".into()), ..DatasetChange::default() };
    hub.catalog.update_dataset(info.uuid, &change).await.unwrap();
    hub.catalog.delete_dataset(info.uuid).await.unwrap();
    hub.catalog.write_about(info.uuid, &store).await.unwrap();
    let about = crate::dataset_meta::read(&store, &folder).await.unwrap();
    assert_eq!(about, hub.catalog.about(info.uuid).await.unwrap());
    assert_eq!((about.name, about.card.as_str()), (info.name, "Digits."));
    assert!(about.deleted.is_some());
    for bad in ["", "[]", r#"{"name": "../x"}"#, r#"{"name": "a/b", "visibility": "all"}"#] {
        store.put("about.json", bytes::Bytes::copy_from_slice(bad.as_bytes())).await.unwrap();
        assert!(
            matches!(crate::dataset_meta::read(&store, &folder).await, Err(Error::Invalid { .. })),
            "{bad}"
        );
    }
    store.put("about.json", bytes::Bytes::from(vec![b' '; 5 << 20])).await.unwrap();
    assert!(matches!(crate::dataset_meta::read(&store, &folder).await, Err(Error::Invalid { .. })));
}

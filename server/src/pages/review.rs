//! The review queues of a data set: what is worth a look, each as a card with its number and some pictures.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use hub_dataset::Snapshot;
use hub_schema::api::{QueueView, ScanState};

use super::set_frame::thumbnail;
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::problem::Result;
use crate::state::AppState;
use crate::views::cell::{Kind, Look};
use crate::views::review::summary::queue_list;

/// How long a page waits for what is read in the background.
const PATIENCE: Duration = Duration::from_millis(800);

#[derive(Template)]
#[template(path = "review.html")]
struct Review {
    frame: Frame,
    set: SetFrame,
    kind: Kind,
    cards: Vec<Card>,
    is_reading: bool,
    waits_for_person: bool,
}

/// A queue on a page.
pub struct Card {
    pub title: String,
    pub how: String,
    pub href: String,
    /// The number of its rows; none until they are found, and where most rows are right.
    pub total: Option<String>,
    /// Whether it is there and empty.
    pub is_empty: bool,
    /// How much of the data was read, if not all: `40 %`.
    pub reading: Option<String>,
    pub has_mistakes: bool,
    pub pictures: Vec<String>,
}

/// The queues of a revision.
pub struct Cards {
    pub cards: Vec<Card>,
    /// The likely mistakes in all.
    pub mistakes: u64,
    pub is_reading: bool,
    /// Whether somebody has to sign in before the data are read.
    pub waits_for_person: bool,
}

/// The page of all queues.
pub async fn review(State(state): State<AppState>, visit: SetVisit) -> Result<Response> {
    let snapshot = visit.snapshot().await?;
    let found = cards(&state, &visit, &snapshot, PATIENCE).await?;
    let (frame, set) = visit.frame("Review", Tab::Review, Some(&snapshot)).await?;
    page(&Review {
        kind: Look::of(snapshot.schema()).kind,
        cards: found.cards,
        is_reading: found.is_reading,
        waits_for_person: found.waits_for_person,
        set,
        frame,
    })
}

/// The queues of a revision as cards.
pub async fn cards(
    state: &AppState,
    visit: &SetVisit,
    snapshot: &Snapshot,
    patience: Duration,
) -> Result<Cards> {
    let list = queue_list(state, &visit.set, snapshot, patience).await?;
    let look = Look::of(snapshot.schema());
    let mistakes =
        list.queues.iter().filter(|queue| queue.has_mistakes).filter_map(|queue| queue.total).sum();
    let in_state = |state| list.queues.iter().any(|queue| queue.scan.state == state);
    Ok(Cards {
        mistakes,
        is_reading: in_state(ScanState::Running),
        waits_for_person: in_state(ScanState::NotBegun),
        cards: list.queues.iter().map(|queue| card(visit, snapshot, &look, queue)).collect(),
    })
}

fn card(visit: &SetVisit, snapshot: &Snapshot, look: &Look, queue: &QueueView) -> Card {
    let name = &visit.set.info.name;
    let rev = visit.rev.as_ref().map(|rev| format!("?rev={}", show::encoded(rev))).unwrap_or_default();
    let picture = |row: &String| {
        let media = look.media.as_ref()?;
        Some(thumbnail(name, snapshot.at(), row, &media.name, 96))
    };
    let scan = &queue.scan;
    let percent = || format!("{} %", scan.rows * 100 / scan.total.max(1));
    Card {
        title: queue.title.clone(),
        how: queue.how.clone(),
        href: format!("{}/review/{}{rev}", super::set_frame::base_of(name), queue.queue),
        total: queue.total.map(show::count),
        is_empty: queue.total == Some(0),
        reading: (scan.state == ScanState::Running).then(percent),
        has_mistakes: queue.has_mistakes,
        pictures: queue.first.iter().filter_map(picture).collect(),
    }
}

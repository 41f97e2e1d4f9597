//! Two runs, compared sample by sample.

use askama::Template;
use axum::response::Response;
use hub_eval::run::Comparison;

use super::run_charts::{Mark, ShareLine, p_value, points};
use super::run_samples::{Shot, Shots};
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::api::runs::{compared, find, read_named};
use crate::problem::{Problem, Result};

/// Samples of each side that are shown with their picture.
const SHOTS: usize = 24;

#[derive(Template)]
#[template(path = "runs_compared.html")]
struct Compared {
    frame: Frame,
    set: SetFrame,
    runs: [Side; 2],
    rows: Option<String>,
    verdict: String,
    differs: bool,
    difference: String,
    interval: String,
    axis: (String, String),
    mark: Mark,
    samples: String,
    only: Vec<(String, String)>,
    table: [[String; 2]; 2],
    exact_p: String,
    chi2: String,
    chi2_p: String,
    same: String,
    margin: String,
    equivalent: Option<bool>,
    flips: [Flips; 2],
    swap: String,
}

struct Side {
    model: String,
    id: String,
    href: String,
    rows: String,
    share: Option<ShareLine>,
}

/// The samples that only one of the runs has right.
struct Flips {
    /// `first` or `second`.
    place: &'static str,
    model: String,
    count: String,
    shots: Vec<Shot>,
}

/// The page. `margin` is in points of percent; empty for no test of equivalence.
pub async fn compared_page(
    visit: &SetVisit,
    (first, second): (&str, &str),
    margin: &str,
) -> Result<Response> {
    let share = match margin.trim() {
        "" => None,
        text => Some(text.parse::<f64>().map(|points| points / 100.0).map_err(|_| {
            Problem::bad_request(format!("margin: '{text}' is no number of points; expected one such as 1"))
        })?),
    };
    let (a, b) = (find(&visit.set, first).await?, find(&visit.set, second).await?);
    let ((of_a, names_a), (of_b, names_b)) =
        (read_named(&visit.set, &a).await?, read_named(&visit.set, &b).await?);
    let found = compared((&a, &of_a), (&b, &of_b), share)?;
    let snapshot = visit.snapshot_if_any().await?;
    let models = [&a, &b].map(|run| run.evaluated.model.name.clone());
    let title = format!("{} against {}", models[0], models[1]);
    let (frame, set) = visit.frame(&title, Tab::Runs, snapshot.as_ref()).await?;
    let side = |run: &hub_eval::run::Run| Side {
        model: run.evaluated.model.name.clone(),
        id: run.header.id.to_string(),
        href: set.at(&format!("/runs/{}", run.header.id)),
        rows: run.evaluated.data.rows(),
        share: run.scores.top(1).map(|share| ShareLine::of("Top-1", share)),
    };
    let runs = [side(&a), side(&b)];
    let shots = Shots::of(&visit.set.info.name, &set, &a, &names_a);
    let flips = |is_first: bool| Flips {
        place: if is_first { "first" } else { "second" },
        model: models[usize::from(!is_first)].clone(),
        count: show::count(if is_first { found.paired.only_first } else { found.paired.only_second }),
        shots: found
            .flips
            .iter()
            .filter(|flip| flip.first_right == is_first)
            .take(SHOTS)
            .map(|flip| shots.of_flip(flip, &names_b))
            .collect(),
    };
    // Symmetric about 0, so that the side on which the interval lies can be seen.
    let reach = (found.interval.low.abs().max(found.interval.high.abs()) * 100.0).ceil().max(1.0) / 100.0;
    let mut only = Vec::new();
    for (model, count) in [(&models[0], found.only_first_has), (&models[1], found.only_second_has)] {
        if count > 0 {
            only.push((model.clone(), show::count(count)));
        }
    }
    let paired = found.paired;
    page(&Compared {
        flips: [flips(true), flips(false)],
        rows: (runs[0].rows == runs[1].rows).then(|| runs[0].rows.clone()),
        verdict: verdict(&found, &models),
        differs: found.differs,
        difference: points(found.difference),
        interval: format!("{} to {}", points(found.interval.low), points(found.interval.high)),
        axis: (points(-reach), points(reach)),
        mark: Mark::on((-reach, reach), found.difference, (found.interval.low, found.interval.high)),
        samples: show::count(found.samples),
        table: [
            [show::count(paired.both_right), show::count(paired.only_first)],
            [show::count(paired.only_second), show::count(paired.both_wrong)],
        ],
        exact_p: p_value(found.mcnemar_exact_p),
        chi2: format!("{:.2}", found.mcnemar_chi2),
        chi2_p: p_value(found.mcnemar_chi2_p),
        same: show::count(found.same_prediction),
        margin: margin.trim().to_owned(),
        equivalent: found.equivalent,
        swap: set.at(&format!("/runs/{}...{}", runs[1].id, runs[0].id)),
        only,
        runs,
        set,
        frame,
    })
}

fn verdict(found: &Comparison, [first, second]: &[String; 2]) -> String {
    match (found.differs, found.difference > 0.0) {
        (true, true) => format!("{first} is better"),
        (true, false) => format!("{second} is better"),
        (false, _) => "These samples don’t tell the two apart".to_owned(),
    }
}

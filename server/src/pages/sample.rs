//! One sample: what it shows with its objects drawn over it, its values, and its neighbours in the list.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use hub_dataset::Snapshot;
use hub_schema::api::RowView;
use hub_schema::{Feature, Field, MaskEncoding};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::drawing::{Drawing, Swatch, ranks};
use super::list_state::ListState;
use super::sample_address::SampleAddress;
use super::sample_predictions::{self, Said};
use super::samples::select;
use super::set_frame::{pinned, thumbnail};
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::api::revisions::stats_of;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::cell::{Cell, Kind, Look, size};
use crate::views::position::position_of;
use crate::views::rows::read;
use crate::views::shapes::{objects, objects_of_frames};
use crate::views::value::in_words;
use crate::views::values::Length;

/// Neighbours on each side in the film strip.
const BESIDE: u64 = 8;
/// What browsers show themselves; other pictures are sent as thumbnails.
const SHOWN_BY_BROWSERS: [&str; 7] =
    ["image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/avif", "image/svg+xml"];
/// Pixels of the longest side of a picture that browsers don't show themselves.
const LARGE: u32 = 1024;

#[derive(Template)]
#[template(path = "sample.html")]
struct Sample {
    frame: Frame,
    set: SetFrame,
    cell: Cell,
    kind: Kind,
    back: String,
    /// Whether that is a review queue.
    is_of_queue: bool,
    /// `7 of 1,482`; none for a sample that the filters leave out.
    place: Option<(String, String)>,
    previous: Option<String>,
    next: Option<String>,
    media: Option<MediaView>,
    drawing: Option<Drawing>,
    /// The addresses of masks that are stored as PNG.
    masks: Vec<String>,
    said: Option<Said>,
    objects: Vec<Swatch>,
    strip: Vec<StripCell>,
    labels: Vec<(String, String, Option<String>)>,
    texts: Vec<(String, Vec<String>)>,
    facts: Vec<(String, String)>,
    others: Vec<(String, String, String)>,
    row_id: String,
    /// What the script needs to show this sample and those beside it, as JSON.
    props: String,
}

/// The sample itself.
struct MediaView {
    /// The bytes as they were pushed.
    url: String,
    /// A picture of it that every browser shows.
    picture: String,
    /// Whether browsers show the bytes themselves.
    is_shown: bool,
    /// What the script that plays audio or video starts with, as JSON.
    player: String,
}

struct StripCell {
    href: String,
    picture: Option<String>,
    label: String,
    is_current: bool,
}

/// A sample in a path.
#[derive(Debug, Deserialize)]
pub struct SamplePath {
    row: String,
}

pub async fn sample(
    State(state): State<AppState>,
    visit: SetVisit,
    Path(path): Path<SamplePath>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let address = SampleAddress::parse(&query.unwrap_or_default());
    let snapshot = visit.snapshot().await?;
    let schema = snapshot.schema();
    let name = &visit.set.info.name;
    let position = position_of(&snapshot, &path.row).await?;
    let fields: Vec<&Field> = schema.given().collect();
    let row = read(name, &snapshot, &fields, &[position], Length::Whole).await?.into_iter().next();
    let row = row.ok_or_else(|| Problem::not_found(format!("row '{}' in this revision", path.row)))?;
    let look = Look::of(schema);
    let cell = look.cell(&row);
    let (frame, set) = visit.frame(&cell.name, Tab::Samples, Some(&snapshot)).await?;
    let value = look.media.as_ref().and_then(|field| Some((field, row.values.get(&field.name)?)));
    let value = value.filter(|(_, value)| value.is_object());
    let stats = stats_of(&state, visit.set.info.uuid, &snapshot).await?;
    let ranks = ranks(&stats);
    let media = value.map(|(field, value)| {
        let mut media = media_view(&visit, &snapshot, field, value, &row.row_id);
        media.player = match look.kind {
            Kind::Audio | Kind::Video => {
                player(&visit, &snapshot, (field, value), &media, &fields, &row, &ranks)
            }
            _ => String::new(),
        };
        media
    });
    let found = objects(&fields, &row.values);
    let is_picture = look.kind == Kind::Images;
    let drawing = value.filter(|_| is_picture).and_then(|(_, value)| Drawing::of(value, &found, &ranks));
    let neighbours = Neighbours::of(&state, &visit, &snapshot, &look, &address, position).await?;
    let back = match address.queue_path() {
        Some(path) => format!("{}{path}", set.base),
        None => neighbours.back,
    };
    let run = address.run.as_deref();
    let predictions = sample_predictions::read(&state, &visit, &snapshot, &row.row_id, run).await;
    let with_run =
        |run: &str| format!("{}/samples/{}{}", set.base, row.row_id, address.with_run(run).query());
    let said = predictions.as_ref().and_then(|found| Said::of(found, &row, run, &set.base, with_run));
    let props = json!({
        "namespace": set.namespace, "name": set.name, "home": set.base, "rev": pinned(snapshot.at()),
        "media": look.media.as_ref().map(|field| &field.name), "isPicture": is_picture, "row": row.row_id,
        "query": address.query(), "back": back, "where": address.list.condition(),
        "split": address.list.split(), "sort": address.list.sort, "run": run, "queue": address.queue_name(),
        "hasRuns": set.runs > 0, "predictions": predictions.as_ref().map_or(&[][..], |found| found.predictions.as_slice()),
    });
    page(&Sample {
        props: props.to_string(),
        back,
        is_of_queue: address.queue.is_some(),
        place: neighbours.place,
        previous: neighbours.previous,
        next: neighbours.next,
        strip: neighbours.strip,
        kind: look.kind,
        objects: found.iter().map(|object| Swatch::of(object, &ranks)).collect(),
        labels: labels(&fields, &row),
        texts: texts(&fields, &row),
        facts: facts(&look, &fields, &row),
        others: others(&visit, &snapshot, &look, &fields, &row),
        row_id: row.row_id.clone(),
        media,
        masks: if is_picture { masks(&visit, &snapshot, &look, &fields, &row) } else { Vec::new() },
        drawing,
        said,
        cell,
        set,
        frame,
    })
}

fn media_view(visit: &SetVisit, snapshot: &Snapshot, field: &Field, value: &Json, row_id: &str) -> MediaView {
    let (name, at) = (&visit.set.info.name, snapshot.at());
    let media_type = value["media_type"].as_str().unwrap_or_default();
    let rev = show::encoded(&pinned(at));
    let cell = format!("rows/{row_id}/{}?rev={rev}", show::encoded(&field.name));
    MediaView {
        url: crate::auth::url_of(name, &cell),
        picture: thumbnail(name, at, row_id, &field.name, LARGE),
        is_shown: field.feature == Feature::Image && SHOWN_BY_BROWSERS.contains(&media_type)
            || matches!(field.feature, Feature::Audio | Feature::Video),
        player: String::new(),
    }
}

/// What the script that plays a sample of audio or video starts with.
fn player(
    visit: &SetVisit,
    snapshot: &Snapshot,
    (field, value): (&Field, &Json),
    media: &MediaView,
    fields: &[&Field],
    row: &RowView,
    ranks: &HashMap<String, usize>,
) -> String {
    let name = &visit.set.info.name;
    let boxes = objects_of_frames(fields, &row.values).into_iter().filter_map(|object| {
        let (x, y, width, height) = object.bbox?;
        let colour = Swatch::of(&object, ranks).class;
        Some(json!({
            "x": x, "y": y, "width": width, "height": height, "label": object.label, "colour": colour, "frame": object.frame,
        }))
    });
    let props = json!({
        "namespace": name.namespace(), "name": name.name(), "row": row.row_id, "column": field.name,
        "rev": pinned(snapshot.at()), "url": media.url, "poster": media.picture,
        "fps": value["fps"], "frames": value["frames"], "duration": value["duration"],
        "width": value["width"], "height": value["height"], "boxes": boxes.collect::<Vec<_>>(),
    });
    props.to_string()
}

/// The place of a sample in the list that it was opened from.
struct Neighbours {
    back: String,
    place: Option<(String, String)>,
    previous: Option<String>,
    next: Option<String>,
    strip: Vec<StripCell>,
}

impl Neighbours {
    async fn of(
        state: &AppState,
        visit: &SetVisit,
        snapshot: &Snapshot,
        look: &Look,
        address: &SampleAddress,
        position: u64,
    ) -> Result<Self> {
        let base = super::set_frame::base_of(&visit.set.info.name);
        let list = &address.list;
        let back = |list: &ListState| format!("{base}/samples{}", list.query());
        let none = Self { back: back(list), place: None, previous: None, next: None, strip: Vec::new() };
        // A filter that can't be applied any more leaves the sample without neighbours.
        let Ok(rows) = select(state, visit, snapshot, list).await else { return Ok(none) };
        let Some(rank) = rows.rank(position) else { return Ok(none) };
        let first = rank.saturating_sub(BESIDE);
        let positions = rows.page(first, (rank - first + BESIDE + 1) as usize);
        let name = &visit.set.info.name;
        let cells = read(name, snapshot, &look.fields(snapshot.schema()), &positions, Length::Whole).await?;
        let query = address.query();
        let strip: Vec<StripCell> = cells
            .iter()
            .map(|row| {
                let cell = look.cell(row);
                let media = look.media.as_ref().filter(|_| cell.has_picture);
                StripCell {
                    href: format!("{base}/samples/{}{query}", cell.row_id),
                    picture: media.map(|media| thumbnail(name, snapshot.at(), &cell.row_id, &media.name, 96)),
                    label: if cell.label.is_empty() { cell.name.clone() } else { cell.label.clone() },
                    is_current: row.position == position,
                }
            })
            .collect();
        let current = strip.iter().position(|cell| cell.is_current);
        let beside = |step: isize| {
            let at = current?.checked_add_signed(step)?;
            strip.get(at).map(|cell| cell.href.clone())
        };
        Ok(Self {
            back: back(&list.from(rank / 100 * 100)),
            place: Some((show::count(rank + 1), show::count(rows.count()))),
            previous: beside(-1),
            next: beside(1),
            strip,
        })
    }
}

/// The labels that are a column of their own: column, class, synset.
fn labels(fields: &[&Field], row: &RowView) -> Vec<(String, String, Option<String>)> {
    let labels = fields.iter().filter(|field| matches!(field.feature, Feature::ClassLabel { .. }));
    let label = |field: &&Field| {
        let value = row.values.get(&field.name)?;
        let words = if value.is_null() { "no label".to_owned() } else { in_words(value) };
        Some((field.name.clone(), words, value["synset"].as_str().map(str::to_owned)))
    };
    labels.filter_map(label).collect()
}

/// The texts: captions and the like.
fn texts(fields: &[&Field], row: &RowView) -> Vec<(String, Vec<String>)> {
    let is_text = |feature: &Feature| match feature {
        Feature::Text => true,
        Feature::List { item } => matches!(**item, Feature::Text),
        _ => false,
    };
    let whole = |value: &Json| match value {
        Json::String(text) => Some(text.clone()),
        Json::Object(cut) => cut.get("text").and_then(Json::as_str).map(|text| format!("{text}…")),
        _ => None,
    };
    let fields = fields.iter().filter(|field| is_text(&field.feature));
    let text = |field: &&Field| {
        let texts: Vec<String> = match row.values.get(&field.name)? {
            Json::Array(items) => items.iter().filter_map(whole).collect(),
            value => whole(value).into_iter().collect(),
        };
        (!texts.is_empty()).then(|| (field.name.clone(), texts))
    };
    fields.filter_map(text).collect()
}

/// Size, format and name of the sample, and all values that are shown nowhere else.
fn facts(look: &Look, fields: &[&Field], row: &RowView) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            facts.push((name.to_owned(), value));
        }
    };
    if let Some(media) = look.media.as_ref().and_then(|field| row.values.get(&field.name)) {
        let bytes = media["size_bytes"].as_u64().map(show::bytes);
        let sizes = [Some(size(media)).filter(|size| !size.is_empty()), bytes];
        fact("Size", sizes.into_iter().flatten().collect::<Vec<_>>().join(", "));
        fact("Format", media["media_type"].as_str().unwrap_or_default().to_owned());
        fact("Codec", media["codec"].as_str().unwrap_or_default().to_owned());
        let rate = media["sample_rate"].as_u64().map(|rate| format!("{} Hz", show::count(rate)));
        fact("Sample rate", rate.unwrap_or_default());
        fact("Frames", media["frames"].as_u64().map(show::count).unwrap_or_default());
        fact(
            "Frame rate",
            media["fps"].as_f64().map(|fps| format!("{} /s", show::float(fps))).unwrap_or_default(),
        );
        fact("Channels", media["channels"].as_u64().map(show::count).unwrap_or_default());
        fact("File", media["name"].as_str().unwrap_or_default().to_owned());
    }
    fact("Split", row.split.clone().unwrap_or_default());
    for field in fields {
        let is_elsewhere = field.feature.is_file()
            || matches!(field.feature, Feature::ClassLabel { .. } | Feature::Text)
            || matches!(&field.feature, Feature::List { item } if matches!(**item, Feature::Text));
        if !is_elsewhere && let Some(value) = row.values.get(&field.name) {
            fact(&field.name, in_words(value));
        }
    }
    facts
}

/// The addresses of the masks that are stored as PNG, as images to be laid over the picture.
fn masks(
    visit: &SetVisit,
    snapshot: &Snapshot,
    look: &Look,
    fields: &[&Field],
    row: &RowView,
) -> Vec<String> {
    let media = look.media.as_ref().map(|field| field.id);
    let is_mask = |field: &&&Field| {
        let is_png = matches!(field.feature, Feature::Mask { encoding: MaskEncoding::Png });
        is_png && Some(field.id) != media && row.values.get(&field.name).is_some_and(Json::is_object)
    };
    let rev = show::encoded(&pinned(snapshot.at()));
    let address = |field: &&Field| {
        let cell = format!("rows/{}/{}/mask?rev={rev}", row.row_id, show::encoded(&field.name));
        crate::auth::url_of(&visit.set.info.name, &cell)
    };
    fields.iter().filter(is_mask).map(address).collect()
}

/// The other columns with pictures: name, address of the picture, address of the bytes.
fn others(
    visit: &SetVisit,
    snapshot: &Snapshot,
    look: &Look,
    fields: &[&Field],
    row: &RowView,
) -> Vec<(String, String, String)> {
    let media = look.media.as_ref().map(|field| field.id);
    let others = fields.iter().filter(|field| Some(field.id) != media);
    let other = |field: &&Field| {
        let value = row.values.get(&field.name)?;
        value["thumbnail"].as_str()?;
        let picture = thumbnail(&visit.set.info.name, snapshot.at(), &row.row_id, &field.name, 384);
        let bytes = value["url"].as_str().unwrap_or_default().to_owned();
        Some((field.name.clone(), picture, bytes))
    };
    others.filter_map(other).collect()
}

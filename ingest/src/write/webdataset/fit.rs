//! What each column becomes in a WebDataset, and what is lost.

use hub_dataset::sample::Column;

use super::layout::{Layout, Member};
use crate::format::Format;
use crate::write::loss::{Loss, LossKind, Unfit};
use crate::write::{columns, json};

const FORMAT: Format = Format::WebDataset;

/// Finds what each column becomes, and what is lost.
pub fn fit(columns: &[Column]) -> Result<(Layout, Vec<Loss>), Unfit> {
    let layout = Layout::of(columns);
    if layout.members.is_empty() {
        return Err(columns::lacking(FORMAT, "at least one column that can be written as a file", columns));
    }
    let mut losses = Vec::new();
    let names = |wanted: fn(&Member) -> bool| {
        layout.members.iter().filter(|m| wanted(m)).map(|m| columns[m.at()].name.clone()).collect::<Vec<_>>()
    };
    let mut say = |names: Vec<String>, kind| {
        if !names.is_empty() {
            losses.push(Loss::new(FORMAT, names, kind));
        }
    };
    say(layout.left_out.iter().map(|at| columns[*at].name.clone()).collect(), LossKind::Column);
    say(names(|m| matches!(m, Member::Medium { column, .. } if column.is_raw())), LossKind::RawPixels);
    say(
        names(|m| matches!(m, Member::Npy { .. })),
        LossKind::Type("NumPy arrays, which are read back as bytes"),
    );
    let in_json: Vec<_> = layout.json.iter().map(|at| columns[*at].name.clone()).collect();
    let floats = layout.json.iter().filter(|at| json::may_be_no_number(&columns[**at].feature));
    say(floats.map(|at| columns[*at].name.clone()).collect(), LossKind::NoNumbers);
    if !layout.json_is_alone(columns) {
        say(in_json, LossKind::Type("members of one JSON document per sample"));
    }
    for (at, name) in layout.renamed(columns) {
        losses.push(Loss::new(FORMAT, [&columns[at].name], LossKind::Renamed(name)));
    }
    if let Some(label) = &layout.label {
        losses.extend(label.synset_loss(FORMAT, &label.names));
    }
    if layout.key.is_none() && layout.media().any(|column| !column.is_raw()) {
        let media = layout.media().map(|column| column.name.clone()).collect();
        losses.push(Loss {
            format: FORMAT,
            names: media,
            kind: LossKind::FileNames("without dots before the extension"),
        });
    }
    Ok((layout, losses))
}

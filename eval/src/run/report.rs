//! A run as one self-contained HTML page: figures, plots, and the most confident mistakes.

use std::fmt::Write as _;

use super::charts::{confusion, escaped, histogram, reliability, shares};
use super::pictures::Picture;
use super::record::Run;
use super::share::Share;
use crate::inference::{Class, SamplePrediction};

/// Classes in the tables of the best and worst.
const CLASSES: usize = 10;

const STYLE: &str = "\
:root{color-scheme:light dark;--bar:#2f6fb5;--wrong:#c2452d;--line:#888;--faint:#8882}\
@media(prefers-color-scheme:dark){:root{--bar:#7ab0ea;--wrong:#f08a70}}\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}\
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}\
table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}tr+tr td{border-top:1px solid var(--faint)}\
.plots{display:flex;flex-wrap:wrap;gap:1rem}.plots svg{width:19rem}\
svg text{font:11px system-ui,sans-serif;fill:currentColor}svg .title{font-size:13px;font-weight:600}\
.frame{fill:none;stroke:var(--line)}.bar,.right{fill:var(--bar)}.wrong{fill:var(--wrong)}\
.mark{stroke:var(--wrong);stroke-width:1.5}.diagonal{stroke:var(--line);stroke-dasharray:4 3}\
.mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:1rem}\
.mistakes figure{margin:0}.mistakes img{width:100%;image-rendering:auto;border-radius:4px}\
figcaption{font-size:.82rem;line-height:1.35;overflow-wrap:anywhere}.muted{opacity:.7}";

/// The page of a run. `mistakes` are its most confident mistakes; `classes` and `labels` the classes of model and data
/// set.
pub fn report(
    run: &Run,
    samples: &[SamplePrediction],
    mistakes: &[Picture],
    (classes, labels): (&[Class], &[Class]),
) -> String {
    let data = &run.evaluated.data;
    let title = format!("{} on {}", run.evaluated.model.name, data.dataset);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{0}</title><style>{STYLE}</style></head><body>\n<h1>{0}</h1>\n",
        escaped(&title)
    );
    page += &facts(run);
    page += &figures(run);
    page += &plots(run, samples);
    page += &label_space(run);
    page += &parts(run);
    page += &class_tables(run);
    page += &pictures(mistakes, classes, labels);
    page + "</body></html>\n"
}

fn facts(run: &Run) -> String {
    let (header, evaluated) = (&run.header, &run.evaluated);
    let mode = if evaluated.exact { "exact" } else { "fast" };
    let rows = [
        ("rows", evaluated.data.rows()),
        (
            "commit",
            format!("{}:{} ({})", header.commit.branch, header.commit.version, header.commit.id.short()),
        ),
        ("model", format!("{}, {} classes", evaluated.model.hash, evaluated.model.classes)),
        ("card", evaluated.model.card.short()),
        ("preprocessing", format!("{} ({mode})", evaluated.preprocessing)),
        (
            "engine",
            format!("{}, {} threads, batch {}", run.engine.engine, run.engine.threads, run.engine.batch_size),
        ),
        ("machine", format!("{}, hub {}", run.engine.machine, run.engine.hub)),
        ("time", format!("{:.1} s, {:.1} samples/s", run.seconds.total, run.samples_per_second)),
        ("run", format!("{} by {}, {}", header.id, header.author, header.time.format("%Y-%m-%d %H:%M UTC"))),
    ];
    let rows: String = rows
        .iter()
        .map(|(name, value)| format!("<tr><th>{name}</th><td>{}</td></tr>", escaped(value)))
        .collect();
    format!("<table>{rows}</table>\n")
}

fn share_row(name: &str, share: Share) -> String {
    let percent =
        share.fraction.map_or_else(|| "–".to_owned(), |fraction| format!("{:.2} %", fraction * 100.0));
    format!(
        "<tr><td>{}</td><td class=\"n\">{percent}</td><td class=\"n\">{:.2} – {:.2} %</td><td class=\"n\">{} of {}</td></tr>",
        escaped(name),
        share.low * 100.0,
        share.high * 100.0,
        share.right,
        share.of
    )
}

fn figures(run: &Run) -> String {
    let scores = &run.scores;
    let mut out = String::from(
        "<h2>Accuracy</h2>\n<table><tr><th></th><th class=\"n\">share</th><th class=\"n\">95 % interval</th>\
         <th class=\"n\">samples</th></tr>",
    );
    scores.top.iter().for_each(|top| out += &share_row(&format!("top-{}", top.k), top.share));
    if let Some(valid) = &scores.valid {
        out += &share_row("top-1, any valid label", valid.top1);
        out += &share_row("top-1, only the label, same samples", valid.label_top1);
    }
    if let Some(same) = run.same_as_exact {
        out += &share_row("same as in the exact mode, of a sample", same);
    }
    out += "</table>\n<table>";
    let numbers = [
        ("negative log-likelihood", scores.nll),
        ("Brier score", scores.brier),
        ("expected calibration error (15 bins)", scores.reliability.as_ref().map(|r| r.ece)),
        ("maximum calibration error", scores.reliability.as_ref().map(|r| r.mce)),
        ("macro F1", scores.classes.as_ref().map(|classes| classes.macro_average.f1)),
    ];
    for (name, value) in numbers {
        let _ = write!(
            out,
            "<tr><td>{name}</td><td class=\"n\">{}</td></tr>",
            value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"))
        );
    }
    for (name, count) in [
        ("rows", scores.samples),
        ("without a label", scores.unlabelled),
        ("label without a synset", scores.unmapped),
        ("label that the model can't predict", scores.unreachable),
        ("images that can't be decoded", scores.corrupt),
        ("failed outputs (wrong)", scores.failed),
    ] {
        let _ = write!(out, "<tr><td>{name}</td><td class=\"n\">{count}</td></tr>");
    }
    out + "</table>\n"
}

fn plots(run: &Run, samples: &[SamplePrediction]) -> String {
    let scores = &run.scores;
    let confidences: Vec<f64> = samples.iter().filter_map(|s| Some(s.prediction()?.confidence())).collect();
    let mut plots: Vec<String> = Vec::new();
    plots.extend(scores.reliability.as_ref().map(reliability));
    plots.push(shares("Confidence", "probability of the first class", "samples", &confidences));
    if let Some(table) = &scores.classes {
        let recalls: Vec<f64> =
            table.rows.iter().filter(|row| row.score.support > 0).map(|row| row.score.recall).collect();
        plots.push(shares("Recall by class", "recall", "classes", &recalls));
        plots.extend(confusion(table));
    }
    if let Some(found) = scores.hierarchy.get("wordnet-labels") {
        plots.push(histogram(
            "Distance of mistakes (wordnet-labels)",
            "distance",
            "mistakes",
            &found.severity_histogram,
        ));
    }
    format!("<h2>Plots</h2>\n<div class=\"plots\">{}</div>\n", plots.concat())
}

fn label_space(run: &Run) -> String {
    let Some(space) = &run.scores.label_space else { return String::new() };
    let mut out = format!(
        "<h2>Labels against classes</h2>\n<p>Compared by {}; {} of {} classes are right for some label.</p><table>",
        space.by, space.restricted_classes, space.classes
    );
    out += &share_row("plain: the most probable of all classes", space.plain);
    out += &share_row("restrict: of the classes that can be right", space.restrict);
    out += &share_row("restrict-sum: probabilities summed by label", space.restrict_sum);
    out += "</table>\n";
    for (what, names) in [("Unreachable", &space.unreachable), ("Without a synset", &space.unmapped)] {
        if !names.is_empty() {
            let _ = writeln!(out, "<p>{what}: {}</p>", escaped(&names.join(", ")));
        }
    }
    out
}

fn parts(run: &Run) -> String {
    let scores = &run.scores;
    let mut out = String::new();
    if !scores.slices.is_empty() {
        out += "<h2>Parts of the rows</h2>\n<table>";
        for slice in &scores.slices {
            out += &share_row(&slice.condition, slice.top1);
            out += &share_row("all others", slice.rest);
        }
        out += "</table>\n";
    }
    if !scores.subtrees.is_empty() {
        out += "<h2>Below concepts</h2>\n<table>";
        for subtree in &scores.subtrees {
            out += &share_row(&subtree.name, subtree.top1.into());
        }
        out += "</table>\n";
    }
    if !scores.hierarchy.is_empty() {
        out += "<h2>Distances of mistakes</h2>\n<table><tr><th>graph</th><th class=\"n\">mistake severity</th>\
                <th class=\"n\">greatest distance</th></tr>";
        for (graph, found) in &scores.hierarchy {
            let severity =
                found.mistake_severity.map_or_else(|| "–".to_owned(), |severity| format!("{severity:.3}"));
            let _ = write!(
                out,
                "<tr><td>{}</td><td class=\"n\">{severity}</td><td class=\"n\">{}</td></tr>",
                escaped(graph),
                found.max_distance
            );
        }
        out += "</table>\n";
    }
    out
}

fn class_tables(run: &Run) -> String {
    let Some(table) = &run.scores.classes else { return String::new() };
    let mut rows: Vec<_> = table.rows.iter().filter(|row| row.score.support > 0).collect();
    rows.sort_by(|a, b| a.score.f1.total_cmp(&b.score.f1).then(b.score.support.cmp(&a.score.support)));
    let mut out = String::from(
        "<h2>Worst classes</h2>\n<table><tr><th>class</th><th class=\"n\">precision</th><th class=\"n\">recall</th>\
         <th class=\"n\">F1</th><th class=\"n\">samples</th></tr>",
    );
    for row in rows.iter().take(CLASSES) {
        let score = row.score;
        let _ = write!(
            out,
            "<tr><td>{}</td><td class=\"n\">{:.3}</td><td class=\"n\">{:.3}</td><td class=\"n\">{:.3}</td>\
             <td class=\"n\">{}</td></tr>",
            escaped(&row.name),
            score.precision,
            score.recall,
            score.f1,
            score.support
        );
    }
    out += "</table>\n<h2>Confused most</h2>\n<table>";
    for pair in table.most_confused.iter().take(CLASSES) {
        let _ = write!(
            out,
            "<tr><td>{}</td><td>predicted as {}</td><td class=\"n\">{}</td></tr>",
            escaped(&pair.label),
            escaped(&pair.predicted),
            pair.samples
        );
    }
    out + "</table>\n"
}

fn pictures(mistakes: &[Picture], classes: &[Class], labels: &[Class]) -> String {
    if mistakes.is_empty() {
        return String::new();
    }
    let name = |of: &[Class], number: Option<usize>| {
        let found = number.and_then(|number| of.get(number)).map(|class| class.name.as_str());
        escaped(found.unwrap_or("?"))
    };
    let figure = |picture: &Picture| {
        let sample = &picture.sample;
        let prediction = sample.prediction();
        let image =
            picture.png.as_ref().map_or_else(String::new, |png| format!("<img alt=\"\" src=\"{png}\">"));
        format!(
            "<figure>{image}<figcaption><b>{}</b>, not {}<br>{:.1} % sure<br><span class=\"muted\">row {} {}</span>\
             </figcaption></figure>",
            name(classes, prediction.and_then(|p| p.class())),
            name(labels, sample.label),
            prediction.map_or(0.0, |p| p.confidence()) * 100.0,
            sample.position,
            escaped(sample.name.as_deref().unwrap_or_default()),
        )
    };
    let figures: String = mistakes.iter().map(figure).collect();
    format!("<h2>Most confident mistakes</h2>\n<div class=\"mistakes\">{figures}</div>\n")
}

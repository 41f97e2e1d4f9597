//! The scores of a run, for people and as CSV.

use hub_eval::run::{Run, Scores, Share};

use crate::output::{Align, Table, counted, number};

/// The figures of a run in lines.
pub fn describe(run: &Run) -> String {
    let (evaluated, commit, scores) = (&run.evaluated, &run.header.commit, &run.scores);
    let mut out = format!(
        "{} on {}, {} ({} of {}:{})\n",
        evaluated.model.name,
        evaluated.data.dataset,
        evaluated.data.rows(),
        counted(scores.samples, "row"),
        commit.branch,
        commit.version
    );
    out += &shares(run);
    out += &numbers(scores);
    out += &left_out(scores);
    if let Some(note) = &scores.hierarchy_note {
        out += &format!("  no distances on WordNet: {note}\n");
    }
    out += &format!(
        "  {:.1} samples/s; {}; waiting for data {:.0} % of the time\n",
        run.samples_per_second,
        run.engine.engine,
        run.seconds.wait / run.seconds.total.max(1e-9) * 100.0
    );
    out + &costs(run)
}

/// Where the time went, and what it cost; of a run that was resumed, since then.
fn costs(run: &Run) -> String {
    let time = run.seconds;
    let mut out = format!(
        "  time: read {:.1} s, decode {:.1} s (summed over threads), infer {:.1} s, score {:.1} s of {:.1} s\n",
        time.read, time.decode, time.infer, time.score, time.total
    );
    let Some(used) = time.used else { return out };
    let samples = (run.samples_per_second * time.total).round() as u64;
    let costs = [
        used.cpu_seconds_per_1000(samples)
            .map(|seconds| format!("{seconds:.2} CPU seconds per 1,000 images")),
        used.joules_per_1000(samples).map(|joules| format!("{joules:.1} joules per 1,000 images")),
    ];
    let costs: Vec<String> = costs.into_iter().flatten().collect();
    if !costs.is_empty() {
        out += &format!("  {}\n", costs.join(", "));
    }
    out
}

fn shares(run: &Run) -> String {
    let scores = &run.scores;
    let mut table = Table::plain(&[Align::Left, Align::Right, Align::Left, Align::Right, Align::Left]);
    let mut row = |name: &str, share: Share, note: String| {
        let percent =
            share.fraction.map_or_else(|| "–".to_owned(), |share| format!("{:.2} %", share * 100.0));
        let interval = format!("({:.2} – {:.2})", share.low * 100.0, share.high * 100.0);
        table.row([
            name.to_owned(),
            percent,
            interval,
            format!("{} of {}", number(share.right), number(share.of)),
            note,
        ]);
    };
    for top in &scores.top {
        row(&format!("top-{}", top.k), top.share, String::new());
    }
    if let Some(space) = &scores.label_space {
        let classes = format!("over {} of {} classes", space.restricted_classes, space.classes);
        row("plain", space.plain, "over all classes".to_owned());
        row("restrict", space.restrict, classes);
        row("restrict-sum", space.restrict_sum, "probabilities summed by label".to_owned());
    }
    if let Some(valid) = &scores.valid {
        row("top-1, any valid label", valid.top1, format!("{} without one left out", number(valid.without)));
        row("top-1, the label alone", valid.label_top1, "on the same samples".to_owned());
    }
    for slice in &scores.slices {
        let difference = slice.difference.zip(slice.interval).map(|(difference, interval)| {
            format!(
                "{:+.2} points ({:+.2} – {:+.2}) to the rest",
                difference * 100.0,
                interval.low * 100.0,
                interval.high * 100.0
            )
        });
        row(&slice.condition, slice.top1, difference.unwrap_or_default());
    }
    for subtree in &scores.subtrees {
        let note = format!(
            "{} classes; {} of its samples predicted inside",
            subtree.classes,
            number(subtree.inside_and_inside)
        );
        row(&subtree.name, subtree.top1.into(), note);
    }
    if let Some(same) = run.same_as_exact {
        row("same as exact", same, "of a sample, in the fast mode".to_owned());
    }
    table.render("  ")
}

fn numbers(scores: &Scores) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut add = |name: &str, value: Option<f64>| {
        parts.extend(value.map(|value| format!("{name} {value:.4}")));
    };
    add("NLL", scores.nll);
    add("Brier", scores.brier);
    add("ECE", scores.reliability.as_ref().map(|reliability| reliability.ece));
    add("macro F1", scores.classes.as_ref().map(|classes| classes.macro_average.f1));
    let mut out = if parts.is_empty() { String::new() } else { format!("  {}\n", parts.join(" · ")) };
    for (graph, found) in &scores.hierarchy {
        let severity =
            found.mistake_severity.map_or_else(|| "–".to_owned(), |severity| format!("{severity:.3}"));
        out += &format!("  mistake severity {severity} of at most {} ({graph})\n", found.max_distance);
    }
    out
}

/// What isn't scored, and why.
fn left_out(scores: &Scores) -> String {
    let mut out = String::new();
    let names = |names: &[String]| {
        let shown: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
        format!("{}{}", shown.join(", "), if names.len() > 5 { ", …" } else { "" })
    };
    let space = scores.label_space.as_ref();
    let lines = [
        (scores.unlabelled, "have no label".to_owned()),
        (
            scores.unmapped,
            format!(
                "have a label without a synset or class: {}",
                space.map_or(String::new(), |s| names(&s.unmapped))
            ),
        ),
        (
            scores.unreachable,
            format!(
                "have a label that the model can't predict: {}",
                space.map_or(String::new(), |s| names(&s.unreachable))
            ),
        ),
        (scores.corrupt, "can't be decoded".to_owned()),
        (scores.failed, "gave no usable output, and count as wrong".to_owned()),
    ];
    for (count, what) in lines.into_iter().filter(|(count, _)| *count > 0) {
        out += &format!("  {} {what}\n", counted(count, "row"));
    }
    out
}

/// The scores as CSV: score, value, low, high, right, of.
pub fn csv(run: &Run) -> String {
    let scores = &run.scores;
    let mut out = String::from("score,value,low,high,right,of\n");
    let quoted = |name: &str| match name.contains([',', '"', '\n']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    };
    let mut share = |name: &str, share: Share| {
        let value = share.fraction.map_or_else(String::new, |fraction| fraction.to_string());
        out +=
            &format!("{},{value},{},{},{},{}\n", quoted(name), share.low, share.high, share.right, share.of);
    };
    scores.top.iter().for_each(|top| share(&format!("top{}", top.k), top.share));
    if let Some(space) = &scores.label_space {
        share("plain", space.plain);
        share("restrict", space.restrict);
        share("restrict_sum", space.restrict_sum);
    }
    if let Some(valid) = &scores.valid {
        share("valid_top1", valid.top1);
        share("valid_top5", valid.top5);
    }
    scores.slices.iter().for_each(|slice| share(&slice.condition, slice.top1));
    scores.subtrees.iter().for_each(|subtree| share(&subtree.name, subtree.top1.into()));
    let mut value = |name: &str, value: Option<f64>| {
        let value = value.map_or_else(String::new, |value| value.to_string());
        out += &format!("{},{value},,,,\n", quoted(name));
    };
    value("nll", scores.nll);
    value("brier", scores.brier);
    value("ece", scores.reliability.as_ref().map(|reliability| reliability.ece));
    value("mce", scores.reliability.as_ref().map(|reliability| reliability.mce));
    value("macro_f1", scores.classes.as_ref().map(|classes| classes.macro_average.f1));
    for (graph, found) in &scores.hierarchy {
        value(&format!("mistake_severity:{graph}"), found.mistake_severity);
    }
    for (name, count) in [
        ("samples", scores.samples),
        ("unlabelled", scores.unlabelled),
        ("unmapped", scores.unmapped),
        ("unreachable", scores.unreachable),
        ("corrupt", scores.corrupt),
        ("failed", scores.failed),
    ] {
        value(name, Some(count as f64));
    }
    out
}

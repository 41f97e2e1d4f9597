//! The report of a push, as text and as JSON.

use hub_client::push::PushReport;
use hub_dataset::Snapshot;
use hub_ingest::read::{PassedOver, Reading};
use hub_schema::{Feature, Skipped};
use serde_json::{Value, json};

use super::Push;
use crate::commands::info::splits;
use crate::output::{bytes, bytes_and_rate, counted, duration, number, pairs, per_second};

/// Skipped samples to list.
const MAX_LEFT_OUT: usize = 10;

#[derive(Debug)]
pub struct Pushed<'a> {
    pub args: &'a Push,
    pub report: &'a PushReport,
    /// How the source was read.
    pub reading: &'a Reading,
    /// The files that were not read.
    pub passed_over: Vec<PassedOver>,
    /// The new head of the branch; `None` after a dry run.
    pub head: Option<Snapshot>,
    /// The head of the branch before; `None` if the branch is new.
    pub before: Option<Snapshot>,
    /// Bytes of images, audio and video that were read.
    pub read_bytes: u64,
}

impl Pushed<'_> {
    pub fn describe(&self) -> String {
        let Self { args, report, .. } = self;
        let name = args.write.target.name();
        let mut text = match &self.head {
            _ if report.earlier.is_some() => self.was_there(),
            None => format!("dry run: nothing was written to {name}\n"),
            Some(head) if report.is_new => {
                let at = head.at();
                format!("pushed to {name}, {}:{} ({})\n", at.branch, at.version, at.id.short())
            }
            Some(head) => {
                let (at, rows) = (head.at(), head.commit().counts.rows);
                let rows = counted(rows, "row");
                format!(
                    "{name} is up to date at {}:{} ({rows}); nothing was committed\n",
                    at.branch, at.version
                )
            }
        };
        text += &pairs(self.facts());
        text += &self.replaced();
        text += &self.left_out();
        text += &self.passed_over();
        text
    }

    /// A repeated append.
    fn was_there(&self) -> String {
        let Some(at) = &self.report.earlier else { return String::new() };
        let (name, key) = (self.args.write.target.name(), self.args.once.as_deref().unwrap_or_default());
        let (rows, were) =
            (counted(self.report.rows, "row"), if self.report.rows == 1 { "was" } else { "were" });
        let place = format!("{}:{} ({})", at.branch, at.version, at.id.short());
        format!(
            "{name}: {rows} with the key '{key}' {were} appended before, in {place}; nothing was committed\n"
        )
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let report = self.report;
        let up = report.uploaded;
        let (wrote, verb) = (up.written_bytes, if self.args.dry_run { "to write" } else { "written" });
        let fragments = counted(report.fragments as u64, "fragment");
        let rate = number(per_second(report.rows, report.elapsed) as u64);
        let read = bytes_and_rate(self.read_bytes, report.elapsed);
        if !report.is_new && (self.head.is_some() || report.earlier.is_some()) {
            return vec![(
                "time",
                format!("{} ({read} read, {} reused)", duration(report.elapsed), bytes(up.reused_bytes)),
            )];
        }
        let mut facts = vec![
            ("format", self.format()),
            ("rows", self.rows()),
            ("splits", self.head.as_ref().map(splits).unwrap_or_default()),
            ("classes", self.classes()),
            ("stored", format!("{} {verb}, {} reused, {fragments}", bytes(wrote), bytes(up.reused_bytes))),
            ("time", format!("{} ({read} read, {rate} samples/s)", duration(report.elapsed))),
        ];
        facts.retain(|(_, text)| !text.is_empty());
        facts
    }

    /// `COCO (by train/_annotations.coco.json)`
    fn format(&self) -> String {
        match &self.reading.recognised_by {
            Some(sign) => format!("{} (by {sign})", self.report.format),
            None => self.report.format.to_owned(),
        }
    }

    /// Files that were not read, by kinds.
    fn passed_over(&self) -> String {
        let files: u64 = self.passed_over.iter().map(|passed| passed.count).sum();
        if files == 0 {
            return String::new();
        }
        let were = if files == 1 { "was" } else { "were" };
        let mut text = format!("{} {were} passed over:\n", counted(files, "file"));
        for PassedOver { kind, count, first } in &self.passed_over {
            let more = if *count > first.len() as u64 { ", …" } else { "" };
            let is_one_word = *count == 1 && !kind.starts_with('.');
            let kind = if is_one_word { kind.trim_end_matches('s') } else { kind };
            text += &format!("  {} {kind}: {}{more}\n", number(*count), first.join(", "));
        }
        text
    }

    /// `401 (12 added, 3 removed)`, with the rows of the branch if that is another number.
    fn rows(&self) -> String {
        let report = self.report;
        let mut changes = Vec::new();
        let (added, removed) =
            if self.head.is_some() { ("added", "removed") } else { ("to add", "to remove") };
        if (report.is_new || self.head.is_none()) && self.before.is_some() {
            changes.push(format!("{} {added}", number(report.added)));
            if report.removed > 0 {
                changes.push(format!("{} {removed}", number(report.removed)));
            }
        }
        let on_branch = self.rows_on_branch();
        if on_branch != report.rows {
            changes.push(format!("{} on the branch", number(on_branch)));
        }
        match changes.is_empty() {
            true => number(report.rows),
            false => format!("{} ({})", number(report.rows), changes.join(", ")),
        }
    }

    /// Rows of the branch after the push; after a dry run, those that there would be.
    fn rows_on_branch(&self) -> u64 {
        let rows = |head: &Snapshot| head.commit().counts.rows;
        match &self.head {
            Some(head) => rows(head),
            None => {
                (self.before.as_ref().map_or(0, rows) + self.report.added).saturating_sub(self.report.removed)
            }
        }
    }

    fn classes(&self) -> String {
        let mut found = Vec::new();
        for field in self.report.schema.given() {
            count_classes(&field.name, &field.feature, &mut found);
        }
        let one = found.len() == 1;
        let text = |(name, n): &(String, usize)| if one { number(*n as u64) } else { format!("{name} {n}") };
        found.iter().map(text).collect::<Vec<_>>().join(", ")
    }

    /// What happened to rows that are not in the source.
    fn replaced(&self) -> String {
        if self.report.removed == 0 || self.args.append {
            return String::new();
        }
        if self.args.dry_run {
            let (rows, one) = (counted(self.report.removed, "row"), self.report.removed == 1);
            let they = if one { "it stays" } else { "they stay" };
            return format!(
                "{rows} would be replaced by those of the source; {they} in the history\n\
                 \x20 to append rows instead: hub push --append\n"
            );
        }
        let (Some(before), Some(head)) = (&self.before, &self.head) else { return String::new() };
        if !self.report.is_new {
            return String::new();
        }
        let (rows, shell) = (self.report.removed, self.args.write.target.shell());
        let (at, now) = (before.at(), head.at());
        let (were, they) = if rows == 1 { ("row was", "it stays") } else { ("rows were", "they stay") };
        format!(
            "{} {were} replaced by those of the source; {they} in the history\n\
             \x20 show the changes: hub diff {shell} {branch}:{} {branch}:{}\n\
             \x20 undo the push: hub revert {shell} {branch}:{}\n\
             \x20 to append rows instead: hub push --append\n",
            number(rows),
            at.version,
            now.version,
            at.version,
            branch = now.branch,
        )
    }

    fn left_out(&self) -> String {
        let report = self.report;
        if report.skipped_count == 0 {
            return String::new();
        }
        let (were, n) = (if report.skipped_count == 1 { "was" } else { "were" }, report.skipped_count);
        let mut text = format!("{} {were} left out:\n", counted(n, "sample"));
        for Skipped { place, problem } in report.skipped.iter().take(MAX_LEFT_OUT) {
            text += &format!("  {place}: {problem}\n");
        }
        let rest = n.saturating_sub(MAX_LEFT_OUT as u64);
        if rest > 0 {
            let how = match &self.head {
                Some(_) if report.is_new => {
                    let shell = self.args.write.target.shell();
                    format!(": hub log {shell} -n 1 --left-out")
                }
                _ => String::new(),
            };
            text += &format!("  … {} more{how}\n", number(rest));
        }
        text
    }

    pub fn to_json(&self) -> Value {
        let report = self.report;
        json!({
            "name": self.args.write.target.location.to_string(), "format": report.format,
            "dry_run": self.args.dry_run, "is_new": report.is_new,
            "branch": report.head.as_ref().map(|at| &at.branch),
            "version": report.head.as_ref().map(|at| at.version),
            "earlier": report.earlier.as_ref().map(|at| {
                json!({ "branch": at.branch, "version": at.version, "commit": at.id.to_string() })
            }),
            "commit": report.head.as_ref().map(|at| at.id.to_string()),
            "rows": report.rows, "added": report.added, "removed": report.removed,
            "rows_on_branch": self.rows_on_branch(),
            "splits": self.head.as_ref().map(|head| &head.commit().counts.splits),
            "fragments": report.fragments, "read_bytes": self.read_bytes,
            "written_bytes": report.uploaded.written_bytes, "reused_bytes": report.uploaded.reused_bytes,
            "left_out": report.skipped_count, "left_out_samples": report.skipped,
            "recognised_by": self.reading.recognised_by, "notes": self.reading.notes,
            "passed_over": self.passed_over.iter().map(|passed| json!({
                "kind": passed.kind, "count": passed.count, "first": passed.first,
            })).collect::<Vec<_>>(),
            "seconds": report.elapsed.as_secs_f64(),
        })
    }
}

/// The label columns in a column and its members, with their numbers of classes.
fn count_classes(name: &str, feature: &Feature, found: &mut Vec<(String, usize)>) {
    match feature {
        Feature::ClassLabel { names, .. } => found.push((name.to_owned(), names.len())),
        Feature::List { item } => count_classes(name, item, found),
        Feature::Struct { fields } => {
            fields.iter().for_each(|f| count_classes(&format!("{name}.{}", f.name), &f.feature, found));
        }
        _ => {}
    }
}

//! `hub stats`: shows value ranges, null counts and class frequencies.

use clap::Args;
use hub_dataset::ops::stats::{Bound, ColumnStats, LabelStats, SplitStats, Stats as Counted};

use super::info::split_order;
use crate::args::{JsonArg, ReadArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table, bytes, clip, counted, number};

/// Classes to show of a label column without `--all`.
const MAX_CLASSES: usize = 10;
/// Width of the longest bar, in characters.
const BAR_WIDTH: u64 = 24;

const EXAMPLES: &str = "\
Examples:
  hub stats pets
  hub stats pets@v1 --all        list every class
  hub stats pets --json | jq '.columns[] | select(.name == \"label\")'

Images, audio and video are not read: their facts (width, duration, …) are columns of their own.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Stats {
    #[command(flatten)]
    read: ReadArgs,
    /// List every class, not only the ten most frequent ones
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Stats, context: &Context) -> anyhow::Result<Exit> {
    let snapshot = context.snapshot(&args.read.target.location, &args.read.revision()?).await?;
    let stats = snapshot.stats().await?;
    if args.json.json {
        context.print_json(&stats)?;
        return Ok(Exit::Done);
    }
    let at = snapshot.at();
    let max_classes = if args.all { usize::MAX } else { MAX_CLASSES };
    let title = format!("{} at {}:{}\n", args.read.target.name(), at.branch, at.version);
    context.print(&(title + &describe(&stats, max_classes)))?;
    Ok(Exit::Done)
}

fn describe(stats: &Counted, max_classes: usize) -> String {
    let (rows, size) = (counted(stats.rows, "row"), bytes(stats.bytes));
    let mut text = format!("  {rows}, {size} in {}\n\n", counted(stats.fragments, "fragment"));
    if stats.splits.keys().any(|split| !split.is_empty()) {
        text += &(splits(stats) + "\n");
    }
    text += &columns(&stats.columns);
    for label in stats.columns.iter().flat_map(|column| &column.labels) {
        text += &("\n".to_owned() + &classes(label, max_classes));
    }
    text
}

fn splits(stats: &Counted) -> String {
    let columns =
        [("SPLIT", Align::Left), ("ROWS", Align::Right), ("SIZE", Align::Right), ("FRAGMENTS", Align::Right)];
    let mut table = Table::new(&columns);
    let mut splits: Vec<_> = stats.splits.iter().collect();
    splits.sort_by_key(|(split, _)| split_order(split));
    for (split, SplitStats { rows, bytes: size, fragments }) in splits {
        let split = if split.is_empty() { "(none)" } else { split };
        table.row([split.to_owned(), number(*rows), bytes(*size), number(*fragments)]);
    }
    table.render("  ")
}

fn columns(columns: &[ColumnStats]) -> String {
    let names = [
        ("COLUMN", Align::Left),
        ("TYPE", Align::Left),
        ("NULLS", Align::Right),
        ("MIN", Align::Right),
        ("MAX", Align::Right),
    ];
    let mut table = Table::new(&names);
    for column in columns {
        let nulls = column.nulls.map_or("?".to_owned(), number);
        // For texts, lists and binary values the range is that of their lengths.
        let unit = match column.feature.as_str() {
            "text" | "json" => " chars",
            feature if feature.starts_with("list of") => " items",
            "binary" => " bytes",
            _ => "",
        };
        let bound = |bound: &Option<Bound>| bound.as_ref().map(|b| show(b) + unit).unwrap_or_default();
        let (min, max) = (bound(&column.min), bound(&column.max));
        table.row([column.name.clone(), clip(&column.feature, 36), nulls, min, max]);
    }
    table.render("  ")
}

fn show(bound: &Bound) -> String {
    match bound {
        Bound::Int(n) => n.to_string(),
        Bound::Float(x) => format!("{x:.4}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        Bound::Time(time) => time.clone(),
    }
}

/// The most frequent classes, with bars.
fn classes(label: &LabelStats, max_classes: usize) -> String {
    let mut classes: Vec<_> = label.classes.iter().collect();
    // The sort is stable: equally frequent classes stay in the order of their indices.
    classes.sort_by_key(|class| std::cmp::Reverse(class.count));
    let greatest = classes.first().map_or(0, |class| class.count).max(1);
    let total = classes.len();
    let empty = classes.iter().filter(|class| class.count == 0).count();
    let mut table = Table::plain(&[Align::Left, Align::Right, Align::Left]);
    for class in classes.iter().take(max_classes) {
        let bar = "█".repeat((class.count * BAR_WIDTH).div_ceil(greatest) as usize);
        table.row([clip(&class.name, 40), number(class.count), bar]);
    }
    let mut notes = vec![counted(total as u64, "class")];
    if empty > 0 {
        notes.push(format!("{} never used", number(empty as u64)));
    }
    if label.nulls > 0 {
        notes.push(format!("{} without a label", number(label.nulls)));
    }
    let mut text = format!("  {}: {}\n{}", label.path, notes.join(", "), table.render("    "));
    if total > max_classes {
        text += &format!("    … {} more (--all)\n", number((total - max_classes) as u64));
    }
    text
}

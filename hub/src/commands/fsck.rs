//! `hub fsck`: reads all files of a data set and verifies their checksums.

use clap::Args;
use hub_client::derive;
use hub_dataset::ops::fsck::{Damage, DamagedRows, Report, Scope};

use crate::args::{JsonArg, Target};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{bytes, counted};
use crate::progress::Bar;

const EXAMPLES: &str = "\
Examples:
  hub fsck pets            verify the heads of all branches, and the tags
  hub fsck pets --all      verify every commit, and count unreferenced files
  hub fsck pets --derived  also compare indexes and copies with what is computed from the images
  hub fsck s3://bucket/pets

Lists damaged files with the rows affected, and exits with code 5 if there are any.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Fsck {
    /// NAME, NAMESPACE/NAME, ./DIR or s3://BUCKET/PREFIX
    #[arg(value_name = "NAME")]
    target: Target,
    /// Verify every commit, not only the heads of branches and the tags
    #[arg(long)]
    all: bool,
    /// Compute the indexes and copies of the branches' heads again (hub push --index, --store), and compare them
    #[arg(long)]
    derived: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Fsck, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.target.location).await?;
    let bar = Bar::new(&context.console, "fsck");
    let scope = if args.all { Scope::All } else { Scope::Heads };
    let mut report = dataset.fsck(scope, |at| bar.bytes(at.bytes, at.total_bytes)).await?;
    drop(bar);
    // Of damaged files nothing is computed.
    if args.derived && report.is_clean() {
        let _bar = Bar::new(&context.console, "computing what is derived");
        for branch in dataset.branches().await? {
            if let Some(head) = dataset.head(&branch).await? {
                let derives = derive::deriving(head.schema(), &[]);
                report.damage.extend(dataset.check_derived(&head, &derives).await?);
            }
        }
        report.damage.sort();
        report.damage.dedup();
    }
    match args.json.json {
        true => context.print_json(&report)?,
        false if report.is_clean() => context.report(&describe(&report, &args.target))?,
        false => context.print(&describe(&report, &args.target))?,
    }
    Ok(if report.is_clean() { Exit::Done } else { Exit::Damaged })
}

fn describe(report: &Report, target: &Target) -> String {
    let mut text = String::new();
    for Damage { path, problem, rows } in &report.damage {
        let problem = problem.strip_prefix("damaged: ").unwrap_or(problem);
        text += &format!("damaged: {path}: {problem}\n");
        rows.iter().for_each(|rows| text += &format!("  {}\n", hit(rows)));
    }
    let files = [
        counted(report.commits, "commit"),
        counted(report.manifests, "manifest"),
        counted(report.data_files, "data file"),
        counted(report.blobs, "blob"),
        bytes(report.bytes),
    ];
    let (name, read) = (target.name(), files.join(", "));
    text += &match report.damage.len() as u64 {
        0 => format!("{name} is not damaged: {read} verified\n"),
        n => format!("{name}: {} among {read}\n", counted(n, "damaged file")),
    };
    if let Some(orphans) = report.orphans.filter(|orphans| orphans.files > 0) {
        let (files, size) = (counted(orphans.files, "file"), bytes(orphans.bytes));
        text += &format!(
            "{files}, {size}, not referenced by any commit (not damage); to delete them: hub gc {}\n",
            target.shell()
        );
    }
    text
}

fn hit(rows: &DamagedRows) -> String {
    let group = rows.row_group.map(|group| format!(", row group {group}")).unwrap_or_default();
    let DamagedRows { fragment, first, last, columns, .. } = rows;
    format!("rows {fragment}:{first} to {fragment}:{last}{group}, columns {}", columns.join(", "))
}

//! `hub split`: puts a share of the rows into other splits.

use std::collections::{BTreeMap, HashMap};

use clap::{ArgGroup, Args};
use hub_client::edit::{Candidate, KeyPath, Share, row_keys, share_out};
use hub_dataset::Snapshot;
use hub_schema::Revision;
use serde_json::json;

use super::report_commit;
use crate::args::{JsonArg, WriteArgs};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{counted, number};

const EXAMPLES: &str = "\
Examples:
  hub split pets --val 10%                              a tenth of train becomes val
  hub split pets --val 10% --stratify label --seed 7    a tenth of every class
  hub split pets --val 500 --test 10%
  hub split pets --part calibration=200 --from test

The same seed chooses the same rows. Only rows of one split are shared out: of --from, else of
train, else those without a split, which become train. No files are rewritten: until `hub compact`,
splits share files, and the size of each counts them.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("shares").args(["val", "test", "part"]).required(true).multiple(true)))]
pub struct Split {
    #[command(flatten)]
    write: WriteArgs,
    /// Rows for the split val: a share (10%, 0.1) or a number of rows
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    val: Option<Share>,
    /// Rows for the split test
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    test: Option<Share>,
    /// Rows for another split; repeatable
    #[arg(long, value_name = "SPLIT=SHARE", value_parser = parse_part)]
    part: Vec<(String, Share)>,
    /// Split whose rows are shared out [default: train, else the rows without a split]
    #[arg(long, value_name = "SPLIT")]
    from: Option<String>,
    /// Take the same share of every value of this column
    #[arg(long, value_name = "COLUMN")]
    stratify: Option<String>,
    /// Seed of the choice
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Show how many rows each split would get, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}

/// `10%`, `0.1` or `500`.
fn parse_share(text: &str) -> Result<Share, String> {
    let bad = || format!("'{text}' is not a share: expected for example 10%, 0.1 or 500 rows");
    let part = |number: f64| (0.0..=1.0).contains(&number).then_some(Share::Part(number)).ok_or_else(bad);
    if let Some(percent) = text.strip_suffix('%') {
        return part(percent.trim().parse::<f64>().map_err(|_| bad())? / 100.0);
    }
    match text.parse::<u64>() {
        Ok(rows) => Ok(Share::Rows(rows)),
        Err(_) => part(text.parse().map_err(|_| bad())?),
    }
}

fn parse_part(text: &str) -> Result<(String, Share), String> {
    match text.split_once('=') {
        Some((split, share)) if !split.is_empty() => Ok((split.to_owned(), parse_share(share)?)),
        _ => Err(format!("'{text}' is not a split and its share: expected for example calibration=200")),
    }
}

pub async fn run(args: Split, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.write.target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    let head = dataset.snapshot(&Revision::Named(branch.to_string())).await?;
    let mut shares = args.part.clone();
    shares.extend(args.test.map(|share| ("test".to_owned(), share)));
    shares.extend(args.val.map(|share| ("val".to_owned(), share)));
    let (from, rest) = source(&args, &head)?;
    let candidates = candidates(&head, from.as_deref(), args.stratify.as_deref()).await?;
    let assigned = share_out(&candidates, &shares, &rest, args.seed).ok_or_else(|| {
        let (rows, of) = (counted(candidates.len() as u64, "row"), from.as_deref().unwrap_or("no split"));
        Failure::usage(format!("the shares need more than the {rows} of {of}"))
    })?;
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    assigned.iter().for_each(|(_, split)| *sizes.entry(split.clone()).or_default() += 1);
    let assigned: HashMap<_, _> = assigned.into_iter().collect();
    if args.dry_run {
        if args.json.json {
            context.print_json(&json!({
                "name": args.write.target.location.to_string(), "branch": branch, "dry_run": true,
                "splits": sizes,
            }))?;
            return Ok(Exit::Done);
        }
        let sizes: Vec<String> =
            sizes.iter().map(|(split, rows)| format!("{split} {}", number(*rows))).collect();
        context.report(&format!("dry run: the rows would go to {}\n", sizes.join(", ")))?;
        return Ok(Exit::Done);
    }
    let committed = dataset.assign_splits(&branch, &args.write.author(), &assigned).await?;
    report_commit::report(&committed, &args.write.target, &branch, &args.json, context)?;
    if let (Some(head), false) = (committed.snapshot(), args.json.json) {
        context.report(&format!("  splits: {}\n", super::info::splits(head)))?;
    }
    Ok(Exit::Done)
}

/// The split whose rows are shared out, and the one of those that are left.
fn source(args: &Split, head: &Snapshot) -> anyhow::Result<(Option<String>, String)> {
    let known = head.splits();
    let has_unsplit = head.commit().counts.splits.get("").is_some_and(|rows| *rows > 0);
    match &args.from {
        Some(from) if known.contains(from) => Ok((Some(from.clone()), from.clone())),
        Some(from) => Err(hub_dataset::Error::NoSplit { split: from.clone(), known }.into()),
        None if known.iter().any(|split| split == "train") => {
            Ok((Some("train".to_owned()), "train".to_owned()))
        }
        None if has_unsplit => Ok((None, "train".to_owned())),
        None => {
            let message = format!(
                "there is no split train, and no row without a split; there are: {}",
                known.join(", ")
            );
            Err(Failure::not_found(message).hint("name the split to share out with --from").into())
        }
    }
}

/// The rows of a split, with the values that are to be spread evenly.
async fn candidates(
    head: &Snapshot,
    from: Option<&str>,
    stratify: Option<&str>,
) -> anyhow::Result<Vec<Candidate>> {
    let strata = match stratify {
        Some(column) => Some(row_keys(head, &KeyPath::find(head.schema(), column)?).await?),
        None => None,
    };
    let mut candidates = Vec::new();
    let mut position = 0;
    for fragment in head.index().await?.fragments() {
        for offset in fragment.live_offsets() {
            let stratum = strata.as_ref().and_then(|strata| strata.get(position).cloned().flatten());
            position += 1;
            if fragment.split.as_deref() == from {
                candidates.push(Candidate { row: fragment.row_id(offset), stratum });
            }
        }
    }
    Ok(candidates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_parts_or_numbers_of_rows() {
        for (text, share) in [
            ("10%", Share::Part(0.1)),
            ("0.25", Share::Part(0.25)),
            ("100%", Share::Part(1.0)),
            ("500", Share::Rows(500)),
        ] {
            assert_eq!(parse_share(text), Ok(share), "{text}");
        }
        for bad in ["", "%", "110%", "-1", "1.5", "ten", "-5%", "NaN"] {
            assert!(parse_share(bad).is_err(), "{bad:?} was accepted");
        }
        assert_eq!(parse_part("dev=5"), Ok(("dev".to_owned(), Share::Rows(5))));
        assert!(parse_part("=5").is_err() && parse_part("dev").is_err());
    }
}

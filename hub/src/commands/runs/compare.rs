//! `hub runs compare`

use clap::Args;
use hub_eval::run::{Comparison, compare, find, predictions};

use crate::args::{JsonArg, Target};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{Align, Table, counted, number, pairs};

#[derive(Args, Debug)]
pub struct CompareArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Two runs
    #[arg(value_name = "RUN", num_args = 2, required = true)]
    runs: Vec<String>,
    /// Test whether the runs are equally good within this many points
    #[arg(long, value_name = "POINTS")]
    margin: Option<f64>,
    /// Images to list that one run has right and the other wrong
    #[arg(long, value_name = "N", default_value_t = 10)]
    flips: usize,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: &CompareArgs, context: &Context) -> anyhow::Result<Exit> {
    let [first, second] = args.runs.as_slice() else {
        return Err(Failure::usage("name two runs: hub runs compare NAME RUN RUN").into());
    };
    if let Some(margin) = args.margin.filter(|margin| !(margin.is_finite() && *margin > 0.0)) {
        return Err(Failure::usage(format!("--margin {margin}: expected a number of points above 0")).into());
    }
    let dataset = context.open(&args.target.location).await?;
    let (first, second) = (find(&dataset, first).await?, find(&dataset, second).await?);
    let (of_first, of_second) = (predictions(&dataset, &first).await?, predictions(&dataset, &second).await?);
    let margin = args.margin.map(|points| points / 100.0);
    let found = compare((&first, &of_first), (&second, &of_second), margin)?;
    if args.json.json {
        context.print_json(&found)?;
        return Ok(Exit::Done);
    }
    let names = [&first, &second].map(|run| format!("{} ({})", run.evaluated.model.name, run.header.id));
    let mut text = describe(&found, &names, args.margin);
    text += &settings(&found);
    text += &flips(&found, args.flips);
    context.print(&text)?;
    Ok(Exit::Done)
}

fn describe(found: &Comparison, [first, second]: &[String; 2], margin: Option<f64>) -> String {
    let paired = found.paired;
    let points = |value: f64| format!("{:+.2}", value * 100.0);
    let verdict = match (found.differs, found.difference > 0.0) {
        (false, _) => "not told apart by these samples".to_owned(),
        (true, true) => format!("{first} is better"),
        (true, false) => format!("{second} is better"),
    };
    let mut lines = vec![
        ("first", first.clone()),
        ("second", second.clone()),
        ("samples", number(found.samples)),
        ("both right", number(paired.both_right)),
        ("only first right", number(paired.only_first)),
        ("only second right", number(paired.only_second)),
        ("both wrong", number(paired.both_wrong)),
        ("same class", number(found.same_prediction)),
        (
            "difference",
            format!(
                "{} points ({} – {})",
                points(found.difference),
                points(found.interval.low),
                points(found.interval.high)
            ),
        ),
        ("McNemar, exact", format!("p = {:.3e}", found.mcnemar_exact_p)),
        ("verdict", verdict),
    ];
    if let (Some(margin), Some(equivalent)) = (margin, found.equivalent) {
        let answer = if equivalent { "yes, at 5 %" } else { "not shown" };
        lines.push(("equally good", format!("within {margin} points: {answer}")));
    }
    let mut out = pairs(lines);
    let left_out = found.only_first_has + found.only_second_has;
    if left_out > 0 {
        out += &format!("  {} scored by one of the runs only, left out\n", counted(left_out, "sample"));
    }
    out
}

/// In which settings the runs differ.
fn settings(found: &Comparison) -> String {
    if found.settings.is_empty() {
        return "\nthe settings of both runs are the same\n".to_owned();
    }
    let mut table = Table::new(&[("SETTING", Align::Left), ("FIRST", Align::Left), ("SECOND", Align::Left)]);
    for setting in &found.settings {
        table.row([setting.setting.clone(), setting.first.clone(), setting.second.clone()]);
    }
    format!("\nsettings that differ:\n{}", table.render("  "))
}

fn flips(found: &Comparison, most: usize) -> String {
    if most == 0 || found.flips.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[
        ("ROW", Align::Right),
        ("RIGHT", Align::Left),
        ("THE OTHER WAS SURE BY", Align::Right),
        ("IMAGE", Align::Left),
    ]);
    for flip in found.flips.iter().take(most) {
        table.row([
            number(flip.position),
            if flip.first_right { "first" } else { "second" }.to_owned(),
            format!("{:.1} %", flip.confidence * 100.0),
            flip.name.clone().unwrap_or_default(),
        ]);
    }
    format!(
        "\n{} that flipped, the surest mistakes first:\n{}",
        counted(found.flips.len() as u64, "image"),
        table.render("  ")
    )
}

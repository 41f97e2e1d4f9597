//! `hub runs leaderboard`

use clap::Args;
use hub_eval::run::{Leaderboard, leaderboard, list, predictions};

use crate::args::{JsonArg, Target};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table};

#[derive(Args, Debug)]
pub struct LeaderboardArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Only runs on this split
    #[arg(long, value_name = "SPLIT")]
    split: Option<String>,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: &LeaderboardArgs, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.target.location).await?;
    let mut runs = Vec::new();
    for (id, run) in list(&dataset, usize::MAX).await? {
        let read = match run {
            Ok(run) if args.split.is_some() && run.evaluated.data.split != args.split => continue,
            Ok(run) => predictions(&dataset, &run).await.map(|samples| (run, samples)),
            Err(error) => Err(error),
        };
        match read {
            Ok(read) => runs.push(read),
            Err(error) => context.note(&format!("warning: run {id} can't be read and is left out: {error}")),
        }
    }
    let boards = leaderboard(runs);
    if args.json.json {
        context.print_json(&boards)?;
        return Ok(Exit::Done);
    }
    if boards.is_empty() {
        context.note(&format!("no runs to rank; hub eval {} --model MODEL makes one", args.target.shell()));
    }
    for board in &boards {
        context.print(&describe(board))?;
    }
    Ok(Exit::Done)
}

fn describe(board: &Leaderboard) -> String {
    let mut table = Table::new(&[
        ("RANK", Align::Left),
        ("MODEL", Align::Left),
        ("TOP-1", Align::Right),
        ("95 %", Align::Left),
        ("TOP-5", Align::Right),
        ("SAMPLES", Align::Right),
        ("BEHIND", Align::Right),
        ("95 %", Align::Left),
        ("RUN", Align::Left),
    ]);
    let percent = |value: f64| format!("{:.2}", value * 100.0);
    for (at, rank) in board.ranks.iter().enumerate() {
        let is_tied = board.ranks.iter().enumerate().any(|(other, r)| other != at && r.rank == rank.rank);
        let five = rank.top5.and_then(|top| top.fraction);
        table.row([
            format!("{}{}", rank.rank, if is_tied { " =" } else { "" }),
            rank.model.clone(),
            rank.top1.fraction.map_or_else(|| "–".to_owned(), percent),
            format!("{} – {}", percent(rank.top1.low), percent(rank.top1.high)),
            five.map_or_else(|| "–".to_owned(), percent),
            crate::output::number(rank.top1.of),
            rank.behind.map_or_else(String::new, percent),
            rank.interval.map_or_else(String::new, |i| format!("{} – {}", percent(i.low), percent(i.high))),
            rank.run.clone(),
        ]);
    }
    format!("rows: {}\n{}", board.rows, table.render("  "))
}

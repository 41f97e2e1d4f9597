//! `hub query`: runs an SQL query over one data set or over all of them.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use hub_catalog::index::SynsetIndex;
use hub_dataset::LabelIndex;
use hub_dataset::store::{Access, Replacement};
use hub_query::write::Format;
use hub_query::{Limits, NamedSnapshot, QueryError, Tables};
use hub_schema::BranchName;
use serde_json::json;

use crate::args::{AuthorArgs, JsonArg, Target, parse_duration};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{self, counted};

const EXAMPLES: &str = "\
Examples:
  hub query pets \"SELECT label, count(*) AS n FROM samples GROUP BY label ORDER BY n DESC\"
  hub query pets \"SELECT label FROM samples WHERE isa(label, 'dog.n.01') AND image.width > 255\"
  hub query coco \"SELECT count(*) FROM samples WHERE isa(objects.category, 'canine.n.02')\"
  hub query --all \"SELECT dataset, count(*) FROM samples WHERE isa(label, 'dog.n.01') GROUP BY 1\"
  hub query pets \"SELECT * FROM samples\" -o pets.parquet
  hub query pets --run last \"SELECT name, predicted FROM predictions ORDER BY loss DESC LIMIT 9\"

The data set is the table `samples`. A class label is the name of its class. Besides the functions
of SQL there are:
  isa(label, 'dog.n.01')        whether the label is this concept, a kind or an instance of it
  synset(label)                 WordNet id of the label
  label_id(label)               number of the label's class
  lca(a, b), wup(a, b)          lowest common ancestor; Wu-Palmer similarity
  area(box), iou(box, box)      area of a box; intersection over union of two
  cosine_distance(v, w)         cosine distance of two embeddings
The columns _row_id, _position and _split are not part of `*`. With --run, the table `predictions`
has a row for each evaluated sample; predictions.row_id is samples._row_id.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Query {
    /// Data set and SQL query; with --all only the SQL query
    #[arg(value_names = ["NAME[@REV]", "SQL"], required = true, num_args = 1..=2)]
    words: Vec<String>,
    /// Query all data sets of the hub; the column `dataset` holds their names. Damaged ones are left out with a warning
    #[arg(long)]
    all: bool,
    /// Add the table `predictions` of this run: an id, a part of one, a model's name or `last`
    #[arg(long, value_name = "RUN", conflicts_with_all = ["all", "save_view"])]
    run: Option<String>,
    /// Format of the result; arrow is Arrow's stream format [default: that of the ending of --out, else table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<FormatArg>,
    #[command(flatten)]
    json: JsonArg,
    /// Write the result to a file [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Save the query as a view, which can be streamed and pulled like a data set
    #[arg(long, value_name = "VIEW", conflicts_with_all = ["all", "out"])]
    save_view: Option<BranchName>,
    #[command(flatten)]
    author: AuthorArgs,
    /// Cancel the query after this time
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "10m")]
    timeout: Duration,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    Table,
    Json,
    Csv,
    Parquet,
    Arrow,
}

/// Runs the query, and writes the result as it arrives.
pub async fn run(args: Query, context: &Context) -> anyhow::Result<Exit> {
    if let Some(name) = &args.save_view {
        return save_view(&args, name, context).await;
    }
    let format = format(&args)?;
    let (tables, sql) = tables(&args, context).await?;
    let limits = Limits { time: args.timeout, ..Limits::default() };
    let query = Run { tables, sql, limits, format, context };
    let Some(path) = &args.out else {
        return query.print(args.all).await.map(|()| Exit::Done);
    };
    // Written beside the file and then moved over it, so that a query that fails half-way leaves the old file.
    let shown = path.display();
    let cant = || format!("{shown}: can't write it");
    let mut file = Replacement::begin(path, Access::Umask).with_context(cant)?;
    let rows = query.write_to(file.file(), args.all).await?;
    file.finish().with_context(cant)?;
    context.note(&format!("{} in {shown}", counted(rows, "row")));
    Ok(Exit::Done)
}

/// The format of the result: that of `--format` or `--json`, else the one that the ending of `--out` means.
fn format(args: &Query) -> Result<Format, Failure> {
    let json = args.json.json;
    if json && !matches!(args.format, None | Some(FormatArg::Table | FormatArg::Json)) {
        return Err(Failure::usage("--json contradicts --format").hint("give only one of them"));
    }
    match (json, args.format) {
        (true, _) | (_, Some(FormatArg::Json)) => return Ok(Format::Json),
        (_, Some(FormatArg::Table)) => return Ok(Format::Table),
        (_, Some(FormatArg::Csv)) => return Ok(Format::Csv),
        (_, Some(FormatArg::Parquet)) => return Ok(Format::Parquet),
        (_, Some(FormatArg::Arrow)) => return Ok(Format::Arrow),
        (false, None) => {}
    }
    let Some(out) = &args.out else { return Ok(Format::Table) };
    let ending = out.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        None | Some("txt") => Ok(Format::Table),
        Some("json") => Ok(Format::Json),
        Some("csv") => Ok(Format::Csv),
        Some("parquet" | "pq") => Ok(Format::Parquet),
        Some("arrow" | "arrows" | "ipc") => Ok(Format::Arrow),
        Some(other) => {
            let message = format!("{}: no format has the ending .{other}", out.display());
            let hint = "name the format with --format, or use .parquet, .csv, .json, .arrow or .txt";
            Err(Failure::usage(message).hint(hint))
        }
    }
}

/// A query that is about to run.
struct Run<'a> {
    tables: Tables,
    sql: &'a str,
    limits: Limits,
    format: Format,
    context: &'a Context,
}

impl Run<'_> {
    /// Writes the result to stdout as it arrives; with `all`, when it is complete.
    async fn print(self, all: bool) -> anyhow::Result<()> {
        let closed = Arc::new(AtomicBool::new(false));
        let mut stdout = Stdout(Arc::clone(&closed));
        let printed = match all {
            // Rows that were printed couldn't be taken back if a data set turned out to be damaged.
            true => {
                let mut file =
                    tempfile::tempfile().context("can't create a temporary file for the result")?;
                self.write_to(&mut file, all).await?;
                file.rewind().and_then(|()| io::copy(&mut file, &mut stdout)).map(drop).map_err(Into::into)
            }
            false => self.write(stdout).await.map(drop).map_err(Into::into),
        };
        if closed.load(Ordering::Relaxed) { Ok(()) } else { printed }
    }

    /// Writes the whole result to a file; returns the number of its rows. With `all`, data sets that turn out to be
    /// damaged are left out with a note.
    async fn write_to(mut self, file: &mut File, all: bool) -> anyhow::Result<u64> {
        let mut left_out = Vec::new();
        let (begun, limit) = (Instant::now(), self.limits.time);
        loop {
            let error = match self.write(io::BufWriter::new(file.try_clone()?)).await {
                Ok(rows) => {
                    left_out.sort();
                    for dataset in left_out {
                        let note = format!("warning: data set {dataset}; it is left out");
                        self.context.note(&note);
                    }
                    return Ok(rows);
                }
                Err(error) => error,
            };
            match error {
                QueryError::Member { dataset, source } if all && source.is_damage() => {
                    self.tables = self.tables.without(&dataset);
                    left_out.push(format!("{dataset} can't be read: {source}"));
                }
                error => return Err(error.into()),
            }
            self.limits.time = limit.saturating_sub(begun.elapsed());
            file.set_len(0)?;
            file.rewind()?;
        }
    }

    async fn write(&self, out: impl Write + Send + 'static) -> Result<u64, QueryError> {
        let answer = hub_query::query(&self.tables, self.sql, &self.limits).await?;
        let notes = answer.notes().to_vec();
        let written = hub_query::write::write(answer, self.format, out).await?;
        for note in notes {
            self.context.note(&format!("note: {note}"));
        }
        Ok(written.rows)
    }
}

/// Stdout that notes a closed pipe: the writers of tables hide the kind of an I/O error.
struct Stdout(Arc<AtomicBool>);

impl Stdout {
    fn note_closed<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.inspect_err(|e| {
            if e.kind() == io::ErrorKind::BrokenPipe {
                self.0.store(true, Ordering::Relaxed);
            }
        })
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.note_closed(io::stdout().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.note_closed(io::stdout().flush())
    }
}

/// Runs the query once, so that a broken one isn't saved, and saves it as a view.
async fn save_view(args: &Query, name: &BranchName, context: &Context) -> anyhow::Result<Exit> {
    let [target, sql] = args.words.as_slice() else { return Err(missing_argument().into()) };
    let target: Target = target.parse()?;
    let snapshot = context.snapshot(&target.location, &target.revision_or_main()).await?;
    let index = as_label_index(context.label_index(&target.location).await);
    let rows = hub_query::rows_of_query(&snapshot, sql, index).await?.positions.len();
    let version = snapshot.dataset().create_view(name, sql, &snapshot, &args.author.author()).await?;
    if args.json.json {
        context
            .print_json(&json!({ "view": name, "version": version, "rows": rows, "of": output::json::commit(snapshot.at()) }))?;
    } else {
        let (what, shell) = (counted(rows, "row"), target.shell());
        context.report(&format!(
            "saved view {name}:{version} with {what}; to stream it: hub stream {shell} --view {name}\n"
        ))?;
    }
    Ok(Exit::Done)
}

fn missing_argument() -> Failure {
    Failure::usage("a data set and an SQL query are required: hub query NAME \"SELECT …\"")
        .hint("to query all data sets: hub query --all \"SELECT …\"")
}

/// The catalog's index as the trait object that queries take.
pub fn as_label_index(index: Option<SynsetIndex>) -> Option<Arc<dyn LabelIndex>> {
    index.map(|index| Arc::new(index) as Arc<dyn LabelIndex>)
}

async fn tables<'a>(args: &'a Query, context: &Context) -> anyhow::Result<(Tables, &'a str)> {
    match (args.all, args.words.as_slice()) {
        (true, [sql]) => {
            let heads = context.heads().await?.into_iter();
            let mut members = Vec::new();
            for (name, snapshot) in heads {
                let index = as_label_index(context.label_index(&name.parse()?).await);
                members.push(NamedSnapshot::new(name, snapshot).with_index(index));
            }
            if members.is_empty() {
                return Err(Failure::not_found("the hub holds no data sets")
                    .hint("`hub push NAME DIR` creates one")
                    .into());
            }
            Ok((Tables::all(members), sql))
        }
        (false, [name, sql]) => {
            let target: Target = name.parse()?;
            let snapshot = context.snapshot(&target.location, &target.revision_or_main()).await?;
            let index = as_label_index(context.label_index(&target.location).await);
            let predictions = match &args.run {
                Some(run) => {
                    let run = hub_eval::run::find(snapshot.dataset(), run).await?;
                    Some(hub_eval::run::sql_table(snapshot.dataset(), &run).await?)
                }
                None => None,
            };
            let tables = Tables::one(NamedSnapshot::new(target.name(), snapshot).with_index(index));
            let tables = match predictions {
                Some(table) => tables.with_table(hub_query::table::PREDICTIONS, table),
                None => tables,
            };
            Ok((tables, sql))
        }
        (true, _) => Err(Failure::usage("--all queries all data sets: give only the SQL query").into()),
        (false, _) => Err(missing_argument().into()),
    }
}

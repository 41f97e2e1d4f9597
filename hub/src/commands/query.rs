//! `hub query`: SQL over a data set, or over all.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use hub_catalog::index::SynsetIndex;
use hub_dataset::LabelIndex;
use hub_query::write::Format;
use hub_query::{Limits, NamedSnapshot, Tables};
use hub_schema::BranchName;
use serde_json::json;

use crate::args::{AuthorArgs, JsonArg, Target, parse_duration};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::counted;

const EXAMPLES: &str = "\
Examples:
  hub query pets \"SELECT label, count(*) AS n FROM samples GROUP BY label ORDER BY n DESC\"
  hub query pets \"SELECT label FROM samples WHERE isa(label, 'dog.n.01') AND image.width > 255\"
  hub query coco \"SELECT count(*) FROM samples WHERE isa(objects.category, 'canine.n.02')\"
  hub query --all \"SELECT dataset, count(*) FROM samples WHERE isa(label, 'dog.n.01') GROUP BY 1\"
  hub query pets \"SELECT * FROM samples\" --format parquet --out pets.parquet

The data set is the table `samples`. Beside SQL's own functions there are:
  isa(label, 'dog.n.01')        the label means that concept or one below it
  synset(label)                 the label's WordNet id
  lca(a, b), wup(a, b)          the lowest common concept; Wu-Palmer similarity
  area(box), iou(box, box)      of boxes
  cosine_distance(v, w)         of embeddings
and the columns _row_id, _position and _split, which * leaves out.";

/// `hub query`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Query {
    /// A data set and the SQL; with --all the SQL alone
    #[arg(value_names = ["NAME[@REV]", "SQL"], required = true, num_args = 1..=2)]
    words: Vec<String>,
    /// Ask every data set of the hub; the column `dataset` says which
    #[arg(long)]
    all: bool,
    /// How to write the answer; arrow is Arrow's stream format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    format: FormatArg,
    #[command(flatten)]
    json: JsonArg,
    /// Write the answer to this file [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Save the question as a view, whose rows stream and pull like a data set
    #[arg(long, value_name = "VIEW", conflicts_with_all = ["all", "out"])]
    save_view: Option<BranchName>,
    #[command(flatten)]
    author: AuthorArgs,
    /// Give up after this time
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

/// Asks, and writes the answer as it comes.
pub async fn run(args: Query, context: &Context) -> anyhow::Result<Exit> {
    if let Some(name) = &args.save_view {
        return save(&args, name, context).await;
    }
    if args.json.json && !matches!(args.format, FormatArg::Table | FormatArg::Json) {
        let failure = Failure::usage("--json and --format say different things");
        return Err(failure.hint("give one of them").into());
    }
    let (tables, sql) = tables(&args, context).await?;
    let limits = Limits { time: args.timeout, ..Limits::default() };
    let answer = hub_query::query(&tables, sql, &limits).await?;
    for note in answer.notes() {
        context.note(&format!("note: {note}"));
    }
    let format = match (args.json.json, args.format) {
        (true, _) | (_, FormatArg::Json) => Format::Json,
        (_, FormatArg::Table) => Format::Table,
        (_, FormatArg::Csv) => Format::Csv,
        (_, FormatArg::Parquet) => Format::Parquet,
        (_, FormatArg::Arrow) => Format::Arrow,
    };
    let Some(path) = &args.out else {
        let closed = Arc::new(AtomicBool::new(false));
        let written = hub_query::write::write(answer, format, Out(Arc::clone(&closed))).await;
        if !closed.load(Ordering::Relaxed) {
            written?;
        }
        return Ok(Exit::Done);
    };
    // Beside the file and moved over it, so that a question that fails half-way leaves what was there.
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    let shown = path.display();
    let mut file =
        tempfile::NamedTempFile::new_in(folder).with_context(|| format!("{shown}: can't write it"))?;
    let handle: File = file.reopen().with_context(|| format!("{shown}: can't write it"))?;
    let written = hub_query::write::write(answer, format, std::io::BufWriter::new(handle)).await?;
    file.flush()?;
    file.persist(path).with_context(|| format!("{shown}: can't write it"))?;
    context.note(&format!("{} in {shown}", counted(written.rows, "row")));
    Ok(Exit::Done)
}

/// Stdout, and whether its reader has gone: writers of tables hide what kind of error it was.
struct Out(Arc<AtomicBool>);

impl Out {
    fn seen<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.inspect_err(|e| {
            if e.kind() == io::ErrorKind::BrokenPipe {
                self.0.store(true, Ordering::Relaxed);
            }
        })
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.seen(io::stdout().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.seen(io::stdout().flush())
    }
}

/// Tries the question, and keeps it.
async fn save(args: &Query, name: &BranchName, context: &Context) -> anyhow::Result<Exit> {
    let [target, sql] = args.words.as_slice() else { return Err(needs_both().into()) };
    let target: Target = target.parse()?;
    let snapshot = context.snapshot(&target.location, &target.revision_or_main()).await?;
    let index = shared(context.label_index(&target.location).await);
    let rows = hub_query::rows_of_query(&snapshot, sql, index).await?.positions.len();
    let version = snapshot.dataset().create_view(name, sql, &snapshot, &args.author.author()).await?;
    if args.json.json {
        context
            .print_json(&json!({ "view": name, "version": version, "rows": rows, "of": snapshot.at() }))?;
    } else {
        let (what, shell) = (counted(rows, "row"), target.shell());
        context.report(&format!("view {name}:{version} has {what}; hub stream {shell} --view {name}\n"))?;
    }
    Ok(Exit::Done)
}

fn needs_both() -> Failure {
    Failure::usage("a data set and a question are needed: hub query NAME \"SELECT …\"")
        .hint("hub query --all \"SELECT …\" asks every data set")
}

/// The index as whoever asks it knows it.
pub fn shared(index: Option<SynsetIndex>) -> Option<Arc<dyn LabelIndex>> {
    index.map(|index| Arc::new(index) as Arc<dyn LabelIndex>)
}

async fn tables<'a>(args: &'a Query, context: &Context) -> anyhow::Result<(Tables, &'a str)> {
    match (args.all, args.words.as_slice()) {
        (true, [sql]) => {
            let heads = context.heads().await?.into_iter();
            let mut members = Vec::new();
            for (name, snapshot) in heads {
                let index = shared(context.label_index(&name.parse()?).await);
                members.push(NamedSnapshot::new(name, snapshot).with_index(index));
            }
            if members.is_empty() {
                return Err(Failure::not_found("the hub holds no data set")
                    .hint("hub push NAME DIR makes one")
                    .into());
            }
            Ok((Tables::all(members), sql))
        }
        (false, [name, sql]) => {
            let target: Target = name.parse()?;
            let snapshot = context.snapshot(&target.location, &target.revision_or_main()).await?;
            let index = shared(context.label_index(&target.location).await);
            Ok((Tables::one(NamedSnapshot::new(target.name(), snapshot).with_index(index)), sql))
        }
        (true, _) => Err(Failure::usage("--all asks every data set: give the SQL alone").into()),
        (false, _) => Err(needs_both().into()),
    }
}

//! Printing an error: its message, its causes, its hint.

use std::error::Error as StdError;
use std::io::{ErrorKind, IsTerminal, Write};

use anyhow::Error;
use clap::builder::styling::{AnsiColor, Style};
use hub_client::remote;
use hub_dataset::sample::SampleError;
use serde_json::json;

use super::classify::classify;
use super::io_causes::disk_hint;
use crate::exit::Exit;

/// Prints an error to stderr and returns its exit code.
pub fn report(error: &Error) -> Exit {
    if is_closed_pipe(error) {
        return Exit::Done;
    }
    let rendered = Rendered::of(error);
    if std::env::args_os().any(|word| word == "--json") {
        let json = json!({
            "error": rendered.message, "causes": rendered.causes, "hint": rendered.hint,
            "exit_code": rendered.exit.code(),
        });
        let _ = writeln!(std::io::stderr(), "{json:#}");
        return rendered.exit;
    }
    let has_colours = std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
        && !crate::console::is_dumb();
    let (red, blue) = match has_colours {
        true => (AnsiColor::Red.on_default().bold(), AnsiColor::Cyan.on_default()),
        false => (Style::new(), Style::new()),
    };
    let mut text = format!("{red}error:{red:#} {}\n", rendered.message);
    for cause in &rendered.causes {
        text += &format!("  caused by: {}\n", cause.trim_end().replace('\n', "\n    "));
    }
    if let Some(hint) = &rendered.hint {
        text += &format!("  {blue}hint:{blue:#} {hint}\n");
    }
    // A failed write to stderr can't be reported anywhere.
    let _ = std::io::stderr().write_all(text.as_bytes());
    rendered.exit
}

/// Makes a panic print one line with its place and message; a backtrace is of no use to a user.
pub fn report_panics_in_one_line() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("no message");
        // A failed write to stderr can't be reported anywhere.
        let _ = writeln!(
            std::io::stderr(),
            "error: internal error{place}: {what}\n  hint: this is a bug in hub; please report it"
        );
    }));
}

fn is_closed_pipe(error: &Error) -> bool {
    // Only the command itself writes to stdout, and it returns a plain I/O error; libraries wrap theirs.
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
}

/// The parts of an error as they are printed.
#[derive(Debug)]
struct Rendered {
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
    exit: Exit,
}

impl Rendered {
    fn of(error: &Error) -> Self {
        let (exit, hint) = classify(error.as_ref());
        let sample = sample_of(error.as_ref());
        let message = match sample {
            Some(e) => format!("{}: {}", e.place, e.problem),
            None => error.to_string(),
        };
        let hint = hint.or_else(|| sample.and_then(|e| e.advice.clone()));
        let hint = disk_hint(error.as_ref()).or(hint);
        let mut causes: Vec<String> = Vec::new();
        // Between what was tried and the server's answer is a wrapper that only repeats the answer.
        let wrapped = error.chain().skip(1).any(|cause| cause.is::<remote::Error>());
        let is_informative = |cause: &&(dyn StdError + 'static)| !wrapped || !is_wrapper(*cause);
        for cause in error.chain().skip(1).filter(is_informative).map(ToString::to_string) {
            // Some libraries repeat the cause's text in their own message.
            if !message.contains(&cause) && !causes.iter().any(|c| c.contains(&cause)) {
                causes.push(cause);
            }
        }
        Self { message, causes, hint, exit }
    }
}

/// Whether an error only wraps the server's answer.
fn is_wrapper(error: &(dyn StdError + 'static)) -> bool {
    !error.is::<remote::Error>() && error.source().is_some_and(|source| source.is::<remote::Error>())
}

fn sample_of<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a SampleError> {
    match error.downcast_ref::<hub_client::Error>() {
        Some(hub_client::Error::Sample(e)) => Some(e),
        _ => error.downcast_ref(),
    }
}

#[cfg(test)]
mod tests {
    use hub_schema::SchemaError;

    use super::*;
    use crate::errors::did_you_mean;

    #[test]
    fn advice_becomes_the_hint() {
        let error = SampleError::sample("a/b.png", "truncated").advise("repair it").because("byte 40");
        let rendered = Rendered::of(&hub_client::Error::Sample(error).into());
        assert_eq!(rendered.message, "a/b.png: truncated");
        assert_eq!(rendered.causes, ["byte 40"]);
        assert_eq!(rendered.hint.as_deref(), Some("repair it"));
        assert_eq!(rendered.exit, Exit::BadInput);
    }

    #[test]
    fn each_kind_has_its_code() {
        let of = |error: Error| Rendered::of(&error).exit;
        let no_column = SchemaError::NoColumn { name: "x".into(), known: vec![] };
        assert_eq!(of(hub_dataset::Error::Schema(no_column).into()), Exit::NotFound);
        assert_eq!(of(hub_client::Error::Cancelled.into()), Exit::Interrupted);
        let damaged = hub_dataset::Error::Damaged { path: "p".into(), problem: "q".into() };
        assert_eq!(of(hub_client::Error::Dataset(damaged).into()), Exit::Damaged);
        assert_eq!(of(anyhow::anyhow!("x")), Exit::Failure);
    }

    #[test]
    fn similar_names_are_suggested() {
        let known = ["local/pets", "vision/birds", "vision/x"].map(String::from);
        let hint = |name: &str| {
            let (name, home) = (name.to_owned(), "h".to_owned());
            let error = hub_client::Error::NoDataset { name, home, known: known.to_vec() };
            Rendered::of(&error.into()).hint.unwrap()
        };
        assert!(hint("local/pest").starts_with("did you mean 'pets'? `hub ls`"), "{}", hint("local/pest"));
        assert!(hint("vision/brids").starts_with("did you mean 'vision/birds'?"));
        assert!(hint("local/birds").starts_with("did you mean 'vision/birds'?"));
        assert!(hint("vision/quagga").starts_with("`hub ls` lists data sets"));
        assert!(hint("local/MNIST").starts_with("`hub push mnist` downloads it"));
        assert_eq!(did_you_mean("minst", hub_ingest::known::names()).unwrap(), "did you mean 'mnist'?");
        let (name, server) = ("vision/brids".to_owned(), "s".to_owned());
        let error = hub_client::Error::NotAtServer { name, server, with_token: false, known: known.to_vec() };
        assert_eq!(Rendered::of(&error.into()).hint.unwrap(), "did you mean 'vision/birds'?");
    }

    #[test]
    fn a_closed_pipe_is_not_an_error() {
        let closed = std::io::Error::from(ErrorKind::BrokenPipe);
        assert_eq!(report(&closed.into()), Exit::Done);
    }

    #[test]
    fn a_full_disk_is_not_bad_input() {
        let full = std::io::Error::from(ErrorKind::StorageFull);
        let error = SampleError::fatal("out", "can't write").because(full);
        assert_eq!(Rendered::of(&hub_client::Error::Sample(error).into()).exit, Exit::Failure);
    }
}

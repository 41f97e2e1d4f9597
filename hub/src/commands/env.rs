//! `hub env`: shows what the command line works with, for bug reports and to find out why it acts as it does.

use clap::Args;
use hub_client::remote::Credentials;
use serde_json::json;

use crate::args::{AuthorArgs, JsonArg};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::pairs;

const EXAMPLES: &str = "\
Examples:
  hub env
  hub env --json

Secrets are not shown: of HUB_TOKEN and of AWS_SECRET_ACCESS_KEY only whether they are set.";

/// Variables that are shown as they are.
const SHOWN: [&str; 9] = [
    "HUB_HOME",
    "HUB_CACHE",
    "HUB_URL",
    "HUB_AUTHOR",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "NO_COLOR",
    "TERM",
    "SSL_CERT_FILE",
];
/// Variables of which is shown whether they are set.
const SECRET: [&str; 4] = ["HUB_TOKEN", "HUB_DATABASE_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Env {
    #[command(flatten)]
    json: JsonArg,
}

pub fn run(args: &Env, context: &Context) -> anyhow::Result<Exit> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let mut variables: Vec<(&str, String)> =
        SHOWN.iter().filter_map(|name| Some((*name, set(name)?))).collect();
    variables.extend(SECRET.iter().filter(|name| set(name).is_some()).map(|name| (*name, "set".to_owned())));
    // A credentials file that can't be read is told by `hub login`.
    let credentials = Credentials::load().ok();
    let servers: Vec<String> =
        credentials.iter().flat_map(Credentials::iter).map(|(s, _)| s.to_owned()).collect();
    let data_sets = context.home.names().map_or(0, |names| names.len());
    let home = context.home.path().display().to_string();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let version = format!("{} (format {})", env!("CARGO_PKG_VERSION"), hub_schema::FORMAT_VERSION);
    let system = format!("{} {}, {cores} cores", std::env::consts::OS, std::env::consts::ARCH);
    let program = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
    if args.json.json {
        let variables: serde_json::Map<String, serde_json::Value> =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        context.print_json(&json!({
            "version": env!("CARGO_PKG_VERSION"), "format": hub_schema::FORMAT_VERSION, "program": program,
            "system": system, "home": home, "cache": context.home.cache(), "datasets": data_sets,
            "author": AuthorArgs::default().author().name, "server": context.server.as_ref().map(ToString::to_string),
            "logins": servers, "variables": variables,
        }))?;
        return Ok(Exit::Done);
    }
    let mut facts = vec![
        ("version", version),
        ("program", program),
        ("system", system),
        ("home", format!("{home} ({data_sets} data sets)")),
        ("cache", context.home.cache().display().to_string()),
        ("author", AuthorArgs::default().author().name),
        ("logins", if servers.is_empty() { "none".to_owned() } else { servers.join(", ") }),
    ];
    facts.extend(variables);
    context.print(&pairs(facts))?;
    Ok(Exit::Done)
}

//! Who commits, and why.

use clap::Args;
use hub_dataset::Author;

/// Who commits, and why.
#[derive(Args, Debug)]
pub struct AuthorArgs {
    /// Why, in your words; kept in the log
    #[arg(long, short, value_name = "TEXT")]
    message: Option<String>,
    /// Who.
    #[arg(help = "Who [env: HUB_AUTHOR] [default: user@host]", long, value_name = "NAME")]
    author: Option<String>,
}

impl AuthorArgs {
    /// The author of a commit.
    pub fn author(&self) -> Author {
        let named = self.author.clone().or_else(|| std::env::var("HUB_AUTHOR").ok());
        let message = self.message.clone().unwrap_or_default();
        match named.filter(|name| !name.is_empty()) {
            Some(name) => Author::new(name, message),
            None => Author::guess(user_at_host(), message),
        }
    }
}

/// `user@host`, as far as the system tells.
fn user_at_host() -> String {
    let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let user = variable("USER").or_else(|| variable("LOGNAME")).unwrap_or_else(|| "unknown".to_owned());
    let kernel = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let host = variable("HOSTNAME").or_else(kernel).map(|host| host.trim().to_owned());
    match host.filter(|host| !host.is_empty()) {
        Some(host) => format!("{user}@{host}"),
        None => user,
    }
}

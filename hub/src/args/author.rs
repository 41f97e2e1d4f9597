//! The author and the message of a commit.

use clap::Args;
use hub_dataset::Author;

#[derive(Args, Debug)]
pub struct AuthorArgs {
    /// Message that explains the change
    #[arg(long, short, value_name = "TEXT")]
    message: Option<String>,
    // Not a doc comment: rustdoc takes the brackets for links.
    #[arg(help = "Author [env: HUB_AUTHOR] [default: user@host]")]
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
}

impl AuthorArgs {
    /// The author: `--author`, else `HUB_AUTHOR`, else a guess from the system.
    pub fn author(&self) -> Author {
        let named = self.author.clone().or_else(|| std::env::var("HUB_AUTHOR").ok());
        let message = self.message.clone().unwrap_or_default();
        match named.filter(|name| !name.is_empty()) {
            Some(name) => Author::new(name, message),
            None => Author::guess(user_at_host(), message),
        }
    }
}

/// `user@host`, as far as the system reports them.
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

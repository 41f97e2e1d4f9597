//! The author of commits, where a person runs the program.

use hub_dataset::Author;

/// The author of that name, else of `HUB_AUTHOR`, else a guess from the system: `user@host`.
pub fn author(name: Option<String>, message: impl Into<String>) -> Author {
    let named = name.or_else(|| std::env::var("HUB_AUTHOR").ok());
    match named.filter(|name| !name.is_empty()) {
        Some(name) => Author::new(name, message),
        None => Author::guess(user_at_host(), message),
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

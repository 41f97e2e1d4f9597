//! The author of commits, where a person runs the program.

use std::os::unix::fs::MetadataExt;

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
    let user = variable("USER")
        .or_else(|| variable("LOGNAME"))
        .or_else(name_of_process)
        .unwrap_or_else(|| "unknown".to_owned());
    let kernel = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let host = variable("HOSTNAME").or_else(kernel).map(|host| host.trim().to_owned());
    match host.filter(|host| !host.is_empty()) {
        Some(host) => format!("{user}@{host}"),
        None => user,
    }
}

/// The name of the user that this process runs as: cron jobs, containers and services often have no `USER`.
fn name_of_process() -> Option<String> {
    let uid = std::fs::metadata("/proc/self").ok()?.uid();
    let local = std::fs::read_to_string("/etc/passwd").ok().and_then(|users| name_of(&users, uid));
    // Users of a directory service are not in the file, but `id` knows them.
    let asked = || {
        let id = std::process::Command::new("id").arg("-un").output().ok()?;
        let name = String::from_utf8(id.stdout).ok()?.trim().to_owned();
        (id.status.success() && !name.is_empty()).then_some(name)
    };
    local.or_else(asked)
}

/// The name of a user in the lines of `/etc/passwd`.
fn name_of(users: &str, uid: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let (name, found) = (parts.next()?, parts.nth(1)?);
        (found.parse() == Ok(uid) && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_in_the_password_database() {
        let users = "root:x:0:0:root:/root:/bin/bash\nbroken\nada:x:1000:1000:Ada,,,:/home/ada:/bin/sh\n";
        assert_eq!(name_of(users, 1000).as_deref(), Some("ada"));
        assert_eq!(name_of(users, 0).as_deref(), Some("root"));
        assert_eq!(name_of(users, 7), None);
    }
}

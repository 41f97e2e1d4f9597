//! The name of an author, and how a server attests it.
//!
//! In a directory the name of an author is not verified. A server knows the login: a commit, tag or view there has
//! either the login as its author, or `claimed name (login)`, so that a program may name the person it works for and
//! the log still shows the account. A login has no parentheses, so the last pair is always added by the server.

/// The author that a server takes from `login`, who names themselves `name`.
pub fn attested(name: &str, login: &str) -> String {
    if is_attested(name, login) { name.to_owned() } else { format!("{name} ({login})") }
}

/// May `login` write as this author?
pub fn is_attested(author: &str, login: &str) -> bool {
    let behind = author.strip_suffix(')').and_then(|rest| rest.strip_suffix(login));
    author == login || behind.is_some_and(|rest| rest.ends_with(" ("))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_writes_as_another() {
        for good in ["ada", "Ada Lovelace (ada)", "grace (ada)", " (ada)"] {
            assert!(is_attested(good, "ada"), "{good}");
        }
        for bad in ["", "grace", "ada (grace)", "ada)", "(ada)", "x (nada)", "x (ada) ", "adaada"] {
            assert!(!is_attested(bad, "ada"), "{bad}");
        }
        assert_eq!(attested("ada", "ada"), "ada");
        assert_eq!(attested("me@desk", "ada"), "me@desk (ada)");
        assert_eq!(attested("me@desk (ada)", "ada"), "me@desk (ada)");
    }
}

//! The author of a commit.

/// The author and message of a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The author's name.
    pub name: String,
    /// The commit's message; a description of the operation where it is empty.
    pub message: String,
    /// The name was not given: it is the operating system's user name. A store with logins uses the login instead.
    pub is_guess: bool,
}

impl Author {
    /// An author by name, with the commit's message.
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), message: message.into(), is_guess: false }
    }

    /// An author whose name is the operating system's user name, since none was given.
    pub fn guess(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { is_guess: true, ..Self::new(name, message) }
    }
}

//! Who commits, and why.

/// Who commits, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub name: String,
    /// Why; the operation's own words where it is empty.
    pub message: String,
    /// Nobody said who: it is what the machine calls its user. A store that knows better takes its own name.
    pub is_guess: bool,
}

impl Author {
    /// Who, and why.
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), message: message.into(), is_guess: false }
    }

    /// What the machine calls its user, since nobody said who.
    pub fn guess(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { is_guess: true, ..Self::new(name, message) }
    }
}

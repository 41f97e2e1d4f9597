//! What every page shows around its content.

use hub_catalog::User;

use super::show;

/// The entry of the main navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Datasets,
    Concepts,
    Models,
    Query,
    None,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub initials: String,
    /// Owner of the hub.
    pub admin: bool,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self { name: user.name.clone(), initials: show::initials(&user.name), admin: user.admin }
    }
}

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page's own part of the title.
    pub title: String,
    pub section: Section,
    pub person: Option<Person>,
    /// The page's address, to come back to after signing in.
    pub here: String,
    /// `light` or `dark` if the reader has chosen one, else what the system prefers.
    pub theme: Option<&'static str>,
    /// Whether single letters are shortcuts.
    pub has_letter_keys: bool,
    /// The words that were searched for.
    pub search: String,
}

impl Frame {
    /// The address of the form to sign in, from which one comes back to this page.
    pub fn sign_in(&self) -> String {
        format!("/login?next={}", show::encoded(&self.here))
    }

    /// Whether `section` is the page's.
    pub fn is_in(&self, section: Section) -> bool {
        self.section == section
    }
}

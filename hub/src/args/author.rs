//! The author and the message of a commit.

use clap::Args;
use hub_dataset::Author;

#[derive(Args, Debug, Default)]
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
    /// The option that is given, if one is.
    pub fn given(&self) -> Option<&'static str> {
        match (&self.message, &self.author) {
            (Some(_), _) => Some("--message"),
            (None, Some(_)) => Some("--author"),
            (None, None) => None,
        }
    }

    /// The author: `--author`, else `HUB_AUTHOR`, else a guess from the system.
    pub fn author(&self) -> Author {
        hub_client::author(self.author.clone(), self.message.clone().unwrap_or_default())
    }
}

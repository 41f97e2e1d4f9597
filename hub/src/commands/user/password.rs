//! Reads a new password: from a prompt, twice, or from stdin.

use std::io::{IsTerminal, Read};

use crate::errors::Failure;

/// Maximum length of a password.
const PASSWORD_BYTES: u64 = 4096;

/// Reads a user's new password; `hint` says how to give it if there is no terminal.
pub fn read(name: &str, from_stdin: bool, hint: &str) -> anyhow::Result<String> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().lock().take(PASSWORD_BYTES).read_to_string(&mut text)?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("stdin is not a terminal: can't prompt for a password").hint(hint).into());
    }
    let first = rpassword::prompt_password(format!("Password for {name}: "))?;
    let second = rpassword::prompt_password("Repeat the password: ")?;
    if first != second {
        return Err(Failure::usage("the passwords differ; nothing was changed").into());
    }
    Ok(first)
}

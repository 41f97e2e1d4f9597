//! A new password: asked for twice, or read from stdin.

use std::io::{IsTerminal, Read};

use crate::errors::Failure;

/// No password is longer.
const PASSWORD_BYTES: u64 = 4096;

/// Gets a user's new password; `hint` says how to do without being asked.
pub fn read(name: &str, from_stdin: bool, hint: &str) -> anyhow::Result<String> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().lock().take(PASSWORD_BYTES).read_to_string(&mut text)?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody is there to be asked for a password").hint(hint).into());
    }
    let first = rpassword::prompt_password(format!("Password for {name}: "))?;
    let second = rpassword::prompt_password("Once more: ")?;
    if first != second {
        return Err(Failure::usage("the two are not the same; nothing was changed").into());
    }
    Ok(first)
}

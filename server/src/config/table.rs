//! The table of all settings, for the documentation.

use std::fmt::Write;

use clap::{Args, Command};

use super::Settings;

/// All settings as a Markdown table: flag, variable, key of the file, what it means.
pub fn table() -> String {
    let mut out = String::from("| flag | variable | TOML key | meaning |\n|---|---|---|---|\n");
    for (flag, variable, key, help) in rows() {
        let key = if key == "config" { "–".to_owned() } else { format!("`{key}`") };
        // Writing to a string can't fail.
        let _ = writeln!(out, "| `--{flag}` | `{variable}` | {key} | {help} |");
    }
    out
}

fn rows() -> Vec<(String, String, String, String)> {
    let command = Settings::augment_args(Command::new("serve"));
    let row = |arg: &clap::Arg| {
        let flag = arg.get_long()?.to_owned();
        let variable = arg.get_env()?.to_string_lossy().into_owned();
        let help = arg.get_help()?.to_string().replace('|', "\\|");
        Some((flag, variable, arg.get_id().to_string(), help))
    };
    let home = "Directory of the embedded hub [default: ~/.local/share/imagehub]";
    let home = ["home", "HUB_HOME", "home", home].map(str::to_owned);
    let home: (String, String, String, String) = home.into();
    std::iter::once(home).chain(command.get_arguments().filter_map(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_variable_and_key_have_the_same_name() {
        let rows = rows();
        assert!(rows.len() > 20);
        for (flag, variable, key, help) in rows {
            assert_eq!(flag, key.replace('_', "-"));
            assert_eq!(variable, format!("HUB_{}", key.to_uppercase()));
            assert!(!help.is_empty());
        }
        assert!(table().contains("| `--listen` | `HUB_LISTEN` | `listen` | "));
    }
}

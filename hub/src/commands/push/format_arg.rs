//! The argument of `--format`.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, Error};
use hub_ingest::Format;

/// Parses a format by its name or another word for it; `--help` lists the names.
pub fn format_parser() -> impl TypedValueParser<Value = Format> {
    AnySpelling(PossibleValuesParser::new(Format::NAMES.map(|(_, name)| name)))
        .try_map(|name| name.parse::<Format>())
}

/// Takes every word that [`Format`] takes; the inner parser has the names for `--help` and for errors.
#[derive(Clone)]
struct AnySpelling(PossibleValuesParser);

impl TypedValueParser for AnySpelling {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        match value.to_str().and_then(|text| text.parse::<Format>().ok()) {
            Some(format) => Ok(format.name().to_owned()),
            None => self.0.parse_ref(command, arg, value),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.0.possible_values()
    }
}

//! The argument of `--format`.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, Error};
use hub_ingest::Format;

/// Parses a format that is read, by its name or another word for it; `--help` lists the names.
pub fn format_parser() -> impl TypedValueParser<Value = Format> {
    parser_of(&Format::NAMES.map(|(format, _)| format))
}

/// Parses a format that is written. Class folders are what most people call an image folder, since torchvision's
/// `ImageFolder` reads them.
pub fn written_format_parser() -> impl TypedValueParser<Value = Format> {
    parser_of(&hub_ingest::write::WRITTEN)
}

fn parser_of(formats: &[Format]) -> impl TypedValueParser<Value = Format> + use<> {
    let names: Vec<&'static str> = formats.iter().map(|format| format.name()).collect();
    AnySpelling { formats: formats.to_vec(), names: PossibleValuesParser::new(names) }
        .try_map(|name| name.parse::<Format>())
}

/// Takes every word that [`Format`] takes; the inner parser has the names for `--help` and for errors.
#[derive(Clone)]
struct AnySpelling {
    formats: Vec<Format>,
    names: PossibleValuesParser,
}

impl TypedValueParser for AnySpelling {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        match value.to_str().and_then(|text| text.parse::<Format>().ok()) {
            Some(format) if self.formats.contains(&format) => Ok(format.name().to_owned()),
            _ => self.names.parse_ref(command, arg, value),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.names.possible_values()
    }
}

//! What is computed from images to read them faster.

use clap::{Args, ValueEnum};
use hub_schema::{CopyEncoding, DerivedKind};

/// Derived columns to compute.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Faster training")]
pub struct DeriveArgs {
    /// Compute the index of entry points of each JPEG, by which `hub stream` and training decode only the part that
    /// they show: up to 1 ms and 0.8 % more space an image
    #[arg(long)]
    index: bool,
    /// Store a copy of each larger image whose shorter side has N pixels, which training decodes where it suffices
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(16..=4096))]
    store: Option<u32>,
    /// How copies are stored: as JPEGs of quality 95, or raw pixels, which take much more space and no decoding
    #[arg(long = "as", value_name = "jpeg|raw", value_enum, default_value_t = StoreAs::Jpeg, requires = "store")]
    #[arg(hide_possible_values = true)]
    store_as: StoreAs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StoreAs {
    Jpeg,
    Raw,
}

impl DeriveArgs {
    /// What is to be computed.
    pub fn kinds(&self) -> Vec<DerivedKind> {
        let encoding = match self.store_as {
            StoreAs::Jpeg => CopyEncoding::Jpeg,
            StoreAs::Raw => CopyEncoding::Raw,
        };
        let index = self.index.then_some(DerivedKind::EntryPoints);
        let copy = self.store.map(|short_side| DerivedKind::Copy { short_side, encoding });
        index.into_iter().chain(copy).collect()
    }

    /// The options as they were given.
    pub fn given(&self) -> Option<&'static str> {
        match (self.index, self.store) {
            (true, _) => Some("--index"),
            (false, Some(_)) => Some("--store"),
            (false, None) => None,
        }
    }
}

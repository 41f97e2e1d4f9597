//! From ordinals to the positions of one revision.
//!
//! A revision's fragments say in which order its rows lie and which are deleted; the index says which ordinals
//! they have. Put side by side they are runs, in the order of positions. In most data sets the ordinals rise
//! along with the positions; after compactions and merges they may jump, and nothing here relies on it.

use hub_dataset::Place;

/// Rows whose positions and ordinals count up together, but for deleted ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    pub ordinal: u32,
    pub rows: u32,
    pub fragment: u32,
    pub offset: u32,
}

impl Stretch {
    /// The place of one of its rows.
    pub fn place(&self, ordinal: u32) -> Place {
        Place { fragment: self.fragment as usize, offset: self.offset + (ordinal - self.ordinal) }
    }
}

/// A revision's rows, in the order of positions.
#[derive(Debug)]
pub(crate) struct Layout(pub Vec<Stretch>);

impl Layout {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The stretches from a place on, the first one cut to begin there.
    pub fn from(&self, place: Place) -> impl Iterator<Item = Stretch> + '_ {
        let (fragment, offset) = (place.fragment as u32, place.offset);
        let behind = |s: &Stretch| (s.fragment, s.offset + (s.rows - 1)) < (fragment, offset);
        let first = self.0.partition_point(behind);
        self.0[first..].iter().map(move |stretch| {
            let cut = if stretch.fragment == fragment { offset.saturating_sub(stretch.offset) } else { 0 };
            Stretch {
                ordinal: stretch.ordinal + cut,
                rows: stretch.rows - cut,
                fragment: stretch.fragment,
                offset: stretch.offset + cut,
            }
        })
    }
}

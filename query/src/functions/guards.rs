//! How the cost of a function is bounded: what [`super::guard`] does with its calls.

/// An upper bound for the length of a function's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Growth {
    /// The sum of all arguments' lengths.
    Sum,
    /// The length of the first argument, times the longest values of the others.
    Product,
    /// The sum of all arguments' lengths, with the first (the separator) between each.
    Between,
    /// The sum of all arguments' lengths, times the number of arguments.
    Wide,
    /// The length of the first argument, with an offset for each byte: a list of short texts.
    Items,
}

/// How a function's memory and time are bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guards {
    /// How long the result may be.
    pub growth: Option<Growth>,
    /// Works in slices of about so many bytes of arguments, and checks the time after each.
    pub slice_bytes: Option<usize>,
    /// The most bytes of one text of an argument.
    pub longest_bytes: Option<usize>,
}

impl Guards {
    pub(super) const NONE: Self = Self { growth: None, slice_bytes: None, longest_bytes: None };

    pub(super) const fn grows(growth: Growth) -> Self {
        Self { growth: Some(growth), ..Self::NONE }
    }

    pub(super) const fn slices(self, bytes: usize) -> Self {
        Self { slice_bytes: Some(bytes), ..self }
    }

    pub(super) const fn longest(self, bytes: usize) -> Self {
        Self { longest_bytes: Some(bytes), ..self }
    }
}

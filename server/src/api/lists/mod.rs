//! What is known of a list of rows: the place of a row in it, the values along it, and what its rows hold.

mod facets;
mod marks;
mod points;
mod rank;
mod similar;

pub use facets::*;
pub use marks::*;
pub use points::*;
pub use rank::*;
pub use similar::*;

//! What is worth a look: queues, duplicates, outliers, and the answers that people gave.

mod answers;
mod duplicates;
mod outliers;
mod queues;

pub use answers::*;
pub use duplicates::*;
pub use outliers::*;
pub use queues::*;

//! What pages and the REST interface show of a data set: one function gives it, one caller makes it HTML, another JSON.

pub mod card;
pub mod cell;
pub mod columns;
pub mod pick_cache;
pub mod picks;
pub mod shapes;
pub mod value;
pub mod words;

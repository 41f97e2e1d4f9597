//! `hub show`, `hub cat` and `hub cp`: rows on the terminal, and their images, audio and video as files.

mod cat;
mod command;
mod cp;
mod facts;
mod row;
mod save;

pub use cat::{Cat, run as cat};
pub use command::{Show, run};
pub use cp::{Cp, run as cp};

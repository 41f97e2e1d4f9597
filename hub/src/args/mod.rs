//! Arguments that several commands share, parsed into typed values once.

mod author;
mod depth;
mod derive;
mod engine;
mod global;
mod hub;
mod model;
mod preparation;
mod rows;
mod scenario;
mod size;
mod target;
mod time;
mod view;

pub use author::AuthorArgs;
pub use depth::DepthArg;
pub use derive::DeriveArgs;
pub use engine::{EngineArgs, MAX_THREADS};
pub use global::{Global, JsonArg};
pub use hub::HubArg;
pub use model::ModelRef;
pub use preparation::PreparationArgs;
pub use rows::{RowRef, find as find_rows};
pub use scenario::ScenarioArgs;
pub use size::{SizeArg, parse_size};
pub use target::{ReadArgs, Target, WriteArgs, last_part};
pub use time::parse_duration;
pub use view::ViewRef;

//! What pages and the REST interface show: the same functions give a page its values and a route its JSON.
//!
//! A function here takes an open data set and a revision whose access was checked, and gives a type of
//! [`hub_schema::api`]; it knows neither requests nor HTML. What takes long is computed once for a commit and kept
//! ([`kept`]), with a permit of the caller's ([`crate::work::admission`]).

pub mod average_colours;
pub mod branches;
pub mod card;
pub mod cell;
pub mod cell_value;
pub mod changes;
pub mod columns;
pub mod commit_view;
pub mod concept_tree;
pub mod concepts;
pub mod conflicts;
pub mod edits;
pub mod events;
pub mod facets;
pub mod kept;
mod known_run;
pub mod labelled;
pub mod listing;
pub mod marks;
pub mod mask;
pub mod media;
pub mod orders;
pub mod pick_cache;
pub mod picks;
pub mod points;
pub mod position;
pub mod predictions;
pub mod review;
pub mod rows;
pub mod select;
pub mod shapes;
pub mod similar;
pub mod thumbnails;
pub mod value;
pub mod values;
pub mod words;

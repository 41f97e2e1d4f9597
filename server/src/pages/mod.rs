//! The pages that people open in a browser: one file a page, with a template of the same name in `server/templates/`.
//!
//! Every page can be read without scripts: links and forms are the browser's own, charts are SVG with their numbers as
//! text. A page reads through the functions of the REST routes and of [`crate::views`], never by HTTP to itself, so that
//! nobody sees more on a page than the interface gives.
//!
//! A handler takes a [`Visit`] (who reads, from where, which address) or a [`SetVisit`] (that, and a data set that they may
//! read), and returns [`page`] of its template. What fails is a [`crate::Problem`] here too; for a browser, [`errors`] shows it as
//! a page. To a reader who may not see it, a private data set is the page of one that doesn't exist.
//!
//! All pages have one policy ([`POLICY`]): nothing from other hosts, no inline script or style, no markup from text. So
//! templates have no `style` attributes; the lengths of bars are attributes of SVG.

pub mod assets;
pub mod audit;
pub mod changes;
mod chart;
mod class_numbers;
pub mod classes;
pub mod commit;
mod concept_view;
pub mod concepts;
pub mod difference;
mod drawing;
pub mod errors;
mod form;
mod frame;
mod grid_props;
pub mod history;
pub mod home;
mod icon;
mod list_condition;
mod list_state;
pub mod login;
pub mod map;
pub mod me;
pub mod models;
pub mod namespace;
pub mod overview;
pub mod query;
pub mod queue;
mod respond;
pub mod review;
pub mod routes;
pub mod run;
mod run_charts;
mod run_samples;
pub mod runs;
mod runs_compared;
pub mod sample;
mod sample_address;
mod sample_predictions;
pub mod samples;
mod set_frame;
pub mod settings;
pub mod setup;
pub mod tokens;
mod treemap;
pub mod try_model;
mod visit;

pub(crate) use crate::views::words as show;
pub use form::Form;
pub use frame::{Frame, Section};
pub use icon::icon;
pub use respond::{POLICY, page, page_with};
pub(crate) use set_frame::namespace_of;
pub use set_frame::{SetFrame, SetVisit, Tab};
pub use visit::Visit;

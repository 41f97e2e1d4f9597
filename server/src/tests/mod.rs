//! Tests of the whole service over HTTP, by route, on SQLite and a folder.

mod access;
mod accounts;
mod bounds;
mod branches;
mod browsers;
mod cards;
mod classify;
mod commit_requests;
mod datasets;
mod documentation;
mod edits;
mod events;
mod fair;
mod faults;
mod hub;
mod killed;
mod lists;
mod million;
mod objects;
mod pages;
mod query_fuzz;
mod query_processes;
mod refusals;
mod review;
mod revisions;
mod roles;
mod rows;
mod runs;
mod scored;
mod shares;
mod stopped_store;
mod stream;
mod synsets;
mod thumbnails;
mod upkeep;

use hub::{Hub, Who};

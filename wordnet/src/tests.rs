//! Tests of the whole crate, by subject.

mod bundled;
mod imagenet;
mod labels;
mod map_file;
mod nltk;
mod propose;
mod resolve;
mod search;

//! The behaviour of streams, on stores that need no server.
//!
//! Every row carries its number in the column `n`, so that what comes out can be compared with what should.

mod cached_copies;
mod clips;
mod content;
mod copies;
mod damage;
mod fixtures;
mod indexes;
mod media;
mod order;
mod parts;
mod pictures;
mod pixels;
mod planned;
mod remote;
mod resume;
mod sounds;
mod stored_indexes;
mod threads;
mod weights;

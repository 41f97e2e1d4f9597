//! The behaviour of streams, on stores that need no server.
//!
//! Every row carries its number in the column `n`, so that what comes out can be compared with what should.

mod clips;
mod content;
mod damage;
mod fixtures;
mod indexes;
mod media;
mod order;
mod pictures;
mod pixels;
mod remote;
mod resume;
mod sounds;
mod weights;

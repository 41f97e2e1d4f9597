//! Against a small server that does as it is told, also what no server should.

mod account;
mod fake;
mod faults;
mod hostile;
mod plans;
mod whole;

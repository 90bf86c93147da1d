//! The command line as people meet it: what is printed where, and the exit status.

mod all;
mod edit;
mod mistakes;
mod several;
mod slips;
mod support;
mod usage;
mod warnings;

//! What is on other machines: repositories made on the spot and a server in the test. No network is needed.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "this is test code: tests may read, and say what they skip"
)]

mod addresses;
mod git;
mod http;
mod localize;
mod lock;
mod server;
mod support;

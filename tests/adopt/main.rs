//! What adopting needs, tried as a new user would.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "this is test code: it reads files, runs programs, and fails at once"
)]

mod argo_cd;
mod files;
mod pre_commit;
mod pull_request;
mod sandbox;

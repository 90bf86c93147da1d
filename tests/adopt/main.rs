//! What adopting needs, tried as a new user would.

#![expect(
    clippy::disallowed_methods,
    reason = "tests read files and run programs"
)]

mod argo_cd;
mod files;
mod pre_commit;
mod pull_request;
mod sandbox;

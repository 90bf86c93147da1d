//! The exact command lines of those who call a `kustomize` binary, with render under that name.
//!
//! `RENDER_ORACLE` names the standalone kustomize: then every command runs with it too, in a folder of its own, and must print
//! the same and exit with the same status.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "this is test code: it reads files, runs programs, and fails at once"
)]

mod argo_cd;
mod config_sync;
mod flux_local;
mod kargo;
mod kubebuilder;
mod kustomize_action;
mod renderers;
mod session;

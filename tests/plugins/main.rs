//! Programs that a build runs: each is a script that notes how it was called. No helm, docker or kustomize is needed.

mod containers;
mod executables;
mod fn_run;
mod functions;
mod helm;
mod support;

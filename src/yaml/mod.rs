//! YAML as kustomize reads and prints it; knows nothing of Kubernetes.

mod number;
pub mod writer;

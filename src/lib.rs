//! Render Kubernetes manifests from kustomize trees.

pub mod model;
pub mod yaml;

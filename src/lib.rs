//! Render Kubernetes manifests from kustomize trees.

pub mod kustomization;
pub mod load;
pub mod model;
pub mod yaml;

//! Render Kubernetes manifests from kustomize trees.

pub mod kustomization;
pub mod model;
pub mod yaml;

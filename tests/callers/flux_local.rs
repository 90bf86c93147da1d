//! flux-local: sorts manifests by kind with `cfg grep`, and counts them.

use crate::session::Session;

const MANIFESTS: &str = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  path: ./apps # where they are
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: podinfo
  annotations:
    note: \"1\"
---
# a secret
apiVersion: v1
kind: Secret
metadata:
    name: s
data:
    b: 'YQ=='
    a: YQ==
";

#[test]
fn kinds_are_picked_out_of_a_stream() {
    let session = Session::new(&[]);
    let done = session.run_with(
        "",
        &["cfg", "grep", "kind=^(Kustomization|HelmRelease)$"],
        MANIFESTS,
    );
    assert_eq!(
        done.stdout,
        "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
  annotations:
    config.kubernetes.io/index: '0'
    internal.config.kubernetes.io/index: '0'
spec:
  path: ./apps # where they are
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: podinfo
  annotations:
    note: \"1\"
    config.kubernetes.io/index: '1'
    internal.config.kubernetes.io/index: '1'
"
    );
}

#[test]
fn all_other_kinds_are_left() {
    let session = Session::new(&[]);
    let args = [
        "cfg",
        "grep",
        "kind=^(Kustomization|HelmRelease)$",
        "--invert-match",
    ];
    let done = session.run_with("", &args, MANIFESTS);
    assert_eq!(
        done.stdout,
        "\
# a secret
apiVersion: v1
kind: Secret
metadata:
  name: s
  annotations:
    config.kubernetes.io/index: '2'
    internal.config.kubernetes.io/index: '2'
data:
  b: 'YQ=='
  a: YQ==
"
    );
}

#[test]
fn kinds_are_counted() {
    let done = Session::new(&[]).run_with("", &["cfg", "count"], MANIFESTS);
    assert_eq!(done.stdout, "HelmRelease: 1\nKustomization: 1\nSecret: 1\n");
}

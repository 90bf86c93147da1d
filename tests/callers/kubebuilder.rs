//! The Makefile of kubebuilder and the operator SDK.

use crate::session::Session;

fn session() -> Session {
    let manager = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: controller-manager
  namespace: system
spec:
  selector:
    matchLabels:
      control-plane: controller-manager
  template:
    metadata:
      labels:
        control-plane: controller-manager
    spec:
      containers:
      - name: manager
        image: controller:latest
";
    Session::new(&[
        (
            "config/manager/kustomization.yaml",
            "resources:\n- manager.yaml\n",
        ),
        ("config/manager/manager.yaml", manager),
        (
            "config/default/kustomization.yaml",
            "namespace: project-system\nnamePrefix: project-\nresources:\n#- ../crd\n- ../manager\n",
        ),
    ])
}

#[test]
fn the_image_is_set_and_the_default_is_built() {
    let session = session();
    session.run_all(
        "config/manager",
        &[&[
            "edit",
            "set",
            "image",
            "controller=registry.example/operator:v0.1.0",
        ]],
    );
    let built = session.run("", &["build", "config/default"]);
    assert!(
        built
            .stdout
            .contains("  name: project-controller-manager\n  namespace: project-system\n")
    );
    assert!(
        built
            .stdout
            .contains("image: registry.example/operator:v0.1.0\n")
    );
}

#[test]
fn there_is_nothing_to_apply_where_there_are_no_definitions() {
    // `out="$(kustomize build config/crd 2>/dev/null || true)"; if [ -n "$out" ]; then …`
    let built = session().run("", &["build", "config/crd"]);
    assert_eq!((built.status, built.stdout.as_str()), (1, ""));
}

//! Argo CD's repo server: overrides of an application are written with `edit`, then the folder is built.

use crate::session::{Done, Session, application, borrowed};

fn session() -> Session {
    let mut files = application("apps/api");
    let component =
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n";
    files.push((
        "components/suffix/kustomization.yaml".to_owned(),
        component.to_owned(),
    ));
    Session::new(&borrowed(&files))
}

/// What an application may override, in the order in which Argo CD writes it.
const OVERRIDES: &[&[&str]] = &[
    &["edit", "set", "nameprefix", "--", "pre-"],
    &["edit", "set", "namesuffix", "--", "-suf"],
    &[
        "edit",
        "set",
        "image",
        "registry.example/api=mirror.example/api:2",
        "other:3",
    ],
    &["edit", "set", "replicas", "api=5"],
    &[
        "edit",
        "add",
        "label",
        "--force",
        "app.kubernetes.io/instance:api",
        "team:a",
    ],
    &[
        "edit",
        "add",
        "label",
        "--without-selector",
        "--include-templates",
        "tier:backend",
    ],
    &[
        "edit",
        "add",
        "annotation",
        "--force",
        "owner:me",
        "note:you",
    ],
    &["edit", "set", "namespace", "--", "production"],
    &["edit", "add", "component", "../../components/suffix"],
];

#[test]
fn overrides_are_written_and_built() {
    let session = session();
    session.run_all("apps/api", OVERRIDES);
    let built = session.run("", &["build", "[folder]/apps/api"]);
    assert_eq!(built.status, 0, "{}", built.stderr);
    for expected in [
        "  name: pre-api-c-suf\n",
        "  namespace: production\n",
        "  replicas: 5\n",
        "image: mirror.example/api:2\n",
        "    app.kubernetes.io/instance: api\n",
        "        tier: backend\n",
        "    owner: me\n",
    ] {
        assert!(
            built.stdout.contains(expected),
            "{expected}{}",
            built.stdout
        );
    }
    assert!(
        session
            .read("apps/api/kustomization.yaml")
            .starts_with("# what is deployed\n")
    );
}

#[test]
fn build_options_stand_behind_the_path() {
    for options in [
        &["--load-restrictor", "LoadRestrictionsNone"][..],
        &[
            "--load-restrictor=LoadRestrictionsNone",
            "--enable-alpha-plugins",
        ],
        &[
            "--enable-helm",
            "--helm-kube-version",
            "1.33",
            "--helm-api-versions",
            "v1",
            "--helm-api-versions",
            "apps/v1",
        ],
    ] {
        let built = session().run("", &[&["build", "[folder]/apps/api"], options].concat());
        assert_eq!(built.status, 0, "{options:?}: {}", built.stderr);
        assert!(built.stdout.starts_with("apiVersion: v1\nkind: Service\n"));
    }
}

#[test]
fn a_failure_prints_nothing_but_the_error() {
    let built = session().run("", &["build", "[folder]/apps/none"]);
    assert_eq!((built.status, built.stdout.as_str()), (1, ""));
    assert!(
        built.stderr.starts_with("Error: must build at directory:"),
        "{}",
        built.stderr
    );
}

#[test]
fn the_first_semantic_version_is_that_of_kustomize() {
    let Done { status, stdout, .. } = session().run_ours("", &["version", "--short"], "");
    assert_eq!(status, 0);
    // Argo CD trims braces and takes what stands before two spaces.
    let trimmed = stdout.trim().trim_start_matches('{').trim_end_matches('}');
    assert_eq!(trimmed.split("  ").next(), Some("v5.8.1"));
}

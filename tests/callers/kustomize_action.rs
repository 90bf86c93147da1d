//! int128/kustomize-action: builds many overlays, each into a file or into a folder that is there.

use crate::session::{Session, application, borrowed};

fn session() -> Session {
    let mut files = application("base");
    files.push((
        "overlays/a/kustomization.yaml".to_owned(),
        "resources: [../../base]\nnamePrefix: a-\n".to_owned(),
    ));
    files.push(("out/file/".to_owned(), String::new()));
    files.push(("out/folder/".to_owned(), String::new()));
    Session::new(&borrowed(&files))
}

#[test]
fn an_overlay_is_written_into_a_file() {
    let session = session();
    session.run_all(
        "",
        &[&[
            "build",
            "[folder]/overlays/a",
            "-o",
            "[folder]/out/file/generated.yaml",
        ]],
    );
    let written = session.files("out/file");
    assert_eq!(written.len(), 1);
    assert!(written[0].1.contains("---\napiVersion: apps/v1\n"));
}

#[test]
fn an_overlay_is_written_into_a_folder() {
    let session = session();
    session.run_all(
        "",
        &[&[
            "build",
            "[folder]/overlays/a",
            "-o",
            "[folder]/out/folder",
            "--load-restrictor=LoadRestrictionsNone",
        ]],
    );
    let names: Vec<_> = session
        .files("out/folder")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        ["apps_v1_deployment_a-api.yaml", "v1_service_a-api.yaml"]
    );
}

#[test]
fn a_failure_is_told_and_writes_nothing() {
    let session = session();
    let done = session.run(
        "",
        &[
            "build",
            "[folder]/overlays/none",
            "-o",
            "[folder]/out/file/generated.yaml",
        ],
    );
    assert_eq!(done.status, 1);
    assert!(session.files("out/file").is_empty());
}

//! Config Sync: asks for origins, then has a folder written.

use crate::session::{Session, application, borrowed};

#[test]
fn origins_are_asked_for_and_the_folder_is_written() {
    let mut files = application("source");
    files.push(("out/".to_owned(), String::new()));
    let session = Session::new(&borrowed(&files));
    session.run_all(
        "source",
        &[&["edit", "add", "buildmetadata", "originAnnotations"]],
    );
    session.run_all(
        "",
        &[&[
            "build",
            "[folder]/source",
            "--enable-alpha-plugins",
            "--enable-exec",
            "--enable-helm",
            "--load-restrictor=LoadRestrictionsNone",
            "--output",
            "[folder]/out",
        ]],
    );
    let written = session.files("out");
    let names: Vec<_> = written.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["apps_v1_deployment_api.yaml", "v1_service_api.yaml"]
    );
    assert!(
        written[0]
            .1
            .contains("config.kubernetes.io/origin: |\n      path: deployment.yaml\n")
    );
}

#[test]
fn no_digit_stands_before_the_version() {
    let done = Session::new(&[]).run_ours("", &["version", "--short"], "");
    // It reads both streams, in whatever order they come.
    let before = done.stdout.split("v5.8.1").next().unwrap_or_default();
    assert!(!format!("{}{before}", done.stderr).contains(|c: char| c.is_ascii_digit()));
}

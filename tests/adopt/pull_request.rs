//! The report on a pull request.

use std::path::Path;

use crate::sandbox::{RENDER, Sandbox, has};

/// A repository in which `main` has two overlays, and `change` changes one, adds one and removes one.
fn repository() -> Sandbox {
    let overlay = |text: &str| format!("resources: [../../base]\n{text}");
    let sandbox = Sandbox::new(&[
        (
            "base/kustomization.yaml",
            "configMapGenerator:\n- name: a\n  literals: [k=v]\ngeneratorOptions: {disableNameSuffixHash: true}\n",
        ),
        ("overlays/same/kustomization.yaml", &overlay("")),
        (
            "overlays/moved/kustomization.yaml",
            &overlay("namePrefix: old-\n"),
        ),
        ("overlays/gone/kustomization.yaml", &overlay("")),
    ]);
    let git = "git -c user.name=t -c user.email=t@example.com";
    sandbox.prints(&format!(
        "git init -q -b main && git add . && {git} commit -qm one && git switch -qc change"
    ));
    sandbox.write(
        "overlays/moved/kustomization.yaml",
        &overlay("namePrefix: new-\n"),
    );
    sandbox.write(
        "overlays/added/kustomization.yaml",
        &overlay("namespace: ns\n"),
    );
    sandbox.prints(&format!(
        "git rm -qr overlays/gone && git add . && {git} commit -qm two"
    ));
    sandbox
}

fn script() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("adopt/github-action/report.sh");
    path.display().to_string()
}

#[test]
fn the_report_shows_what_changes_in_every_overlay() {
    if !has(&["git", "diff"]) {
        return;
    }
    let sandbox = repository();
    let report = sandbox.prints(&format!("RENDER={RENDER} {} main change", script()));
    assert!(
        report.starts_with("### Rendered manifests\n\n3 of 4 overlays change from "),
        "{report}"
    );
    for expected in [
        "<details><summary><code>overlays/added</code>, new: 7 lines more, 0 less</summary>",
        "<details><summary><code>overlays/gone</code>, gone: 0 lines more, 6 less</summary>",
        "<details><summary><code>overlays/moved</code>: 1 lines more, 1 less</summary>",
        "\n-  name: old-a\n+  name: new-a\n",
    ] {
        assert!(report.contains(expected), "{expected}\n{report}");
    }
    assert!(!report.contains("<code>overlays/same</code>"));
    assert_eq!(
        sandbox.prints("git worktree list").lines().count(),
        1,
        "nothing is left behind"
    );
}

#[test]
fn the_report_is_short_where_the_difference_is_too_long() {
    if !has(&["git", "diff"]) {
        return;
    }
    let report = repository().prints(&format!(
        "RENDER={RENDER} LIMIT=60 {} main change",
        script()
    ));
    assert!(
        report.contains("`overlays/moved`: 1 lines more, 1 less; too long to be shown\n"),
        "{report}"
    );
    assert!(!report.contains("+  name: new-a"));
}

#[test]
fn an_overlay_that_does_not_render_any_more_fails_the_report() {
    if !has(&["git", "diff"]) {
        return;
    }
    let sandbox = repository();
    sandbox.write("overlays/same/kustomization.yaml", "resources: [nowhere]\n");
    sandbox.prints("git -c user.name=t -c user.email=t@example.com commit -qam three");
    let output = sandbox.shell(&format!("{} main change", script()), &[]);
    assert_eq!(output.status.code(), Some(1));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        report.contains("Not every overlay can be rendered any more:"),
        "{report}"
    );
    assert!(report.contains("nowhere"), "{report}");
}

#[test]
fn the_step_of_the_action_writes_the_report_for_the_job() {
    if !has(&["git", "diff"]) {
        return;
    }
    let action: serde_yaml::Value =
        serde_yaml::from_str(&crate::sandbox::adopt("adopt/github-action/action.yml")).unwrap();
    let step = action["runs"]["steps"][1]["run"].as_str().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("adopt/github-action");
    let sandbox = repository();
    let environment = [
        ("GITHUB_ACTION_PATH", folder.to_str().unwrap()),
        ("BASE", "main"),
        ("HEAD", "change"),
        ("DIRECTORY", "."),
        ("RUNNER_TEMP", ".git"),
        ("GITHUB_STEP_SUMMARY", ".git/summary.md"),
    ];
    let output = sandbox.shell(step, &environment);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        sandbox.prints("cat .git/summary.md"),
        sandbox.prints("cat .git/report.md")
    );
}

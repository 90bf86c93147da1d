//! Renders every overlay of the example tree and compares it with `snapshots/`.
//!
//! The rendered text lies beside its metadata as plain YAML, so that `kubectl apply -f snapshots/production.snap.yaml`
//! works and a pull request shows what a change does to each environment. `INSTA_UPDATE=always` records a change.

#![expect(
    clippy::disallowed_methods,
    reason = "lists the overlays and snapshots there are"
)]

use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn each_overlay_renders_as_its_snapshot() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for overlay in overlays() {
            let manifests = render::render(&Path::new(ROOT).join("overlays").join(&overlay))
                .unwrap_or_else(|error| panic!("overlays/{overlay}: {error:#}"));
            insta::assert_binary_snapshot!(&format!("{overlay}.yaml"), manifests.into_bytes());
        }
    });
}

#[test]
fn each_snapshot_belongs_to_an_overlay() {
    let mut snapshots: Vec<String> = names("snapshots")
        .iter()
        .filter_map(|name| name.strip_suffix(".snap.yaml"))
        .map(str::to_owned)
        .collect();
    snapshots.sort();
    assert_eq!(snapshots, overlays());
}

/// Lists the overlays by name, in alphabetical order.
fn overlays() -> Vec<String> {
    let mut overlays = names("overlays");
    overlays.sort();
    overlays
}

fn names(folder: &str) -> Vec<String> {
    std::fs::read_dir(Path::new(ROOT).join(folder))
        .expect("a folder of the repository")
        .map(|entry| entry.expect("an entry of the folder").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

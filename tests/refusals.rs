//! What is not allowed is refused, never left out of the output.

use std::path::Path;

use render::build::{BuildOptions, build};
use render::load::{LoadOptions, Memory, Outside, load};

/// The failure of a kustomization in a folder of its own.
fn failure(kustomization: &str) -> String {
    let files = Memory::new().file("/app/kustomization.yaml", kustomization);
    let options = LoadOptions::default();
    let built = load(Path::new("/app"), &files, &options).and_then(|loaded| {
        build(
            loaded.layer,
            &Outside::new(&files, &options),
            &BuildOptions::default(),
        )
    });
    format!("{:#}", built.expect_err("it cannot be rendered"))
}

#[test]
fn charts_need_a_flag() {
    assert_eq!(
        failure("helmCharts:\n- name: chart\n"),
        "trouble configuring builtin HelmChartInflationGenerator with config: `\nname: chart\n`: must specify --enable-helm"
    );
}

#[test]
fn plugins_that_are_not_built_in_need_a_flag() {
    let message = failure(
        "transformers:\n- '{apiVersion: example.com/v1, kind: Sed, metadata: {name: s}}'\n",
    );
    assert!(
        message.contains("external plugins disabled; unable to load external plugin 'Sed'"),
        "{message}"
    );
}

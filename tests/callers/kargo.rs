//! Kargo: sets images in a checked-out overlay and renders it; warehouses name the image alone or with a digest.

use crate::session::{Session, application, borrowed};

#[test]
fn images_are_set_and_rendered() {
    let session = Session::new(&borrowed(&application("stages/test")));
    session.run_all(
        "stages/test",
        &[
            &["edit", "set", "image", "registry.example/api=registry.example/api:1.2.3"],
            &["edit", "set", "image", "registry.example/api@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3"],
        ],
    );
    let built = session.run(
        "",
        &[
            "build",
            "--load-restrictor",
            "LoadRestrictionsNone",
            "stages/test",
        ],
    );
    let image = "image: registry.example/api@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3\n";
    assert!(built.stdout.contains(image), "{}", built.stdout);
}

//! Those who only build: Skaffold, Tilt, `DevSpace`, Garden and Spinnaker. What differs is the place of the path.

use crate::session::{Session, application, borrowed};

fn manifests(cwd: &str, args: &[&str]) -> String {
    let done = Session::new(&borrowed(&application("app"))).run(cwd, args);
    assert_eq!((done.status, done.stderr.as_str()), (0, ""), "{args:?}");
    done.stdout
}

#[test]
fn skaffold_names_the_path_last() {
    let manifests = manifests(
        "",
        &["build", "--load-restrictor", "LoadRestrictionsNone", "app"],
    );
    assert_eq!(manifests.matches("---\n").count(), 1);
}

#[test]
fn tilt_names_a_relative_path_behind_its_flags() {
    assert!(manifests("app", &["build", "--enable-helm", "../app"]).contains("kind: Service\n"));
}

#[test]
fn devspace_and_garden_name_the_path_first() {
    let first = manifests(
        "",
        &["build", "app", "--load-restrictor", "LoadRestrictionsNone"],
    );
    assert_eq!(first, manifests("", &["build", "app"]));
}

#[test]
fn devspace_takes_it_for_installed() {
    let done = Session::new(&[]).run("", &["version"]);
    assert_eq!((done.status, done.stdout.as_str()), (0, "v5.8.1\n"));
}

#[test]
fn spinnaker_names_an_absolute_path() {
    assert_eq!(
        manifests("", &["build", "[folder]/app"]),
        manifests("app", &["build"])
    );
}

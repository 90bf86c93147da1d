//! The lock file and the cache.

use std::fs;
use std::path::Path;

use crate::server::Server;
use crate::support::{World, config_map, has_git};

const APP: &str = "resources: ['file://[here]/repo//base?ref=main']\n";

/// A repository with a base, whose git commands are noted.
fn world() -> Option<World> {
    if !has_git() {
        return None;
    }
    let world = World::new();
    world
        .file("repo/base/kustomization.yaml", "resources: [cm.yaml]\n")
        .file("repo/base/cm.yaml", &config_map("old"))
        .commit("repo")
        .file("app/kustomization.yaml", APP)
        .stand_in("exec \"$GIT\" \"$@\"");
    Some(world)
}

/// Changes the base in the repository.
fn change(world: &World) {
    world.file("repo/base/cm.yaml", &config_map("new"));
    world.git("repo", &["commit", "--quiet", "--all", "--message=y"]);
    forget(world);
}

/// Empties the note of git commands.
fn forget(world: &World) {
    fs::remove_file(world.path("log")).unwrap_or_default();
}

fn fetches(world: &World) -> usize {
    let log = world.log();
    log.iter()
        .filter(|line| line.starts_with("[fetch]"))
        .count()
}

#[test]
fn a_lock_file_holds_a_build_to_what_was_there() {
    let Some(world) = world() else { return };
    world
        .run(&["build", "app", "--locked"])
        .refused("there is no `app/render.lock`");
    let outcome = world.run(&["lock", "app"]);
    assert!(
        outcome.succeeded && outcome.stdout.is_empty(),
        "{outcome:?}"
    );
    assert_eq!(outcome.stderr, "locked 1 remote in app/render.lock\n");
    let first = fs::read_to_string(world.path("app/render.lock")).unwrap();
    let lines: Vec<_> = first.lines().skip(1).collect();
    assert_eq!(lines[..2], ["version: 1", "repositories:"]);
    assert!(
        lines[2].starts_with("- repo: file:///") && lines[2].ends_with("/repo"),
        "{first}"
    );
    assert_eq!(lines[3], "  ref: main");
    assert!(
        lines[4].starts_with("  commit: ") && lines[4].len() == 50,
        "{first}"
    );
    assert!(
        lines[5].starts_with("  sha256: ") && lines[5].len() == 74,
        "{first}"
    );
    change(&world);
    assert_eq!(world.run(&["build", "app"]).rendered(), config_map("new"));
    assert_eq!(
        world.run(&["build", "app", "--locked"]).rendered(),
        config_map("old")
    );
    world.run(&["lock", "app"]);
    assert_eq!(
        world.run(&["build", "app", "--locked"]).rendered(),
        config_map("new")
    );
}

#[test]
fn locking_prints_no_manifests() {
    let world = World::new();
    for flag in ["--output=x", "--locked"] {
        world
            .run(&["lock", flag])
            .refused("`--output` and `--locked` are for rendering");
    }
}

#[test]
fn one_lock_file_holds_all_overlays_to_what_was_there() {
    let Some(world) = world() else { return };
    world.file(
        "other/kustomization.yaml",
        &format!("namePrefix: x-\n{APP}"),
    );
    let all = |name: &str| {
        format!(
            "# overlay: app\n{}---\n# overlay: other\n{}---\n# overlay: repo/base\n{}",
            config_map(name),
            config_map(&format!("x-{name}")),
            config_map("new"),
        )
    };
    world
        .run(&["--all", "--locked"])
        .refused("run `render lock --all .` first");
    let outcome = world.run(&["lock", "--all"]);
    assert!(
        outcome.succeeded && outcome.stdout.is_empty(),
        "{outcome:?}"
    );
    assert_eq!(outcome.stderr, "locked 1 remote in ./render.lock\n");
    change(&world);
    assert_eq!(world.run(&["--all"]).rendered(), all("new"));
    assert_eq!(world.run(&["--all", "--locked"]).rendered(), all("old"));
}

#[test]
fn what_is_not_locked_or_differs_is_refused() {
    let Some(world) = world() else { return };
    world.run(&["lock", "app"]);
    let lock = fs::read_to_string(world.path("app/render.lock")).unwrap();
    world.file(
        "app/kustomization.yaml",
        &format!("{APP}components: ['git@host:org/repo']\n"),
    );
    let outcome = world.run(&["build", "app", "--locked"]);
    outcome.refused("`git@host:org/repo` is not in render.lock");
    world.file("app/kustomization.yaml", APP);
    let last = lock.trim_end().len();
    let digit = if lock[..last].ends_with('0') {
        "1"
    } else {
        "0"
    };
    world.file(
        "app/render.lock",
        &format!("{}{digit}\n", &lock[..last - 1]),
    );
    world
        .run(&["build", "app", "--locked"])
        .refused("is not what render.lock says");
    for (from, to) in [
        ("commit: ", "commit: --upload-pack=x "),
        ("sha256: ", "sha256: ../"),
        ("version: 1", "version: 2"),
        ("ref: main", "branch: main"),
    ] {
        world.file("app/render.lock", &lock.replace(from, to));
        world
            .run(&["build", "app", "--locked"])
            .refused("have `render lock` write it anew");
    }
}

#[test]
fn a_cache_spares_fetches_and_follows_branches() {
    let Some(world) = world() else { return };
    let build = || world.run(&["build", "app", "--cache", "cache"]);
    assert_eq!(build().rendered(), config_map("old"));
    forget(&world);
    assert_eq!(build().rendered(), config_map("old"));
    assert_eq!(fetches(&world), 0);
    change(&world);
    assert_eq!(build().rendered(), config_map("new"));
    assert_eq!(fetches(&world), 1);
    let mut command = world.render(&["build", "app"]);
    let by_variable = command.env("RENDER_CACHE", world.path("cache"));
    assert_eq!(world.outcome(by_variable).rendered(), config_map("new"));
    assert_eq!(fetches(&world), 1);
}

#[test]
fn offline_the_cache_is_all_there_is() {
    let Some(world) = world() else { return };
    let offline = || world.run(&["build", "app", "--cache", "cache", "--offline"]);
    offline().refused("`--offline` was given");
    world.run(&["build", "app", "--cache", "cache"]).rendered();
    change(&world);
    assert_eq!(offline().rendered(), config_map("old"));
    assert_eq!(world.log(), Vec::<String>::new());
    world.run(&["lock", "app", "--cache", "cache"]);
    fs::remove_dir_all(world.path("repo")).unwrap();
    let outcome = world.run(&["build", "app", "--cache", "cache", "--offline", "--locked"]);
    assert_eq!(outcome.rendered(), config_map("new"));
}

#[test]
fn damaged_entries_of_the_cache_count_as_missing() {
    let Some(world) = world() else { return };
    let build = |more: &[&str]| world.run(&[&["build", "app", "--cache", "cache"], more].concat());
    build(&[]).rendered();
    let damage = || {
        let entries = fs::read_dir(world.path("cache/v1/repositories")).unwrap();
        for entry in entries.map(Result::unwrap) {
            fs::write(entry.path().join("tree/base/cm.yaml"), config_map("evil")).unwrap();
        }
    };
    damage();
    assert_eq!(build(&[]).rendered(), config_map("old"));
    damage();
    build(&["--offline"]).refused("`--offline` was given");
}

#[test]
fn links_and_programs_come_out_of_the_cache_as_they_were() {
    let Some(world) = world() else { return };
    world
        .link("repo/inside", "base")
        .link("repo/outside", "/etc")
        .commit("repo");
    for (folder, words) in [
        ("inside", ""),
        ("outside", "refers to directory outside of repo"),
    ] {
        world.file(
            "app/kustomization.yaml",
            &format!("resources: ['file://[here]/repo//{folder}']\n"),
        );
        for _ in 0..2 {
            let outcome = world.run(&["build", "app", "--cache", "cache"]);
            match words {
                "" => assert_eq!(outcome.rendered(), config_map("old")),
                words => drop(outcome.refused(words)),
            }
        }
    }
}

#[test]
fn many_builds_may_share_a_cache() {
    let Some(world) = world() else { return };
    let children: Vec<_> = (0..8)
        .map(|_| {
            world
                .render(&["build", "app", "--cache", "cache"])
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), config_map("old"));
    }
    let kept = |kind: &str| count(&world.path("cache/v1").join(kind));
    assert_eq!((kept("repositories"), kept("references")), (1, 1));
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn files_of_servers_are_locked_by_their_content() {
    let server = Server::new(&[
        (
            "/cm.yaml",
            200,
            "",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n",
        ),
        (
            "/new.yaml",
            200,
            "",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n",
        ),
    ]);
    let world = World::new();
    world.file(
        "app/kustomization.yaml",
        &format!("resources: ['{}/cm.yaml']\n", server.url),
    );
    world.run(&["lock", "app", "--cache", "cache"]);
    world.run(&["build", "app", "--locked"]).rendered();
    assert_eq!(server.asked().len(), 2);
    // By the cache nobody is asked.
    world
        .run(&["build", "app", "--locked", "--cache", "cache"])
        .rendered();
    world
        .run(&["build", "app", "--offline", "--cache", "cache"])
        .rendered();
    assert_eq!(server.asked().len(), 2);
    let lock = fs::read_to_string(world.path("app/render.lock")).unwrap();
    world.file("app/render.lock", &lock.replace("cm.yaml", "new.yaml"));
    world.file(
        "app/kustomization.yaml",
        &format!("resources: ['{}/new.yaml']\n", server.url),
    );
    world
        .run(&["build", "app", "--locked"])
        .refused("is not what render.lock says");
}

#[test]
fn passwords_stay_out_of_lock_files() {
    let server = Server::new(&[(
        "/cm.yaml",
        200,
        "",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n",
    )]);
    let world = World::new();
    let url = server.url.replace("http://", "http://user:secret@");
    world.file(
        "app/kustomization.yaml",
        &format!("resources: ['{url}/cm.yaml']\n"),
    );
    world.run(&["lock", "app"]);
    let lock = fs::read_to_string(world.path("app/render.lock")).unwrap();
    assert!(!lock.contains("secret"), "{lock}");
    world.run(&["build", "app", "--locked"]).rendered();
}

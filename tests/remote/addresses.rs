//! Which addresses are repositories, and what git is told of them: the very commands that kustomize runs.

use std::path::Path;

use crate::support::World;

/// An address, the repository and the revision that are fetched, and the folder in it. All as kustomize 5.8.1 has it.
const REPOSITORIES: &[(&str, &str, &str, &str)] = &[
    (
        "github.com/org/repo?ref=v1",
        "https://github.com/org/repo",
        "v1",
        "",
    ),
    (
        "github.com:org/repo",
        "https://github.com/org/repo",
        "HEAD",
        "",
    ),
    (
        "https://GitHub.com/org/repo/a/b",
        "https://github.com/org/repo",
        "HEAD",
        "a/b",
    ),
    (
        "http://github.com/org/repo",
        "https://github.com/org/repo",
        "HEAD",
        "",
    ),
    (
        "https://github.com:443/org/repo",
        "https://github.com/org/repo",
        "HEAD",
        "",
    ),
    (
        "git@github.com:org/repo.git/a",
        "git@github.com:org/repo.git",
        "HEAD",
        "a",
    ),
    (
        "git@github.com/org/repo",
        "git@github.com:org/repo",
        "HEAD",
        "",
    ),
    (
        "https://user@github.com/org/repo",
        "user@github.com:org/repo",
        "HEAD",
        "",
    ),
    (
        "ssh://git@github.com/org/repo//a",
        "git@github.com:org/repo",
        "HEAD",
        "a",
    ),
    (
        "ssh://github.com/org/repo",
        "github.com:org/repo",
        "HEAD",
        "",
    ),
    (
        "git@host:org/repo//sub?ref=v1",
        "git@host:org/repo",
        "v1",
        "sub",
    ),
    ("git@host/org/repo", "git@host/org/repo", "HEAD", ""),
    (
        "git@host:2222/org/repo",
        "git@host:2222/org",
        "HEAD",
        "repo",
    ),
    (
        "git@ssh.dev.azure.com:v3/o/p/repo//x",
        "git@ssh.dev.azure.com:v3/o/p/repo",
        "HEAD",
        "x",
    ),
    (
        "ssh://git@host:2222/org/repo.git//a",
        "ssh://git@host:2222/org/repo.git",
        "HEAD",
        "a",
    ),
    (
        "HTTPS://host/deep/group/repo.git//a?version=x",
        "https://host/deep/group/repo.git",
        "x",
        "a",
    ),
    (
        "https://host/deep/group/repo/a",
        "https://host/deep/group",
        "HEAD",
        "repo/a",
    ),
    (
        "https://host/foo.github.io/bar",
        "https://host/foo.git",
        "HEAD",
        "hub.io/bar",
    ),
    (
        "https://u@dev.azure.com/o/p/_git/repo/a",
        "https://u@dev.azure.com/o/p/_git/repo",
        "HEAD",
        "a",
    ),
    (
        "https://user:tok@host/org/repo",
        "https://user:tok@host/org/repo",
        "HEAD",
        "",
    ),
    (
        "https://gitlab.com/a/b/c/-/tree/main",
        "https://gitlab.com/a/b",
        "HEAD",
        "c/-/tree/main",
    ),
    (
        "https://host//org/repo",
        "https://host//org",
        "HEAD",
        "repo",
    ),
    ("https://host/org/", "https://host/org/", "HEAD", ""),
    (
        "https://host/org/repo///x/",
        "https://host/org/repo",
        "HEAD",
        "x",
    ),
    (
        "file:///x/repo//base?ref=v1",
        "file:///x/repo",
        "v1",
        "base",
    ),
    (
        "file:///x/repo.git/base",
        "file:///x/repo.git",
        "HEAD",
        "base",
    ),
    ("file:///x/repo/base", "file:///x/repo/base", "HEAD", ""),
    (
        "git::https://host/org/repo",
        "https://host/org/repo",
        "HEAD",
        "",
    ),
    (
        "https://host/org/repo?ref=a%2Fb+c",
        "https://host/org/repo",
        "a/b c",
        "",
    ),
    (
        "https://host/org/repo?ref=&version=v2",
        "https://host/org/repo",
        "v2",
        "",
    ),
    (
        "https://host/org/repo?ref=v1&x;y",
        "https://host/org/repo",
        "HEAD",
        "",
    ),
    (
        "https://host/org/repo?ref=%zz",
        "https://host/org/repo",
        "HEAD",
        "",
    ),
    (
        "https://host/org/repo?ref=a#b",
        "https://host/org/repo",
        "a#b",
        "",
    ),
];

/// Addresses that are folders on this machine, or nothing.
const NO_REPOSITORIES: &[&str] = &[
    "github.com/org",
    "www.github.com/org/repo",
    "ssh://git@github.com:org/repo",
    "https://github.com:org/repo",
    "https://example.com/x.yaml",
    "host:org/repo",
    "host.com/org/repo.git",
    "git://host/org/repo",
    "s3::https://host/org/repo",
    "git::git::https://host/org/repo",
    "git@host:org",
    "u_s@host:org/repo",
    "file://",
    "../rel",
    "https://host/org/repo//../x",
];

fn commands(world: &World, program: &Path, address: &str) -> (Vec<String>, String) {
    drop(std::fs::remove_file(world.path("log")));
    let output = world.program(program, &["build", "--", address]).output();
    let stderr = String::from_utf8(output.unwrap().stderr).unwrap();
    (world.log(), stderr)
}

#[test]
fn git_is_told_what_kustomize_tells_it() {
    let world = World::new();
    world.stand_in("");
    let render = Path::new(env!("CARGO_BIN_EXE_render"));
    for (address, repository, revision, folder) in REPOSITORIES {
        let (commands, stderr) = commands(&world, render, address);
        let expected = [
            "[init]".to_owned(),
            format!("[remote][add][origin][{repository}]"),
            format!("[fetch][--depth=1][{repository}][{revision}]"),
            "[checkout][FETCH_HEAD]".to_owned(),
            "[submodule][update][--init][--recursive]".to_owned(),
        ];
        assert_eq!(commands, expected, "{address}");
        let missing = match *folder {
            "" => "has no kustomization file".to_owned(),
            folder => format!("has no folder `{folder}`"),
        };
        assert!(stderr.contains(&missing), "{address}: {stderr}");
    }
    for address in NO_REPOSITORIES {
        let (commands, stderr) = commands(&world, render, address);
        assert_eq!(commands, Vec::<String>::new(), "{address}");
        assert!(
            stderr.contains("must build at directory"),
            "{address}: {stderr}"
        );
    }
}

#[test]
fn queries_switch_submodules_off() {
    let world = World::new();
    world.stand_in("");
    let render = Path::new(env!("CARGO_BIN_EXE_render"));
    for (query, count) in [
        ("submodules=false", 4),
        ("submodules=0", 4),
        ("submodules=F", 4),
        ("submodules=no", 5),
        ("submodules=", 5),
        ("submodules=0&x=%", 5),
    ] {
        let address = format!("https://host/org/repo?{query}");
        assert_eq!(commands(&world, render, &address).0.len(), count, "{query}");
    }
}

#[test]
fn kustomize_itself_agrees() {
    let Some(oracle) = std::env::var_os("RENDER_ORACLE") else {
        println!("skipped: RENDER_ORACLE names no kustomize");
        return;
    };
    let oracle = Path::new(&oracle);
    if !oracle.ends_with("kustomize") {
        println!("skipped: RENDER_ORACLE is not the standalone program");
        return;
    }
    let world = World::new();
    world.stand_in("");
    let render = Path::new(env!("CARGO_BIN_EXE_render"));
    let addresses = REPOSITORIES.iter().map(|(address, ..)| address);
    for address in addresses.chain(NO_REPOSITORIES) {
        let theirs = commands(&world, oracle, address).0;
        assert_eq!(commands(&world, render, address).0, theirs, "{address}");
    }
}

#[test]
fn git_is_given_no_options_by_addresses() {
    let world = World::new();
    world.stand_in("");
    for address in [
        "https://host/org/repo?ref=--upload-pack=touch%20pwned",
        "ssh://-oProxyCommand=touch%20pwned/org/repo",
        "git@-oProxyCommand=x:org/repo",
        "https://-x/org/repo",
    ] {
        let outcome = world.run(&["build", "--", address]);
        outcome.refused("git would take it for an option");
        assert_eq!(world.log(), Vec::<String>::new(), "{address}");
    }
}

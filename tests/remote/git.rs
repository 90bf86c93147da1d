//! Bases in repositories.

use std::fs;
use std::time::{Duration, Instant};

use crate::support::{World, config_map, has_git};

/// A repository `repo` with a base, an overlay over it, a component and links.
fn world() -> World {
    let world = World::new();
    world
        .file("repo/base/kustomization.yaml", "resources: [cm.yaml]\n")
        .file("repo/base/cm.yaml", &config_map("cm"))
        .file(
            "repo/overlay/kustomization.yaml",
            "resources: [../base]\nnamePrefix: o-\n",
        )
        .file(
            "repo/component/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n",
        )
        .link("repo/inside", "base")
        .link("repo/outside", "/etc")
        .link("repo/base/passwords", "/etc/passwd");
    world
}

#[test]
fn bases_and_components_come_out_of_repositories() {
    if !has_git() {
        return;
    }
    let world = world();
    world.commit("repo").git("repo", &["tag", "v1"]);
    let outcome = world.build(
        "resources: ['file://[here]/repo//overlay?ref=v1']
components: ['file://[here]/repo//component']
buildMetadata: [originAnnotations, transformerAnnotations]
",
    );
    let expected = "apiVersion: v1
kind: ConfigMap
metadata:
  annotations:
    alpha.config.kubernetes.io/transformations: |
      - repo: file://[here]/repo
        ref: v1
        configuredIn: overlay/kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: PrefixTransformer
      - repo: file://[here]/repo
        configuredIn: component/kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: PrefixTransformer
    config.kubernetes.io/origin: |
      path: base/cm.yaml
      repo: file://[here]/repo
      ref: v1
  name: c-o-cm
";
    let here = world.path("").display().to_string();
    assert_eq!(
        outcome
            .rendered()
            .replace(here.trim_end_matches('/'), "[here]"),
        expected
    );
    let whole = world.run(&["build", "file://[here]/repo//inside"]);
    assert_eq!(whole.rendered(), config_map("cm"));
}

#[test]
fn records_call_the_root_of_a_repository_what_kustomize_calls_it() {
    if !has_git() {
        return;
    }
    let world = World::new();
    world
        .file(
            "repo/kustomization.yaml",
            "resources: [base]\nnamePrefix: r-\n",
        )
        .file("repo/base/kustomization.yaml", "resources: [cm.yaml]\n")
        .file("repo/base/cm.yaml", &config_map("cm"))
        .commit("repo");
    for (address, root) in [
        ("repo", "notCloned/"),
        ("repo/", "notCloned/"),
        ("repo//.", "notCloned/"),
        ("repo//base/..", "notCloned/"),
        ("repo?timeout=60", "notCloned/"),
        ("repo//base", ""),
    ] {
        let outcome = world.build(&format!(
            "resources: ['file://[here]/{address}']\nbuildMetadata: [originAnnotations, transformerAnnotations]\n"
        ));
        let printed = outcome.rendered();
        assert!(
            printed.contains(&format!("      path: {root}base/cm.yaml\n")),
            "{address}: {printed}"
        );
        let plugin = format!("        configuredIn: {root}kustomization.yaml\n");
        assert_eq!(
            printed.contains(&plugin),
            !root.is_empty(),
            "{address}: {printed}"
        );
    }
}

#[test]
fn a_repository_is_fetched_once() {
    if !has_git() {
        return;
    }
    let world = world();
    world.commit("repo").stand_in("exec \"$GIT\" \"$@\"");
    fs::remove_file(world.path("log")).unwrap_or_default();
    let outcome = world.build(
        "resources: ['file://[here]/repo//overlay', a, b]\ncomponents: ['file://[here]/repo//component?timeout=60']\n",
    );
    outcome.refused("a");
    world
        .file(
            "app/a/kustomization.yaml",
            "resources: ['file://[here]/repo//base']\nnamePrefix: a-\n",
        )
        .file(
            "app/b/kustomization.yaml",
            "resources: ['file://[here]/repo//base?ref=HEAD']\nnamePrefix: b-\n",
        );
    fs::remove_file(world.path("log")).unwrap();
    world.run(&["build", "app"]).rendered();
    let fetches = world
        .log()
        .iter()
        .filter(|line| line.starts_with("[fetch]"))
        .count();
    // The last one is another revision by its name.
    assert_eq!(fetches, 2);
}

#[test]
fn repositories_are_fetched_at_the_same_time() {
    let world = World::new();
    // Each fetch waits for the other two.
    world.stand_in(
        "if [ \"$1\" = fetch ]; then
    for _ in $(seq 100); do
        [ $(grep -c '^.fetch' [here]/log) -ge 3 ] && exit 0
        sleep 0.1
    done
    exit 1
fi",
    );
    let outcome = world.build("resources: [a@h/o/r, b@h/o/r]\ncomponents: [c@h/o/r]\n");
    outcome.refused("`a@h/o/r` has no kustomization file");
}

#[test]
fn submodules_are_fetched_unless_they_are_not_wanted() {
    if !has_git() {
        return;
    }
    let world = world();
    world.commit("repo");
    world.file("outer/readme", "x\n").commit("outer");
    let url = format!("file://{}", world.path("repo").display());
    world.git("outer", &["submodule", "--quiet", "add", &url, "inner"]);
    world.git("outer", &["commit", "--quiet", "--message=y"]);
    let outcome = world.build("resources: ['file://[here]/outer//inner/base']\n");
    assert_eq!(outcome.rendered(), config_map("cm"));
    let outcome = world.build("resources: ['file://[here]/outer//inner/base?submodules=0']\n");
    outcome.refused(" has no folder `inner/base`");
}

#[test]
fn failures_of_git_are_shown_with_the_command() {
    if !has_git() {
        return;
    }
    let world = world();
    world.commit("repo");
    let outcome = world.build("resources: ['file://[here]/repo//base?ref=nope']\n");
    outcome.refused("git fetch --depth=1 file://");
    outcome.refused("nope': fatal: couldn't find remote ref nope\n");
    outcome.refused(": exit status 128");
    outcome.refused("kustomization.yaml:1:13");
    let outcome = world.build("components: ['file://[here]/nowhere']\n");
    outcome.refused("does not appear to be a git repository");
}

#[test]
fn repositories_are_fenced() {
    if !has_git() {
        return;
    }
    let world = world();
    world
        .file("repo/up/kustomization.yaml", "resources: [../..]\n")
        .file("repo/out/kustomization.yaml", "resources: [../outside]\n")
        .file(
            "repo/file/kustomization.yaml",
            "resources: [../base/cm.yaml]\n",
        )
        .file(
            "repo/link/kustomization.yaml",
            "configMapGenerator: [{name: a, files: [p]}]\n",
        )
        .link("repo/link/p", "/etc/passwd")
        .file(
            "repo/round/kustomization.yaml",
            "resources: ['file://[here]/repo//round']\n",
        )
        .commit("repo");
    for (folder, words) in [
        ("nope", "evalsymlink failure on 'file://"),
        (
            "base/cm.yaml",
            "refers to file 'cm.yaml'; expecting directory",
        ),
        ("outside", "refers to directory outside of repo"),
        (
            "up",
            "security; bases in kustomizations found in cloned git repos must be within the repo, but base '",
        ),
        (
            "out",
            "must be within the repo, but base '/etc' is outside 'file://",
        ),
        ("file", "security; file 'file://"),
        ("link", "security; file 'file://"),
        ("round", "cycle detected: URI 'file://"),
    ] {
        for restrictor in ["LoadRestrictionsRootOnly", "LoadRestrictionsNone"] {
            let address = format!("file://[here]/repo//{folder}");
            world.file(
                "app/kustomization.yaml",
                &format!("resources: ['{address}']\n"),
            );
            let outcome = world.run(&["build", "app", "--load-restrictor", restrictor]);
            outcome.refused(words);
            let names_folder = outcome.stderr.contains("repository-");
            assert!(!names_folder, "{}", outcome.stderr);
        }
    }
}

#[test]
fn repositories_outside_of_the_confines_are_not_touched() {
    if !has_git() {
        return;
    }
    let world = world();
    world.commit("repo");
    world.file(
        "app/kustomization.yaml",
        "resources: ['file://[here]/repo//base']\n",
    );
    world
        .run(&["build", "app", "--confine", "app"])
        .refused("`--confine`");
    world.run(&["build", "app", "--confine", "."]).rendered();
    world
        .run(&["build", "app", "--offline"])
        .refused("`--offline` was given");
}

#[test]
fn a_slow_repository_is_given_up() {
    let world = World::new();
    world.stand_in("sleep 600");
    let start = Instant::now();
    let outcome = world.build("resources: ['git@host:org/repo?timeout=1']\n");
    outcome.refused("hit 1s timeout running '");
    outcome.refused("git init'");
    assert!(start.elapsed() < Duration::from_mins(1));
}

#[test]
fn a_repository_that_fills_the_disk_is_given_up() {
    let world = World::new();
    world.stand_in("truncate -s 5G pack; exec sleep 600");
    let outcome = world.build("resources: ['git@host:org/repo?timeout=600']\n");
    outcome.refused("git init' brought more than 4 GiB");
    assert_eq!(world.left_behind(), 0);
}

#[test]
fn nothing_is_left_behind_by_a_program_that_is_ended() {
    let world = World::new();
    world.stand_in("echo $$ > [here]/pid; exec sleep 600");
    world.file(
        "app/kustomization.yaml",
        "resources: ['git@host:org/repo?timeout=600']\n",
    );
    let mut child = world.render(&["build", "app"]).spawn().unwrap();
    let pid = world.path("pid");
    let git = loop {
        match fs::read_to_string(&pid) {
            Ok(pid) if pid.ends_with('\n') => break pid.trim().to_owned(),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let status = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    assert!(status.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), None);
    assert_eq!(world.left_behind(), 0);
    let is_running =
        || fs::read_to_string(format!("/proc/{git}/stat")).is_ok_and(|stat| !stat.contains(") Z"));
    for _ in 0..100 {
        if !is_running() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("git is still running");
}

#[test]
fn git_without_git_is_told() {
    let world = World::new();
    world.file(
        "app/kustomization.yaml",
        "resources: ['git@host:org/repo']\n",
    );
    let mut command = world.render(&["build", "app"]);
    let outcome = world.outcome(command.env("PATH", world.path("bin")));
    outcome.refused("no 'git' program on path");
}

#[test]
fn the_repository_of_a_hook_is_left_alone() {
    if !has_git() {
        return;
    }
    let world = world();
    world.commit("repo").file("mine/x", "x\n").commit("mine");
    world.file(
        "app/kustomization.yaml",
        "resources: ['file://[here]/repo//base']\n",
    );
    let before = fs::read_to_string(world.path("mine/.git/config")).unwrap();
    let mut command = world.render(&["build", "app"]);
    let in_hook = command
        .env("GIT_DIR", world.path("mine/.git"))
        .env("GIT_INDEX_FILE", world.path("mine/.git/index"));
    assert_eq!(world.outcome(in_hook).rendered(), config_map("cm"));
    assert_eq!(
        fs::read_to_string(world.path("mine/.git/config")).unwrap(),
        before
    );
}

#[test]
fn passwords_stay_out_of_messages() {
    let world = World::new();
    world.stand_in("[ $1 = fetch ] && echo \"fatal: unable to access '$3/'\" && exit 128; true");
    let outcome = world.build("components: ['https://user:secret@host/org/repo']\n");
    outcome.refused("fetch --depth=1 https://user:xxxxx@host/org/repo HEAD");
    outcome.refused("unable to access 'https://user:xxxxx@host/org/repo/'");
}

#[test]
fn the_prefix_that_kustomize_strips_is_warned_of() {
    if !has_git() {
        return;
    }
    let world = world();
    world.commit("repo");
    let outcome = world.build("resources: ['git::file://[here]/repo//base']\n");
    outcome.rendered();
    assert!(
        outcome.stderr.contains("the prefix `git::` is ignored"),
        "{}",
        outcome.stderr
    );
}

/// As kustomize does, which looks for no kustomization in it and takes no file by http.
#[test]
fn repositories_are_tried_before_they_are_added() {
    if !has_git() {
        return;
    }
    let world = world();
    world
        .commit("repo")
        .file("app/kustomization.yaml", "namePrefix: a-\n");
    let edit = |arguments: &[&str]| {
        let arguments = [&["edit", "add"], arguments].concat();
        let mut command = world.render(&arguments);
        command.current_dir(world.path("app"));
        world.outcome(&mut command)
    };
    edit(&["resource", "file://[here]/repo"]).rendered();
    edit(&["component", "file://[here]/repo//component"]).rendered();
    edit(&["resource", "file://[here]/gone"]).refused("gone has no match: failed to run '");
    edit(&["resource", "file://[here]/repo//gone"]).refused("no such file or directory");
    let text = fs::read_to_string(world.path("app/kustomization.yaml")).unwrap();
    let here = world.path("");
    let here = here.to_str().unwrap().trim_end_matches('/');
    assert_eq!(
        text,
        format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- file://{here}/repo
namePrefix: a-
components:
- file://{here}/repo//component
"
        )
    );
}

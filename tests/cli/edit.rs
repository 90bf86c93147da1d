//! `render edit` and `render create`: what becomes of a real-looking file, and of the file's place on disk.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "this is test code, and tests may read"
)]

use std::fmt::Write;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::Sandbox;

const KUSTOMIZATION: &str = "\
# The shop in production.
# Ask the platform team before you change what is here.

apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

namespace: shop   # one per environment

# what there is
resources:
  - ../base       # everything
  - ingress.yaml

  # only here, as staging has no quota
  - quota.yaml
  # - autoscaler.yaml

commonLabels:
  # for the cost report
  team: shop
  tier: \"1\"

patches:
  # more of everything
  - path: replicas.yaml
    target: {kind: Deployment, name: api}   # the API only
  - path: memory.yaml

configMapGenerator:
  - name: settings
    literals:
      - LOG_LEVEL=info    # debug is too much
      - 'GREETING=hello there'

# set by the pipeline
images:
  - name: worker
    newTag: 'v7'
  - name: api             # the only one that is ours
    newName: registry.example/shop/api
    newTag: \"1.4\"
";

fn shop() -> Sandbox {
    let object = |kind: &str, name: &str| {
        format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n")
    };
    Sandbox::new()
        .file("base/kustomization.yaml", "resources: [a.yaml]\n")
        .file("base/a.yaml", &object("ConfigMap", "a"))
        .file("shop/ingress.yaml", &object("Ingress", "shop"))
        .file("shop/quota.yaml", &object("ResourceQuota", "shop"))
        .file("shop/job.yaml", &object("Job", "seed"))
        .file("shop/app.ini", "x = 1\n")
        .file("shop/kustomization.yaml", KUSTOMIZATION)
}

/// The lines that are gone and those that are new, with the line before each change.
fn changes(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for (i, left) in old.iter().enumerate().rev() {
        for (j, right) in new.iter().enumerate().rev() {
            common[i][j] = if left == right {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut text, mut last) = (0, 0, String::new(), None);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            last = Some(old[i]);
            (i, j) = (i + 1, j + 1);
            continue;
        }
        if let Some(line) = last.take() {
            writeln!(text, "  {line}").unwrap();
        }
        if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            writeln!(text, "- {}", old[i]).unwrap();
            i += 1;
        } else {
            writeln!(text, "+ {}", new[j]).unwrap();
            j += 1;
        }
    }
    text
}

/// What commands change in the shop's kustomization, one after the other, each on the file as it was.
fn transcript(commands: &[&[&str]]) -> String {
    let mut text = String::new();
    for command in commands {
        let sandbox = shop();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_render"))
            .arg("edit")
            .args(*command)
            .current_dir(sandbox.path("shop"))
            .output()
            .unwrap();
        writeln!(text, "$ render edit {}", command.join(" ")).unwrap();
        let printed = [output.stdout, output.stderr].concat();
        let folder = sandbox.path(".").canonicalize().unwrap();
        let printed = String::from_utf8(printed).unwrap();
        text.push_str(&printed.replace(folder.to_str().unwrap(), "[folder]"));
        text.push_str(&changes(
            KUSTOMIZATION,
            &sandbox.read("shop/kustomization.yaml"),
        ));
        text.push('\n');
    }
    text
}

#[test]
fn what_is_added_stands_where_a_person_would_put_it() {
    let text = transcript(&[
        &["add", "resource", "job.yaml"],
        &["add", "resource", "*.yaml"],
        &["add", "component", "../base"],
        &["add", "base", "../base,../base"],
        &["add", "transformer", "job.yaml"],
        &["add", "generator", "job.yaml"],
        &["add", "configmap", "settings", "--from-literal", "PORT=80"],
        &[
            "add",
            "configmap",
            "files",
            "--from-file",
            "app.ini,key=app.ini",
            "--disableNameSuffixHash",
        ],
        &["add", "secret", "login", "--from-literal", "PASSWORD=x: y"],
        &["add", "patch", "--path", "new.yaml", "--kind", "Deployment"],
        &[
            "add",
            "patch",
            "--patch",
            "- op: remove\n  path: /spec\n",
            "--kind",
            "Job",
        ],
        &["add", "label", "owner:me"],
        &["add", "label", "team:other"],
        &["add", "label", "--force", "team:other"],
        &[
            "add",
            "label",
            "--without-selector",
            "--include-templates",
            "owner:me",
        ],
        &["add", "annotation", "note:yes"],
        &["add", "buildmetadata", "originAnnotations"],
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_set_keeps_its_quotes_and_comments() {
    let text = transcript(&[
        &["set", "image", "api=*:1.5"],
        &["set", "image", "api:1.5"],
        &["set", "image", "cache=registry.example/redis@sha256:24a0"],
        &["set", "namespace", "store"],
        &["set", "namespace", ""],
        &["set", "nameprefix", "--", "-x"],
        &["set", "namesuffix", "--", "-v2"],
        &["set", "replicas", "api=3", "worker=0"],
        &["set", "label", "tier:2", "new:1"],
        &["set", "annotation", "a.b/c:d"],
        &["set", "buildmetadata", "managedByLabel,originAnnotations"],
        &[
            "set",
            "configmap",
            "settings",
            "--from-literal",
            "LOG_LEVEL=debug",
        ],
        &["set", "configmap", "settings", "--new-namespace", "other"],
        &["set", "secret", "none", "--from-literal", "A=b"],
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_removed_takes_only_its_own_lines_along() {
    let text = transcript(&[
        &["remove", "resource", "quota.yaml"],
        &["remove", "resource", "*.yaml", "../base"],
        &["remove", "transformer", "none.yaml"],
        &["remove", "configmap", "settings,other"],
        &["remove", "secret", "login"],
        &[
            "remove",
            "patch",
            "--path",
            "replicas.yaml",
            "--kind",
            "Deployment",
            "--name",
            "api",
        ],
        &["remove", "patch", "--path", "replicas.yaml"],
        &["remove", "label", "team"],
        &["remove", "label", "team,tier"],
        &["remove", "annotation", "a"],
        &["remove", "buildmetadata", "originAnnotations"],
        &["fix"],
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let text = transcript(&[
        &["add", "resource", "jobs.yaml"],
        &["add", "resource", "[a"],
        &["add", "resource"],
        &["add", "configmap", "x"],
        &["add", "patch", "--path", "a", "--patch", "b"],
        &["add", "buildmetadata", "origin"],
        &["set", "image", "api"],
        &["set", "replicas", "api=many"],
        &["set", "namespace", "a", "b"],
        &["remove", "label", "none"],
        &["remove", "nothing"],
        &["ad", "resource"],
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn deprecated_fields_are_fixed_with_their_comments() {
    let old = "\
# what
bases:
  - ../base   # all of it
# who
commonLabels:
  team: shop # us
patchesStrategicMerge:
  # more
  - replicas.yaml # x
  - |-
    apiVersion: v1
    kind: ConfigMap # text
    metadata:
      name: a
patchesJson6902:
  - path: ops.yaml # y
    target: {kind: Job}
imageTags: [{name: api, newTag: \"1\"}]
configMapGenerator:
  - name: c
    env: e.env # z
";
    let sandbox = shop()
        .file("shop/kustomization.yaml", old)
        .file("shop/replicas.yaml", "x: y\n");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_render"))
        .args(["edit", "fix"])
        .current_dir(sandbox.path("shop"))
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = sandbox.read("shop/kustomization.yaml");
    insta::assert_snapshot!(text);
}

#[test]
fn vars_become_replacements_in_all_files() {
    let pod = "# web\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    args: [--url=$(URL), $(URL)]\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\n";
    let sandbox = Sandbox::new()
        .file("web.yaml", pod)
        .file("api.yaml", service)
        .file("kustomization.yaml", "resources: [web.yaml, api.yaml]\n# what web talks to\nvars:\n- name: URL\n  objref: {kind: Service, name: api, apiVersion: v1} # theirs\n");
    let output = sandbox.run_as_kustomize(&["edit", "fix", "--vars"]);
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let text = format!(
        "{printed}---\n{}---\n{}",
        sandbox.read("kustomization.yaml"),
        sandbox.read("web.yaml")
    );
    insta::assert_snapshot!(text);
}

#[test]
fn each_var_finds_what_the_vars_before_it_left() {
    let sandbox = Sandbox::new()
        .file(
            "b.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {v: $(V)$(W)}\n",
        )
        .file(
            "kustomization.yaml",
            "resources: [b.yaml]\npatches: [{path: ./b.yaml, target: {kind: X}}, {path: b.yaml}]\nvars: [{name: V}, {name: W}, {name: V}]\n",
        );
    let output = sandbox.run_as_kustomize(&["edit", "fix", "--vars"]);
    assert!(output.status.success());
    assert!(
        sandbox
            .read("b.yaml")
            .ends_with("v: V_PLACEHOLDERW_PLACEHOLDER}\n")
    );
    // The last patch of a file says what all that is in it selects.
    let text = sandbox.read("kustomization.yaml");
    insta::assert_snapshot!(text);
}

#[test]
fn a_gitops_controller_sees_what_it_asked_for() {
    let sandbox = shop();
    for command in [
        "set nameprefix -- x-",
        "set namesuffix -- -y",
        "set image api=registry.example/api:2 worker:v8",
        "set replicas api=3",
        "add label --force --without-selector --include-templates app:shop owner:a,b",
        "add annotation --force note:it",
        "set namespace -- other",
        "add component ../base",
        "add buildmetadata originAnnotations",
    ] {
        let words: Vec<_> = std::iter::once("edit").chain(command.split(' ')).collect();
        let folder = sandbox.path("shop");
        let link = folder.join("kustomize");
        if !link.exists() {
            symlink(env!("CARGO_BIN_EXE_render"), &link).unwrap();
        }
        let output = std::process::Command::new(&link)
            .args(&words)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}");
        assert!(
            output.stderr.is_empty() && output.stdout.is_empty(),
            "{command}"
        );
    }
    let text = changes(KUSTOMIZATION, &sandbox.read("shop/kustomization.yaml"));
    insta::assert_snapshot!(text);
}

#[test]
fn under_the_name_of_kustomize_words_and_status_are_its_own() {
    let sandbox = Sandbox::new()
        .file("kustomization.yaml", "resources: [a.yaml]\n")
        .file("a.yaml", "");
    let first_line = |arguments: &[&str]| {
        let output = sandbox.run_as_kustomize(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        (
            output.status.code(),
            text.lines().next().unwrap_or_default().to_owned(),
        )
    };
    let (status, note) = first_line(&["edit", "add", "resource", "a.yaml"]);
    assert_eq!(status, Some(0));
    let (stamp, text) = note.split_at("2006/01/02 15:04:05".len());
    assert_eq!(text, " resource a.yaml already in kustomization file");
    let digits = stamp.chars().filter(char::is_ascii_digit).count();
    assert_eq!((digits, stamp.matches(['/', ':']).count()), (14, 4));
    for (arguments, words) in [
        (
            &["edit", "set", "namespace"][..],
            "Error: must specify exactly one namespace value",
        ),
        (
            &["edit", "set", "nameprefix", "-x"],
            "Error: unknown shorthand flag: 'x' in -x",
        ),
        (
            &["edit", "add", "label", "--nope"],
            "Error: unknown flag: --nope",
        ),
        (&["create"], "Error: kustomization file already exists"),
    ] {
        assert_eq!(first_line(arguments), (Some(1), words.to_owned()));
    }
    for arguments in [&["edit"][..], &["edit", "add"], &["edit", "add", "nothing"]] {
        let output = sandbox.run_as_kustomize(arguments);
        assert!(output.status.success(), "{arguments:?}");
        assert!(
            String::from_utf8(output.stdout)
                .unwrap()
                .contains("Usage: kustomize edit")
        );
    }
    assert!(
        sandbox
            .read("kustomization.yaml")
            .ends_with("resources: [a.yaml]\n")
    );
}

#[test]
fn arguments_that_name_nothing_are_refused_as_kustomize_does() {
    let sandbox = Sandbox::new()
        .file("kustomization.yaml", "resources: [a.yaml]\n")
        .file("a.yaml", "");
    for (arguments, words) in [
        (
            &["edit", "set", "namespace", "--", "a", "--stack-trace"][..],
            "Error: must specify exactly one namespace value",
        ),
        (
            &["edit", "add", "resource", ""],
            "Error:  has no match: new root cannot be empty",
        ),
        (&["edit", "add", "base", ""], "Error:  does not exist"),
        (
            &["edit", "remove", "label", "app,", "-i"],
            "Error: invalid label: '' (name is empty)",
        ),
        (
            &["edit", "remove", "resource", "[a"],
            "Error: syntax error in pattern",
        ),
    ] {
        let output = sandbox.run_as_kustomize(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text.lines().next(), Some(words), "{arguments:?}");
        assert_eq!(output.status.code(), Some(1));
    }
    // Where there is nothing to compare with a pattern, nobody looks at it.
    let arguments = ["edit", "remove", "transformer", "[a"];
    assert!(sandbox.run_as_kustomize(&arguments).status.success());
}

#[test]
fn folders_without_one_kustomization_are_refused() {
    let none = Sandbox::new().run(["edit", "set", "namespace", "x"]);
    insta::assert_snapshot!(none, @r"
    exit: 2
    --- stdout
    --- stderr
    error: there is no kustomization file in this folder
     |
     = note: in kustomize's words: Missing kustomization file 'kustomization.yaml'.
     = help: run it in a folder that has one, or make one with `create`
    ");
    let two = Sandbox::new()
        .file("kustomization.yaml", "")
        .file("Kustomization", "");
    insta::assert_snapshot!(two.run(["edit", "set", "namespace", "x"]), @r"
    exit: 2
    --- stdout
    --- stderr
    error: there is more than one kustomization file in this folder
     |
     = note: in kustomize's words: Found multiple kustomization file: [kustomization.yaml Kustomization]
     = help: keep one of kustomization.yaml, Kustomization
    ");
}

#[test]
fn a_file_keeps_its_mode_and_its_links() {
    let sandbox = Sandbox::new().file("real/k.yaml", "namespace: a # x\n");
    let real = sandbox.path("real/k.yaml");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).unwrap();
    symlink("real/k.yaml", sandbox.path("kustomization.yaml")).unwrap();
    assert!(
        sandbox
            .run(["edit", "set", "namespace", "b"])
            .starts_with("exit: 0")
    );
    assert!(sandbox.path("kustomization.yaml").is_symlink());
    assert!(sandbox.read("real/k.yaml").ends_with("namespace: b # x\n"));
    assert_eq!(
        std::fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let names: Vec<_> = std::fs::read_dir(sandbox.path("real"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["k.yaml"]);
}

#[test]
fn a_name_without_a_hash_is_all_that_options_say_then() {
    let old = "configMapGenerator:\n- name: cm # x\n  literals: [a=b]\n  options: {labels: {c: d}}\ngeneratorOptions: {immutable: true}\n";
    let sandbox = Sandbox::new().file("kustomization.yaml", old);
    sandbox.run([
        "edit",
        "add",
        "configmap",
        "cm",
        "--from-literal=e=f",
        "--disableNameSuffixHash",
    ]);
    let new = sandbox.read("kustomization.yaml");
    let options = "options: {disableNameSuffixHash: true, immutable: true}\n";
    let entry = format!("- name: cm # x\n  literals: [a=b, e=f]\n  {options}");
    assert!(new.contains(&entry), "{new}");
}

#[test]
fn an_edit_that_says_nothing_new_does_not_touch_the_file() {
    let text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n\nnamespace:   'a'\n# end";
    let sandbox = Sandbox::new().file("kustomization.yaml", text);
    let before = std::fs::metadata(sandbox.path("kustomization.yaml")).unwrap();
    sandbox.run(["edit", "set", "namespace", "a"]);
    let after = std::fs::metadata(sandbox.path("kustomization.yaml")).unwrap();
    assert_eq!(sandbox.read("kustomization.yaml"), text);
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
}

#[test]
fn kustomizations_are_created() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    let folder = || {
        Sandbox::new()
            .file("a.yaml", object)
            .file("notes.txt", "no objects\n")
            .file("sub/b.yaml", object)
            .file("base/kustomization.yaml", "resources: [c.yaml]\n")
            .file("base/c.yaml", object)
    };
    let mut text = String::new();
    for arguments in [
        &["create"][..],
        &["create", "--autodetect"],
        &["init", "--autodetect", "--recursive"],
        &[
            "create",
            "--resources",
            "*.yaml,base",
            "--namespace",
            "yes",
            "--nameprefix",
            "-x",
            "--labels",
            "a:b,c",
            "--annotations",
            "n:\"q\"",
        ],
        &["create", "--resources", "none.yaml"],
    ] {
        let sandbox = folder();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_render"))
            .args(arguments)
            .current_dir(sandbox.path("."))
            .output()
            .unwrap();
        writeln!(
            text,
            "$ render {} [{}]",
            arguments.join(" "),
            output.status.code().unwrap()
        )
        .unwrap();
        text.push_str(
            &String::from_utf8(output.stderr).unwrap().replace(
                &sandbox
                    .path("")
                    .canonicalize()
                    .unwrap()
                    .display()
                    .to_string(),
                "[folder]",
            ),
        );
        if sandbox.path("kustomization.yaml").exists() {
            text.push_str(&sandbox.read("kustomization.yaml"));
        }
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

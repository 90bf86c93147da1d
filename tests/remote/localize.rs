//! `render localize`: the tree that comes out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::server::Server;
use crate::support::{World, config_map, has_git};

/// All files in a folder, by their paths in it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = vec![folder.to_path_buf()];
    while let Some(inner) = rest.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rest.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

const EVERYTHING: &str = "# lost
namePrefix: a-
resources: [cm.yaml, ./sub]
bases: [base2]
components: [comp]
commonLabels: {b: c, a: d}
patchesStrategicMerge: [p.yaml, 'apiVersion: v1

    kind: ConfigMap

    metadata: {name: cm}']
patches:
- {path: ./p2.yaml}
- {patch: '[]', target: {kind: ConfigMap}}
patchesJson6902: [{path: j.json, target: {version: v1, kind: ConfigMap, name: cm}}]
configMapGenerator: [{name: g, files: [f.txt, k=sub/deep/../deep/g.txt], envs: [e.env], env: e2.env}]
secretGenerator: [{name: s, files: [f.txt], type: Opaque}]
configurations: [conf.yaml]
crds: [crd.json]
openapi: {path: schema.json}
replacements: [{path: repl.yaml}]
generators: [gen.yaml, 'apiVersion: builtin

    kind: ConfigMapGenerator

    metadata: {name: gi}

    name: gi

    files: [./f.txt]']
transformers: [trans.yaml]
";

/// A kustomization with every field that names something.
fn everything() -> World {
    let world = World::new();
    world
        .file("t/kustomization.yaml", EVERYTHING)
        .file("t/cm.yaml", &config_map("cm"))
        .file("t/sub/kustomization.yml", "namespace: here\n")
        .file("t/sub/deep/g.txt", "g\n")
        .file("t/base2/kustomization.yaml", "configMapGenerator:\n- name: b2\n")
        .file("t/comp/Kustomization", "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n")
        .file("t/p.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {p: \"1\"}\n")
        .file("t/p2.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\n")
        .file("t/j.json", "[]")
        .file("t/f.txt", "f\n")
        .file("t/e.env", "A=b\n")
        .file("t/e2.env", "B=c\n")
        .file("t/conf.yaml", "namePrefix: []\n")
        .file("t/crd.json", "{}")
        .file("t/schema.json", "{}")
        .file("t/repl.yaml", "source: {kind: ConfigMap, name: cm}\ntargets: []\n")
        .file("t/gen.yaml", "# lost\napiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: gg}\nname: gg\nfiles: [./e.env]\n")
        .file("t/trans.yaml", "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: pt}\npath: ./p2.yaml\n")
        .file("t/unused.txt", "x\n");
    world
}

/// What kustomize makes of it.
const EVERYTHING_LOCALIZED: &str = r"bases:
- base2
commonLabels:
  a: d
  b: c
components:
- comp
configMapGenerator:
- env: e2.env
  envs:
  - e.env
  files:
  - f.txt
  - k=sub/deep/g.txt
  name: g
configurations:
- conf.yaml
crds:
- crd.json
generators:
- gen.yaml
- |
  apiVersion: builtin
  files:
  - f.txt
  kind: ConfigMapGenerator
  metadata:
    name: gi
  name: gi
namePrefix: a-
openapi:
  path: schema.json
patches:
- path: p2.yaml
- patch: '[]'
  target:
    kind: ConfigMap
patchesJson6902:
- path: j.json
  target:
    kind: ConfigMap
    name: cm
    version: v1
patchesStrategicMerge:
- p.yaml
- |-
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: cm}
replacements:
- path: repl.yaml
resources:
- cm.yaml
- sub
secretGenerator:
- files:
  - f.txt
  name: s
  type: Opaque
transformers:
- trans.yaml
";

#[test]
fn everything_that_is_named_is_copied_and_named_anew() {
    let world = everything();
    world
        .run(&["localize", "t", "out", "--no-verify"])
        .rendered();
    let found = files(&world.path("out"));
    let mut expected = files(&world.path("t"));
    expected.remove("unused.txt");
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    assert_eq!(found["kustomization.yaml"], EVERYTHING_LOCALIZED);
    assert_eq!(
        found["gen.yaml"],
        "apiVersion: builtin\nfiles:\n- e.env\nkind: ConfigMapGenerator\nmetadata:\n  name: gg\nname: gg\n"
    );
    assert!(found["trans.yaml"].ends_with("path: p2.yaml\n"));
    assert_eq!(found["repl.yaml"], expected["repl.yaml"]);
}

#[test]
fn kustomize_makes_the_same_tree() {
    let Some(oracle) = std::env::var_os("RENDER_ORACLE") else {
        println!("skipped: RENDER_ORACLE names no kustomize");
        return;
    };
    if !Path::new(&oracle).ends_with("kustomize") {
        println!("skipped: RENDER_ORACLE is not the standalone program");
        return;
    }
    let world = everything();
    let arguments = ["localize", "t", "theirs", "--no-verify"];
    world
        .outcome(&mut world.program(Path::new(&oracle), &arguments))
        .rendered();
    world
        .run(&["localize", "t", "ours", "--no-verify"])
        .rendered();
    assert_eq!(files(&world.path("ours")), files(&world.path("theirs")));
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is what is written")]
fn what_is_elsewhere_is_fetched_and_put_beside() {
    if !has_git() {
        return;
    }
    let server = Server::new(&[(
        "/a/cm.yaml",
        200,
        "",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n",
    )]);
    let world = World::new();
    world
        .file("repo/base/kustomization.yaml", "resources: [b.yaml]\n")
        .file("repo/base/b.yaml", &config_map("b"))
        .file(
            "repo/overlay/kustomization.yaml",
            "resources: [../base]\nnamePrefix: o-\n",
        )
        .commit("repo");
    world.git("repo", &["tag", "v1"]);
    world.file(
        "t/kustomization.yaml",
        &format!(
            "resources: ['{}/a/cm.yaml', 'file://[here]/repo//overlay?ref=v1']\n",
            server.url
        ),
    );
    let outcome = world.run(&["localize", "t"]);
    outcome.rendered();
    assert!(
        outcome.stderr.starts_with("VERIFICATION SUCCESS: "),
        "{}",
        outcome.stderr
    );
    let repo = format!(
        "localized-files/file-schemed{}/v1",
        world.path("repo").display()
    );
    let expected: BTreeMap<_, _> = [
        (
            "kustomization.yaml".to_owned(),
            format!("resources:\n- localized-files/127.0.0.1/a/cm.yaml\n- {repo}/overlay\n"),
        ),
        (
            "localized-files/127.0.0.1/a/cm.yaml".to_owned(),
            config_map("cm"),
        ),
        (format!("{repo}/base/b.yaml"), config_map("b")),
        (
            format!("{repo}/base/kustomization.yaml"),
            "resources:\n- b.yaml\n".to_owned(),
        ),
        (
            format!("{repo}/overlay/kustomization.yaml"),
            "namePrefix: o-\nresources:\n- ../base\n".to_owned(),
        ),
    ]
    .into();
    assert_eq!(files(&world.path("localized-t")), expected);
    let before = server.asked().len();
    world.run(&["build", "localized-t", "--offline"]).rendered();
    assert_eq!(server.asked().len(), before);
    let outcome = world.run(&["localize", "file://[here]/repo//overlay?ref=v1"]);
    outcome.rendered();
    assert_eq!(files(&world.path("localized-overlay-v1")).len(), 3);
}

#[test]
fn the_scope_says_how_far_bases_may_be() {
    let world = World::new();
    world
        .file("s/base/kustomization.yaml", "resources: [cm.yaml]\n")
        .file("s/base/cm.yaml", &config_map("cm"))
        .file("s/o/kustomization.yaml", "resources: [../base]\n");
    let outcome = world.run(&["localize", "s/o", "out"]);
    outcome.refused("outside localize scope \"");
    assert!(!world.path("out").exists());
    world
        .run(&["localize", "s/o", "out", "--scope", "s"])
        .rendered();
    let names: Vec<_> = files(&world.path("out")).into_keys().collect();
    assert_eq!(
        names,
        [
            "base/cm.yaml",
            "base/kustomization.yaml",
            "o/kustomization.yaml"
        ]
    );
    let outcome = world.run(&["localize", "s/o", "other", "--scope", "s/base"]);
    outcome.refused("localize scope \"s/base\" does not contain target \"s/o\" at \"");
    let outcome = world.run(&["localize", "s/o", "out", "--scope", "s"]);
    outcome.refused(
        "invalid localize destination \"out\": localize destination \"out\" already exists",
    );
}

#[test]
fn what_cannot_be_localized_is_told_in_kustomizes_words() {
    for (kustomization, words) in [
        (
            "resources: [nope.yaml]",
            "unable to localize resources entry: could not localize path \"nope.yaml\" as file: invalid file reference: evalsymlink failure on '",
        ),
        (
            "resources: [x@h/org/repo]",
            "as directory: localize remote root \"x@h/org/repo\" missing ref query string parameter",
        ),
        (
            "patches: [{path: nope}]",
            "unable to localize patches: invalid file reference: evalsymlink",
        ),
        (
            "replacements: [{path: nope}]",
            "unable to localize replacements entry: invalid file reference: evalsymlink",
        ),
        (
            "configMapGenerator: [{name: a, files: [nope]}]",
            "unable to localize configMapGenerator: invalid file source \"nope\": invalid file reference: evalsymlink",
        ),
        (
            "secretGenerator: [{name: a, envs: [nope]}]",
            "unable to localize secretGenerator: unable to localize generator envs file: invalid file reference: evalsymlink",
        ),
        (
            "components: [nope]",
            "unable to localize components entry: invalid root reference: must build at directory: not a valid directory: evalsymlink",
        ),
        (
            "generators: [nope]",
            "unable to load generators entry: unable to load resource entry \"nope\": when parsing as inline received error: missing Resource metadata\nwhen parsing as filepath received error: invalid file reference: evalsymlink",
        ),
        (
            "foo: bar",
            "unable to localize target \"t\": invalid Kustomization: json: unknown field \"foo\"",
        ),
    ] {
        let world = World::new();
        world.file("t/kustomization.yaml", kustomization);
        let mut command = world.render(&["localize", "t", "out"]);
        // Under this name all messages are kustomize's.
        std::os::unix::process::CommandExt::arg0(&mut command, "kustomize");
        world.outcome(&mut command).refused(words);
        assert!(!world.path("out").exists());
    }
}

#[test]
fn keys_of_linked_files_and_charts_beside_values_are_kept() {
    let world = World::new();
    world
        .file(
            "t/kustomization.yaml",
            "configMapGenerator: [{name: g, files: [l.txt]}]\n",
        )
        .file("t/a.txt", "a\n")
        .link("t/l.txt", "a.txt");
    let outcome = world.run(&["localize", "t", "out"]);
    outcome.rendered();
    assert!(files(&world.path("out"))["kustomization.yaml"].contains("- l.txt=a.txt"));
    world
        .file(
            "h/kustomization.yaml",
            "helmCharts: [{name: c, valuesFile: charts/v.yaml}]\n",
        )
        .file("h/charts/v.yaml", "a: b\n")
        .file("h/charts/c/Chart.yaml", "name: c\n");
    world
        .run(&["localize", "h", "charts", "--no-verify"])
        .rendered();
    let names: Vec<_> = files(&world.path("charts")).into_keys().collect();
    assert_eq!(
        names,
        ["charts/c/Chart.yaml", "charts/v.yaml", "kustomization.yaml"]
    );
}

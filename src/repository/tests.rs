use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indexmap::IndexMap;

use super::*;
use crate::load::{FileKind, Memory, survey};

/// Files in memory that count how often they are read.
struct Counting {
    memory: Memory,
    reads: IndexMap<String, AtomicUsize>,
}

impl FileSystem for Counting {
    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        self.memory.absolute(path)
    }
    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        self.memory.kind(path)
    }
    fn is_dir(&self, path: &Path) -> bool {
        self.memory.is_dir(path)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.memory.is_file(path)
    }
    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.memory.read_link(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if let Some(count) = self.reads.get(&path.display().to_string()) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.memory.read(path)
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.memory.list(folder)
    }
}

const BASE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: b}\n";

fn files(more: &[(&str, &str)]) -> Memory {
    let memory = Memory::new()
        .file("/r/base/kustomization.yaml", "resources: [settings.yaml]\n")
        .file("/r/base/settings.yaml", BASE)
        .file(
            "/r/overlays/a/kustomization.yaml",
            "namePrefix: a-\nresources: [../../base]\n",
        )
        .file(
            "/r/overlays/b/kustomization.yaml",
            "namePrefix: b-\nresources: [../../base]\n",
        );
    more.iter()
        .fold(memory, |memory, (path, text)| memory.file(path, *text))
}

/// The overlays of a shard and what they come to, by name.
fn render(files: &dyn FileSystem, shard: Shard, jobs: usize) -> IndexMap<String, String> {
    let (load, build) = (LoadOptions::default(), BuildOptions::default());
    let survey =
        survey(Path::new("/r"), files, &load, NonZeroUsize::MIN).expect("the folder is there");
    let repository = Repository {
        survey: &survey,
        files,
        load: &load,
        build: &build,
    };
    let rendered = Mutex::new(IndexMap::new());
    let jobs = NonZeroUsize::new(jobs).expect("a job");
    repository.render(&repository.overlays(shard), jobs, |done| {
        if let Some(manifests) = done.manifests {
            let text = manifests.unwrap_or_else(|error| format!("{error:#}"));
            let mut rendered = rendered.lock().expect("no thread panicked");
            rendered.insert(done.name.to_owned(), text);
        }
    });
    let mut rendered = rendered.into_inner().expect("no thread panicked");
    rendered.sort_unstable_keys();
    rendered
}

fn names(rendered: &IndexMap<String, String>) -> Vec<&str> {
    rendered.keys().map(String::as_str).collect()
}

#[test]
fn every_overlay_is_what_it_is_alone() {
    let files = files(&[]);
    let rendered = render(&files, Shard::default(), 2);
    assert_eq!(names(&rendered), ["overlays/a", "overlays/b"]);
    for (name, text) in &rendered {
        let prefix = name.strip_prefix("overlays/").expect("a name");
        let expected = format!(
            "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: {prefix}-settings\n"
        );
        assert_eq!(*text, expected);
    }
}

#[test]
fn a_base_is_read_once_for_all_who_name_it() {
    let path = "/r/base/settings.yaml";
    for jobs in [1, 2, 8] {
        let files = Counting {
            memory: files(&[]),
            reads: [(path.to_owned(), AtomicUsize::new(0))].into(),
        };
        assert_eq!(render(&files, Shard::default(), jobs).len(), 2);
        assert_eq!(files.reads[path].load(Ordering::Relaxed), 1);
    }
}

#[test]
fn overlays_are_those_below_overlays_and_those_that_nobody_names() {
    let files = files(&[
        ("/r/overlays/a/eu/kustomization.yaml", "resources: [..]\n"),
        ("/r/overlays/c/kustomization.yaml", "resources: [../a]\n"),
        ("/r/alone/kustomization.yaml", "namePrefix: x-\n"),
        ("/r/.hidden/kustomization.yaml", "namePrefix: x-\n"),
        (
            "/r/part/kustomization.yaml",
            "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnamePrefix: x-\n",
        ),
    ]);
    let rendered = render(&files, Shard::default(), 2);
    let expected = [
        "alone",
        "overlays/a",
        "overlays/a/eu",
        "overlays/b",
        "overlays/c",
    ];
    assert_eq!(names(&rendered), expected);
    // Not a base above its user (spec 15 R5).
    assert!(
        rendered["overlays/a/eu"].contains("cycle detected"),
        "{rendered:?}"
    );
}

#[test]
fn a_circle_fails_and_nothing_else_does() {
    let files = files(&[
        (
            "/r/x/overlays/one/kustomization.yaml",
            "resources: [../two]\n",
        ),
        (
            "/r/x/overlays/two/kustomization.yaml",
            "resources: [../one]\n",
        ),
    ]);
    let rendered = render(&files, Shard::default(), 2);
    assert_eq!(rendered.len(), 4);
    assert!(rendered["x/overlays/one"].contains("cycle detected"));
    assert!(rendered["x/overlays/two"].contains("cycle detected"));
    assert!(rendered["overlays/a"].contains("a-settings"));
}

#[test]
fn a_base_that_fails_fails_for_all_who_name_it() {
    let files = files(&[("/r/base/kustomization.yaml", "resources: [gone.yaml]\n")]);
    let rendered = render(&files, Shard::default(), 2);
    assert_eq!(rendered.len(), 2);
    assert!(
        rendered.values().all(|text| text.contains("gone.yaml")),
        "{rendered:?}"
    );
}

#[test]
fn records_hold_the_way_from_each_overlay() {
    let records = "buildMetadata: [originAnnotations]\nresources: [../../base]\n";
    let files = files(&[
        ("/r/overlays/a/kustomization.yaml", records),
        (
            "/r/overlays/deep/er/kustomization.yaml",
            "buildMetadata: [originAnnotations]\nresources: [../../../base]\n",
        ),
    ]);
    let rendered = render(&files, Shard::default(), 1);
    assert!(rendered["overlays/a"].contains("path: ../../base/settings.yaml"));
    assert!(rendered["overlays/deep/er"].contains("path: ../../../base/settings.yaml"));
    assert!(!rendered["overlays/b"].contains("origin"));
}

#[test]
fn a_schema_of_one_overlay_does_not_reach_the_others() {
    let schema = r#"{"definitions": {"Thing": {"properties": {"spec": {"properties": {"items": {"type": "array",
        "items": {"properties": {"name": {"type": "string"}}},
        "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name"}}}},
        "x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Thing", "version": "v1"}]}}}"#;
    let thing = |names: &str| {
        format!(
            "apiVersion: example.com/v1\nkind: Thing\nmetadata: {{name: t}}\nspec: {{items: [{names}]}}\n"
        )
    };
    let base = "resources: [thing.yaml]\npatches: [{path: patch.yaml}]\n";
    let files = files(&[
        ("/r/base/kustomization.yaml", base),
        ("/r/base/thing.yaml", &thing("{name: one}")),
        ("/r/base/patch.yaml", &thing("{name: two}")),
        (
            "/r/overlays/a/kustomization.yaml",
            "openapi: {path: schema.json}\nresources: [../../base]\n",
        ),
        ("/r/overlays/a/schema.json", schema),
    ]);
    let rendered = render(&files, Shard::default(), 1);
    assert!(
        rendered["overlays/a"].contains("- name: one")
            && rendered["overlays/a"].contains("- name: two")
    );
    assert!(!rendered["overlays/b"].contains("- name: one"));
}

#[test]
fn shards_together_are_the_whole() {
    let more: Vec<_> = (0..9)
        .map(|number| {
            (
                format!("/r/overlays/n{number}/kustomization.yaml"),
                "resources: [../a]\n",
            )
        })
        .collect();
    let more: Vec<_> = more
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    let files = files(&more);
    let whole = render(&files, Shard::default(), 2);
    let mut union = IndexMap::new();
    for index in 1..=4 {
        let shard = format!("{index}/4").parse().expect("a shard");
        for (name, text) in render(&files, shard, 2) {
            assert_eq!(union.insert(name, text), None);
        }
    }
    union.sort_unstable_keys();
    assert_eq!(union, whole);
    assert_eq!(whole.len(), 11);
}

#[test]
fn shards_count_from_one() {
    for wrong in ["0/2", "3/2", "1/0", "1", "a/b", "-1/2", ""] {
        assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
    }
}

use std::sync::atomic::{AtomicUsize, Ordering};

use super::chain::MAX_DEPTH;
use super::*;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

/// Paths and contents.
type Files<'a> = &'a [(&'a str, &'a str)];

/// Files in memory: `->` before a content makes a link.
fn memory(files: Files<'_>) -> Memory {
    files.iter().fold(Memory::new(), |memory, (path, content)| {
        match content.strip_prefix("->") {
            Some(target) => memory.link(path, target),
            None => memory.file(path, *content),
        }
    })
}

fn load_with(files: Files<'_>, restrictor: Restrictor) -> Result<Loaded> {
    load(
        Path::new("/k"),
        &memory(files),
        &LoadOptions {
            restrictor,
            ..LoadOptions::default()
        },
    )
}

fn failure(files: Files<'_>) -> Error {
    load_with(files, Restrictor::RootOnly).unwrap_err()
}

fn fault(error: &Error) -> &Fault {
    error.downcast_ref().expect("a failure with a place")
}

/// Trees, and what kustomize says of them; `{missing}` stands for [`MISSING`].
const FAILURES: &[(Files, &str)] = &[
    (
        &[("/k/a.yaml", "")],
        "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/k'",
    ),
    (
        &[("/k/kustomization.yaml", ""), ("/k/Kustomization", "")],
        "Found multiple kustomization files under: /k\n",
    ),
    (
        &[
            ("/k/kustomization.yaml", "->../x.yaml"),
            ("/x.yaml", "resources: []"),
        ],
        "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/k'",
    ),
    (
        &[("/k/kustomization.yaml", "resources: [nope.yaml]")],
        "accumulating resources: accumulation err='accumulating resources from 'nope.yaml': {missing}': must build at directory: not a valid directory: {missing}",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [a.yaml/x]"),
            ("/k/a.yaml", ""),
        ],
        "accumulating resources: accumulation err='accumulating resources from 'a.yaml/x': evalsymlink failure on '/k/a.yaml/x' : not a directory': must build at directory: not a valid directory: evalsymlink failure on '/k/a.yaml/x' : not a directory",
    ),
    (
        &[("/k/kustomization.yaml", "resources: [l]"), ("/k/l", "->l")],
        "accumulating resources: accumulation err='accumulating resources from 'l': evalsymlink failure on '/k/l' : EvalSymlinks: too many links': must build at directory: not a valid directory: evalsymlink failure on '/k/l' : EvalSymlinks: too many links",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [../b.yaml]"),
            ("/b.yaml", CONFIG_MAP),
        ],
        "accumulating resources: accumulation err='accumulating resources from '../b.yaml': security; file '/b.yaml' is not in or below '/k'': must build at directory: '/b.yaml': file is not directory",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [l.yaml]"),
            ("/k/l.yaml", "->../b.yaml"),
            ("/b.yaml", CONFIG_MAP),
        ],
        "accumulating resources: accumulation err='accumulating resources from 'l.yaml': security; file '/k/l.yaml' is not in or below '/k'': must build at directory: '/k/l.yaml': file is not directory",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [l/b.yaml]"),
            ("/k/l", "->../b"),
            ("/b/b.yaml", CONFIG_MAP),
        ],
        "accumulating resources: accumulation err='accumulating resources from 'l/b.yaml': security; file '/k/l/b.yaml' is not in or below '/k'': must build at directory: '/k/l/b.yaml': file is not directory",
    ),
    (
        &[("/k/kustomization.yaml", "resources: [/b]"), ("/b/x", "")],
        "accumulating resources: accumulation err='accumulating resources from '/b': '/b' must resolve to a file': new root '/b' cannot be absolute",
    ),
    (
        &[("/k/kustomization.yaml", "resources: ['']")],
        "accumulating resources: accumulation err='accumulating resources from '': '/k' must resolve to a file': new root cannot be empty",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [a.yaml]"),
            ("/k/a.yaml", "a: b: c"),
        ],
        "accumulating resources: accumulating resources from 'a.yaml': MalformedYAMLError: yaml: mapping values are not allowed in this context in File: a.yaml",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [a.yaml]"),
            ("/k/a.yaml", "a: b"),
        ],
        "accumulating resources: accumulation err='accumulating resources from 'a.yaml': missing Resource metadata': must build at directory: '/k/a.yaml': file is not directory",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [b]"),
            ("/k/b/kustomization.yaml", "foo: 1"),
        ],
        "accumulating resources: accumulation err='accumulating resources from 'b': '/k/b' must resolve to a file': couldn't make target for path '/k/b': invalid Kustomization: json: unknown field \"foo\"",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [c]"),
            ("/k/c/kustomization.yaml", "kind: Component\nresources: []"),
        ],
        "accumulating resources: accumulation err='accumulating resources from 'c': '/k/c' must resolve to a file': expected kind != 'Component' for path '/k/c'",
    ),
    (
        &[
            ("/k/kustomization.yaml", "components: [c]"),
            ("/k/c/kustomization.yaml", "resources: []"),
        ],
        "accumulating components: accumulateDirectory: \"expected kind 'Component' for path '/k/c' but got 'Kustomization'\"",
    ),
    (
        &[
            ("/k/kustomization.yaml", "components: [a.yaml]"),
            ("/k/a.yaml", ""),
        ],
        "accumulating components: loader.New \"must build at directory: '/k/a.yaml': file is not directory\"",
    ),
    (
        &[("/k/kustomization.yaml", "generators: [nope.yaml]")],
        "loading generator plugins: accumulation err='accumulating resources from 'nope.yaml': {missing}': must build at directory: not a valid directory: {missing}",
    ),
    (
        &[(
            "/k/kustomization.yaml",
            "configMapGenerator: [{name: a, envs: [nope.yaml]}]",
        )],
        "loading KV pairs: env source files: [nope.yaml]: {missing}",
    ),
    (
        &[("/k/kustomization.yaml", "patches: [{path: nope.yaml}]")],
        "trouble configuring builtin PatchTransformer: failed to get the patch file from path(nope.yaml): {missing}",
    ),
    (
        &[
            ("/k/kustomization.yaml", "configurations: [a.yaml]"),
            ("/k/a.yaml", "a: ["),
        ],
        "error converting YAML to JSON: yaml: line 1: did not find expected node content",
    ),
    (
        &[("/k/kustomization.yaml", "crds: [nope.yaml]")],
        "loading CRDs [nope.yaml]: {missing}",
    ),
    (
        &[
            ("/k/kustomization.yaml", "replacements: [{path: a.yaml}]"),
            ("/k/a.yaml", "foo"),
        ],
        "trouble configuring builtin ReplacementTransformer: unsupported replacement type encountered within replacement path: string",
    ),
];

const MISSING: &str =
    "evalsymlink failure on '/k/nope.yaml' : lstat /k/nope.yaml: no such file or directory";

#[test]
fn failures_speak_kustomizes_words() {
    for (files, expected) in FAILURES {
        let error = failure(files);
        assert_eq!(format!("{error:#}"), expected.replace("{missing}", MISSING));
    }
}

/// Trees, the file and field at fault, and the first hint.
const PLACES: &[(Files, &str, &str, &str)] = &[
    (
        &[
            ("/k/kustomization.yaml", "resources: [a.yaml, deplyo.yaml]"),
            ("/k/a.yaml", CONFIG_MAP),
            ("/k/deploy.yaml", ""),
        ],
        "/k/kustomization.yaml",
        "resources[1]",
        "did you mean `deploy.yaml`?",
    ),
    (
        &[
            ("/k/kustomization.yaml", "bases: [../bsae/x]"),
            ("/base/x/a.yaml", ""),
        ],
        "/k/kustomization.yaml",
        "bases[0]",
        "did you mean `../base/x`?",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [x]"),
            ("/k/api.yaml", ""),
        ],
        "/k/kustomization.yaml",
        "resources[0]",
        "the folder has `api.yaml`",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [b]"),
            ("/k/b/a.yaml", ""),
            ("/k/b/notes.txt", ""),
        ],
        "/k/kustomization.yaml",
        "resources[0]",
        "add a kustomization.yaml to the folder that names `a.yaml` under `resources:`",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [b/kustomization.yaml]"),
            ("/k/b/kustomization.yaml", "resources: []"),
        ],
        "/k/b/kustomization.yaml",
        "",
        "this looks like a kustomization: name its folder in place of the file",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [b]"),
            ("/k/b/kustomization.yaml", "resources: [nope]"),
        ],
        "/k/b/kustomization.yaml",
        "resources[0]",
        "",
    ),
    (
        &[
            (
                "/k/kustomization.yaml",
                "secretGenerator: [{name: a, files: [k=secrt]}]",
            ),
            ("/k/secret", ""),
        ],
        "/k/kustomization.yaml",
        "secretGenerator[0].files[0]",
        "did you mean `secret`?",
    ),
    (
        &[
            ("/k/kustomization.yaml", "patches: [{path: p}]"),
            ("/k/p", "kind: A\nmetadata: {}"),
        ],
        "/k/p",
        "metadata",
        "give the object a `metadata.name`",
    ),
    (
        &[
            ("/k/kustomization.yaml", "resources: [c]"),
            ("/k/c/kustomization.yaml", "kind: Component\nresources: []"),
        ],
        "/k/kustomization.yaml",
        "resources[0]",
        "name it under `components:` in place of `resources:`",
    ),
];

#[test]
fn failures_know_their_place_and_a_remedy() {
    for (files, file, path, hint) in PLACES {
        let error = failure(files);
        let fault = fault(&error);
        let place = fault.place.as_ref().expect("a place");
        assert_eq!(place.source.file.to_str(), Some(*file), "{error:#}");
        assert_eq!(place.path.to_string(), *path, "{error:#}");
        assert_eq!(
            fault.hints.first().map_or("", String::as_str),
            *hint,
            "{error:#}"
        );
    }
}

#[test]
fn cycles_are_found_by_every_way() {
    let twice = failure(&[
        ("/k/kustomization.yaml", "resources: [../a]"),
        ("/a/kustomization.yaml", "resources: [../b]"),
        ("/b/kustomization.yaml", "resources: [../a]"),
    ]);
    assert!(
        format!("{twice:#}")
            .ends_with("cycle detected: candidate root '/a' contains visited root '/a'")
    );
    assert_eq!(
        fault(&twice).hints,
        [
            "take one of these references out: /a/kustomization.yaml → /b/kustomization.yaml → /a/kustomization.yaml"
        ]
    );

    let above = failure(&[("/k/kustomization.yaml", "resources: [..]")]);
    assert!(
        format!("{above:#}")
            .ends_with("cycle detected: candidate root '/' contains visited root '/k'")
    );

    // `/p` is loaded by a way on which it is no cycle before it is reached from below.
    let later = failure(&[
        ("/k/kustomization.yaml", "resources: [../m, ../p/q]"),
        ("/m/kustomization.yaml", "resources: [../p]"),
        ("/p/kustomization.yaml", "namePrefix: a-"),
        ("/p/q/kustomization.yaml", "resources: [../../m]"),
    ]);
    assert!(
        format!("{later:#}")
            .ends_with("cycle detected: candidate root '/p' contains visited root '/p/q'"),
        "{later:#}"
    );
}

#[test]
fn a_folder_is_read_once() {
    let loaded = load_with(
        &[
            (
                "/k/kustomization.yaml",
                "resources: [a, b]\ncomponents: [c, c]",
            ),
            (
                "/k/a/kustomization.yaml",
                "resources: [../../x]\nnamePrefix: a-",
            ),
            (
                "/k/b/kustomization.yaml",
                "resources: [../../x]\nnamePrefix: b-",
            ),
            ("/k/c/kustomization.yaml", "kind: Component\nnamePrefix: c-"),
            ("/x/kustomization.yaml", "resources: [a.yaml]"),
            ("/x/a.yaml", CONFIG_MAP),
        ],
        Restrictor::RootOnly,
    )
    .unwrap();
    let [
        Operand::Layer { layer: a, .. },
        Operand::Layer { layer: b, .. },
    ] = &loaded.layer.operands[..]
    else {
        panic!("two folders");
    };
    let (Some(from_a), Some(from_b)) = (a.operands[0].layer(), b.operands[0].layer()) else {
        panic!("a folder each");
    };
    assert!(Arc::ptr_eq(from_a, from_b));
    assert_eq!(loaded.layer.components.len(), 2);
    let [Operand::File { entry, resources }] = &from_a.operands[..] else {
        panic!("a file");
    };
    assert_eq!(
        (entry.as_str(), resources[0].id().name.as_str()),
        ("a.yaml", "a")
    );
}

const EVERYTHING: Files = &[
    (
        "/k/kustomization.yaml",
        "
resources: [x/../a.yaml, /k/b.yaml]
bases: [l]
openapi: {path: s.json}
configurations: [c.yaml]
configMapGenerator: [{name: a, files: [k=f, f], env: e}]
patchesStrategicMerge: [a.yaml, '{kind: A, metadata: {name: b}}']
patches: [{path: p.json, target: {kind: A}}]
patchesJson6902: [{path: p.json, target: {kind: A, name: b}}]
replacements: [{path: r.yaml}, {source: {kind: A}, targets: []}]
transformers: [t.yaml, '{kind: A, metadata: {name: inline}}']
",
    ),
    ("/k/a.yaml", CONFIG_MAP),
    (
        "/k/b.yaml",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}",
    ),
    ("/k/l", "->../base"),
    ("/base/Kustomization", "namePrefix: x"),
    ("/k/s.json", "[[["),
    ("/k/c.yaml", "namePrefix: []"),
    ("/k/f", "\r\n\u{feff}"),
    ("/k/e", "A=b"),
    ("/k/p.json", r#"[{"op": "remove", "path": "/x"}]"#),
    ("/k/r.yaml", "- {source: {kind: B}}\n- {source: {kind: C}}"),
    ("/k/t.yaml", "{kind: A, metadata: {name: file}}"),
];

#[test]
fn everything_that_is_named_comes_with_the_layer() {
    let loaded = load_with(EVERYTHING, Restrictor::RootOnly).unwrap();
    let layer = &loaded.layer;
    assert_eq!(layer.operands.len(), 3);
    assert_eq!(layer.operands[2].layer().unwrap().root, Path::new("/base"));
    assert_eq!(&*layer.schema.as_ref().unwrap().text, b"[[[");
    assert_eq!(layer.configurations[0].entry, "c.yaml");
    let files: Vec<_> = layer
        .files
        .iter()
        .map(|(path, text)| (path.as_str(), &**text))
        .collect();
    assert_eq!(
        files,
        [("e", &b"A=b"[..]), ("f", "\r\n\u{feff}".as_bytes())]
    );
    assert_eq!(layer.strategic_merge_patches.len(), 2);
    assert!(layer.patches[0].remembers_id && !layer.json_patches[0].remembers_id);
    let kinds: Vec<_> = layer
        .replacements
        .iter()
        .map(|replacement| replacement.source.as_ref().unwrap().kind.as_str())
        .collect();
    assert_eq!(kinds, ["B", "C", "A"]);
    assert!(matches!(
        layer.transformers[..],
        [PluginSource::Inline(_), PluginSource::Operand(_)]
    ));
    let warnings: Vec<_> = loaded
        .warnings
        .iter()
        .map(|warning| warning.message.as_str())
        .collect();
    assert!(warnings[0].starts_with(
        "'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix'"
    ));
    assert_eq!(warnings.len(), 3);
}

#[test]
fn without_restrictions_files_may_be_anywhere() {
    let files = [
        ("/k/kustomization.yaml", "resources: [../b.yaml, l.yaml]"),
        ("/k/l.yaml", "->../b.yaml"),
        ("/b.yaml", CONFIG_MAP),
    ];
    let loaded = load_with(&files, Restrictor::None).unwrap();
    assert_eq!(loaded.layer.operands.len(), 2);

    let error = load_with(
        &[("/k/kustomization.yaml", "resources: [nope]")],
        Restrictor::None,
    )
    .unwrap_err();
    assert!(
        format!("{error:#}").contains(
            "'accumulating resources from 'nope': open /k/nope: no such file or directory'"
        )
    );
}

#[test]
fn hostile_trees_fail_cleanly() {
    let mut chain = Memory::new();
    for position in 0..=MAX_DEPTH {
        let content = format!("resources: [../{}]", position + 1);
        chain = chain.file(&format!("/{position}/kustomization.yaml"), content);
    }
    let error = load(Path::new("/0"), &chain, &LoadOptions::default()).unwrap_err();
    assert!(
        format!("{error:#}").ends_with("more than 100 kustomizations in a row name each other")
    );

    let long = format!("resources: [{}x]", "y/".repeat(100_000));
    let error = failure(&[("/k/kustomization.yaml", &long)]);
    assert!(format!("{error:#}").ends_with(": file name too long"));
}

/// Files of which some cannot be read, or are something else each time one looks.
struct Fickle {
    files: Memory,
    /// What reading a path fails with.
    failing: (&'static str, std::io::ErrorKind),
    /// A path that holds so many bytes less each time it is read.
    shrinking: Option<(&'static str, AtomicUsize)>,
}

impl Fickle {
    fn check(&self, path: &Path) -> std::io::Result<()> {
        match self.failing {
            (failing, kind) if path == Path::new(failing) => Err(kind.into()),
            _ => Ok(()),
        }
    }
}

impl FileSystem for Fickle {
    fn absolute(&self, path: &Path) -> std::io::Result<PathBuf> {
        self.files.absolute(path)
    }
    fn kind(&self, path: &Path) -> std::io::Result<FileKind> {
        self.files.kind(path)
    }
    fn is_dir(&self, path: &Path) -> bool {
        self.files.is_dir(path)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.files.is_file(path)
    }
    fn read_link(&self, path: &Path) -> std::io::Result<PathBuf> {
        self.check(path)?;
        self.files.read_link(path)
    }
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.check(path)?;
        let mut content = self.files.read(path)?;
        if let Some((shrinking, less)) = &self.shrinking
            && path == Path::new(shrinking)
        {
            let less = less.fetch_add(7, Ordering::Relaxed) + 7;
            content.truncate(content.len().saturating_sub(less));
        }
        Ok(content)
    }
    fn list(&self, folder: &Path) -> std::io::Result<Vec<String>> {
        self.check(folder)?;
        self.files.list(folder)
    }
}

/// A tree that names `f` in every way.
const NAMING: Files = &[
    (
        "/k/kustomization.yaml",
        "resources: [r.yaml, b]\npatches: [{path: p.yaml}]\nconfigMapGenerator: [{name: g, files: [f], envs: [e]}]\nconfigurations: [c.yaml]\nreplacements: [{path: x.yaml}]\n",
    ),
    ("/k/r.yaml", CONFIG_MAP),
    ("/k/p.yaml", CONFIG_MAP),
    ("/k/f", "text"),
    ("/k/e", "A=1"),
    ("/k/c.yaml", "namePrefix: []"),
    ("/k/x.yaml", "[]"),
    ("/k/b/kustomization.yaml", "namePrefix: b-\n"),
];

fn load_fickle(failing: (&'static str, std::io::ErrorKind)) -> Result<Loaded> {
    let files = Fickle {
        files: memory(NAMING),
        failing,
        shrinking: None,
    };
    load(Path::new("/k"), &files, &LoadOptions::default())
}

#[test]
fn unreadable_files_are_told_by_name() {
    use std::io::ErrorKind::{NotFound, Other, PermissionDenied};
    load_fickle(("/nowhere", Other)).unwrap();
    for file in ["r.yaml", "p.yaml", "f", "e", "c.yaml", "x.yaml"] {
        let path: &'static str = format!("/k/{file}").leak();
        for (kind, words) in [
            (PermissionDenied, "permission denied"),
            // It was there a moment ago.
            (NotFound, "no such file or directory"),
            (Other, "other error"),
        ] {
            let error = load_fickle((path, kind)).unwrap_err();
            let fault = fault(&error);
            let message = format!("{error:#}");
            assert!(message.contains(words), "{file}: {message}");
            let title = fault.title.clone().unwrap_or_default();
            assert!(title.contains(file), "{file}: {title}");
            assert!(fault.place.is_some(), "{file}: {message}");
        }
    }
}

#[test]
fn an_unreadable_kustomization_is_told_from_none() {
    use std::io::ErrorKind::PermissionDenied;
    for path in ["/k/kustomization.yaml", "/k/b/kustomization.yaml"] {
        let error = load_fickle((path, PermissionDenied)).unwrap_err();
        let hints = fault(&error).hints.join("\n");
        assert!(hints.contains("permission denied"), "{path}: {hints}");
    }
}

#[test]
fn files_that_change_with_each_look_do_no_harm() {
    for (path, content) in NAMING {
        for start in 0..content.len() {
            let files = Fickle {
                files: memory(NAMING),
                failing: ("", std::io::ErrorKind::Other),
                shrinking: Some((path, AtomicUsize::new(start))),
            };
            // Any end is good: what counts is that there is one.
            drop(load(Path::new("/k"), &files, &LoadOptions::default()));
        }
    }
}

/// How often there was much to load, in the one test that counts it.
static TIMES: AtomicUsize = AtomicUsize::new(0);

fn times_told(resources: &str) -> usize {
    let files: &[(&str, &str)] = &[
        ("/k/kustomization.yaml", "resources: [a.yaml, b.yaml]"),
        ("/k/a.yaml", resources),
        ("/k/b.yaml", resources),
    ];
    let options = LoadOptions {
        on_much: Some(|| _ = TIMES.fetch_add(1, Ordering::Relaxed)),
        ..LoadOptions::default()
    };
    TIMES.store(0, Ordering::Relaxed);
    load_telling(Path::new("/k"), &memory(files), &options, &mut Vec::new()).unwrap();
    TIMES.load(Ordering::Relaxed)
}

#[test]
fn much_to_load_is_told_once() {
    assert_eq!(times_told(CONFIG_MAP), 0);
    assert_eq!(
        times_told(&format!("{CONFIG_MAP}#{}\n", "x".repeat(MUCH))),
        1
    );
}

//! Texts that are no text, and numbers that are no positions.

use crate::support::{CONFIG_MAP, Tree};

/// The ways in which text comes in.
fn everywhere(text: &[u8]) -> [Tree; 6] {
    let with = |field: &str| {
        Tree::new(format!("resources: [r.yaml]\n{field}\n"))
            .file("r.yaml", CONFIG_MAP)
            .file("f", text)
    };
    [
        Tree::of_resources(text),
        Tree::new(text),
        with("patches: [{path: f}]"),
        with("patches: [{path: f, target: {kind: ConfigMap}}]"),
        with("configurations: [f]"),
        with("replacements: [{path: f}]"),
    ]
}

#[test]
fn what_is_no_utf_8_is_refused() {
    for text in [
        &b"a: \xff\n"[..],
        b"a: \xc3\x28\n",
        b"# \xed\xa0\x80\n",
        b"a: \xf8\x88\x80\x80\x80\n",
        b"a: \xe2\x82",
        b"\xc0\x80",
    ] {
        for tree in everywhere(text) {
            tree.build(&[]).refused("UTF-8");
        }
    }
}

#[test]
fn control_characters_are_refused() {
    for text in [
        &b"a: \0\n"[..],
        b"\0",
        b"a: \x01\n",
        b"a: \x7f\n",
        b"a: '\xc2\x81'\n",
        b"# \x08\n",
    ] {
        for tree in everywhere(text) {
            tree.build(&[])
                .refused("control characters are not allowed");
        }
    }
}

#[test]
fn generators_take_any_bytes() {
    let tree = Tree::new(
        "configMapGenerator: [{name: a, files: [f]}]\nsecretGenerator: [{name: b, files: [f]}]\n",
    )
    .file("f", b"\xff\0\x01");
    assert!(
        tree.build(&[])
            .rendered()
            .contains("binaryData:\n  f: /wAB\n")
    );
    Tree::new("configMapGenerator: [{name: a, envs: [f]}]\n")
        .file("f", b"A=\xff\n")
        .build(&[])
        .refused("");
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn all_encodings_of_yaml_are_read() {
    let utf_16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{CONFIG_MAP}")
            .encode_utf16()
            .flat_map(to_bytes)
            .collect()
    };
    for text in [
        utf_16(u16::to_le_bytes),
        utf_16(u16::to_be_bytes),
        format!("\u{feff}{CONFIG_MAP}").into_bytes(),
    ] {
        let rendered = Tree::of_resources(&text).build(&[]);
        rendered.rendered_as("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n");
        // Cut in the middle of anything.
        for length in 0..text.len() {
            Tree::of_resources(&text[..length]).build(&[]).ended();
        }
    }
    for text in [
        &b"\xff\xfe\0\xd8"[..],
        b"\xfe\xff\xdc\0",
        b"\xff\xfe\0\0",
        b"\xff\xfea",
        b"\xfe\xff",
    ] {
        for tree in everywhere(text) {
            tree.build(&[]).ended();
        }
    }
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn texts_that_end_too_early_are_refused_or_read() {
    let text = "a: &x {b: [\"c\\u0041\", 'd''', !!str e, *x], ? f : |+2\n    g\n, \"h\": >-\n i}\n---\n%TAG ! x\n...\n- ? - &y\n";
    for length in 0..text.len() {
        if text.is_char_boundary(length) {
            Tree::of_resources(&text[..length]).build(&[]).ended();
        }
    }
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn absurd_indexes_of_patches_are_refused() {
    let json = |path: &str, from: &str| {
        Tree::new("resources: [r.yaml]\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]\n")
            .file("r.yaml", format!("{CONFIG_MAP}l: [1, 2]\ne: []\n"))
            .file(
                "p.yaml",
                format!("- {{op: {from}, path: \"{path}\", value: 3}}\n"),
            )
            .build(&[])
    };
    for index in [
        "9999999999",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "-100",
        "1e9",
        "0x1",
        " 1",
        "",
        "--1",
    ] {
        for op in [
            "add",
            "remove",
            "replace",
            "test",
            "move, from: /l/0",
            "copy, from: /l/9223372036854775807",
        ] {
            json(&format!("/l/{index}"), op).refused("");
        }
    }
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn absurd_paths_of_replacements_are_refused() {
    let replacement = |path: &str, options: &str| {
        Tree::new(format!("resources: [r.yaml]\nreplacements: [{{source: {{kind: ConfigMap}}, targets: [{{select: {{kind: ConfigMap}}, fieldPaths: [\"{path}\"], options: {{{options}}}}}]}}]\n"))
            .file("r.yaml", format!("{CONFIG_MAP}l: [1, 2]\ne: []\n"))
            .build(&[])
    };
    for path in [
        "l.9999999999",
        "l.9223372036854775808",
        "l.-9223372036854775808",
        "l.100",
        "l.[",
        "l.[=",
        "l.[a=(]",
    ] {
        for options in ["", "create: true"] {
            replacement(path, options).refused("");
        }
    }
    for path in ["e.-", "e.0", "l.-", "e.-.-.-", "..", ".", "\\\\."] {
        for options in [
            "",
            "create: true",
            "delimiter: x, index: 9223372036854775807",
            "delimiter: x, index: -9223372036854775808",
        ] {
            replacement(path, options).ended();
        }
    }
    let source = |path: &str| {
        Tree::new(format!("resources: [r.yaml]\nreplacements: [{{source: {{kind: ConfigMap, fieldPath: \"{path}\", options: {{delimiter: a, index: 9223372036854775807}}}}, targets: [{{select: {{kind: ConfigMap}}}}]}}]\n"))
            .file("r.yaml", format!("{CONFIG_MAP}l: [1, 2]\ne: []\n"))
            .build(&[])
    };
    for path in [
        "e.-",
        "e.0",
        "l.-1",
        "l.18446744073709551616",
        "metadata.name",
    ] {
        source(path).refused("");
    }
}

#[test]
fn a_patch_without_what_it_needs_is_refused() {
    let with = |field: &str| {
        Tree::new(format!("resources: [r.yaml]\n{field}\n"))
            .file("r.yaml", CONFIG_MAP)
            .build(&[])
    };
    for field in [
        "patchesJson6902: [{patch: '[]'}]",
        "patchesJson6902: [{}]",
        "patches: [{}]",
        "patches: [{patch: ''}]",
        "patches: [{patch: '[]'}]",
        "replacements: [{}]",
        "replacements: [{source: {}}]",
        "replacements: [null]",
        "vars: [{}]",
        "images: [{}]",
        "replicas: [{}]",
        "configMapGenerator: [{}]",
        "openapi: {path: r.yaml}",
        "crds: [r.yaml]",
        "transformers: [r.yaml]",
        "helmCharts: [{}]",
    ] {
        with(field).ended();
    }
}

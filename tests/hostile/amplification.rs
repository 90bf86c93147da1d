//! Small trees that come to much: aliases of aliases, copies of copies, bases of bases, patterns that blow up.

use crate::support::{CONFIG_MAP, Tree};

/// Nine levels of ten aliases each: a billion scalars.
fn billion_laughs() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = format!("*a{}, ", level - 1).repeat(10);
        text += &[
            "a",
            &level.to_string(),
            ": &a",
            &level.to_string(),
            " [",
            &aliases,
            "]\n",
        ]
        .concat();
    }
    text
}

#[test]
fn billion_laughs_are_refused() {
    let laughs = billion_laughs();
    Tree::of_resources(format!("{CONFIG_MAP}{laughs}"))
        .build(&[])
        .refused("excessive aliasing");
    Tree::new(laughs.clone())
        .build(&[])
        .refused("excessive aliasing");
    for (field, target) in [("patches", ""), ("patches", ", target: {kind: ConfigMap}")] {
        Tree::new(format!(
            "resources: [r.yaml]\n{field}: [{{path: p.yaml{target}}}]\n"
        ))
        .file("r.yaml", CONFIG_MAP)
        .file("p.yaml", format!("{CONFIG_MAP}{laughs}"))
        .build(&[])
        .refused("excessive aliasing");
    }
    for field in ["configurations", "crds"] {
        Tree::new(format!("resources: [r.yaml]\n{field}: [f.yaml]\n"))
            .file("r.yaml", CONFIG_MAP)
            .file("f.yaml", &laughs)
            .build(&[])
            .refused("excessive aliasing");
    }
}

#[test]
fn quadratic_aliases_are_refused() {
    let text = format!(
        "{CONFIG_MAP}a: &a [{}]\nb: [{}]\n",
        "x, ".repeat(20_000),
        "*a, ".repeat(20_000)
    );
    Tree::of_resources(text)
        .build(&[])
        .refused("excessive aliasing");
}

#[test]
fn aliases_within_reason_are_copied() {
    let text = format!(
        "{CONFIG_MAP}data: &a {{{}}}\nb: [{}]\n",
        (0..100)
            .map(|key| format!("k{key}: v, "))
            .collect::<String>(),
        "*a, ".repeat(1_000)
    );
    let outcome = Tree::of_resources(text).build(&[]);
    assert_eq!(outcome.rendered().matches("k99: v").count(), 1_001);
}

#[test]
fn an_anchor_that_holds_itself_is_refused() {
    for data in ["&x {k: *x}", "&x [*x]", "&x {<<: *x}"] {
        Tree::of_resources(format!("{CONFIG_MAP}data: {data}\n"))
            .build(&[])
            .refused("anchor 'x' value contains itself");
        Tree::new(format!("commonLabels: {data}\n"))
            .build(&[])
            .refused("anchor 'x' value contains itself");
    }
}

#[test]
fn copies_of_copies_are_refused() {
    // Each copy holds all before it: the number of values doubles with each.
    let copies: String = (0..50)
        .map(|number| format!("- {{op: copy, from: /data, path: /data/c{number}}}\n"))
        .collect();
    let patches = "- {path: p.yaml, target: {kind: ConfigMap}}\n".repeat(50);
    Tree::new(format!("resources: [r.yaml]\npatches:\n{patches}"))
        .file("r.yaml", format!("{CONFIG_MAP}data: {{a: x}}\n"))
        .file("p.yaml", copies)
        .build(&[])
        .refused("copy operation makes an object of more than 2000000 values");
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn replacements_that_double_what_they_copy_are_refused() {
    let replacement = |source: &str, target: &str, options: &str| {
        format!(
            "- source: {{kind: ConfigMap, fieldPath: {source}}}\n  targets:\n  - select: {{kind: ConfigMap}}\n    fieldPaths: [{target}]\n    options: {{{options}}}\n"
        )
    };
    let doubling: String = (0..50)
        .map(|number| replacement("data", &format!("data.c{number}"), "create: true"))
        .collect();
    Tree::new(format!("resources: [r.yaml]\nreplacements:\n{doubling}"))
        .file("r.yaml", format!("{CONFIG_MAP}data: {{a: x}}\n"))
        .build(&[])
        .refused("more than 2000000 values");
    let doubling = replacement("data.a", "data.a", "delimiter: ',', index: 100000").repeat(50);
    Tree::new(format!("resources: [r.yaml]\nreplacements:\n{doubling}"))
        .file("r.yaml", format!("{CONFIG_MAP}data: {{a: x}}\n"))
        .build(&[])
        .refused("longer than 67108864 bytes");
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn vars_that_come_to_much_are_refused() {
    let tree = |args: &str| {
        Tree::new("resources: [r.yaml]\nvars:\n- {name: V, objref: {kind: ConfigMap, name: a, apiVersion: v1}, fieldref: {fieldpath: data.a}}\n")
            .file("r.yaml", format!("{CONFIG_MAP}data: {{a: {}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, args: ['{args}']}}]}}\n", "x".repeat(100_000)))
            .build(&[])
    };
    tree(&"$(V)".repeat(100_000)).refused("comes to more than 67108864 bytes");
    // Names without an end are looked for once.
    tree(&"$(".repeat(1_000_000)).rendered();
}

#[test]
fn bases_that_double_with_each_level_are_refused() {
    let mut tree = Tree::new("resources: [l0/a, l0/b]\n");
    for level in 0..50 {
        for side in ["a", "b"] {
            let next = level + 1;
            tree = tree.file(
                &format!("l{level}/{side}/kustomization.yaml"),
                format!("namePrefix: {side}-\nresources: [../../l{next}/a, ../../l{next}/b]\n"),
            );
        }
    }
    for side in ["a", "b"] {
        tree = tree
            .file(
                &format!("l50/{side}/kustomization.yaml"),
                "namePrefix: x-\nresources: [r.yaml]\n",
            )
            .file(&format!("l50/{side}/r.yaml"), CONFIG_MAP);
    }
    tree.build(&[]).refused("bases are named so often");
}

#[test]
fn cycles_of_kustomizations_are_refused() {
    for tree in [
        Tree::new("resources: [a]\n").file("a/kustomization.yaml", "resources: [../b]\n").file("b/kustomization.yaml", "resources: [../a]\n"),
        Tree::new("resources: [a]\n").file("a/kustomization.yaml", "resources: [../a]\n"),
        Tree::new("resources: [a]\n").file("a/kustomization.yaml", "resources: [..]\n"),
        Tree::new("resources: [a]\n").file("a/kustomization.yaml", "resources: [link]\n").link("a/link", "../a"),
        Tree::new("components: [a]\n")
            .file("a/kustomization.yaml", "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\ncomponents: [../b]\n")
            .file("b/kustomization.yaml", "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\ncomponents: [../a]\n"),
        Tree::new("resources: [a, b]\n").file("a/kustomization.yaml", "resources: [../b]\n").file("b/kustomization.yaml", "resources: [../a]\n"),
    ] {
        tree.build(&[]).refused("cycle detected");
    }
}

#[test]
fn chains_of_bases_have_an_end() {
    let mut tree = Tree::new("resources: [b0]\n");
    for number in 0..150 {
        let kustomization = format!("resources: [../b{}]\n", number + 1);
        tree = tree.file(&format!("b{number}/kustomization.yaml"), kustomization);
    }
    tree.build(&[])
        .refused("more than 100 kustomizations in a row name each other");
}

#[test]
fn patterns_that_blow_up_are_refused() {
    let bomb = "(a{1000}){1000}";
    let with = |field: &str| {
        Tree::new(format!("resources: [r.yaml]\n{field}\n"))
            .file(
                "r.yaml",
                format!("{CONFIG_MAP}containers: [{{name: x, image: b}}]\n"),
            )
            .build(&[])
    };
    let patch = "patch: '[{\"op\": \"add\", \"path\": \"/x\", \"value\": 1}]'";
    for field in [
        format!("patches: [{{target: {{name: '{bomb}'}}, {patch}}}]"),
        format!("patches: [{{target: {{kind: '{bomb}'}}, {patch}}}]"),
        format!(
            "replacements: [{{source: {{kind: ConfigMap}}, targets: [{{select: {{name: '{bomb}'}}}}]}}]"
        ),
        format!(
            "replacements: [{{source: {{kind: ConfigMap}}, targets: [{{select: {{kind: ConfigMap}}, fieldPaths: ['containers.[name={bomb}].image']}}]}}]"
        ),
    ] {
        with(&field).refused("");
    }
    // These take time in engines that go back.
    let slow = "(a*)*(a*)*(a*)*b";
    with(&format!(
        "patches: [{{target: {{name: '{slow}'}}, {patch}}}]"
    ))
    .rendered();
    // Such names are no patterns, and kustomize panics.
    for name in ["a[", "(", "a{2,1}"] {
        with(&format!("images: [{{name: '{name}', newTag: x}}]")).refused("");
    }
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn label_selectors_may_be_long() {
    let with = |selector: &str| {
        Tree::new(format!("resources: [r.yaml]\npatches: [{{target: {{labelSelector: \"{selector}\"}}, patch: '[]'}}]\n"))
            .file("r.yaml", CONFIG_MAP)
            .build(&[])
    };
    with(&format!("a in ({})", vec!["b"; 500_000].join(","))).rendered();
    with(&vec!["a=b"; 250_000].join(",")).rendered();
    for text in ["(", "!", "a in (", ",", "a in b,"] {
        with(&text.repeat(1_000_000 / text.len())).ended();
    }
}

/// A megabyte that is to go to ten thousand objects.
fn fan_out(kustomization: &str, object: impl Fn(usize) -> String) -> Tree {
    let megabyte = "y".repeat(1_000_000);
    let objects: Vec<_> = (0..10_000).map(object).collect();
    let secret =
        format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata: {{x: {megabyte}}}\n");
    Tree::new(kustomization.replace("MEGABYTE", &megabyte))
        .file("r.yaml", objects.join("---\n") + "---\n" + &secret)
        .file(
            "p.yaml",
            format!("- {{op: add, path: /data/x, value: {megabyte}}}\n"),
        )
        .file("f", megabyte)
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn texts_that_go_to_many_objects_are_bounded() {
    let config_map = |number: usize| {
        CONFIG_MAP.replace("name: a", &format!("name: a{number}")) + "data: {k: a-b}\n"
    };
    let pod = |number: usize| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a{number}}}\nspec: {{containers: [{{name: c, image: i, args: [\"-$(V)\"]}}]}}\n"
        )
    };
    fan_out(
        "resources: [r.yaml]\npatches: [{path: p.yaml, target: {}}]\n",
        config_map,
    )
    .build(&[])
    .refused("the output is larger than");
    fan_out("resources: [r.yaml]\nreplacements:\n- source: {kind: Secret, fieldPath: data.x}\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths: [data.k]\n    options: {delimiter: '-'}\n", config_map)
        .build(&[])
        .refused("the texts that are made come to more than");
    fan_out("resources: [r.yaml]\nvars:\n- {name: V, objref: {kind: Secret, name: s, apiVersion: v1}, fieldref: {fieldpath: data.x}}\n", pod)
        .build(&[])
        .refused("texts with vars come to more than");
    fan_out("resources: [r.yaml]\nnamePrefix: MEGABYTE\n", config_map)
        .build(&[])
        .refused("the name gets longer than 4096 bytes");
    fan_out(
        "resources: [r.yaml]\nimages: [{name: i, newName: MEGABYTE}]\n",
        pod,
    )
    .build(&[])
    .refused("the image gets longer than 4096 bytes");
    let of_generators = |list: String| fan_out(&list, |_| String::new()).build(&[]);
    let files: String = (0..2_000)
        .map(|number| format!("  - k{number}=f\n"))
        .collect();
    of_generators(format!("configMapGenerator:\n- name: a\n  files:\n{files}"))
        .refused("the sources of a come to more than");
    let generators: String = (0..2_000)
        .map(|number| format!("- {{name: a{number}, files: [f]}}\n"))
        .collect();
    of_generators(format!("secretGenerator:\n{generators}"))
        .refused("the texts that are made come to more than");
}

#[test]
fn long_lists_with_incomplete_keys_are_refused() {
    let deployment = |ports: &dyn Fn(usize) -> String| {
        let ports: Vec<_> = (0..3_000).map(ports).collect();
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec: {{template: {{spec: {{containers: [{{name: c, ports: [{}]}}]}}}}}}\n",
            ports.join(", ")
        )
    };
    let bare = |number| format!("{{containerPort: {number}}}");
    let full = |number| format!("{{containerPort: {number}, protocol: TCP}}");
    let merged = |target: &dyn Fn(usize) -> String, patch: &dyn Fn(usize) -> String| {
        Tree::new("resources: [r.yaml]\npatches: [{path: p.yaml}]\n")
            .file("r.yaml", deployment(target))
            .file("p.yaml", deployment(patch))
            .build(&[])
    };
    // Each would be compared with each.
    merged(&bare, &full).refused("write all of these keys in every element");
    merged(&full, &full).rendered();
}

//! Deep nesting, everywhere that a document can come from and in every operation that descends into one. 3,000 levels work, as
//! in kustomize; 10,000 are an error.

use crate::support::{CONFIG_MAP, Tree};

/// As deep as must work.
const DEEP: usize = 3_000;
/// Deeper than may be read, and far deeper.
const TOO_DEEP: usize = 10_000;
const FAR_TOO_DEEP: usize = 1_000_000;

/// A way to nest a scalar in so many maps or lists.
type Form = fn(usize, &str) -> String;

const FLOW: [Form; 3] = [flow_maps, flow_lists, json_maps];

fn flow_maps(levels: usize, scalar: &str) -> String {
    format!("{}{scalar}{}", "{a: ".repeat(levels), "}".repeat(levels))
}

fn flow_lists(levels: usize, scalar: &str) -> String {
    format!("{}{scalar}{}", "[".repeat(levels), "]".repeat(levels))
}

fn json_maps(levels: usize, scalar: &str) -> String {
    format!("{}{scalar}{}", "{\"a\":".repeat(levels), "}".repeat(levels))
}

fn block_lists(levels: usize, scalar: &str) -> String {
    format!("{}{scalar}", "- ".repeat(levels))
}

/// Maps in block style, as they are printed: each level set in by two spaces more.
fn block_maps(levels: usize, indent: usize, scalar: &str) -> String {
    let mut text = String::new();
    for level in 0..levels {
        text.extend(std::iter::repeat_n(' ', indent + 2 * level));
        text.push_str("a:");
        text.push_str(if level + 1 == levels { " " } else { "\n" });
    }
    text.push_str(scalar);
    text.push('\n');
    text
}

/// A Deployment with a deep field in a container, where merges find their way by keys.
fn deployment(field: &str, levels: usize, scalar: &str) -> String {
    let value = flow_maps(levels, scalar);
    format!(
        "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a}}, spec: {{template: {{spec: {{containers: [{{name: a, image: b, {field}: {value}}}]}}}}}}}}\n"
    )
}

/// What is printed of such a Deployment with these fields.
fn printed_deployment(fields: &[(&str, usize, &str)]) -> String {
    let mut text = String::from(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      containers:\n      - ",
    );
    for (field, levels, scalar) in fields {
        text.extend([field, ":\n", &block_maps(*levels, 10, scalar), "        "]);
    }
    text.push_str("image: b\n        name: a\n");
    text
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn resources_may_be_nested_deep() {
    let printed = format!(
        "apiVersion: v1\ndata:\n{}kind: ConfigMap\nmetadata:\n  name: a\n",
        block_maps(DEEP, 2, "x")
    );
    for data in [
        flow_maps(DEEP, "x"),
        json_maps(DEEP, "x"),
        format!("\n{}", block_maps(DEEP, 2, "x")),
    ] {
        let tree = Tree::of_resources(format!("{CONFIG_MAP}data: {data}\n"));
        tree.build(&[]).rendered_as(&printed);
    }
    let printed = format!(
        "apiVersion: v1\ndata:\n{}\nkind: ConfigMap\nmetadata:\n  name: a\n",
        block_lists(DEEP, "x")
    );
    for data in [
        flow_lists(DEEP, "x"),
        format!("\n  {}", block_lists(DEEP, "x")),
    ] {
        let tree = Tree::of_resources(format!("{CONFIG_MAP}data: {data}\n"));
        tree.build(&[]).rendered_as(&printed);
    }
}

#[test]
fn lists_may_be_nested_deep() {
    let data = flow_lists(DEEP, "x");
    let printed = format!(
        "apiVersion: v1\ndata:\n{}\nkind: ConfigMap\nmetadata:\n  name: a\n",
        block_lists(DEEP, "x")
    );
    Tree::of_resources(format!("{CONFIG_MAP}data: {data}\n"))
        .build(&[])
        .rendered_as(&printed);
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    refuses_levels(TOO_DEEP);
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn what_is_nested_far_too_deep_is_refused() {
    refuses_levels(FAR_TOO_DEEP);
}

fn refuses_levels(levels: usize) {
    for form in FLOW {
        let value = form(levels, "1");
        for tree in [
            Tree::of_resources(format!("{CONFIG_MAP}data: {value}\n")),
            Tree::new(format!("namePrefix: {value}\n")),
            Tree::new(format!("unknown: {value}\n")),
            Tree::of_resources(CONFIG_MAP)
                .file(
                    "kustomization.yaml",
                    "resources: [r.yaml]\npatches: [{path: p.yaml}]\n",
                )
                .file("p.yaml", format!("{CONFIG_MAP}data: {value}\n")),
            Tree::of_resources(CONFIG_MAP)
                .file(
                    "kustomization.yaml",
                    "resources: [r.yaml]\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]\n",
                )
                .file(
                    "p.yaml",
                    format!("- {{op: add, path: /data, value: {value}}}\n"),
                ),
        ] {
            tree.build(&[]).refused("exceeded max depth");
        }
    }
    let block = format!("{CONFIG_MAP}data:\n  {}\n", block_lists(levels, "x"));
    Tree::of_resources(block)
        .build(&[])
        .refused("exceeded max depth");
    let json = json_maps(levels, "1");
    Tree::of_resources(CONFIG_MAP)
        .file(
            "kustomization.yaml",
            "resources: [r.yaml]\npatches: [{path: p.json, target: {kind: ConfigMap}}]\n",
        )
        .file(
            "p.json",
            format!("[{{\"op\": \"add\", \"path\": \"/data\", \"value\": {json}}}]"),
        )
        .build(&[])
        .refused("exceeded max depth");
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn strategic_merges_descend_into_deep_objects() {
    let kustomization = "resources: [r.yaml]\npatches: [{path: p.yaml}]\n";
    for (patch, printed) in [
        // Both are deep.
        (
            deployment("f", DEEP, "z"),
            printed_deployment(&[("f", DEEP, "z")]),
        ),
        // The patch is shallow, and the whole target is gone through all the same.
        (
            deployment("g", 0, "null"),
            printed_deployment(&[("f", DEEP, "x")]),
        ),
        // The patch brings something new, which is merged with itself.
        (
            deployment("g", DEEP, "z"),
            printed_deployment(&[("f", DEEP, "x"), ("g", DEEP, "z")]),
        ),
    ] {
        let tree = Tree::new(kustomization)
            .file("r.yaml", deployment("f", DEEP, "x"))
            .file("p.yaml", patch);
        tree.build(&[]).rendered_as(&printed);
    }
    Tree::new(kustomization)
        .file("r.yaml", deployment("f", DEEP, "x"))
        .file("p.yaml", deployment("f", DEEP, "{$patch: nonsense}"))
        .build(&[])
        .ended();
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn json_patches_take_and_change_deep_objects() {
    let patch = |operations: &str| {
        Tree::new("resources: [r.yaml]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n")
            .file("r.yaml", deployment("f", DEEP, "x"))
            .file("p.yaml", operations)
            .build(&[])
    };
    let (maps, json) = (flow_maps(DEEP, "1"), json_maps(DEEP, "1"));
    let container = "/spec/template/spec/containers/0";
    let way = "/a".repeat(DEEP - 1);
    let added = printed_deployment(&[("f", DEEP, "x"), ("g", DEEP, "1")]);
    for (operations, printed) in [
        (
            format!("- {{op: add, path: {container}/g, value: {maps}}}\n"),
            added.clone(),
        ),
        (
            format!("[{{\"op\": \"add\", \"path\": \"{container}/g\", \"value\": {json}}}]"),
            added.clone(),
        ),
        (
            format!(
                "[{{\"op\": \"add\", \"path\": \"{container}/g\", \"value\": {json}}}, {{\"op\": \"test\", \"path\": \"{container}/g\", \"value\": {json}}}]"
            ),
            added,
        ),
        (
            format!("- {{op: replace, path: {container}/f{way}/a, value: z}}\n"),
            printed_deployment(&[("f", DEEP, "z")]),
        ),
        (
            format!("- {{op: move, from: {container}/f, path: {container}/g}}\n"),
            printed_deployment(&[("g", DEEP, "x")]),
        ),
        (
            format!(
                "- {{op: move, from: {container}/f{way}, path: {container}/g}}\n- {{op: remove, path: {container}/f}}\n"
            ),
            printed_deployment(&[("g", 1, "x")]),
        ),
    ] {
        patch(&operations).rendered_as(&printed);
    }
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn no_operation_nests_deeper_than_the_reader() {
    let patch = |operations: &str| {
        Tree::new("resources: [r.yaml]\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]\n")
            .file(
                "r.yaml",
                format!("{CONFIG_MAP}data: {}\n", flow_maps(DEEP, "x")),
            )
            .file("p.yaml", operations)
            .build(&[])
    };
    let (way, value) = ("/a".repeat(DEEP - 1), flow_maps(DEEP, "1"));
    for operations in [
        format!("- {{op: add, path: /data{way}, value: {value}}}\n"),
        format!("- {{op: replace, path: /data{way}, value: {value}}}\n"),
        format!("- {{op: copy, from: /data, path: /data{way}}}\n"),
        format!(
            "- {{op: add, path: /b, value: {value}}}\n- {{op: move, from: /b, path: /data{way}}}\n"
        ),
    ] {
        patch(&operations).refused("nests the object deeper than 5000 levels");
    }
    let replacement = |source: &str, path: &str| {
        Tree::new(format!("resources: [r.yaml]\nreplacements:\n- source: {{kind: ConfigMap, fieldPath: {source}}}\n  targets:\n  - select: {{kind: ConfigMap}}\n    fieldPaths: [\"{path}\"]\n    options: {{create: true}}\n"))
            .file("r.yaml", format!("{CONFIG_MAP}data: {}\n", flow_maps(DEEP, "x")))
            .build(&[])
    };
    let way = ".a".repeat(DEEP - 1);
    replacement("data", &format!("data{way}")).refused("deeper than 5000 levels");
    replacement("metadata.name", &format!("data{}", ".b".repeat(1_000_000)))
        .refused("more than 5000 segments");
    let long = "/b".repeat(1_000_000);
    Tree::of_resources(CONFIG_MAP)
        .file(
            "kustomization.yaml",
            "resources: [r.yaml]\nconfigurations: [c.yaml]\ncommonLabels: {a: b}\n",
        )
        .file(
            "c.yaml",
            format!("commonLabels: [{{path: {long}, create: true}}]\n"),
        )
        .build(&[])
        .refused("more than 1000 segments");
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn all_other_operations_descend_into_deep_objects() {
    let operations = [
        "namePrefix: p-\nnameSuffix: -s\nnamespace: ns\n",
        "commonLabels: {a: b}\ncommonAnnotations: {c: d}\n",
        "images: [{name: b, newTag: c}]\nreplicas: [{name: a, count: 2}]\n",
        "replacements:\n- source: {kind: Deployment, fieldPath: spec.template}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: [spec.other]\n    options: {create: true}\n",
        "vars:\n- {name: V, objref: {kind: Deployment, name: a, apiVersion: apps/v1}, fieldref: {fieldpath: 'spec.template.spec.containers[0].image'}}\n",
        "sortOptions: {order: fifo}\nbuildMetadata: [managedByLabel]\n",
        "patches:\n- {patch: '[{\"op\": \"test\", \"path\": \"/kind\", \"value\": \"Deployment\"}]', target: {labelSelector: '!x', annotationSelector: '!x'}}\n",
    ];
    for operation in operations {
        let tree = Tree::new(format!("resources: [r.yaml]\n{operation}"))
            .file("r.yaml", deployment("f", DEEP, "x"));
        let outcome = tree.build(&[]);
        let deepest = format!("{}a: x\n", " ".repeat(10 + 2 * (DEEP - 1)));
        assert!(outcome.rendered().contains(&deepest), "{operation}");
    }
}

#[test]
fn deep_values_in_kustomizations_are_refused_where_they_have_no_place() {
    let value = flow_maps(DEEP, "x");
    for field in [
        "resources",
        "commonLabels",
        "metadata",
        "patches",
        "unknown",
    ] {
        let kustomization = format!("{field}: {value}\n");
        Tree::new(kustomization).build(&[]).refused("json: ");
    }
    let chart = format!("helmCharts: [{{name: x, valuesInline: {value}}}]\n");
    Tree::new(chart)
        .build(&[])
        .refused("nested more than 128 levels deep");
    for (field, content) in [
        ("openapi: {path: f.json}", json_maps(DEEP, "1")),
        ("crds: [f.json]", json_maps(DEEP, "1")),
        ("configurations: [f.json]", json_maps(DEEP, "1")),
        ("transformers: [f.json]", deployment("f", DEEP, "1")),
        ("generators: [f.json]", deployment("f", DEEP, "1")),
    ] {
        let tree = Tree::new(format!("resources: [r.yaml]\n{field}\n"))
            .file("r.yaml", deployment("f", DEEP, "x"))
            .file("f.json", content);
        tree.build(&[]).ended();
    }
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn lists_of_lists_of_objects_are_taken_apart() {
    let levels = DEEP / 2;
    let object = format!("{{{}}}", CONFIG_MAP.trim_end().replace('\n', ", "));
    let lists = format!(
        "{}{object}{}",
        "{apiVersion: v1, kind: FooList, items: [".repeat(levels),
        "]}".repeat(levels)
    );
    let rendered = Tree::of_resources(lists).build(&[]);
    assert_eq!(
        rendered.rendered(),
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
    );
}

#[test]
fn keys_and_aliases_may_be_deep() {
    let value = flow_maps(DEEP - 10, "x");
    for data in [
        format!("{{? {value} : y}}"),
        format!("\n  {}x\n", "? ".repeat(DEEP)),
    ] {
        Tree::of_resources(format!("{CONFIG_MAP}data: {data}\n"))
            .build(&[])
            .refused("invalid map key");
    }
    let alias = format!(
        "data:\n  a: &a {}\n  b: {}\n",
        flow_maps(1_500, "x"),
        flow_maps(1_490, "*a")
    );
    Tree::of_resources(format!("{CONFIG_MAP}{alias}"))
        .build(&[])
        .rendered();
    let alias = format!(
        "data:\n  a: &a {}\n  b: {}\n",
        flow_maps(DEEP, "x"),
        flow_maps(DEEP, "*a")
    );
    Tree::of_resources(format!("{CONFIG_MAP}{alias}"))
        .build(&[])
        .refused("exceeded max depth");
    let merges = format!("{}{{a: b}}{}", "{<<: ".repeat(DEEP), "}".repeat(DEEP));
    let tree = Tree::of_resources(format!("{CONFIG_MAP}data: {merges}\n"));
    assert!(tree.build(&[]).rendered().contains("data:\n  a: b\n"));
}

//! Large trees. How long the program may compute is bounded so generously that a busy machine makes no difference, and the
//! sizes are such that what is quadratic takes a hundred times as long.

use std::fmt::Write;

use crate::support::{CONFIG_MAP, Outcome, Tree, limited_to, program, run};

/// Fails where the program is not done with a tree of this size in the time that it may compute.
#[track_caller]
fn large(size: usize, run: impl FnOnce(usize) -> Outcome) {
    run(size).rendered();
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        writeln!(text, "{}", line(number)).unwrap();
        text
    })
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn scalars_may_be_huge() {
    let size = 100_000_000;
    let scalar = "x".repeat(size);
    for data in [
        scalar.clone(),
        format!("\"{scalar}\""),
        format!("|\n    {scalar}\n"),
    ] {
        let outcome = Tree::of_resources(format!("{CONFIG_MAP}data:\n  k: {data}\n")).build(&[]);
        assert!(outcome.rendered().len() > size);
    }
    let words = "x ".repeat(size / 2) + "y";
    let outcome = Tree::of_resources(format!("{CONFIG_MAP}data:\n  k: {words}\n")).build(&[]);
    assert!(outcome.rendered().len() > size);
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn keys_and_numbers_may_be_huge() {
    let huge = "1".repeat(10_000_000);
    Tree::of_resources(format!("{CONFIG_MAP}data: {{\"{huge}\": x}}\n"))
        .build(&[])
        .refused("");
    Tree::of_resources(format!("{CONFIG_MAP}data:\n  ? {huge}\n  : x\n"))
        .build(&[])
        .ended();
    Tree::new(format!("? {huge}\n: x\n"))
        .build(&[])
        .refused("unknown field");
    Tree::new(format!("? {}\n: x\n", huge.replace('1', "resource")))
        .build(&[])
        .refused("unknown field");
    for number in [
        huge.clone(),
        format!("0.{huge}"),
        format!("1e{huge}"),
        format!("-0x{huge}"),
        format!("0b{huge}"),
    ] {
        Tree::of_resources(format!("{CONFIG_MAP}data:\n  k: {number}\n"))
            .build(&[])
            .ended();
        Tree::new(format!(
            "resources: [r.yaml]\nreplicas: [{{name: a, count: {number}}}]\n"
        ))
        .file("r.yaml", CONFIG_MAP)
        .build(&[])
        .ended();
    }
    for count in [
        "18446744073709551616",
        "-9223372036854775809",
        "1e30",
        "0x8000000000000000",
    ] {
        Tree::new(format!(
            "resources: [r.yaml]\nreplicas: [{{name: a, count: {count}}}]\n"
        ))
        .file(
            "r.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n",
        )
        .build(&[])
        .refused("int64");
    }
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn files_may_be_huge() {
    let line = "  key-of-some-length-%: value of some length that goes on for a while and then a bit more\n";
    let count = 200_000_000 / line.len();
    let text = format!(
        "{CONFIG_MAP}data:\n{}",
        lines(count, |number| line
            .trim_end()
            .replace('%', &number.to_string()))
    );
    let outcome = Tree::of_resources(&text).build(&[]);
    assert!(outcome.rendered().len() > text.len());
    // An error at its end is found and told in few words.
    Tree::of_resources(text + "  a: b: c\n")
        .build(&[])
        .refused("mapping values are not allowed");
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn long_maps_and_lists_are_merged_in_linear_time() {
    let size = 500_000;
    large(size, |size| {
        let data = |value: &str| {
            format!(
                "{CONFIG_MAP}data:\n{}",
                lines(size, |number| format!("  k{number}: {value}"))
            )
        };
        Tree::new("resources: [r.yaml]\npatches: [{path: p.yaml}]\n")
            .file("r.yaml", data("a"))
            .file("p.yaml", data("b"))
            .build(&[])
    });
    large(size, |size| {
        let pod = |value: &str| {
            let env = lines(size, |number| {
                format!("    - {{name: k{number}, value: {value}}}")
            });
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: c\n    image: i\n    env:\n{env}"
            )
        };
        Tree::new("resources: [r.yaml]\npatches: [{path: p.yaml}]\n")
            .file("r.yaml", pod("a"))
            .file("p.yaml", pod("b"))
            .build(&[])
    });
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn many_documents_are_read_in_linear_time() {
    let size = 500_000;
    large(size, |size| {
        let documents = lines(size, |number| {
            format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{number}}}")
        });
        Tree::new("resources: [r.yaml]\nnamePrefix: p-\n")
            .file("r.yaml", documents)
            .build(&[])
    });
    large(size, |size| {
        Tree::of_resources("---\n".repeat(size)).build(&[])
    });
    large(size, |size| {
        Tree::of_resources("\n---\n".repeat(size) + CONFIG_MAP).build(&[])
    });
    large(size, |size| {
        Tree::of_resources("# comment\n".repeat(size) + CONFIG_MAP).build(&[])
    });
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn generators_take_much_in_linear_time() {
    let size = 500_000;
    let kustomization = "configMapGenerator: [{name: a, envs: [f.env]}]\n";
    large(size, |size| {
        Tree::new(kustomization)
            .file("f.env", lines(size, |number| format!("K{number}=v")))
            .build(&[])
    });
    // Lines of more than 64 KiB kustomize does not read.
    let huge = "K=".to_owned() + &"v".repeat(100_000_000);
    let tree = Tree::new(kustomization).file("f.env", huge);
    assert!(!tree.build(&[]).rendered().contains("vv"));
    let huge = "v".repeat(100_000_000);
    let tree = Tree::new("configMapGenerator: [{name: a, files: [f.txt]}]\n").file("f.txt", huge);
    assert!(tree.build(&[]).rendered().len() > 100_000_000);
    large(size, |size| {
        let literals = lines(size, |number| format!("  - K{number}=v"));
        Tree::new(format!(
            "configMapGenerator:\n- name: a\n  literals:\n{literals}"
        ))
        .build(&[])
    });
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn duplicate_keys_by_the_thousand_are_refused_in_linear_time() {
    let size = 100_000;
    let duplicates = "  k: v\n".repeat(size);
    Tree::of_resources(format!("{CONFIG_MAP}data:\n{duplicates}"))
        .build(&[])
        .refused("already defined");
    Tree::new(format!(
        "resources: [r.yaml]\ncommonAnnotations:\n{duplicates}"
    ))
    .file("r.yaml", CONFIG_MAP)
    .build(&[])
    .rendered();
    let fields = "namePrefix: a\n".repeat(size);
    Tree::new(format!("resources: [r.yaml]\n{fields}"))
        .file("r.yaml", CONFIG_MAP)
        .build(&[])
        .rendered();
    let unknown = lines(size, |number| format!("unknown{number}: x"));
    Tree::new(unknown).build(&[]).refused("unknown field");
}

#[test]
#[ignore = "heavy: cargo test --test hostile -- --include-ignored"]
fn kustomizations_may_be_long() {
    let size = 300_000;
    large(size, |size| {
        let labels = lines(size, |number| format!("  k{number}: v"));
        Tree::new(format!("resources: [r.yaml]\ncommonLabels:\n{labels}"))
            .file("r.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {}}}\n")
            .build(&[])
    });
    large(size / 10, |size| {
        let images = lines(size, |number| format!("- {{name: i{number}, newTag: x}}"));
        Tree::new(format!("resources: [r.yaml]\nimages:\n{images}"))
            .file("r.yaml", CONFIG_MAP)
            .build(&[])
    });
    // Each operation looks for its key among all that are there.
    large(size / 15, |size| {
        let operations = lines(size, |number| {
            format!("- {{op: add, path: /data/k{number}, value: v}}")
        });
        Tree::new("resources: [r.yaml]\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]\n")
            .file("r.yaml", format!("{CONFIG_MAP}data: {{}}\n"))
            .file("p.yaml", operations)
            .build(&[])
    });
}

#[test]
fn sparse_files_take_no_memory() {
    let huge = |tree: Tree, path: &str| {
        let file = std::fs::File::create(tree.path(path)).unwrap();
        file.set_len(1 << 40).unwrap();
        tree.build(&[]).refused("larger than 536870912 bytes");
    };
    huge(Tree::of_resources(""), "r.yaml");
    huge(Tree::new(""), "kustomization.yaml");
    huge(
        Tree::new("configMapGenerator: [{name: a, files: [f]}]\n"),
        "f",
    );
}

#[test]
fn many_objects_need_no_address_space_to_spare() {
    let objects = lines(400, |number| {
        format!(
            "---\n{}",
            CONFIG_MAP.replace("{name: a}", &format!("{{name: a{number}}}"))
        )
    });
    let tree = Tree::of_resources(objects);
    // The program itself, and less than it would set aside for large pages.
    let size = program().metadata().unwrap().len() >> 10;
    let mut command = limited_to(size + (40 << 10));
    command.arg("build").arg(tree.path("."));
    assert_eq!(run(&mut command).rendered(), tree.build(&[]).rendered());
}

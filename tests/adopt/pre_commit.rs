//! The hook for pre-commit.

use serde_yaml::Value;

use crate::sandbox::{Sandbox, adopt};

fn hook(id: &str) -> Value {
    let hooks: Vec<Value> = serde_yaml::from_str(&adopt(".pre-commit-hooks.yaml")).unwrap();
    hooks.into_iter().find(|hook| hook["id"] == id).unwrap()
}

#[test]
fn the_hook_lets_a_good_tree_pass_and_no_other() {
    let hook = hook("render-all");
    let entry = hook["entry"].as_str().unwrap();
    let sandbox = Sandbox::new(&[(
        "overlays/a/kustomization.yaml",
        "configMapGenerator: [{name: a}]\n",
    )]);
    assert!(sandbox.shell(entry, &[]).status.success());
    sandbox.write("overlays/b/kustomization.yaml", "resources: [none.yaml]\n");
    let output = sandbox.shell(entry, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("none.yaml"));
}

#[test]
fn the_hook_runs_for_the_files_that_trees_are_made_of() {
    let hook = hook("render-all");
    let files = regex::Regex::new(hook["files"].as_str().unwrap()).unwrap();
    for name in [
        "base/kustomization.yaml",
        "Kustomization",
        "a/b.yml",
        "config.properties",
        "x.env",
    ] {
        assert!(files.is_match(name), "{name}");
    }
    assert!(!files.is_match("main.go"));
}

#[test]
fn the_example_in_the_readme_names_a_hook_that_there_is() {
    let readme = adopt("adopt/README.md");
    let example = readme
        .split("```yaml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let example: Value = serde_yaml::from_str(example).unwrap();
    let id = example["repos"][0]["hooks"][0]["id"].as_str().unwrap();
    assert_eq!(hook(id)["language"], "rust");
}

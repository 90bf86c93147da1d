//! The examples in `adopt/shards` do what they say: their own commands, run for each index, make the same files as one run of
//! everything.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests read files and run programs"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;

const RENDER: &str = env!("CARGO_BIN_EXE_render");

fn example(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("adopt/shards")
        .join(name);
    let text = std::fs::read_to_string(path).expect("an example can be read");
    serde_yaml::from_str(&text).expect("an example is YAML")
}

/// Runs a command of an example in this repository, with the program on the path.
fn shell(command: &str, variables: &[(&str, String)]) {
    let folder = Path::new(RENDER)
        .parent()
        .expect("a program is in a folder");
    let path = std::env::var("PATH").expect("there is a path");
    let status = Command::new("sh")
        .args(["-euc", command])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PATH", format!("{}:{path}", folder.display()))
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .status()
        .expect("there is a shell");
    assert!(status.success(), "{command}");
}

/// All files below a folder, by their paths.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = vec![folder.to_path_buf()];
    while let Some(path) = rest.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder can be read");
            rest.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else {
            let text = std::fs::read_to_string(&path).expect("a file can be read");
            let name = path.strip_prefix(folder).expect("it is below");
            found.insert(name.display().to_string(), text);
        }
    }
    found
}

/// What one run of everything makes of this repository.
fn whole() -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    shell(
        &format!("render --all --output-dir {}", folder.path().display()),
        &[],
    );
    let whole = files(folder.path());
    assert!(
        whole.contains_key("overlays/production.yaml"),
        "{:?}",
        whole.keys()
    );
    whole
}

#[test]
fn the_matrix_of_a_github_workflow_makes_the_whole() {
    let workflow = example("github-matrix.yaml");
    let job = &workflow["jobs"]["render"];
    let shards = job["strategy"]["matrix"]["shard"]
        .as_sequence()
        .expect("a list");
    let steps = job["steps"].as_sequence().expect("a list");
    let step = steps
        .iter()
        .find(|step| step["env"]["SHARD"].is_string())
        .expect("a step that renders");
    assert_eq!(step["env"]["SHARD"], "${{ matrix.shard }}");
    assert_eq!(step["env"]["SHARDS"], "${{ strategy.job-total }}");
    let folder = tempfile::tempdir().expect("a folder");
    let rendered = folder.path().join("rendered");
    let command = step["run"].as_str().expect("a command");
    let command = command.replace(
        "--output-dir rendered",
        &format!("--output-dir {}", rendered.display()),
    );
    for shard in shards {
        let shard = shard.as_u64().expect("a number").to_string();
        shell(
            &command,
            &[("SHARD", shard), ("SHARDS", shards.len().to_string())],
        );
    }
    assert_eq!(files(&rendered), whole());
}

#[test]
fn the_pods_of_an_indexed_job_make_the_whole() {
    let spec = &example("indexed-job.yaml")["spec"];
    assert_eq!(spec["completionMode"], "Indexed");
    let pods = spec["completions"].as_u64().expect("a number");
    let container = &spec["template"]["spec"]["containers"][0];
    assert_eq!(container["env"][0]["name"], "SHARDS");
    assert_eq!(container["env"][0]["value"], pods.to_string());
    assert_eq!(container["command"][0], "sh");
    assert_eq!(container["command"][1], "-c");
    let folder = tempfile::tempdir().expect("a folder");
    let command = container["command"][2].as_str().expect("a command");
    let command = command.replace("/rendered", &folder.path().display().to_string());
    for index in 0..pods {
        // As Kubernetes sets it (https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode).
        let index = ("JOB_COMPLETION_INDEX", index.to_string());
        shell(&command, &[index, ("SHARDS", pods.to_string())]);
    }
    assert_eq!(files(folder.path()), whole());
}

//! Functions in containers: the command line that docker gets. It is that of kustomize 5.8.1, recorded with the same script.

use insta::assert_snapshot;

use crate::support::Sandbox;

const DOCKER: &str = r#"
{ printf '%s' "$(basename "$0")"; for arg in "$@"; do printf ' %s' "$arg"; done; echo; } >> "$NOTES"
cat
"#;

fn sandbox(container: &str) -> Sandbox {
    Sandbox::new(&format!(
        "\
resources: [object.yaml]
transformers:
- |-
  kind: Change
  apiVersion: example.com/v1
  metadata:
    name: change
    annotations:
      config.kubernetes.io/function: |
        container: {{image: example.com/change:v1{container}}}
"
    ))
    .file("app/object.yaml", "{kind: A, metadata: {name: a}}\n")
    .program("bin/docker", DOCKER)
}

fn call(container: &str, flags: &[&str]) -> String {
    let sandbox = sandbox(container);
    sandbox.build([&["--enable-alpha-plugins"], flags].concat());
    sandbox.notes()
}

#[test]
fn containers_are_run_as_kustomize_runs_them() {
    assert_snapshot!(call("", &[]), @"docker run --rm -i -a STDIN -a STDOUT -a STDERR --network none --user nobody --security-opt=no-new-privileges -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true example.com/change:v1");
}

#[test]
fn variables_with_values_come_by_name_and_others_after_them() {
    let declared = ", envs: [FOO=1, BAR, 'X=a=b', LOG_TO_STDERR=false, ZED]";
    let flags = ["-e", "A=1", "-e", "BAZ", "-e", "FOO=9"];
    assert_snapshot!(call(declared, &flags), @"docker run --rm -i -a STDIN -a STDOUT -a STDERR --network none --user nobody --security-opt=no-new-privileges -e A=1 -e FOO=9 -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true -e X=a=b -e BAR -e ZED -e BAZ example.com/change:v1");
}

#[test]
fn declared_mounts_come_before_those_of_the_command_line() {
    let declared = ", mounts: [{type: bind, src: data, dst: /d}, {type: bind, src: ./data, dst: /e, rw: true}]";
    let flags = [
        "--mount",
        "type=bind,src=more,dst=/f,rw=true",
        "--mount",
        "type=bind,source=/etc,target=/g",
    ];
    assert_snapshot!(call(declared, &flags), @"docker run --rm -i -a STDIN -a STDOUT -a STDERR --network none --user nobody --security-opt=no-new-privileges --mount type=bind,source=[folder]/app/data,target=/d,readonly --mount type=bind,source=[folder]/app/data,target=/e --mount type=bind,source=[folder]/app/more,target=/f --mount type=bind,source=/etc,target=/g,readonly -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true example.com/change:v1");
}

#[test]
fn mounts_stay_below_the_kustomization() {
    let failure = |source: &str| {
        let declared = format!(", mounts: [{{type: bind, src: {source}, dst: /d}}]");
        sandbox(&declared).build(["--enable-alpha-plugins"])
    };
    assert_snapshot!(failure("/etc"), @"
    exit: 1
    --- stdout
    --- stderr
    error: plugin Change.v1.example.com/change.[noNs] with mount path '/etc' is not permitted; mount paths must be relative to the current kustomization directory
    ");
    assert_snapshot!(failure("data/../../etc"), @"
    exit: 1
    --- stdout
    --- stderr
    error: plugin Change.v1.example.com/change.[noNs] with mount path 'data/../../etc' is not permitted; mount paths must be under the current kustomization directory
    ");
}

#[test]
fn mounts_stay_within_the_confines() {
    let sandbox = sandbox(", mounts: [{type: bind, src: link, dst: /d}]");
    std::os::unix::fs::symlink("/etc", sandbox.path("app/link")).unwrap();
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins", "--confine", "."]), @"
    exit: 1
    --- stdout
    --- stderr
    error: security; '[folder]/app/link' leads out of '[folder]', the folder of `--confine`
     |
     = help: move it into that folder, or confine the render to a folder that holds both
    ");
    assert_eq!(sandbox.notes(), "");
}

#[test]
fn the_network_is_reached_only_where_both_sides_say_so() {
    assert_snapshot!(call(", network: true", &["--network", "--network-name", "other"]), @"docker run --rm -i -a STDIN -a STDOUT -a STDERR --network host --user nobody --security-opt=no-new-privileges -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true example.com/change:v1");
    assert!(call("", &["--network"]).contains(" --network none "));
    let refused = sandbox(", network: true").build(["--enable-alpha-plugins"]);
    assert_snapshot!(refused, @"
    exit: 1
    --- stdout
    --- stderr
    error: couldn't execute function: network required but not enabled with --network
     |
     = help: pass `--network` to let functions reach the network
    ");
}

#[test]
fn failures_of_the_container_are_failures() {
    let sandbox = sandbox("").program("bin/docker", "echo 'no daemon' >&2\nexit 125\n");
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins"]), @"
    exit: 1
    --- stdout
    --- stderr
    no daemon
    error: function `change` fails: exit status 125
     |
     = note: in kustomize's words: couldn't execute function: exit status 125
    ");
}

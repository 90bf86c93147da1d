//! `fn run`: functions over the files of a package. The trees that come out are those of kustomize 5.8.1.

use insta::assert_snapshot;

use crate::support::Sandbox;

const OBJECT: &str = "\
# license

# the object
apiVersion: v1
kind: ConfigMap # its kind
metadata:
    name: a
data:
  # above
  key: \"1\" # behind
";

/// An object that declares a program of `bin` as a function.
fn function(name: &str) -> String {
    format!(
        "\
apiVersion: example.com/v1
kind: Function
metadata:
  name: {name}
  annotations:
    config.kubernetes.io/function: |
      exec: {{path: bin/{name}}}
"
    )
}

/// A folder `app` with an object, and programs in `bin`.
fn package() -> Sandbox {
    Sandbox::empty()
        .file("app/a.yaml", OBJECT)
        .file(
            "app/sub/b.json",
            "{\"kind\": \"Secret\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"b\"}, \"data\": {}}",
        )
        // Takes comments away, and calls every key `changed`.
        .program("bin/change", "sed -e '/function/!s/ *#.*//' -e 's/key:/changed:/' -e '/^ *$/d'")
        .program("bin/keep", "echo keep >> \"$NOTES\"; cat")
        .program("bin/list", "grep -o 'config.kubernetes.io/path: .*' | grep -v internal | sort -u >> \"$NOTES\"")
        .program("bin/move", "sed \"s,path: 'a.yaml',path: 'new/c.yaml',\"")
        .program("bin/fail", "echo sorry >&2; exit 3")
        .program(
            "bin/make",
            "cat <<END
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: made, namespace: n}}
results:
- message: made
END",
        )
}

#[test]
fn functions_change_the_files_of_a_package() {
    let sandbox = package().file("app/fn.yaml", &function("change"));
    assert_snapshot!(sandbox.run(["fn", "run", "app", "--enable-exec", "--log-steps"]));
    assert_snapshot!(sandbox.files("app"));
}

#[test]
fn a_dry_run_prints_and_writes_nothing() {
    let sandbox = package().file("app/fn.yaml", &function("change"));
    let before = sandbox.files("app");
    assert_snapshot!(sandbox.run(["fn", "run", "app", "--enable-exec", "--dry-run"]));
    assert_eq!(sandbox.files("app"), before);
}

#[test]
fn objects_go_where_their_path_says() {
    let sandbox = package().file("app/fn.yaml", &function("move"));
    sandbox.run(["fn", "run", "app", "--enable-exec"]);
    assert!(!sandbox.exists("app/a.yaml") && sandbox.exists("app/new/c.yaml"));
}

#[test]
fn deeper_functions_run_first_and_get_their_own_folder() {
    let sandbox = package()
        .file("app/fn.yaml", &function("keep"))
        .file("app/sub/functions/fn.yaml", &function("list"));
    let flags = ["fn", "run", "app", "--enable-exec", "--log-steps"];
    assert_snapshot!(sandbox.run(flags));
    assert_snapshot!(sandbox.notes());
    // What prints nothing has taken its objects away.
    assert!(!sandbox.exists("app/sub/b.json"));
}

#[test]
fn global_scope_gives_all_objects_to_all() {
    let sandbox = package().file("app/sub/fn.yaml", &function("list"));
    sandbox.run(["fn", "run", "app", "--enable-exec", "--global-scope"]);
    assert_snapshot!(sandbox.notes());
    // Nothing at all was printed, and so nothing is written.
    assert!(sandbox.exists("app/a.yaml"));
}

#[test]
fn a_function_of_the_command_line_runs_alone() {
    let sandbox = package().file("app/fn.yaml", &function("fail")).program(
        "bin/docker",
        "{ echo \"$@\"; sed -n '/^functionConfig/,$p'; } >> \"$NOTES\"",
    );
    let image = [
        "fn",
        "run",
        "app",
        "--image",
        "example.com/fn:v1",
        "--network",
    ];
    sandbox.run([&image[..], &["--", "Config", "a=b", "c=true"]].concat());
    assert_snapshot!(sandbox.notes());
    let program = ["fn", "run", "app", "--exec-path", "bin/keep"];
    assert_snapshot!(sandbox.run(program));
    let words = sandbox.run([&image[..], &["--", "a", "b"]].concat());
    assert!(words.contains("args must have keys and values separated by ="));
}

#[test]
fn functions_in_other_folders_are_run_instead() {
    let sandbox = package()
        .file("app/fn.yaml", &function("fail"))
        .file("functions/fn.yaml", &function("make"));
    std::fs::create_dir(sandbox.path("results")).unwrap();
    let flags = "fn run app --enable-exec --fn-path functions --results-dir results";
    assert_snapshot!(sandbox.run(flags.split(' ')));
    assert_snapshot!(sandbox.files("app"));
    assert_snapshot!(sandbox.files("results"));
}

#[test]
fn nothing_is_written_where_a_step_fails() {
    let sandbox = package()
        .file("app/fn.yaml", &function("fail"))
        .file("app/sub/fn.yaml", &function("change"));
    let before = sandbox.files("app");
    assert_snapshot!(sandbox.run(["fn", "run", "app", "--enable-exec"]));
    assert_eq!(sandbox.files("app"), before);
}

#[test]
fn nothing_is_written_where_a_file_cannot_be() {
    let sandbox = package()
        .file("app/fn.yaml", &function("move"))
        // No folder can be made of it.
        .file("app/new", "in the way");
    let before = sandbox.files("app");
    let told = sandbox.run(["fn", "run", "app", "--enable-exec"]);
    assert!(told.starts_with("exit: 2"), "{told}");
    assert_eq!(sandbox.files("app"), before);
}

#[test]
fn programs_run_only_where_that_is_allowed() {
    let sandbox = package().file("app/fn.yaml", &function("fail"));
    let before = sandbox.files("app");
    assert_snapshot!(sandbox.run(["fn", "run", "app"]));
    assert_eq!(sandbox.files("app"), before);
}

#[test]
fn comments_stay_with_their_items() {
    let sandbox = package()
        .file(
            "app/a.yaml",
            "kind: A\nmetadata: {name: a}\nlist:\n# one\n- name: x # x\n# two\n- name: y # y\n",
        )
        .file("app/fn.yaml", &function("swap"))
        .program("bin/swap", "sed -e '/function/!s/ *#.*//' -e 's/name: x/name: new/;s/name: y/name: x/;s/name: new/name: y/'");
    sandbox.run(["fn", "run", "app", "--enable-exec"]);
    assert_snapshot!(sandbox.files("app"));
}

//! Files that are served by http.

use crate::server::Server;
use crate::support::{World, config_map};

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";
const PAGE: &str = "<html><body>\n<p>a: b</p></body></html>\n";

/// A kustomization with the server's address in the place of `[server]`.
fn build(server: &Server, kustomization: &str) -> crate::support::Outcome {
    World::new().build(&kustomization.replace("[server]", &server.url))
}

#[test]
fn files_of_all_kinds_are_fetched_and_each_once() {
    let server = Server::new(&[
        ("/cm.yaml", 200, "", CONFIG_MAP),
        (
            "/patch.yaml",
            200,
            "",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: b}\n",
        ),
        ("/a.env", 200, "", "A=b\n"),
        ("/crd.json", 200, "", "{}"),
        ("/config.yaml", 200, "", "namePrefix: []\n"),
    ]);
    let outcome = build(
        &server,
        "resources: ['[server]/cm.yaml']
patches: [{path: '[server]/patch.yaml'}]
configMapGenerator:
- {name: g, files: ['[server]/a.env', 'k=[server]/a.env'], envs: ['[server]/a.env'], options: {disableNameSuffixHash: true}}
crds: ['[server]/crd.json']
openapi: {path: '[server]/crd.json'}
configurations: ['[server]/config.yaml']
buildMetadata: [originAnnotations]
",
    );
    let host = server.url.strip_prefix("http://").unwrap();
    let expected = format!(
        "apiVersion: v1
data:
  a: b
kind: ConfigMap
metadata:
  annotations:
    config.kubernetes.io/origin: |
      path: http:/{host}/cm.yaml
  name: cm
---
apiVersion: v1
data:
  A: b
  a.env: |
    A=b
  k: |
    A=b
kind: ConfigMap
metadata:
  annotations:
    config.kubernetes.io/origin: |
      configuredIn: kustomization.yaml
      configuredBy:
        apiVersion: builtin
        kind: ConfigMapGenerator
  name: g
"
    );
    assert_eq!(outcome.rendered(), expected);
    assert_eq!(server.asked().len(), 5);
}

#[test]
fn an_address_that_may_be_of_a_repository_has_its_origin_there() {
    let server = Server::new(&[("/org/repo/base/cm.yaml?ref=v1", 200, "", CONFIG_MAP)]);
    let outcome = build(
        &server,
        "resources: ['[server]/org/repo/base/cm.yaml?ref=v1']\nbuildMetadata: [originAnnotations]\n",
    );
    let url = &server.url;
    let expected = format!(
        "    config.kubernetes.io/origin: |\n      path: base/cm.yaml\n      repo: {url}/org/repo\n      ref: v1\n"
    );
    assert!(outcome.rendered().contains(&expected), "{outcome:?}");
}

#[test]
fn servers_may_send_us_elsewhere() {
    let server = Server::new(&[
        ("/a", 302, "Location: /b\r\n", ""),
        ("/b", 307, "Location: cm.yaml\r\n", ""),
        ("/cm.yaml", 200, "", CONFIG_MAP),
        ("/round", 301, "Location: /round\r\n", ""),
        ("/file", 302, "Location: file:///etc/passwd\r\n", ""),
        ("/nowhere", 302, "", ""),
    ]);
    let outcome = build(&server, "resources: ['[server]/a']\n");
    assert_eq!(outcome.rendered(), config_map("cm"));
    for (path, words) in [
        ("round", "Get \"/round\": stopped after 10 redirects"),
        (
            "file",
            "Get \"file:///etc/passwd\": unsupported protocol scheme \"file\"",
        ),
        ("nowhere", "HTTP Error: status code 302 (Found)"),
    ] {
        let outcome = build(&server, &format!("resources: ['[server]/{path}']\n"));
        outcome.refused(words);
    }
}

#[test]
fn refusals_of_servers_are_final() {
    let server = Server::new(&[("/503", 503, "", "")]);
    let status = "HTTP Error: status code 404 (Not Found)";
    for (kustomization, words) in [
        ("resources: ['[server]/x.yaml']", status),
        ("patches: [{path: '[server]/x.yaml'}]", status),
        (
            "configMapGenerator: [{name: g, files: ['[server]/x']}]",
            status,
        ),
        (
            "configMapGenerator: [{name: g, envs: ['[server]/x']}]",
            status,
        ),
        ("crds: ['[server]/x.json']", status),
        ("configurations: ['[server]/x.yaml']", status),
        ("openapi: {path: '[server]/x.json'}", status),
        ("replacements: [{path: '[server]/x.yaml'}]", status),
        ("generators: ['[server]/x.yaml']", status),
        (
            "resources: ['[server]/503']",
            "HTTP Error: status code 503 (Service Unavailable)",
        ),
        // With so many segments it might be a repository: files are none.
        (
            "patches: [{path: '[server]/a/b/x.yaml'}]",
            "URL is a git repository",
        ),
    ] {
        let outcome = build(&server, kustomization);
        outcome.refused(words);
        assert!(
            !outcome.stderr.contains("accumulation err"),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn what_is_no_yaml_is_told_of_as_such() {
    let server = Server::new(&[("/page", 200, "", PAGE), ("/empty", 204, "", "")]);
    let outcome = build(&server, "resources: ['[server]/page']\n");
    outcome.refused("MalformedYAMLError: yaml: line 2: mapping values are not allowed in this context in File: http://");
    assert_eq!(
        build(&server, "resources: ['[server]/empty']\n").rendered(),
        ""
    );
}

#[test]
fn a_file_without_end_is_given_up() {
    let server = Server::without_end();
    let world = World::new();
    let outcome = world.build(&format!("resources: ['{}/cm.yaml']\n", server.url));
    outcome.refused("/cm.yaml` cannot be fetched: the file has more than 256 MiB");
}

#[test]
fn servers_that_cannot_be_reached_are_named() {
    let world = World::new();
    let outcome = world.build("resources: ['http://127.0.0.1:9/x.yaml']\n");
    outcome.refused(
        "Get \"http://127.0.0.1:9/x.yaml\": dial tcp 127.0.0.1:9: connect: connection refused",
    );
    outcome.refused("error: `http://127.0.0.1:9/x.yaml` cannot be fetched");
}

#[test]
fn credentials_go_to_their_server_and_into_no_message() {
    let server = Server::new(&[("/cm.yaml", 200, "", CONFIG_MAP)]);
    let with_password = server.url.replace("http://", "http://user:secret@");
    let world = World::new();
    world
        .build(&format!("resources: ['{with_password}/cm.yaml']\n"))
        .rendered();
    let asked = server.asked();
    assert!(
        asked[0]
            .to_lowercase()
            .contains("authorization: basic dxnlcjpzzwnyzxq="),
        "{asked:?}"
    );
    let outcome = world.build("patches: [{path: 'http://user:secret@127.0.0.1:9/x.yaml'}]\n");
    outcome.refused("Get \"http://user:xxxxx@127.0.0.1:9/x.yaml\"");
}

#[test]
fn the_environment_names_the_proxy() {
    let proxy = Server::new(&[]);
    let world = World::new();
    world.file(
        "app/kustomization.yaml",
        "resources: ['http://example.invalid/cm.yaml']\n",
    );
    let mut command = world.render(&["build", "app"]);
    let outcome = world.outcome(command.env("HTTP_PROXY", &proxy.url));
    outcome.refused("http://example.invalid/cm.yaml");
    let asked = proxy.asked();
    assert!(asked[0].contains("example.invalid"), "{asked:?}");
    let mut command = world.render(&["build", "app"]);
    let direct = command
        .env("HTTP_PROXY", &proxy.url)
        .env("NO_PROXY", ".invalid");
    world.outcome(direct).refused("no such host");
}

#[test]
fn nothing_is_fetched_offline() {
    let server = Server::new(&[("/cm.yaml", 200, "", CONFIG_MAP)]);
    let world = World::new();
    world.file(
        "app/kustomization.yaml",
        &format!(
            "resources: ['{}/cm.yaml', '{}/o/r/x']\n",
            server.url, server.url
        ),
    );
    world
        .run(&["build", "app", "--offline"])
        .refused("`--offline` was given");
    assert_eq!(server.asked(), Vec::<String>::new());
}

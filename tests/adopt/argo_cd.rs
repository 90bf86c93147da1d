//! The components for Argo CD render, on an installation reduced to what they change.

use serde_yaml::Value;

use crate::sandbox::{Sandbox, adopt};

const INSTALLATION: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: argocd-repo-server
  namespace: argocd
spec:
  template:
    spec:
      containers:
      - name: argocd-repo-server
        image: quay.io/argoproj/argocd:v3.2.0
        volumeMounts:
        - name: tmp
          mountPath: /tmp
      volumes:
      - name: tmp
        emptyDir: {}
      - name: var-files
        emptyDir: {}
      - name: plugins
        emptyDir: {}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
";

/// The objects of the installation with a component of `adopt`.
fn installation_with(component: &str, files: &[&str]) -> Vec<Value> {
    let sandbox = Sandbox::new(&[
        (
            "argocd/kustomization.yaml",
            "resources: [install.yaml]\ncomponents: [../component]\n",
        ),
        ("argocd/install.yaml", INSTALLATION),
    ]);
    for file in files {
        sandbox.write(
            &format!("component/{file}"),
            &adopt(&format!("adopt/{component}/{file}")),
        );
    }
    let printed = sandbox.prints("render build --strict argocd");
    let documents = printed.split("---\n");
    documents
        .map(|text| serde_yaml::from_str(text).unwrap())
        .collect()
}

fn object<'v>(objects: &'v [Value], kind: &str, name: &str) -> &'v Value {
    let is_it = |object: &&Value| object["kind"] == kind && object["metadata"]["name"] == name;
    objects.iter().find(is_it).unwrap()
}

#[test]
fn the_repo_server_gets_the_program_that_the_config_map_names() {
    let objects = installation_with(
        "argo-cd",
        &["kustomization.yaml", "repo-server.yaml", "argocd-cm.yaml"],
    );
    let pod = &object(&objects, "Deployment", "argocd-repo-server")["spec"]["template"]["spec"];
    let program =
        &object(&objects, "ConfigMap", "argocd-cm")["data"]["kustomize.path.v5.8.1-render"];
    assert_eq!(pod["initContainers"][0]["command"][2], *program);
    let mounts = pod["containers"][0]["volumeMounts"].as_sequence().unwrap();
    let mount = mounts
        .iter()
        .find(|mount| mount["name"] == "render")
        .unwrap();
    assert!(
        program
            .as_str()
            .unwrap()
            .starts_with(mount["mountPath"].as_str().unwrap())
    );
    assert_eq!(
        pod["initContainers"][0]["volumeMounts"][0]["mountPath"],
        mount["mountPath"]
    );
    assert_eq!(pod["volumes"].as_sequence().unwrap().len(), 4);
}

#[test]
fn the_plugin_is_a_container_beside_the_repo_server() {
    let objects = installation_with(
        "argo-cd-plugin",
        &["kustomization.yaml", "repo-server.yaml", "plugin.yaml"],
    );
    let pod = &object(&objects, "Deployment", "argocd-repo-server")["spec"]["template"]["spec"];
    let volumes = pod["volumes"].as_sequence().unwrap();
    let containers = pod["containers"].as_sequence().unwrap();
    let plugin = containers
        .iter()
        .find(|container| container["name"] == "render")
        .unwrap();
    for mount in plugin["volumeMounts"].as_sequence().unwrap() {
        assert!(
            volumes.iter().any(|volume| volume["name"] == mount["name"]),
            "{mount:?}"
        );
    }
    let config = &object(&objects, "ConfigMap", "render-plugin")["data"]["plugin.yaml"];
    assert_eq!(
        config.as_str().unwrap(),
        adopt("adopt/argo-cd-plugin/plugin.yaml")
    );
}

#[test]
fn the_command_of_the_plugin_renders_the_folder_of_the_application() {
    let plugin: Value = serde_yaml::from_str(&adopt("adopt/argo-cd-plugin/plugin.yaml")).unwrap();
    let generate = &plugin["spec"]["generate"];
    assert_eq!(
        generate["command"],
        serde_yaml::from_str::<Value>("[sh, -c]").unwrap()
    );
    let sandbox = Sandbox::new(&[("kustomization.yaml", "configMapGenerator: [{name: a}]\n")]);
    let command = generate["args"][0].as_str().unwrap();
    let plain = sandbox.shell(command, &[]);
    assert!(
        String::from_utf8_lossy(&plain.stdout).starts_with("apiVersion: v1\nkind: ConfigMap\n")
    );
    let options = [("ARGOCD_ENV_OPTIONS", "--reorder none --enable-helm")];
    assert_eq!(sandbox.shell(command, &options).stdout, plain.stdout);
}

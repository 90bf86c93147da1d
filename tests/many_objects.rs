//! Where there are very many objects, several are changed at a time: that changes nothing in what comes out.

use std::fs;
use std::ops::Range;

use anyhow::Result;

/// Each has two objects.
const APPS: usize = 6000;

const KUSTOMIZATION: &str = "
sortOptions: {order: fifo}
resources: [objects.yaml]
namespace: prod
namePrefix: a-
nameSuffix: -z
labels:
- pairs: {env: production, app: new}
  includeSelectors: true
commonAnnotations: {team: platform, note: '1'}
images:
- name: example.com/app
  newTag: v2
- name: app[0-9]*
  newName: other
patches:
- target: {kind: Deployment}
  patch: |-
    - {op: add, path: /spec/template/spec/containers/0/env, value: [{name: A, value: a}]}
- target: {kind: ConfigMap, name: app1.*}
  patch: |-
    - {op: replace, path: /data/key, value: 1}
";

fn objects(apps: Range<usize>) -> String {
    let texts = apps.map(|app| {
        let image = if app % 3 == 0 {
            "example.com/app:v1".to_owned()
        } else {
            format!("app{app}")
        };
        format!(
            "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app{app}, labels: {{app: app{app}}}}}
spec:
  selector: {{matchLabels: {{app: app{app}}}}}
  template:
    metadata: {{labels: {{app: app{app}}}}}
    spec:
      containers:
      - name: main
        image: {image}
        envFrom: [{{configMapRef: {{name: app{app}}}}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: app{app}, annotations: {{note: old}}}}
data: {{key: {app}}}
"
        )
    });
    texts.collect::<Vec<_>>().concat()
}

fn render(kustomization: &str, apps: Range<usize>) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
    write("kustomization.yaml", kustomization)?;
    write("objects.yaml", &objects(apps))?;
    // A prefix cannot be put before a map.
    write(
        "fields.yaml",
        "namePrefix: [{path: spec/template, kind: Deployment}]\n",
    )?;
    render::render(folder.path())
}

#[test]
fn many_objects_come_out_as_few_do() -> Result<()> {
    let firsts = (0..APPS).step_by(1000);
    let few = firsts.map(|first| render(KUSTOMIZATION, first..first + 1000));
    let few: Vec<_> = few.collect::<Result<_>>()?;
    assert!(few[1].contains("name: a-app1001-z"), "{}", few[1]);
    assert!(few.join("---\n") == render(KUSTOMIZATION, 0..APPS)?);
    Ok(())
}

#[test]
fn the_first_of_many_failures_is_told() {
    let text = "resources: [objects.yaml]\nnamePrefix: a-\nconfigurations: [fields.yaml]\n";
    let failure = |apps| render(text, apps).map_err(|error| error.root_cause().to_string());
    let few = failure(0..10);
    assert!(
        few.as_ref().is_err_and(|error| error.contains("app0")),
        "{few:?}"
    );
    assert_eq!(failure(0..APPS), few);
}

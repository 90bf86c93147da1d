//! Charts: how helm is called, and what becomes of what it prints. The command lines are those of kustomize 5.8.1, recorded
//! with the same script.

use insta::assert_snapshot;

use crate::support::Sandbox;

/// A helm that notes its arguments, its folders and its files of values, and prints two objects.
const HELM: &str = r#"
{
  printf '%s' "helm"; for arg in "$@"; do printf ' %s' "$arg"; done; echo
  echo "  in $(pwd), config $HELM_CONFIG_HOME, cache $HELM_CACHE_HOME, data $HELM_DATA_HOME"
  while [ $# -gt 0 ]; do
    if [ "$1" = -f ]; then echo "  $(basename "$2"):"; sed 's/^/    /' "$2"; fi
    if [ "$1" = --untardir ]; then folder=$2; fi
    case $1 in version|pull|template) command=$1 ;; esac
    last=$1
    shift
  done
} >> "$NOTES"
case $command in
version) echo "v3.14.2+gc309b6f" ;;
pull) mkdir -p "$folder/web" && echo "pulled: true" > "$folder/web/values.yaml" ;;
template) cat <<END
---
# Source: web/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  a: b
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: explicit
END
;;
esac
"#;

fn sandbox(kustomization: &str) -> Sandbox {
    Sandbox::new(kustomization).program("bin/helm", HELM).file(
        "app/charts/web/values.yaml",
        "# of the chart\nreplicas: 1\nlist: [a]\nport: \"80\"\nmap: {a: 1, b: 2}\n",
    )
}

#[test]
fn nothing_runs_without_the_flag() {
    let sandbox = sandbox("helmCharts:\n- name: web\n  valuesInline: {a: yes}\n");
    assert_snapshot!(sandbox.build([]), @"
    exit: 1
    --- stdout
    --- stderr
    error: must specify --enable-helm
     --> app/kustomization.yaml:2:3
      |
    2 | - name: web
      |   ^^^^
      |
      = note: while trouble configuring builtin HelmChartInflationGenerator with config: `
              name: web
              valuesInline:
                a: true
              `
      = help: pass `--enable-helm` if helm may be run
    ");
    assert_eq!(sandbox.notes(), "");
}

#[test]
fn helm_is_called_as_kustomize_calls_it() {
    let sandbox = sandbox(
        "\
helmCharts:
- name: web
  releaseName: release
  namespace: space
  nameTemplate: template
  additionalValuesFiles: [more.yaml]
  includeCRDs: true
  skipTests: true
  skipHooks: true
  kubeVersion: '1.29'
  apiVersions: [a, 'b,c']
  debug: true
  devel: true
namePrefix: pre-
",
    )
    .file("app/more.yaml", "more: 1\n");
    assert_snapshot!(sandbox.build(["--enable-helm"]), @"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      a: b
    kind: ConfigMap
    metadata:
      name: pre-web
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: pre-web
      namespace: explicit
    --- stderr
    ");
    assert_snapshot!(sandbox.notes(), @r#"
    helm version --short
      in [folder], config [folder]/tmp/kustomize-helm-X/helm, cache [folder]/tmp/kustomize-helm-X/helm/.cache, data [folder]/tmp/kustomize-helm-X/helm/.data
    helm template release [folder]/app/charts/web --namespace space --name-template template -f [folder]/tmp/kustomize-helm-X/web-kustomize-values.yaml -f [folder]/app/more.yaml --api-versions a --api-versions b,c --kube-version 1.29 --include-crds --skip-tests --no-hooks --debug --devel
      in [folder], config [folder]/tmp/kustomize-helm-X/helm, cache [folder]/tmp/kustomize-helm-X/helm/.cache, data [folder]/tmp/kustomize-helm-X/helm/.data
      web-kustomize-values.yaml:
        # of the chart
        replicas: 1
        list: [a]
        port: "80"
        map: {a: 1, b: 2}
      more.yaml:
        more: 1
    "#);
}

#[test]
fn command_line_says_what_a_chart_does_not() {
    let kustomization =
        "helmCharts: [{name: web}, {name: web, kubeVersion: '1.30', apiVersions: [own]}]\n";
    let sandbox = sandbox(kustomization);
    sandbox.build([
        "--enable-helm=true",
        "--helm-kube-version",
        "1.28",
        "--helm-api-versions",
        "a,b",
        "--helm-api-versions=c",
        "--helm-debug",
    ]);
    let notes = sandbox.notes();
    let calls: Vec<_> = notes
        .lines()
        .filter(|line| line.starts_with("helm template"))
        .collect();
    assert_snapshot!(calls.join("\n"), @"
    helm template --generate-name [folder]/app/charts/web -f [folder]/tmp/kustomize-helm-X/web-kustomize-values.yaml --api-versions a,b --api-versions c --kube-version 1.28 --debug
    helm template --generate-name [folder]/app/charts/web -f [folder]/tmp/kustomize-helm-X/web-kustomize-values.yaml --api-versions own --kube-version 1.30 --debug
    ");
}

#[test]
fn a_plugin_may_say_nothing_to_the_command_line() {
    for (fields, expected) in [
        ("debug: false, kubeVersion: \"\", apiVersions: []", ""),
        (
            "debug: null, kubeVersion: null",
            "--api-versions a --kube-version 1.28 --debug",
        ),
    ] {
        let sandbox = sandbox(&format!(
            "generators: ['{{apiVersion: builtin, kind: HelmChartInflationGenerator, metadata: {{name: a}}, name: web, {fields}}}']\n"
        ));
        sandbox.build([
            "--enable-alpha-plugins",
            "--helm-kube-version=1.28",
            "--helm-api-versions=a",
            "--helm-debug",
        ]);
        let notes = sandbox.notes();
        let call = notes
            .lines()
            .find(|line| line.starts_with("helm template"))
            .unwrap();
        let (_, end) = call.split_once("values.yaml").unwrap();
        assert_eq!(end.trim(), expected, "{fields}");
    }
}

#[test]
fn inline_values_are_joined_with_those_of_a_file() {
    let values = "{replicas: 3, list: [b], port: 81, map: {a: null, c: 3}, big: 12345678901234567890, yes: on}";
    let joined = |merge: &str| {
        let sandbox = sandbox(&format!(
            "helmCharts: [{{name: web, valuesInline: {values}, valuesMerge: {merge}}}]\n"
        ));
        sandbox.build(["--enable-helm"]);
        let notes = sandbox.notes();
        let lines = notes.lines().filter(|line| line.starts_with("    "));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(joined("override"), @r#"
    big: 12345678901234567000
    list:
    - b
    map:
      b: 2
      c: 3
    port: 81
    replicas: 3
    "true": true
    "#);
    assert_snapshot!(joined("merge"), @r#"
    big: 12345678901234567000
    list:
    - a
    map:
      a: 1
      b: 2
      c: 3
    port: "80"
    replicas: 1
    "true": true
    "#);
    assert_snapshot!(joined("replace"), @r#"
    big: 12345678901234567000
    list:
    - b
    map:
      a: null
      c: 3
    port: 81
    replicas: 3
    "true": true
    "#);
}

#[test]
fn folded_values_stay_as_they_are() {
    let sandbox = sandbox(
        "helmCharts:\n- name: web\n  valuesInline:\n    inline: >\n      a\n        b\n      c\n",
    )
    .file("app/charts/web/values.yaml", "file: >\n  a\n    b\n  c\n");
    sandbox.build(["--enable-helm"]);
    let notes = sandbox.notes();
    let lines: Vec<_> = notes
        .lines()
        .filter(|line| line.starts_with("    "))
        .collect();
    assert_snapshot!(lines.join("\n"), @r"
    file: |
      a
        b
      c
    inline: |
      a
        b
      c
    ");
}

#[test]
fn charts_that_are_missing_are_pulled_and_stay() {
    let sandbox = Sandbox::new(
        "helmCharts: [{name: web, repo: 'https://charts.example', version: 1.2.3, devel: true}, {name: web, repo: 'oci://charts.example/a/', releaseName: two}]\nhelmGlobals: {chartHome: kept, configHome: /config}\n",
    )
    .program("bin/helm", HELM);
    sandbox.build(["--enable-helm"]);
    assert_snapshot!(sandbox.notes(), @"
    helm version --short
      in [folder], config /config, cache /config/.cache, data /config/.data
    helm pull --untar --untardir [folder]/app/kept/web-1.2.3 --repo https://charts.example web --version 1.2.3 --devel
      in [folder], config /config, cache /config/.cache, data /config/.data
    helm template --generate-name [folder]/app/kept/web-1.2.3/web -f [folder]/tmp/kustomize-helm-X/web-kustomize-values.yaml --devel
      in [folder], config /config, cache /config/.cache, data /config/.data
      web-kustomize-values.yaml:
        pulled: true
    helm version --short
      in [folder], config /config, cache /config/.cache, data /config/.data
    helm pull --untar --untardir [folder]/app/kept oci://charts.example/a/web
      in [folder], config /config, cache /config/.cache, data /config/.data
    helm template two [folder]/app/kept/web -f [folder]/tmp/kustomize-helm-X/web-kustomize-values.yaml
      in [folder], config /config, cache /config/.cache, data /config/.data
      web-kustomize-values.yaml:
        pulled: true
    ");
    assert!(sandbox.exists("app/kept/web-1.2.3/web/values.yaml"));
    assert!(sandbox.exists("app/kept/web/values.yaml"));
}

#[test]
fn nothing_is_pulled_offline() {
    let sandbox = Sandbox::new("helmCharts: [{name: web, repo: 'https://charts.example'}]\n")
        .program("bin/helm", HELM);
    assert_snapshot!(sandbox.build(["--enable-helm", "--offline"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: chart 'web' is not pulled: `--offline` was given
     --> app/kustomization.yaml:1:14
      |
    1 | helmCharts: [{name: web, repo: 'https://charts.example'}]
      |              ^^^^^
      |
      = help: pull it beforehand to `app/charts/web`
    ");
}

#[test]
fn a_chart_without_a_repository_must_be_there() {
    let sandbox = sandbox("helmCharts: [{name: other}]\n");
    assert_snapshot!(sandbox.build(["--enable-helm"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: there is no chart `other` at `app/charts/other`
     --> app/kustomization.yaml:1:14
      |
    1 | helmCharts: [{name: other}]
      |              ^^^^^
      |
      = note: in kustomize's words: no repo specified for pull, no chart found at ''
      = help: put the chart there, name its folder's home in `helmGlobals.chartHome`, or name a `repo` to pull it from
    ");
}

#[test]
fn charts_outside_the_confines_are_refused() {
    let sandbox = sandbox("helmCharts: [{name: web}]\nhelmGlobals: {chartHome: ../elsewhere}\n")
        .file("elsewhere/web/values.yaml", "");
    let flags = [
        "--enable-helm",
        "--confine",
        "app",
        "--load-restrictor",
        "LoadRestrictionsNone",
    ];
    assert_snapshot!(sandbox.build(flags), @"
    exit: 1
    --- stdout
    --- stderr
    error: security; '[folder]/elsewhere/web' leads out of '[folder]/app', the folder of `--confine`
     --> app/kustomization.yaml:1:14
      |
    1 | helmCharts: [{name: web}]
      |              ^^^^^
      |
      = help: move it into that folder, or confine the render to a folder that holds both
    ");
    assert_eq!(sandbox.notes(), "");
}

#[test]
fn files_of_values_are_restricted_as_all_others() {
    let sandbox = sandbox("helmCharts: [{name: web, valuesFile: ../values.yaml}]\n")
        .file("values.yaml", "a: 1\n");
    assert_snapshot!(sandbox.build(["--enable-helm"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: `../values.yaml` is outside of the kustomization's folder
     --> app/kustomization.yaml:1:14
      |
    1 | helmCharts: [{name: web, valuesFile: ../values.yaml}]
      |              ^^^^^
      |
      = note: in kustomize's words: security; file '[folder]/values.yaml' is not in or below '[folder]/app'
      = help: move the file below the kustomization, or put a kustomization.yaml beside it and name that folder
      = help: pass `--load-restrictor LoadRestrictionsNone` to allow files from anywhere
    ");
}

#[test]
fn namespace_is_the_nearest_one_and_helm_has_the_last_word() {
    let sandbox = Sandbox::new("resources: [../base]\nnamespace: outer\n")
        .program("bin/helm", HELM)
        .file(
            "base/kustomization.yaml",
            "helmCharts: [{name: web, releaseName: r}]\nresources: [o.yaml]\n",
        )
        .file(
            "base/o.yaml",
            "{apiVersion: v1, kind: Secret, metadata: {name: s}}\n",
        )
        .file("base/charts/web/values.yaml", "");
    assert_snapshot!(sandbox.build(["--enable-helm"]), @"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      a: b
    kind: ConfigMap
    metadata:
      name: web
    ---
    apiVersion: v1
    kind: Secret
    metadata:
      name: s
      namespace: outer
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      namespace: explicit
    --- stderr
    ");
    assert!(sandbox.notes().contains(" --namespace outer "));
}

#[test]
fn what_a_generator_puts_in_the_place_of_helms_stays_helms() {
    for behavior in ["merge", "replace"] {
        let sandbox = sandbox(&format!(
            "\
resources: [base]
namespace: outer
configMapGenerator:
- {{name: web, behavior: {behavior}, literals: [c=d]}}
- {{name: web, namespace: outer, literals: [e=f], options: {{disableNameSuffixHash: true}}}}
"
        ))
        .file("app/base/kustomization.yaml", "helmCharts: [{name: web}]\n")
        .file("app/base/charts/web/values.yaml", "");
        let printed = sandbox.build(["--enable-helm"]);
        assert!(printed.starts_with("exit: 0"), "{printed}");
        assert!(
            printed.contains("  c: d\nkind: ConfigMap\nmetadata:\n  name: web\n---"),
            "{printed}"
        );
    }
}

#[test]
fn what_loses_all_annotations_is_helms_no_more() {
    for (metadata, is_helms) in [
        ("name: web, annotations: {a: b}", true),
        ("name: web, annotations: null", false),
        ("name: web, annotations: {$patch: delete}", false),
        ("name: web, annotations: {a: b, $patch: replace}", false),
        ("name: web, $patch: replace", false),
    ] {
        let sandbox = sandbox("resources: [base]\nnamespace: outer\n")
            .file(
                "app/base/kustomization.yaml",
                &format!(
                    "helmCharts: [{{name: web}}]\npatches: [{{patch: '{{apiVersion: v1, kind: ConfigMap, metadata: {{{metadata}}}}}'}}]\n"
                ),
            )
            .file("app/base/charts/web/values.yaml", "");
        let printed = sandbox.build(["--enable-helm"]);
        assert!(printed.starts_with("exit: 0"), "{printed}");
        let has_namespace = printed.contains("  namespace: outer\n");
        assert_eq!(has_namespace, !is_helms, "{metadata}: {printed}");
    }
}

#[test]
fn failures_of_helm_are_told_in_its_words() {
    let sandbox = sandbox("helmCharts: [{name: web, releaseName: r}]\n").program(
        "bin/helm",
        "[ \"$1\" = version ] && { echo v4.0.1; exit; }\necho partly\necho 'Error: template: web/x.yaml:3: nil pointer' >&2\nexit 1\n",
    );
    assert_snapshot!(sandbox.build(["--enable-helm"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: `helm template` fails for the chart `web`: Error: template: web/x.yaml:3: nil pointer
     --> app/kustomization.yaml:1:14
      |
    1 | helmCharts: [{name: web, releaseName: r}]
      |              ^^^^^
      |
      = note: in kustomize's words: Error: template: web/x.yaml:3: nil pointer
              : unable to run: 'helm template r [folder]/app/charts/web -f [folder]/tmp/kustomize-helm-X/web-kustomize-values.yaml' with env=[HELM_CONFIG_HOME=[folder]/tmp/kustomize-helm-X/helm HELM_CACHE_HOME=[folder]/tmp/kustomize-helm-X/helm/.cache HELM_DATA_HOME=[folder]/tmp/kustomize-helm-X/helm/.data] (is 'helm' installed?): exit status 1
    ");
}

#[test]
fn helms_of_other_versions_and_none_are_refused() {
    let sandbox = sandbox("helmCharts: [{name: web}]\n").program("bin/helm", "echo v2.16.0\n");
    assert_snapshot!(sandbox.build(["--enable-helm"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: this plugin requires helm V3 or V4 but got v2.16.0
     --> app/kustomization.yaml:1:14
      |
    1 | helmCharts: [{name: web}]
      |              ^^^^^
      |
      = help: name another helm with `--helm-command`
    ");
    assert_snapshot!(sandbox.build(["--enable-helm", "--helm-command", "no-such-helm"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `no-such-helm version` fails for the chart `web`: exec: "no-such-helm": executable file not found in $PATH
     --> app/kustomization.yaml:1:14
      |
    1 | helmCharts: [{name: web}]
      |              ^^^^^
      |
      = note: in kustomize's words: unable to run: 'no-such-helm version --short' with env=[HELM_CONFIG_HOME=[folder]/tmp/kustomize-helm-X/helm HELM_CACHE_HOME=[folder]/tmp/kustomize-helm-X/helm/.cache HELM_DATA_HOME=[folder]/tmp/kustomize-helm-X/helm/.data] (is 'no-such-helm' installed?): exec: "no-such-helm": executable file not found in $PATH
    "#);
}

#[test]
fn what_helm_prints_must_be_objects() {
    let sandbox = sandbox("helmCharts: [{name: web}]\n").program(
        "bin/helm",
        "case $1 in version) echo v3.1.1;; *) echo 'NOTES: have fun';; esac\n",
    );
    assert_snapshot!(sandbox.build(["--enable-helm"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: helm does not print objects for the chart `web`: missing Resource metadata
     --> app/kustomization.yaml:1:14
      |
    1 | helmCharts: [{name: web}]
      |              ^^^^^
      |
      = note: in kustomize's words: could not parse rnode slice into resource map: missing Resource metadata
    ");
}

#[test]
fn a_chart_may_be_a_plugin() {
    let sandbox = sandbox(
        "\
buildMetadata: [originAnnotations]
namespace: outer
generators:
- |-
  apiVersion: builtin
  kind: HelmChartInflationGenerator
  metadata: {name: generator}
  name: web
  releaseName: release
  valuesInline: {a: 1}
",
    );
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins"]), @"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      a: b
    kind: ConfigMap
    metadata:
      annotations:
        config.kubernetes.io/origin: |
          configuredIn: kustomization.yaml
          configuredBy:
            apiVersion: builtin
            kind: HelmChartInflationGenerator
            name: generator
      name: web
    ---
    apiVersion: v1
    kind: Service
    metadata:
      annotations:
        config.kubernetes.io/origin: |
          configuredIn: kustomization.yaml
          configuredBy:
            apiVersion: builtin
            kind: HelmChartInflationGenerator
            name: generator
      name: web
      namespace: explicit
    --- stderr
    ");
    assert_snapshot!(sandbox.notes(), @r#"
    helm version --short
      in [folder], config [folder]/tmp/kustomize-helm-X/helm, cache [folder]/tmp/kustomize-helm-X/helm/.cache, data [folder]/tmp/kustomize-helm-X/helm/.data
    helm template release [folder]/app/charts/web -f [folder]/tmp/kustomize-helm-X/web-kustomize-values.yaml
      in [folder], config [folder]/tmp/kustomize-helm-X/helm, cache [folder]/tmp/kustomize-helm-X/helm/.cache, data [folder]/tmp/kustomize-helm-X/helm/.data
      web-kustomize-values.yaml:
        a: 1
        list:
        - a
        map:
          a: 1
          b: 2
        port: "80"
        replicas: 1
    "#);
}

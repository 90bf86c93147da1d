//! Charts beside a kustomization, and the entries that inflate them.

use super::super::{Generator, Known};
use super::{Fields, add_entries};
use crate::node::{Node, Scalar, Style};
use crate::tree::Content;
use crate::writer;

/// Shows all that a chart is given.
const SHOWN: &str = "apiVersion: v1
kind: ConfigMap
metadata:
  name: shown-{{ .Chart.Name }}
data:
  release: {{ .Release.Name }} in {{ .Release.Namespace }}, {{ .Release.Service }}
  kubernetes: {{ .Capabilities.KubeVersion.Version | quote }}
  has: {{ .Capabilities.APIVersions.Has \"example.com/v1\" | quote }}
  values: |
{{ .Values | toYaml | indent 4 }}
";

const HOOK: &str = "apiVersion: v1
kind: Pod
metadata:
  name: hook-{{ .Chart.Name }}
  annotations: {helm.sh/hook: HOOK}
";

const NAMESPACED: &str = "{{- if .Values.web }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  selector: {{ .Values.web | toJson }}
{{- end }}
";

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.NAME.example.com
spec: {group: NAME.example.com, names: {kind: Thing, plural: things}, scope: Namespaced, versions: []}
";

impl Generator {
    /// Charts under `helmCharts` and its older form, and as generators.
    pub(super) fn charts(&mut self, dir: &str, fields: &mut Fields, scope: &mut Vec<Known>) {
        if self.wants("helmCharts") {
            let home = if self.wants("helmGlobals") {
                let home = *self.random.pick(&["charts", "vendor/c", "./charts"]);
                let mut globals = Node::map([("chartHome", Node::string(home))]);
                if self.random.chance(30) {
                    globals.set("configHome", Node::string("helm-home"));
                }
                fields.push(("helmGlobals", globals));
                home
            } else {
                "charts"
            };
            let entries = (0..self.random.between(1, 2))
                .map(|_| self.chart_entry(dir, home, scope))
                .collect();
            if home == "charts" && self.wants("chart plugin") {
                let plugins = self.as_plugins(entries);
                add_entries(fields, "generators", plugins);
            } else {
                fields.push(("helmCharts", Node::list(entries)));
            }
        }
        if self.wants("helmChartInflationGenerator") {
            let entry = self.old_entry(dir, scope);
            fields.push(("helmChartInflationGenerator", Node::list(vec![entry])));
        }
    }

    fn as_plugins(&mut self, entries: Vec<Node>) -> Vec<Node> {
        let mut plugins = Vec::new();
        for entry in entries {
            let name = format!("inflate{}", self.next_number());
            let mut plugin = Node::map([
                ("apiVersion", Node::string("builtin")),
                ("kind", Node::string("HelmChartInflationGenerator")),
                ("metadata", Node::map([("name", Node::string(name))])),
            ]);
            if let (Node::Map(plugin), Node::Map(entry)) = (&mut plugin, entry) {
                plugin.entries.extend(entry.entries);
            }
            plugins.push(Node::Embedded(vec![plugin]));
        }
        plugins
    }

    fn chart_entry(&mut self, dir: &str, home: &str, scope: &mut Vec<Known>) -> Node {
        let name = self.chart(&format!("{dir}/{home}"), scope);
        let mut entry = Node::map([("name", Node::string(&*name))]);
        let release = format!(
            "{}{}",
            self.random.pick::<&str>(&["rel", "r.x"]),
            self.number
        );
        entry.set("releaseName", Node::string(release));
        self.add_values(dir, &mut entry);
        for (field, text, share) in [
            ("version", "1.0", 15),
            ("namespace", "of-the-chart", 30),
            ("kubeVersion", "1.30", 15),
        ] {
            if self.random.chance(share) {
                entry.set(field, Node::Scalar(Scalar::new(text, Style::Double)));
            }
        }
        for (field, share) in [
            ("includeCRDs", 30),
            ("skipTests", 20),
            ("skipHooks", 15),
            ("debug", 5),
            ("devel", 5),
        ] {
            if self.random.chance(share) {
                let word = *self.random.pick(&["true", "true", "false"]);
                entry.set(field, Node::plain(word));
            }
        }
        if self.wants("api versions of a chart") {
            let versions = ["example.com/v1", "other/v2"].map(Node::string).to_vec();
            entry.set("apiVersions", Node::list(versions));
        }
        entry
    }

    fn add_values(&mut self, dir: &str, entry: &mut Node) {
        let number = self.next_number();
        if self.random.chance(35) {
            let values = self.values();
            let file = format!("values{number}.yaml");
            self.tree
                .files
                .insert(format!("{dir}/{file}"), Content::Yaml(vec![values]));
            entry.set("valuesFile", Node::string(file));
        }
        if self.random.chance(20) {
            let mut files = Vec::new();
            for letter in ["a", "b"] {
                let values = self.values();
                let file = format!("more{number}{letter}.yaml");
                self.tree
                    .files
                    .insert(format!("{dir}/{file}"), Content::Yaml(vec![values]));
                files.push(Node::string(file));
            }
            entry.set("additionalValuesFiles", Node::list(files));
        }
        if self.random.chance(50) {
            let values = self.values();
            entry.set("valuesInline", values);
        }
        if self.random.chance(35) {
            let merge = match self.random.below(30) {
                0 => "other",
                number => ["override", "merge", "replace"][number % 3],
            };
            entry.set("valuesMerge", Node::string(merge));
        }
    }

    /// Values; a key has the same kind of value everywhere, for other kinds cannot be merged.
    fn values(&mut self) -> Node {
        let mut values = Node::map([]);
        for key in ["alpha", "beta", "web", "main", "list", "null"] {
            if self.random.chance(40) {
                let value = match key {
                    "web" => self.labels(),
                    "main" => self.map_of(3, Self::any),
                    "list" => Node::list((0..2).map(|_| self.blob(1)).collect()),
                    _ => self.any(),
                };
                values.set(key, value);
            }
        }
        values
    }

    /// A chart with templates; its name.
    fn chart(&mut self, home: &str, scope: &mut Vec<Known>) -> String {
        let number = self.next_number();
        let name = format!("{}{number}", self.random.pick::<&str>(&["chart", "c-"]));
        let folder = format!("{home}/{name}").replace("/./", "/");
        let about = format!("apiVersion: v2\nname: {name}\nversion: 1.0.{number}\n");
        self.text_file(&format!("{folder}/Chart.yaml"), &about);
        if self.random.chance(96) {
            let values = self.values();
            self.tree
                .files
                .insert(format!("{folder}/values.yaml"), Content::Yaml(vec![values]));
        }
        let hook = *self
            .random
            .pick(&["test", "pre-install", "post-install,post-upgrade"]);
        for (file, text, share) in [
            ("templates/shown.yaml", SHOWN, 85),
            ("templates/service.yaml", NAMESPACED, 40),
            ("templates/hook.yaml", &HOOK.replace("HOOK", hook), 35),
            ("templates/NOTES.txt", "Thanks for {{ .Chart.Name }}\n", 20),
        ] {
            if self.random.chance(share) {
                self.text_file(&format!("{folder}/{file}"), text);
            }
        }
        if self.wants("crds of a chart") {
            self.text_file(
                &format!("{folder}/crds/crd.yaml"),
                &CRD.replace("NAME", &name),
            );
        }
        self.chart_objects(&folder, scope);
        name
    }

    /// Objects that the chart has as they stand, which the kustomization can refer to.
    fn chart_objects(&mut self, folder: &str, scope: &mut Vec<Known>) {
        for _ in 0..self.random.between(0, 2) {
            let known = self.object();
            let mut object = known.object.clone();
            self.decorate(&mut object);
            if writer::documents(&[object.clone()]).contains("{{") {
                continue;
            }
            let number = self.next_number();
            self.tree.files.insert(
                format!("{folder}/templates/t{number}.yaml"),
                Content::Yaml(vec![object]),
            );
            self.all.push(known.clone());
            scope.push(known);
        }
    }

    fn old_entry(&mut self, dir: &str, scope: &mut Vec<Known>) -> Node {
        let name = self.chart(&format!("{dir}/charts"), scope);
        let mut entry = Node::map([
            ("chartName", Node::string(name)),
            ("releaseName", Node::string("old-release")),
        ]);
        if self.random.chance(40) {
            let values = self.values();
            entry.set("valuesLocal", values);
        }
        if self.random.chance(30) {
            let merge = *self.random.pick(&["override", "merge", "replace"]);
            entry.set("valuesMerge", Node::string(merge));
        }
        entry
    }
}

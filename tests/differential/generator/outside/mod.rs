//! What a tree takes from elsewhere: repositories, servers, charts, functions, and the options that let it.
//!
//! Files below `git/NAME/REVISION/` are a revision of a repository, and those below `http/` are served; the harness puts
//! the address of each in place of the marks `[here]`, `[server]` and `[commit:NAME:REVISION]`.

mod charts;
mod functions;
mod programs;
mod remote;

use super::{Generator, Known};
use crate::node::Node;
use crate::tree::Content;

type Fields = Vec<(&'static str, Node)>;

/// The features of a layer that goes outside, with their shares as in `FEATURES`.
pub(crate) const OUTSIDE_FEATURES: [(&str, usize); 23] = [
    ("remote folder", 30),
    ("remote root", 6),
    ("remote revisions", 30),
    ("remote commit", 15),
    ("submodule", 15),
    ("served file", 12),
    ("file from anywhere", 4),
    ("helmCharts", 22),
    ("helmChartInflationGenerator", 3),
    ("chart plugin", 10),
    ("helmGlobals", 30),
    ("crds of a chart", 30),
    ("api versions of a chart", 15),
    ("function generators", 14),
    ("function transformers", 26),
    ("function validators", 1),
    ("container", 20),
    ("legacy plugin", 20),
    ("unusual function", 3),
    ("function options", 40),
    ("helm options", 30),
    ("without a permission", 2),
    ("output", 20),
];

impl Generator {
    /// The fields that make objects or change them with programs.
    pub(super) fn outside_fields(
        &mut self,
        dir: &str,
        fields: &mut Fields,
        scope: &mut Vec<Known>,
    ) {
        self.charts(dir, fields, scope);
        for (field, feature) in [
            ("generators", "function generators"),
            ("transformers", "function transformers"),
            ("validators", "function validators"),
        ] {
            if self.wants(feature) {
                let entries = self.functions(dir, field);
                add_entries(fields, field, entries);
            }
        }
    }

    /// The options of the build, once the whole tree is there.
    pub(super) fn outside_options(&mut self) {
        let has = |generator: &Self, names: &[&str]| {
            names
                .iter()
                .any(|name| generator.tree.features.contains(name))
        };
        if has(self, &["helmCharts", "helmChartInflationGenerator"]) {
            self.helm_options();
        }
        if has(
            self,
            &[
                "function generators",
                "function transformers",
                "function validators",
            ],
        ) {
            self.function_options();
        }
        if has(self, &["file from anywhere"]) {
            self.option("--load-restrictor=LoadRestrictionsNone");
        }
        if self.random.chance(5) {
            let order = *self.random.pick(&["legacy", "none"]);
            self.option(&format!("--reorder={order}"));
        }
        if self.wants("output") {
            let output = *self.random.pick(&["../out/all.yaml", "../out", "../out/"]);
            let form = *self.random.pick(&["-o", "--output="]);
            self.option(&format!("{form}{output}"));
        }
    }

    fn helm_options(&mut self) {
        if self.wants("without a permission") {
            return;
        }
        let permission = *self.random.pick(&["--enable-helm", "--enable-helm=true"]);
        self.option(permission);
        self.option("--helm-command=[here]/bin/helm");
        if !self.wants("helm options") {
            return;
        }
        // kustomize takes the versions of one chart for those of others if it is given some.
        let have_versions = self.tree.features.contains("api versions of a chart");
        for option in [
            "--helm-kube-version=1.29.3",
            "--helm-api-versions=example.com/v1",
            "--helm-api-versions=a/v1,b/v2",
            "--helm-debug",
        ] {
            if !(have_versions && option.contains("versions")) && self.random.chance(40) {
                self.option(option);
            }
        }
    }

    fn function_options(&mut self) {
        if !self.wants("without a permission") {
            self.option("--enable-alpha-plugins");
        }
        if !self.wants("without a permission") {
            self.option("--enable-exec");
        }
        if !self.wants("function options") {
            return;
        }
        for option in [
            "--as-current-user",
            "--network",
            "--network-name=other",
            "-eA=of the line",
            "--env=EMPTY=",
            "--env=HOME",
            "--env=UNSET_HERE",
            "--mount=type=bind,src=top,dst=/top",
            "--mount=type=bind,src=[here]/top,dst=/rw,rw=true",
            "--mount=type=tmpfs,dst=/tmp",
        ] {
            if self.random.chance(25) {
                self.option(option);
            }
        }
    }

    fn option(&mut self, option: &str) {
        self.tree.options.push(option.to_string());
    }

    /// Puts a text file somewhere into the tree.
    fn text_file(&mut self, path: &str, text: &str) {
        let lines = text.split_inclusive('\n').map(str::to_owned).collect();
        self.tree
            .files
            .insert(path.to_string(), Content::Lines(lines));
    }
}

/// Adds to a list that may be there already.
fn add_entries(fields: &mut Fields, field: &'static str, entries: Vec<Node>) {
    match fields.iter_mut().find(|(name, _)| *name == field) {
        Some((_, Node::List(list))) => list.items.extend(entries),
        _ => fields.push((field, Node::list(entries))),
    }
}

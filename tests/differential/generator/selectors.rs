//! Selectors of patches and replacements.

use super::{Generator, Known};
use crate::node::Node;

impl Generator {
    /// A selector of exactly this object, as far as one can say.
    pub(super) fn exact_selector(&mut self, known: &Known) -> Node {
        let mut selector = Node::map([
            ("kind", Node::string(known.kind())),
            ("name", Node::string(known.name())),
        ]);
        if self.random.chance(20) {
            let (group, version) = group_version(known);
            selector.set("version", Node::string(version));
            if !group.is_empty() {
                selector.set("group", Node::string(group));
            }
        }
        if let Some(namespace) = known
            .metadata("namespace")
            .filter(|_| self.random.chance(40))
        {
            selector.set("namespace", Node::string(namespace));
        }
        selector
    }

    /// A selector of several objects, by patterns and labels.
    pub(super) fn wide_selector(&mut self, known: &Known) -> Node {
        let mut selector = Node::map([]);
        if self.random.chance(60) {
            let kind = known.kind();
            let half: String = kind.chars().take(kind.len() / 2).collect();
            let kind = match self.random.below(4) {
                0 => format!("{half}.*"),
                1 => format!("{kind}|ConfigMap"),
                2 => ".*Set|Deployment".into(),
                _ => kind,
            };
            selector.set("kind", Node::string(kind));
        }
        if self.random.chance(40) {
            let name = *self.random.pick(&[
                "app|db",
                "a.*",
                "[a-m].+",
                ".*-.*",
                "web",
                "(one-|two-)?app",
                ".",
                "a.b",
                "^db$",
            ]);
            selector.set("name", Node::string(name));
        }
        if self.random.chance(15) {
            let namespace =
                *self
                    .random
                    .pick(&["default", "prod", "team-.*", "_non_namespaceable_"]);
            selector.set("namespace", Node::string(namespace));
        }
        if self.random.chance(10) {
            let group = *self
                .random
                .pick(&["apps", "apps|batch", ".*k8s.io", "example.com"]);
            selector.set("group", Node::string(group));
        }
        for field in ["labelSelector", "annotationSelector"] {
            if self.random.chance(18) {
                let text = *self.random.pick(&[
                    "app",
                    "!app",
                    "app=web",
                    "app==web",
                    "app!=web",
                    "app in (web, db)",
                    "tier notin (one),app",
                    "team,env!=two",
                    "app=",
                    "tier>0",
                ]);
                selector.set(field, Node::string(text));
            }
        }
        selector
    }
}

/// The group and the version of an apiVersion.
pub(super) fn group_version(known: &Known) -> (String, String) {
    let text = known.text("apiVersion");
    let (group, version) = text.split_once('/').unwrap_or(("", &text));
    (group.to_string(), version.to_string())
}

//! The fields of a kustomization that change objects.

use super::odd::IMAGES;
use super::{Generator, Known};
use crate::node::Node;

type Fields = Vec<(&'static str, Node)>;

impl Generator {
    pub(super) fn fields(&mut self, dir: &str, fields: &mut Fields, scope: &mut [Known]) {
        self.header(fields);
        self.naming(fields);
        self.labelling(fields);
        for _ in 0..usize::from(self.wants("images")) {
            let images = (0..self.random.between(1, 3))
                .map(|_| self.image_entry())
                .collect();
            fields.push(("images", Node::list(images)));
        }
        self.replicas(fields, scope);
        self.patch_fields(dir, fields, scope);
        self.copying(dir, fields, scope);
        self.tables(dir, fields);
        self.plugin_fields(dir, fields, scope);
        if self.wants("sortOptions") {
            let options = self.sort_options();
            fields.push(("sortOptions", options));
        }
    }

    fn header(&mut self, fields: &mut Fields) {
        if fields.iter().any(|(key, _)| *key == "kind") {
            return;
        }
        if self.random.chance(50) {
            fields.push((
                "apiVersion",
                Node::string("kustomize.config.k8s.io/v1beta1"),
            ));
            fields.push(("kind", Node::string("Kustomization")));
        }
        if self.random.chance(4) {
            fields.push(("metadata", Node::map([("name", Node::string("ignored"))])));
        }
    }

    fn naming(&mut self, fields: &mut Fields) {
        let has_prefix = fields.iter().any(|(key, _)| *key == "namePrefix");
        if self.wants("namespace") {
            fields.push(("namespace", Node::string(self.namespace())));
        }
        if self.wants("namePrefix") && !has_prefix {
            fields.push((
                "namePrefix",
                Node::string(*self.random.pick(&["p-", "dev.", "x", "a-b-"])),
            ));
        }
        if self.wants("nameSuffix") {
            fields.push((
                "nameSuffix",
                Node::string(*self.random.pick(&["-s", "-v1", ".z"])),
            ));
        }
    }

    fn labelling(&mut self, fields: &mut Fields) {
        if self.wants("labels") {
            let entries = (0..self.random.between(1, 2))
                .map(|_| self.labels_entry())
                .collect();
            fields.push(("labels", Node::list(entries)));
        }
        for field in ["commonLabels", "commonAnnotations"] {
            if fields.iter().all(|(key, _)| *key != field) && self.wants(field) {
                let labels = self.labels();
                fields.push((field, labels));
            }
        }
    }

    fn labels_entry(&mut self) -> Node {
        let mut entry = Node::map([("pairs", self.labels())]);
        for flag in ["includeSelectors", "includeTemplates"] {
            if self.random.chance(35) {
                entry.set(
                    flag,
                    Node::plain(*self.random.pick(&["true", "true", "false"])),
                );
            }
        }
        if self.random.chance(20) {
            let fields = (0..self.random.between(1, 2))
                .map(|_| self.field_spec())
                .collect();
            entry.set("fields", Node::list(fields));
        }
        entry
    }

    pub(super) fn field_spec(&mut self) -> Node {
        let paths = [
            "spec/extra/labels",
            "spec/template/metadata/labels",
            "spec/list[]/labels",
            "spec/containers/labels",
            "a\\/b/labels",
            "metadata/labels",
            "data",
        ];
        let mut spec = Node::map([("path", Node::string(*self.random.pick(&paths)))]);
        if self.random.chance(60) {
            spec.set(
                "kind",
                Node::string(
                    *self
                        .random
                        .pick(&["Foo", "Deployment", "Service", "Bar", "Job"]),
                ),
            );
        }
        if self.random.chance(20) {
            spec.set(
                "group",
                Node::string(*self.random.pick(&["apps", "example.com", "batch"])),
            );
        }
        if self.random.chance(20) {
            spec.set("version", Node::string("v1"));
        }
        let is_default = spec
            .get("path")
            .and_then(Node::text)
            .is_some_and(|path| path.ends_with("metadata/labels"));
        if is_default || self.random.chance(60) {
            spec.set("create", Node::plain("true"));
        }
        spec
    }

    pub(super) fn image_entry(&mut self) -> Node {
        let image = *self.random.pick(&IMAGES);
        let after_registry = image.rfind('/').map_or(0, |slash| slash + 1);
        let end = image[after_registry..]
            .find([':', '@'])
            .map_or(image.len(), |mark| after_registry + mark);
        let mut entry = Node::map([("name", Node::string(&image[..end]))]);
        if self.random.chance(40) {
            entry.set(
                "newName",
                Node::string(
                    *self
                        .random
                        .pick(&["mirror.io:443/x", "nginx", "app", "re.po/y"]),
                ),
            );
        }
        match self.random.below(5) {
            0 => entry.set("digest", Node::string("sha256:0123")),
            1 => entry.set("tagSuffix", Node::string("-fips")),
            2 | 3 => entry.set(
                "newTag",
                Node::string(*self.random.pick(&["v2", "1.0", "latest", "20240101"])),
            ),
            _ => {}
        }
        if self.random.chance(6) {
            entry.set("digest", Node::string("sha256:4567"));
        }
        entry
    }

    fn replicas(&mut self, fields: &mut Fields, scope: &[Known]) {
        let kinds = ["Deployment", "StatefulSet", "ReplicationController"];
        let names: Vec<String> = scope
            .iter()
            .filter(|known| kinds.contains(&known.kind().as_str()))
            .map(Known::name)
            .collect();
        if names.is_empty() || !self.wants("replicas") {
            return;
        }
        let mut entry = Node::map([("name", Node::string(self.random.pick(&names).as_str()))]);
        if self.random.chance(90) {
            entry.set("count", Node::plain(*self.random.pick(&["0", "1", "7"])));
        }
        fields.push(("replicas", Node::list(vec![entry])));
    }

    fn sort_options(&mut self) -> Node {
        let kinds = [
            "ConfigMap",
            "Deployment",
            "Secret",
            "Service",
            "Foo",
            "Namespace",
            "Job",
        ];
        match self.random.below(3) {
            0 => Node::map([("order", Node::string("fifo"))]),
            1 => Node::map([("order", Node::string("legacy"))]),
            _ => {
                let mut lists = Node::map([]);
                for field in ["orderFirst", "orderLast"] {
                    if self.random.chance(70) {
                        let items = (0..self.random.between(1, 3))
                            .map(|_| Node::string(*self.random.pick(&kinds)))
                            .collect();
                        lists.set(field, Node::list(items));
                    }
                }
                Node::map([
                    ("order", Node::string("legacy")),
                    ("legacySortOptions", lists),
                ])
            }
        }
    }
}

//! Reads recorded manifests and answers what a cluster would make of them: who names whom, who reaches whom.

#![expect(clippy::disallowed_methods, reason = "reads the recorded output")]

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde_yaml::Value;

pub(crate) const OVERLAYS: [&str; 3] = ["kind", "production", "staging"];

/// A pod template of a render, with the render it is in.
pub(crate) struct Pod<'a> {
    pub(crate) overlay: &'a str,
    pub(crate) objects: &'a [Value],
    pub(crate) owner: &'a Value,
    pub(crate) template: &'a Value,
}

impl Pod<'_> {
    /// Asserts that the render has the object, if one is named; the service CA makes the Secrets that a Service asks for.
    pub(crate) fn needs(&self, kind: &str, wanted: &Value) {
        const SERVING_CERT: &str = "service.beta.openshift.io/serving-cert-secret-name";
        if wanted.is_null() {
            return;
        }
        let present =
            of_kind(self.objects, kind).any(|object| object["metadata"]["name"] == *wanted);
        let issued = kind == "Secret"
            && of_kind(self.objects, "Service")
                .any(|service| service["metadata"]["annotations"][SERVING_CERT] == *wanted);
        assert!(present || issued, "{self}: no {kind} {}", text(wanted));
    }

    pub(crate) fn has_labels(&self, wanted: &Value) -> bool {
        let labels = &self.template["metadata"]["labels"];
        wanted
            .as_mapping()
            .is_some_and(|wanted| wanted.iter().all(|(key, value)| labels[key] == *value))
    }

    pub(crate) fn listens_on(&self, port: &Value) -> bool {
        list(&self.template["spec"]["containers"])
            .iter()
            .flat_map(|container| list(&container["ports"]))
            .any(|listed| listed["name"] == *port || listed["containerPort"] == *port)
    }
}

impl fmt::Display for Pod<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = text(&self.owner["kind"]);
        write!(f, "{}: {kind} {}", self.overlay, name(self.owner))
    }
}

pub(crate) fn pods<'a>(overlay: &'a str, objects: &'a [Value]) -> impl Iterator<Item = Pod<'a>> {
    objects.iter().filter_map(move |owner| {
        let template = match text(&owner["kind"]) {
            "Deployment" => &owner["spec"]["template"],
            "PodTemplate" => &owner["template"],
            _ => return None,
        };
        Some(Pod {
            overlay,
            objects,
            owner,
            template,
        })
    })
}

/// Whether the network policies let pods labelled `app: from`, of the same namespace or another, reach a port.
pub(crate) fn allows(
    objects: &[Value],
    from: &str,
    same_namespace: bool,
    to: &str,
    port: &str,
) -> bool {
    let is_for = |selector: &Value, app: &str| {
        let labels = &selector["matchLabels"];
        labels.is_null() || labels["app"] == app
    };
    of_kind(objects, "NetworkPolicy")
        .map(|policy| &policy["spec"])
        .filter(|policy| is_for(&policy["podSelector"], to))
        .flat_map(|policy| list(&policy["ingress"]))
        .filter(|rule| {
            let ports = list(&rule["ports"]);
            ports.is_empty() || ports.iter().any(|listed| listed["port"] == port)
        })
        .any(|rule| {
            rule["from"].is_null()
                || list(&rule["from"]).iter().any(|peer| {
                    let namespaces = &peer["namespaceSelector"];
                    let in_reach = match namespaces.as_mapping() {
                        None => same_namespace,
                        Some(labels) => labels.is_empty(),
                    };
                    in_reach && is_for(&peer["podSelector"], from)
                })
        })
}

pub(crate) fn rendered(overlay: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("snapshots/{overlay}.snap.yaml"));
    let manifests = std::fs::read_to_string(path).expect("a snapshot of the overlay");
    serde_yaml::Deserializer::from_str(&manifests)
        .map(|document| Value::deserialize(document).expect("a manifest"))
        .collect()
}

pub(crate) fn of_kind<'a>(objects: &'a [Value], kind: &str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |object| object["kind"] == kind)
}

pub(crate) fn find<'a>(objects: &'a [Value], kind: &str, wanted: &str) -> &'a Value {
    of_kind(objects, kind)
        .find(|object| name(object) == wanted)
        .unwrap_or_else(|| panic!("no {kind} {wanted}"))
}

pub(crate) fn container<'a>(objects: &'a [Value], owner: &str, wanted: &str) -> &'a Value {
    pods("", objects)
        .filter(|pod| name(pod.owner) == owner)
        .flat_map(|pod| list(&pod.template["spec"]["containers"]))
        .find(|container| container["name"] == wanted)
        .unwrap_or_else(|| panic!("no container {wanted} in {owner}"))
}

pub(crate) fn containers(spec: &Value) -> impl Iterator<Item = &Value> {
    list(&spec["initContainers"])
        .iter()
        .chain(list(&spec["containers"]))
}

pub(crate) fn name(object: &Value) -> &str {
    text(&object["metadata"]["name"])
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_sequence().map_or(&[], Vec::as_slice)
}

//! The text of a resource file to objects (spec 01 R26–R29, 10 R15–R31).

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use crate::model::{
    Behavior, Fault, FieldPath, Mapping, Place, PreviousId, Resource, Source, Text, Value,
};
use crate::yaml;

use super::list;
use super::syntax::syntax_fault;

/// Why a text does not hold objects.
#[derive(Debug)]
pub enum Failure {
    /// It is not YAML. kustomize then never takes the file's name for a folder's (spec 01 R21).
    Syntax(Fault),
    /// It is YAML, but not a list of objects.
    Object(Fault),
}

impl Failure {
    /// The failure alone.
    pub fn into_fault(self) -> Fault {
        match self {
            Self::Syntax(fault) | Self::Object(fault) => fault,
        }
    }
}

/// Reads the objects of a resource file or a strategic merge patch.
pub fn read(text: &[u8], file: &Arc<PathBuf>) -> Result<Vec<Resource>, Failure> {
    let documents = yaml::read_documents(text).map_err(|error| {
        if error.message.starts_with("yaml: ") {
            Failure::Syntax(syntax_fault("MalformedYAMLError: ", &error, text, file))
        } else {
            Failure::Object(syntax_fault("", &error, text, file))
        }
    })?;
    let mut resources = Vec::with_capacity(documents.len());
    let mut queue = VecDeque::new();
    let is_lone = documents.len() == 1;
    for document in documents {
        match list::unwrap_lone(&document.value).filter(|_| is_lone && is_one_piece(text)) {
            Some(items) => queue.extend(items.into_iter().map(|item| (item, document.line))),
            None => queue.push_back((document.value, document.line)),
        }
    }
    // What lists hold comes after all other objects of the file.
    while let Some((value, line)) = queue.pop_front() {
        if value.is_null_or_empty() {
            continue;
        }
        let source = Source {
            file: Arc::clone(file),
            line,
        };
        check(&value, &source).map_err(Failure::Object)?;
        match list::expand(&value) {
            Some(items) => {
                let items = items.map_err(|fault| {
                    let path = FieldPath::of_keys(&["items"]);
                    Failure::Object(fault.at(Place::of_field(source, path)))
                })?;
                queue.extend(items.into_iter().map(|item| (item, line)));
            }
            None => resources.push(resource(value, source)),
        }
    }
    Ok(resources)
}

/// Whether no separator line splits the text (spec 10 R10).
fn is_one_piece(text: &[u8]) -> bool {
    !memchr::memmem::find_iter(text, b"\n---")
        .any(|start| memchr::memchr(b'\n', &text[start + 1..]).is_some())
}

fn resource(value: Value, source: Source) -> Resource {
    let mut resource = Resource::new(value);
    resource.source = Some(source);
    absorb_bookkeeping(&mut resource);
    resource
}

/// Refuses what is not an object (spec 10 R20–R23).
fn check(value: &Value, source: &Source) -> Result<(), Fault> {
    let text = |keys: &[&str]| {
        value
            .at(keys)
            .and_then(Value::text)
            .map_or("", Text::as_str)
    };
    let fault = |message: String, keys: &[&str]| {
        let is_there = value.at(keys).is_some();
        let path = FieldPath::of_keys(if is_there { keys } else { &[] });
        Fault::new(message).at(Place::of_field(source.clone(), path))
    };
    let (kind, name) = (text(&["kind"]), text(&["metadata", "name"]));
    let labels = || texts(value.at(&["metadata", "labels"]));
    let annotations = || texts(value.at(&["metadata", "annotations"]));
    let namespace = text(&["metadata", "namespace"]);
    let is_bare = text(&["apiVersion"]).is_empty()
        && [kind, name, namespace].iter().all(|text| text.is_empty())
        && labels().is_empty()
        && annotations().is_empty();
    if is_bare {
        let fault = fault("missing Resource metadata".into(), &[]);
        return Err(fault
            .titled("this is no object of a cluster")
            .hint(what_it_may_be(value)));
    }
    let object = || {
        format!(
            "{{{{{} {kind}}} {{{{{name} {namespace}}} {} {}}}}}",
            text(&["apiVersion"]),
            go_map(&labels()),
            go_map(&annotations())
        )
    };
    if kind.is_empty() {
        let fault = fault(format!("missing kind in object {}", object()), &["kind"]);
        let fault = fault.titled("the object has no `kind`");
        return Err(fault.hint("give the object a `kind`"));
    }
    if name.is_empty() && !kind.ends_with("List") {
        let fault = fault(
            format!("missing metadata.name in object {}", object()),
            &["metadata"],
        )
        .titled("the object has no `metadata.name`");
        return Err(if value.at(&["metadata", "generateName"]).is_some() {
            fault.hint("give the object a `metadata.name`: `generateName` is for objects that are created one by one")
        } else {
            fault.hint("give the object a `metadata.name`")
        });
    }
    Ok(())
}

/// The texts of a map, as kustomize's view of labels and annotations has them.
fn texts(value: Option<&Value>) -> BTreeMap<&str, &str> {
    let map = value.and_then(Value::as_mapping);
    map.into_iter()
        .flat_map(Mapping::iter)
        .map(|(key, value)| (key.as_str(), value.text().map_or("", Text::as_str)))
        .collect()
}

/// `map[a:b c:d]`, as Go prints maps.
fn go_map(map: &BTreeMap<&str, &str>) -> String {
    let entries: Vec<_> = map
        .iter()
        .map(|(key, value)| format!("{key}:{value}"))
        .collect();
    format!("map[{}]", entries.join(" "))
}

fn what_it_may_be(value: &Value) -> &'static str {
    const KUSTOMIZATION: [&str; 6] = [
        "resources",
        "bases",
        "patches",
        "namePrefix",
        "images",
        "configMapGenerator",
    ];
    match value {
        Value::Mapping(map) if KUSTOMIZATION.iter().any(|field| map.contains_key(field)) => {
            "this looks like a kustomization: name its folder in place of the file"
        }
        Value::Sequence(items) if items.iter().any(|item| item.get("op").is_some()) => {
            "this looks like a JSON patch: name it under `patches:` with a `target`"
        }
        Value::Sequence(_) => "separate objects with a line `---` in place of a list",
        Value::Mapping(_) => "an object needs `apiVersion`, `kind` and `metadata.name`",
        Value::Scalar(_) => {
            "a resource file holds objects with `apiVersion`, `kind` and `metadata.name`"
        }
    }
}

const PREFIX: &str = "internal.config.kubernetes.io/";

/// Takes kustomize's own annotations over into the fields that stand for them (spec 01 R37, 02 T10).
fn absorb_bookkeeping(resource: &mut Resource) {
    let annotations = resource.value().at(&["metadata", "annotations"]);
    let carries_any = annotations
        .and_then(Value::as_mapping)
        .is_some_and(|map| map.iter().any(|(key, _)| key.starts_with(PREFIX)));
    if !carries_any {
        return;
    }
    let mut take = |name: &str| {
        let annotations = resource
            .value_mut()
            .get_mut("metadata")?
            .get_mut("annotations")?;
        let value = annotations
            .as_mapping_mut()?
            .remove(&format!("{PREFIX}{name}"))?;
        value.text().cloned()
    };
    let mut list = |name: &str| -> Vec<Text> {
        let text = take(name).unwrap_or_default();
        let parts = text.split(',').filter(|_| !text.is_empty());
        parts.map(Text::from).collect()
    };
    let (names, namespaces, kinds) = (
        list("previousNames"),
        list("previousNamespaces"),
        list("previousKinds"),
    );
    let (prefixes, suffixes) = (list("prefixes"), list("suffixes"));
    let needs_hash = take("needsHashSuffix").is_some_and(|text| text == "enabled");
    let behavior = match take("generatorBehavior").as_deref() {
        Some("create") => Behavior::Create,
        Some("replace") => Behavior::Replace,
        Some("merge") => Behavior::Merge,
        _ => Behavior::Unspecified,
    };
    let previous = names.into_iter().zip(namespaces).zip(kinds);
    resource.set_previous(previous.map(|((name, namespace), kind)| PreviousId {
        name,
        namespace,
        kind,
    }));
    resource.prefixes.extend(prefixes);
    resource.suffixes.extend(suffixes);
    resource.needs_hash = needs_hash;
    resource.behavior = behavior;
}

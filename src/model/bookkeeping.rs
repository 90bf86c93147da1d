//! The annotations in which kustomize keeps its books on an object. Here the books are fields of [`Resource`]; where kustomize
//! lets users see them, [`show`] makes that view, and [`take`] takes it back (spec 01 R37).

use anyhow::{Result, bail};

use super::{
    Behavior, Mapping, PreviousId, Resource, Scalar, Style, Tag, Text, Value, may_have_duplicates,
};

/// What the keys of kustomize's own annotations begin with.
pub const PREFIX: &str = "internal.config.kubernetes.io/";

/// The annotations that stand for the books on an object.
pub fn show(resource: &Resource) -> Vec<(Text, Text)> {
    let previous = resource.previous();
    let mut books = Vec::new();
    let mut add = |name: &str, text: Text| {
        if !text.is_empty() {
            books.push((ecow::eco_format!("{PREFIX}{name}"), text));
        }
    };
    add("previousKinds", joined(previous.iter().map(|id| &id.kind)));
    add("previousNames", joined(previous.iter().map(|id| &id.name)));
    add(
        "previousNamespaces",
        joined(previous.iter().map(|id| &id.namespace)),
    );
    add("prefixes", joined(&resource.prefixes));
    add("suffixes", joined(&resource.suffixes));
    if resource.needs_hash {
        add("needsHashSuffix", "enabled".into());
    }
    if resource.is_generated {
        add("generatorBehavior", resource.behavior.word().into());
    }
    if resource.allowed_name_change {
        add("allowNameChange", "enabled".into());
    }
    if resource.allowed_kind_change {
        add("allowKindChange", "enabled".into());
    }
    if resource.is_from_helm {
        add("helm-generated", "true".into());
    }
    books
}

/// Takes kustomize's own annotations over into the fields that stand for them.
pub fn take(resource: &mut Resource) {
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
    let (namespaces, kinds) = (list("previousNamespaces"), list("previousKinds"));
    // Names that were no text are not told, where they come first.
    let mut names = list("previousNames");
    let untold = namespaces.len().saturating_sub(names.len());
    names.splice(..0, std::iter::repeat_n(Text::new(), untold));
    let (prefixes, suffixes) = (list("prefixes"), list("suffixes"));
    let needs_hash = take("needsHashSuffix").is_some_and(|text| text == "enabled");
    let behavior = take("generatorBehavior");
    let allowed_name_change = take("allowNameChange").is_some();
    let allowed_kind_change = take("allowKindChange").is_some();
    let is_from_helm = take("helm-generated").is_some();
    let previous = names.into_iter().zip(namespaces).zip(kinds);
    resource.set_previous(previous.map(|((name, namespace), kind)| PreviousId {
        name,
        namespace,
        kind,
    }));
    resource.prefixes.extend(prefixes);
    resource.suffixes.extend(suffixes);
    resource.needs_hash = needs_hash;
    resource.is_generated = behavior.is_some();
    resource.behavior = behavior.map_or(Behavior::default(), |word| Behavior::of_word(&word));
    resource.allowed_name_change = allowed_name_change;
    resource.allowed_kind_change = allowed_kind_change;
    resource.is_from_helm = is_from_helm;
}

/// Sets annotations of an object. All others become text then, as when kustomize sets one, and are no longer folded; of those of
/// one key, the last counts.
pub fn annotate(value: &mut Value, books: impl IntoIterator<Item = (Text, Text)>) {
    let Some(annotations) = annotations_mut(value) else {
        return;
    };
    if may_have_duplicates(annotations.entries()) {
        let entries = std::mem::take(annotations);
        for (key, value) in entries {
            annotations.insert(key.text, value);
        }
    }
    for (key, text) in books {
        annotations.insert(key, Value::string(text));
    }
    for value in annotations.values_mut() {
        let is_text = |scalar: &Scalar| scalar.tag == Tag::Str && scalar.style != Style::Folded;
        if !value.as_scalar().is_some_and(is_text) {
            let text = value.as_scalar().map(|scalar| scalar.text.clone());
            *value = Value::string(text.unwrap_or_default());
        }
    }
}

/// Does to annotations that are written more than once what kustomize does before it sets some: it takes the first of them away,
/// and writes what all say into the next; of one key, the first counts. Texts and empty lists it has lost by
/// then where it had `written` among them before.
/// Says whether what is set now stays: below a null it does not.
pub fn join_next(value: &mut Value, written: bool) -> Result<bool> {
    const KEY: &str = "annotations";
    let Some(metadata) = value.get_mut("metadata").and_then(Value::as_mapping_mut) else {
        return Ok(true);
    };
    let count = |metadata: &Mapping| metadata.iter().filter(|(key, _)| *key == KEY).count();
    if count(metadata) < 2 {
        return Ok(true);
    }
    if written {
        let is_list = |value: &Value| value.as_sequence().is_some_and(|items| !items.is_empty());
        metadata.retain(|key, value| key != KEY || value.as_mapping().is_some() || is_list(value));
        if count(metadata) < 2 {
            return Ok(true);
        }
    }
    let first = metadata.remove(KEY);
    match metadata.get_mut(KEY) {
        Some(Value::Mapping(next)) => {
            if let Some(Value::Mapping(first)) = first {
                for (key, value) in first {
                    next.insert(key.text, value);
                }
            }
            Ok(true)
        }
        Some(next) if !next.is_null() => bail!(
            "wrong node kind: expected MappingNode but got {}",
            next.node_kind()
        ),
        _ => Ok(false),
    }
}

/// The annotations of an object, made where they are missing.
pub fn annotations_mut(value: &mut Value) -> Option<&mut Mapping> {
    let root = value.as_mapping_mut()?;
    let metadata = root
        .get_or_insert_with("metadata", || Mapping::new().into())
        .as_mapping_mut()?;
    let annotations = metadata.get_or_insert_with("annotations", || Mapping::new().into());
    if annotations.as_scalar().is_some() {
        *annotations = Mapping::new().into();
    }
    annotations.as_mapping_mut()
}

/// A list as kustomize keeps it, who appends to what is there: names that are no text are lost before others.
fn joined<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
    let texts = texts.into_iter().map(Text::as_str);
    let texts: Vec<_> = texts.skip_while(|text| text.is_empty()).collect();
    texts.join(",").into()
}

//! What becomes of an object that a function printed before kustomize goes on with it, pass by pass (spec 15 R85).

use anyhow::{Result, bail};

use super::protocol::{INDEX, MIGRATION, NUMBER, PATH, text_of};
use crate::model::{
    Fault, Mapping, Resource, Scalar, Style, Tag, Typed, Value, bookkeeping, may_have_duplicates,
};
use crate::transform::patch::{self, Schema};

/// Does to an object that a function printed what kustomize does before it goes on with it: it copies comments to it from what
/// the function was given for it, puts its annotations in order, prints it and reads it again.
pub(super) fn settle(
    resource: &mut Resource,
    given: &[Value],
    schema: &Schema,
    is_own: bool,
) -> Result<(), Fault> {
    let failure = |error| Fault::new(format!("couldn't execute function: {error}"));
    let given_as = number(resource);
    if let Some(given) = given_as.and_then(|number| given.get(number - 1)) {
        patch::copy_comments(given, resource.value_mut(), schema).map_err(failure)?;
        take_numbers(resource);
    }
    if is_own {
        settle_annotations(resource, given).map_err(failure)?;
    }
    print_once(resource);
    Ok(())
}

/// The number that an object had among those that a function was given, counted from 1.
fn number(resource: &Resource) -> Option<usize> {
    let annotations = resource.value().at(&["metadata", "annotations"])?;
    // The newer version counts.
    let mut texts = NUMBER
        .iter()
        .rev()
        .filter_map(|key| annotations.get(key)?.text());
    texts.next()?.parse().ok().filter(|number| *number > 0)
}

/// Does what happens to an object when kustomize knows what the function was given for it: annotations of one key become the first
/// of them, and those that told what it was given are gone.
fn take_numbers(resource: &mut Resource) {
    let metadata = resource.value_mut().get_mut("metadata");
    let annotations = metadata.and_then(|metadata| metadata.get_mut("annotations"));
    let Some(annotations) = annotations.and_then(Value::as_mapping_mut) else {
        return;
    };
    let mut first = Mapping::with_capacity(annotations.len());
    for (key, value) in annotations.iter() {
        if !NUMBER.contains(&key.as_str()) {
            first.get_or_insert_with(key, || value.clone());
        }
    }
    *annotations = first;
}

/// Makes the annotations of an object that a function printed those that kustomize leaves: texts, of which the last counts where
/// there are several of one key; the same in both versions of the protocol; and the path that files of functions have.
fn settle_annotations(resource: &mut Resource, given: &[Value]) -> Result<()> {
    let id = resource.id().clone();
    let Some(annotations) = bookkeeping::annotations_mut(resource.value_mut()) else {
        return Ok(());
    };
    let mut texts = Mapping::with_capacity(annotations.len() + PATH.len());
    for (key, value) in annotations.iter() {
        let text = value.as_scalar().map(|scalar| scalar.text.clone());
        texts.push(key.clone(), Value::string(text.unwrap_or_default()));
    }
    *annotations = texts;
    level_versions(annotations, given)?;
    // The first ones agree now; whether the last ones do, the next function finds out.
    if may_have_duplicates(annotations.entries()) {
        let mut last = Mapping::with_capacity(annotations.len());
        for (key, value) in std::mem::take(annotations) {
            last.insert(key.text, value);
        }
        *annotations = last;
    }
    if text_of(annotations, PATH[0]).is_empty() {
        let folder = match id.namespace.as_str() {
            "" => String::new(),
            namespace => format!("{namespace}/"),
        };
        let path = format!("{folder}{}_{}.yaml", id.gvk.kind.to_lowercase(), id.name);
        for key in PATH {
            annotations.insert(key, Value::string(path.as_str()));
        }
    }
    Ok(())
}

/// Has annotations say in both versions of the protocol what a function said in one of them. Fails where it said two things.
fn level_versions(annotations: &mut Mapping, given: &[Value]) -> Result<()> {
    let position: Option<usize> = text_of(annotations, MIGRATION).parse().ok();
    let position = position.filter(|position| *position < given.len());
    for (name, keys) in [("path", PATH), ("index", INDEX), ("id", NUMBER)] {
        let [old, new] = keys.map(|key| text_of(annotations, key));
        if old == new {
            continue;
        }
        let before = position.map(|position| {
            if name == "index" {
                return ecow::eco_format!("{position}");
            }
            // What it said in one version, the function was given in both.
            let given = given[position].at(&["metadata", "annotations"]);
            let given = given.and_then(Value::as_mapping);
            let mut texts = keys
                .iter()
                .filter_map(|key| Some(text_of(given?, key)))
                .filter(|text| !text.is_empty());
            texts.next().unwrap_or_default()
        });
        let (from, key) = match before {
            _ if old.is_empty() => (new, keys[0]),
            _ if new.is_empty() => (old, keys[1]),
            Some(before) if new == before => (old, keys[1]),
            Some(before) if old == before => (new, keys[0]),
            _ => bail!(mismatched(name)),
        };
        annotations.insert(key, Value::string(from));
    }
    Ok(())
}

fn mismatched(name: &str) -> String {
    format!("resource input to function has mismatched legacy and internal {name} annotations")
}

/// Fails where what a function is to be given says two things in the two versions of the protocol. The positions that it says
/// do not count.
pub(super) fn check_given(given: &[Value]) -> Result<(), Fault> {
    let annotations = given
        .iter()
        .filter_map(|value| value.at(&["metadata", "annotations"])?.as_mapping());
    for annotations in annotations {
        for (name, keys) in [("path", PATH), ("id", NUMBER)] {
            let [old, new] = keys.map(|key| text_of(annotations, key));
            if !old.is_empty() && !new.is_empty() && old != new {
                let message = format!("couldn't execute function: {}", mismatched(name));
                return Err(Fault::new(message));
            }
        }
    }
    Ok(())
}

/// Makes texts what they are where they have been printed and read again, as what functions print is in kustomize.
fn print_once(resource: &mut Resource) {
    resource.value_mut().for_each_scalar(&mut |scalar| {
        let is_folded = scalar.style == Style::Folded && scalar.tag == Tag::Str;
        if scalar.style == Style::FlowEmpty {
            *scalar = Scalar::new("", Tag::Str, Style::DoubleQuoted);
        } else if is_folded && let Ok(Typed::Str(text)) = scalar.typed() {
            let text = text.as_ref().into();
            scalar.text = text;
        }
    });
}

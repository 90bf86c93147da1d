//! Labels and annotations of patches, which kustomize turns into texts when it copies a patch for its targets.

use crate::model::{Key, Mapping, Scalar, Text, Value, plain};

/// Turns the labels or the annotations of a patch into texts as they are written: a null deletes nothing any more but is the
/// label `null`, a collection is the empty text. Without entries they are gone.
pub(super) fn make_text(patch: &mut Value, fields: &[&str]) {
    let Some(metadata) = patch.get_mut("metadata").and_then(Value::as_mapping_mut) else {
        return;
    };
    for field in fields {
        let Some(value) = metadata.get_mut(field) else {
            continue;
        };
        if let Value::Sequence(items) = value
            && let Some(map) = Mapping::of_pairs(items)
        {
            *value = map.into();
        }
        match value {
            Value::Mapping(map) if !map.is_empty() => {
                let texts = texts(map);
                set_texts(metadata, field, texts);
            }
            Value::Mapping(_) | Value::Scalar(_) => drop(metadata.remove(field)),
            // kustomize crashes over such a list; left alone it is an error where there is something to merge it with.
            Value::Sequence(_) => {}
        }
    }
}

/// Writes texts in place of the first field of a name. kustomize takes that away before it writes: where the field is there
/// more than once, the texts go into the next, which hides them if it is no map.
fn set_texts(metadata: &mut Mapping, field: &str, texts: Mapping) {
    let Some(position) = metadata.position(field) else {
        return;
    };
    let is_once = || {
        metadata.entries()[position + 1..]
            .iter()
            .all(|entry| entry.key.text != field)
    };
    if is_once() {
        metadata.entries_mut()[position].value = texts.into();
        return;
    }
    drop(metadata.remove(field));
    if let Some(next) = metadata.get_mut(field).and_then(Value::as_mapping_mut) {
        for (key, text) in texts {
            match next.get_mut(&key.text) {
                Some(old) => *old = text,
                None => next.push(key, text),
            }
        }
    }
}

fn texts(map: &Mapping) -> Mapping {
    let mut texts = Mapping::new();
    if map.contains_key("") {
        // kustomize writes the text under no key over the map itself, which then takes no others.
        return texts;
    }
    for entry in map.entries() {
        let text = entry
            .value
            .as_scalar()
            .map_or_else(Text::new, |scalar| scalar.text.clone());
        let text = Value::Scalar(Scalar::string(text));
        if let Some(earlier) = texts.get_mut(&entry.key.text) {
            *earlier = text;
            continue;
        }
        // The keys lose their quotes.
        let (name, tag) = (entry.key.text.clone(), plain::resolve(&entry.key.text));
        texts.push(Key { text: name, tag }, text);
    }
    texts
}

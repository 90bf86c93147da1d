//! How the texts of a JSON patch are spelled: kustomize compares what a `test` expects byte for byte with its own JSON.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::value::RawValue;

use crate::yaml::json;

/// The positions of the operations that hold a text which kustomize would spell in another way: a test on it never passes.
pub(super) fn misspelled(text: &str) -> Result<Vec<usize>> {
    if !text.contains(['\\', '<', '>', '&', '\u{2028}', '\u{2029}']) || !text.contains("test") {
        return Ok(Vec::new());
    }
    let operations: Vec<Option<BTreeMap<String, &RawValue>>> = serde_json::from_str(text)?;
    let is_misspelled = |fields: &BTreeMap<String, &RawValue>| {
        let value = fields.get("value");
        value.is_some_and(|value| texts(value.get()).any(is_spelled_otherwise))
    };
    let positions = operations.iter().enumerate();
    Ok(positions
        .filter(|(_, fields)| fields.as_ref().is_some_and(is_misspelled))
        .map(|(position, _)| position)
        .collect())
}

/// The texts in a JSON value with their quotes, but for the keys of maps.
fn texts(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        loop {
            let (text, after) = rest[rest.find('"')?..].split_at(end_of_text(rest)?);
            rest = after;
            if !after.trim_start().starts_with(':') {
                return Some(text);
            }
        }
    })
}

/// The length of the first text with its quotes.
fn end_of_text(json: &str) -> Option<usize> {
    let start = json.find('"')?;
    let mut is_escaped = false;
    let end = json[start + 1..].find(|c| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    })?;
    Some(end + 2)
}

fn is_spelled_otherwise(text: &str) -> bool {
    let mut own = String::with_capacity(text.len());
    match serde_json::from_str::<String>(text) {
        Ok(decoded) => json::write_string(&decoded, &mut own),
        Err(_) => return false,
    }
    own != text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_spelled_as_go_spells_them() {
        for (value, expected) in [
            (r#""A""#, false),
            (r#""\u0041""#, true),
            (r#""<""#, true),
            (r#""\u003c""#, false),
            (r#""\u003C""#, true),
            (r#"["\"", {"\u0041": "\\"}]"#, false),
            (r#"["", {"a": "\/"}]"#, true),
        ] {
            let patch = format!(r#"[{{"op": "test"}}, {{"op": "test", "value": {value}}}]"#);
            assert_eq!(misspelled(&patch).unwrap() == [1], expected, "{value}");
        }
    }
}

//! The `$patch` directives of maps and lists.

use anyhow::{Result, bail};
use ecow::EcoVec;

use crate::model::{Mapping, Sequence, Text, Value};

/// The key of a directive.
pub(super) const KEY: &str = "$patch";

/// What a patch asks for at a place, apart from its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Merge,
    Replace,
    Delete,
}

/// Takes the directive out of a patch map. Even a map that is to be deleted loses it, and shows that where a keyed list
/// fails to find the element that it deletes.
pub(super) fn take(patch: &mut Mapping) -> Result<Directive> {
    let directive = Directive::of_map(patch)?;
    patch.remove(KEY);
    Ok(directive)
}

impl Directive {
    fn parse(value: &Value) -> Result<Self> {
        match value.text().map(Text::as_str) {
            Some("merge") => Ok(Self::Merge),
            Some("replace") => Ok(Self::Replace),
            Some("delete") => Ok(Self::Delete),
            other => bail!("unknown patch strategy '{}'", other.unwrap_or_default()),
        }
    }

    /// The directive of a patch map.
    pub(super) fn of_map(patch: &Mapping) -> Result<Self> {
        patch.get(KEY).map_or(Ok(Self::Merge), Self::parse)
    }

    /// The directive of a patch list, and the elements that are none (spec 12 R28).
    pub(super) fn of_list(patch: &Sequence) -> Result<(Self, Sequence)> {
        let first = patch
            .iter()
            .filter_map(Value::as_mapping)
            .find(|map| map.contains_key(KEY));
        let Some(value) = first
            .filter(|map| map.len() == 1)
            .and_then(|map| map.get(KEY))
        else {
            return Ok((Self::Merge, patch.clone()));
        };
        let directive = Self::parse(value)?;
        let is_directive = |item: &Value| item.get(KEY).and_then(Value::text) == value.text();
        let is_nothing = |item: &Value| match item {
            Value::Mapping(map) => map.is_empty(),
            item => item.is_null(),
        };
        let rest: EcoVec<_> = patch
            .iter()
            .filter(|item| !is_directive(item) && !is_nothing(item))
            .cloned()
            .collect();
        Ok((directive, rest))
    }
}

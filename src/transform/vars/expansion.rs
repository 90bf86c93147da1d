//! Texts with `$(NAME)` in them, and the fields that hold such texts (spec 06 R44, R45).

use std::fmt;
use std::num::NonZeroU32;

use anyhow::{Result, ensure};
use indexmap::IndexMap;

use crate::model::{
    Create, FieldSpec, MAX_OUTPUT, MAX_TEXT, Resource, Scalar, Style, Tag, Text, Value, Walk,
    considering,
};

/// What the vars stand for.
pub(super) struct Values {
    known: IndexMap<Text, Known>,
    /// The bytes of the texts that were made with them.
    made: usize,
}

struct Known {
    value: Value,
    is_used: bool,
}

/// The scalars that were replaced and share their node with others, with what is there now.
type Shared = Vec<(NonZeroU32, Scalar)>;

impl FromIterator<(Text, Value)> for Values {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(values: I) -> Self {
        let is_used = false;
        let known = values
            .into_iter()
            .map(|(name, value)| (name, Known { value, is_used }));
        Self {
            known: known.collect(),
            made: 0,
        }
    }
}

impl Values {
    /// Replaces the vars in the fields of an object that may refer to them.
    pub(super) fn replace_in(
        &mut self,
        resource: &mut Resource,
        specs: &[FieldSpec],
    ) -> Result<()> {
        let gvk = resource.id().gvk.clone();
        for spec in specs.iter().filter(|spec| spec.selects(&gvk)) {
            let mut shared = Shared::new();
            let walk = Walk {
                segments: spec.path.segments(),
                create: Create::Never,
            };
            let mut replace = |field: &mut Value| self.replace_at(field, &mut shared);
            walk.visit(resource.value_mut(), &mut replace)
                .map_err(|error| considering(&spec.path.text, resource.id(), &error))?;
            for (group, new) in shared {
                resource.value_mut().for_each_scalar(&mut |scalar| {
                    if scalar.shared == Some(group) {
                        scalar.clone_from(&new);
                    }
                });
            }
        }
        Ok(())
    }

    /// Replaces the vars of a text, of the texts of a map, or of the texts that make up a list (spec 06 R44).
    fn replace_at(&mut self, field: &mut Value, shared: &mut Shared) -> Result<()> {
        match field {
            Value::Scalar(scalar) => self.replace(scalar, shared)?,
            Value::Mapping(map) => {
                let is_changed = map.iter().any(|(_, value)| is_to_change(value));
                if is_changed {
                    map.values_mut()
                        .filter_map(Value::as_scalar_mut)
                        .try_for_each(|scalar| self.replace(scalar, shared))?;
                }
            }
            Value::Sequence(items) => {
                // `<<` without quotes is a merge key for kustomize wherever it stands.
                let is_merge_key =
                    |scalar: &Scalar| scalar.style == Style::Plain && scalar.text == "<<";
                let is_string = |item: &Value| {
                    let scalar = item.as_scalar();
                    scalar.is_some_and(|scalar| is_text(scalar) && !is_merge_key(scalar))
                };
                if !items.iter().all(is_string) {
                    return Err(NotText.into());
                }
                if items.iter().any(is_to_change) {
                    items
                        .make_mut()
                        .iter_mut()
                        .filter_map(Value::as_scalar_mut)
                        .try_for_each(|scalar| self.replace(scalar, shared))?;
                }
            }
        }
        Ok(())
    }

    fn replace(&mut self, scalar: &mut Scalar, shared: &mut Shared) -> Result<()> {
        if !is_text(scalar) {
            return Ok(());
        }
        if !scalar.text.contains('$') {
            // It is written anew all the same, as a text, which shows where a number or a folded text is printed.
            scalar.tag = Tag::Str;
            if scalar.style == Style::Folded {
                scalar.style = Style::Literal;
            }
            return Ok(());
        }
        let group = scalar.shared;
        let mut new = self.expanded(&scalar.text)?;
        new.shared = group;
        if let Some(group) = group {
            shared.push((group, new.clone()));
        }
        *scalar = new;
        Ok(())
    }

    /// A text with its vars replaced (spec 06 R45); the value of a var itself where the text is nothing else.
    fn expanded(&mut self, text: &str) -> Result<Scalar> {
        if let Some(name) = text
            .strip_prefix("$(")
            .and_then(|rest| rest.strip_suffix(')'))
            && !name.contains(')')
            && let Some(scalar) = self.scalar(name)
        {
            return Ok(scalar.clone());
        }
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        // Behind the last of them no name ends, and none is to be looked for again and again.
        let last_bracket = text.rfind(')').map_or(text.len(), |at| text.len() - at);
        while let Some(at) = rest.find('$') {
            expanded.push_str(&rest[..at]);
            let behind = &rest[at + 1..];
            if let Some(after) = behind.strip_prefix('$') {
                expanded.push('$');
                rest = after;
            } else if let Some((name, after)) = behind
                .strip_prefix('(')
                .filter(|inner| inner.len() >= last_bracket)
                .and_then(|inner| inner.split_once(')'))
            {
                match self.scalar(name) {
                    Some(scalar) => {
                        let length = expanded.len() + scalar.text.len();
                        ensure!(
                            length <= MAX_TEXT,
                            "a text with vars comes to more than {MAX_TEXT} bytes"
                        );
                        expanded.push_str(&scalar.text);
                    }
                    None => expanded.extend(["$(", name, ")"]),
                }
                rest = after;
            } else {
                expanded.push('$');
                rest = behind;
            }
        }
        expanded.push_str(rest);
        self.made += expanded.len();
        ensure!(
            self.made <= MAX_OUTPUT,
            "texts with vars come to more than {MAX_OUTPUT} bytes"
        );
        Ok(Scalar::string(expanded))
    }

    /// What a var stands for; nothing if there is no such var, or if it stands for a collection.
    fn scalar(&mut self, name: &str) -> Option<&Scalar> {
        let known = self.known.get_mut(name)?;
        let scalar = known.value.as_scalar()?;
        known.is_used = true;
        Some(scalar)
    }

    /// The names of the vars that were used nowhere.
    pub(super) fn unused(&self) -> impl Iterator<Item = &str> {
        let unused = self.known.iter().filter(|(_, known)| !known.is_used);
        unused.map(|(name, _)| name.as_str())
    }
}

fn is_text(scalar: &Scalar) -> bool {
    matches!(scalar.tag, Tag::Str | Tag::Untyped)
}

/// Whether a text mentions vars, is folded, or has no type yet.
fn is_to_change(value: &Value) -> bool {
    value.as_scalar().is_some_and(|scalar| {
        scalar.text.contains('$') || scalar.style == Style::Folded || scalar.tag == Tag::Untyped
    })
}

/// Something else than text in a list of texts.
#[derive(Debug)]
struct NotText;

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid value type expect a string")
    }
}

impl std::error::Error for NotText {}

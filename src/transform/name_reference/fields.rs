//! The fields of one kind that refer to other objects, as a tree of paths: one walk finds them all.

use anyhow::{Result, bail};

use super::super::config::NameReference;
use crate::model::{Gvk, Segment, Sequence, Value};

/// A place in objects of a kind.
#[derive(Debug, Default)]
pub(super) struct FieldTree<'t> {
    /// Whether a path has a list here, which a null becomes (spec 03 R3).
    is_list: bool,
    /// The places below it.
    children: Vec<(&'t str, Self)>,
    /// The references that end here: the position in the table and the path as the table has it, in the table's order.
    targets: Vec<(usize, &'t str)>,
}

impl<'t> FieldTree<'t> {
    /// The fields of a kind.
    pub(super) fn of_kind(gvk: &Gvk, references: &'t [NameReference]) -> Self {
        let mut tree = Self::default();
        for (position, reference) in references.iter().enumerate() {
            for spec in reference
                .field_specs
                .iter()
                .filter(|spec| spec.selects(gvk))
            {
                let place = spec
                    .path
                    .segments()
                    .iter()
                    .fold(&mut tree, |place, segment| place.child(segment));
                place.targets.push((position, &*spec.path.text));
            }
        }
        tree
    }

    /// Whether objects of the kind refer to nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.children.is_empty() && self.targets.is_empty()
    }

    /// Calls `update` with each field, for each kind that it may refer to.
    pub(super) fn visit(
        &self,
        value: &mut Value,
        update: &mut impl FnMut(&mut Value, usize, &str) -> Result<()>,
    ) -> Result<()> {
        self.targets
            .iter()
            .try_for_each(|(target, path)| update(value, *target, path))?;
        if self.children.is_empty() {
            return Ok(());
        }
        match value {
            Value::Scalar(scalar) if scalar.is_null() || !self.targets.is_empty() => Ok(()),
            Value::Scalar(_) => bail!("expected sequence or mapping node"),
            Value::Sequence(items) => items
                .make_mut()
                .iter_mut()
                .filter(|item| !item.is_null())
                .try_for_each(|item| self.descend(item, update)),
            Value::Mapping(_) => self.descend(value, update),
        }
    }

    fn descend(
        &self,
        value: &mut Value,
        update: &mut impl FnMut(&mut Value, usize, &str) -> Result<()>,
    ) -> Result<()> {
        match value {
            Value::Mapping(map) => {
                self.children
                    .iter()
                    .try_for_each(|(key, child)| match map.get_mut(key) {
                        Some(field) if !field.is_null() => child.visit(field, update),
                        Some(field) if child.is_list => {
                            *field = Value::Sequence(Sequence::new());
                            Ok(())
                        }
                        _ => Ok(()),
                    })
            }
            Value::Sequence(items) => items
                .make_mut()
                .iter_mut()
                .filter(|item| !item.is_null())
                .try_for_each(|item| self.descend(item, update)),
            Value::Scalar(_) => bail!("expected sequence or mapping node"),
        }
    }

    fn child(&mut self, segment: &'t Segment) -> &mut Self {
        let key = &*segment.key;
        let position = self
            .children
            .iter()
            .position(|(name, _)| *name == key)
            .unwrap_or_else(|| {
                self.children.push((key, Self::default()));
                self.children.len() - 1
            });
        let child = &mut self.children[position].1;
        child.is_list |= segment.is_list;
        child
    }
}

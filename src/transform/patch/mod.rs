//! Patches: which objects a patch is for, and what it may not change.

mod bookkeeping;
mod comments;
mod directive;
mod join;
mod json_form;
mod json_patch;
mod keyed_index;
mod keyed_list;
mod merge_keys;
mod openapi;
mod report;
mod strategic_merge;
mod text_metadata;
mod tuples;

#[cfg(test)]
mod tests;

use anyhow::{Context, Result, anyhow, bail};

pub use self::comments::copy_comments;
use self::directive::Directive;
use self::json_patch::Refused;
pub use self::merge_keys::Schema;
use self::strategic_merge::Outcome;
use super::unmatched::{self, Finding};
use super::{record_text, selectors};
use crate::kustomization::patch::{Patch, PatchBody};
use crate::model::{
    Fault, Lack, Mapping, ResId, ResMap, Resource, Scalar, Selector, Slot, Style, Tag, Text, Value,
};
use crate::yaml;

/// Applies patches in order, each to the objects that it is for.
///
/// A strategic merge patch without target changes the one object that it names (spec 02 R21); any patch with a target
/// changes all objects that the target selects, be it none (spec 02 R20), which is worth a warning.
pub fn apply(resources: &mut ResMap, patches: &[Patch], schema: &Schema) -> Result<Vec<Finding>> {
    let mut run = Run {
        resources,
        schema,
        findings: Vec::new(),
        unmatched: Vec::new(),
        position: 0,
        to_note: Vec::new(),
    };
    run.to_note.extend(run.with_records());
    for (position, patch) in patches.iter().enumerate() {
        run.position = position;
        if let Err(error) = run.apply(patch) {
            run.unmatched.push(patch.blame(error));
            break;
        }
        run.note();
    }
    match Fault::all(run.unmatched) {
        None => Ok(run.findings),
        Some(fault) => Err(fault.into()),
    }
}

/// Merges values for a chart into others, as if they were objects. What the patch writes has the patch's type: quotes that
/// were there make no text of a number (spec 15 R45).
pub fn merge_values(target: &mut Value, patch: &Value) -> Result<()> {
    let outcome = strategic_merge::merge(target, patch, Schema::built_in())?;
    if matches!(outcome, Outcome::Deleted) {
        *target = Mapping::new().into();
    }
    target.for_each_scalar(&mut |scalar| {
        if !scalar.tag.is_text() {
            scalar.style = Style::Plain;
        }
    });
    Ok(())
}

/// A run of patches over all objects.
struct Run<'a> {
    resources: &'a mut ResMap,
    schema: &'a Schema,
    findings: Vec<Finding>,
    /// Patches whose objects are not there: they are told all at once.
    unmatched: Vec<Fault>,
    /// The position of the patch that is applied.
    position: usize,
    /// The objects that the next note is new to: all of them at first, then those that the patch changes.
    to_note: Vec<Slot>,
}

impl Run<'_> {
    fn apply(&mut self, patch: &Patch) -> Result<()> {
        let target = patch.target.as_ref().map(|args| {
            let compiled = Selector::compile(args);
            compiled.map_err(|error| report::bad_target(patch, args, &error))
        });
        match (&patch.body, target.transpose()?) {
            (PatchBody::Json(operations), Some(target)) => {
                let odd = report::without_slash(patch, operations).into_iter();
                self.findings.extend(odd.map(|warning| Finding {
                    warning,
                    holds_in_components: true,
                }));
                let prepared = json_patch::Prepared::of(operations)?;
                let position = self.position;
                self.edit_selected(patch, &target, |resource| {
                    apply_json(resource, &prepared, (patch, position))
                })
            }
            (PatchBody::Json(_), None) => {
                bail!("must specify a target for JSON patch {}", patch.label)
            }
            (PatchBody::StrategicMerge(documents), Some(target)) => {
                let Some(document) = documents.first() else {
                    return Ok(());
                };
                for slot in self.selected(patch, &target) {
                    self.merge(slot, document, patch)?;
                    check_unique(self.resources, slot)?;
                }
                Ok(())
            }
            (PatchBody::StrategicMerge(documents), None) => {
                for document in documents {
                    match unique_target(self.resources, document.id()) {
                        Ok(slot) => self.merge(slot, document, patch)?,
                        Err(error) => {
                            let fault = if self.unmatched.len() < unmatched::MOST_ADVICE {
                                report::no_match(self.resources, patch, document, error)
                            } else {
                                patch.blame(patch.explain_no_match(document.id(), error))
                            };
                            self.unmatched.push(fault);
                        }
                    }
                }
                Ok(())
            }
        }
    }

    /// The objects on which kustomize keeps records.
    fn with_records(&self) -> Vec<Slot> {
        let has_record = |slot: &Slot| self.resources.get(*slot).record.is_some();
        self.resources.slots().filter(has_record).collect()
    }

    /// Each patch is a transformer of its own, which kustomize notes on all objects where it keeps records.
    fn note(&mut self) {
        for slot in self.to_note.drain(..) {
            let lives = self.resources.try_get(slot);
            if lives.is_some_and(|resource| resource.record.is_some()) {
                self.resources
                    .edit(slot, record_text::make_annotations_text);
            }
        }
    }

    /// Changes the objects that a target selects.
    fn edit_selected(
        &mut self,
        patch: &Patch,
        target: &Selector,
        change: impl Fn(&mut Resource) -> Result<()> + Sync,
    ) -> Result<()> {
        let edited = if target.literal_target().is_some() {
            let slots = selected(self.resources, target);
            for slot in &slots {
                self.resources.edit(*slot, &change)?;
            }
            slots
        } else {
            let parts = self
                .resources
                .edit_each(Vec::new, |edited, slot, resource| {
                    let is_selected = target.matches_patch_target(resource);
                    if is_selected {
                        edited.push(slot);
                        change(resource)?;
                    }
                    Ok(is_selected)
                })?;
            parts.concat()
        };
        self.check_any(&edited, patch);
        self.to_note.extend(edited);
        Ok(())
    }

    /// The objects that a target selects.
    fn selected(&mut self, patch: &Patch, target: &Selector) -> Vec<Slot> {
        let selected = selected(self.resources, target);
        self.check_any(&selected, patch);
        selected
    }

    /// Warns of a target that selects nothing.
    fn check_any(&mut self, selected: &[Slot], patch: &Patch) {
        if let (true, Some(args)) = (selected.is_empty(), &patch.target) {
            let place = patch.target_place(None);
            let position = self.findings.len();
            let finding = unmatched::target(self.resources, args, "this patch", place, position);
            self.findings.push(finding);
        }
    }

    fn merge(&mut self, slot: Slot, document: &Resource, patch: &Patch) -> Result<()> {
        self.to_note.push(slot);
        let patched = (patch, self.position);
        let merged = merge(self.resources, slot, document, patched, self.schema);
        if merged.map_err(|error| report::bad_directive(patch, document, error))? {
            let id = self.resources.get(slot).id();
            let warning = selectors::changed("this patch", id).at(patch.place.clone());
            self.findings.push(Finding {
                warning,
                holds_in_components: true,
            });
        }
        Ok(())
    }
}

/// The objects that a target selects: a look-up where kind and name are literal, else a look at each.
fn selected(resources: &ResMap, target: &Selector) -> Vec<Slot> {
    let candidates = match target.literal_target() {
        Some((kind, name)) => resources.named(kind, name),
        None => resources.slots().collect(),
    };
    candidates
        .into_iter()
        .filter(|slot| target.matches_patch_target(resources.get(*slot)))
        .collect()
}

/// The one object that goes or went by an identity.
fn unique_target(resources: &ResMap, id: &ResId) -> Result<Slot> {
    let found = resources.matching(id);
    match found.as_slice() {
        [slot] => Ok(*slot),
        [] => Err(anyhow!(
            "no matches for Id {id}; failed to find unique target for patch {id}"
        )),
        _ => Err(anyhow!(
            "multiple matches for Id {id}; failed to find unique target for patch {id}"
        )),
    }
}

fn check_unique(resources: &ResMap, slot: Slot) -> Result<()> {
    match resources.try_get(slot) {
        Some(resource) => resources.check_unique(resource.id(), Some(slot)),
        None => Ok(()),
    }
}

/// Merges a document into an object, and says whether that changed a selector that the document does not speak of. The object keeps its kind and name unless the patch may change them, and always its
/// namespace (spec 12 R10).
fn merge(
    resources: &mut ResMap,
    slot: Slot,
    document: &Resource,
    (patch, position): (&Patch, usize),
    schema: &Schema,
) -> Result<bool> {
    let outcome = resources.edit(slot, |resource| {
        let kept = Kept::of(resource.value());
        if allows_change(patch) {
            resource.remember_id();
        }
        let id = resource.id().clone();
        let body = body_for(document, patch, resource);
        // A patch that replaces the object changes nothing, not even a version that is missing (spec 12 R39).
        let directive = body.as_mapping().map(Directive::of_map);
        let is_merged = !matches!(directive, Some(Ok(Directive::Replace)));
        if is_merged {
            bookkeeping::refuse_others(resource, &body)?;
        }
        let outcome = strategic_merge::merge(resource.value_mut(), &body, schema)
            .with_context(|| format!("merge into {id}"))?;
        if let Outcome::Kept { .. } = outcome {
            kept.restore(resource.value_mut(), patch, is_merged);
            if bookkeeping::erased_by(&body) {
                resource.forget(position);
            }
            if allows_change(patch) && is_merged && !bookkeeping::leaves_none(&body) {
                resource.allowed_name_change |= patch.allow_name_change;
                resource.allowed_kind_change |= patch.allow_kind_change;
            }
        }
        anyhow::Ok(outcome)
    })?;
    match outcome {
        Outcome::Kept { changed_selector } => Ok(changed_selector),
        Outcome::Deleted => {
            resources.remove(slot);
            Ok(false)
        }
    }
}

/// The patch's document as it is merged: with a target it has the object's own apiVersion, which it may not change (spec 12
/// R9), and a kind and a name without type; with a target, or in the old field, its labels and annotations are texts, and where
/// it may change name or kind its annotations are.
fn body_for(document: &Resource, patch: &Patch, resource: &Resource) -> Value {
    let mut body = document.value().clone();
    if patch.target.is_some()
        && let Some(root) = body.as_mapping_mut()
    {
        match resource.value().get("apiVersion") {
            Some(own) => drop(root.insert("apiVersion", untyped(own.clone()))),
            None => set_nothing(root, "apiVersion"),
        }
        forget_type(root.get_mut("kind"));
        let metadata = root.get_mut("metadata");
        forget_type(metadata.and_then(|metadata| metadata.get_mut("name")));
    }
    if is_copied(patch) {
        text_metadata::make_text(&mut body, &["labels", "annotations"]);
    } else if allows_change(patch) {
        // kustomize notes it in an annotation of the patch.
        text_metadata::make_text(&mut body, &["annotations"]);
    }
    body
}

fn forget_type(value: Option<&mut Value>) {
    if let Some(scalar) = value.and_then(Value::as_scalar_mut) {
        scalar.tag = Tag::Untyped;
    }
}

fn allows_change(patch: &Patch) -> bool {
    patch.allow_name_change || patch.allow_kind_change
}

/// Writes nothing into a field, between the quotes that are there: what kustomize takes over from an object that lacks it.
fn set_nothing(map: &mut Mapping, key: &str) {
    let nothing = Scalar::untyped("");
    match map.get_mut(key) {
        Some(Value::Scalar(old)) => old.assign(&nothing),
        _ => drop(map.insert(key, nothing.into())),
    }
}

/// Whether kustomize copies the patch for each of its targets: with a target, or in the old field.
fn is_copied(patch: &Patch) -> bool {
    patch.target.is_some() || !patch.remembers_id
}

/// The parts of an object that a patch may not change.
struct Kept {
    version: Text,
    kind: Option<Value>,
    name: Option<Value>,
    namespace: Option<Value>,
}

impl Kept {
    fn of(value: &Value) -> Self {
        let at = |keys: &[&str]| value.at(keys).cloned();
        let version = value.get("apiVersion").and_then(Value::as_scalar);
        Self {
            version: version.map_or_else(Text::new, |version| version.text.clone()),
            kind: at(&["kind"]),
            name: at(&["metadata", "name"]),
            namespace: at(&["metadata", "namespace"]),
        }
    }

    fn restore(self, value: &mut Value, patch: &Patch, is_merged: bool) {
        let Some(root) = value.as_mapping_mut() else {
            return;
        };
        if !patch.allow_kind_change {
            put(root, "kind", self.kind.map(untyped));
        }
        // Where kustomize copies a patch for its targets it writes the object's apiVersion back, also where there is none.
        let has_version = root
            .get("apiVersion")
            .is_some_and(|version| !version.is_null());
        if is_copied(patch) && is_merged && !has_version {
            root.insert("apiVersion", Scalar::untyped(self.version).into());
        }
        let Some(metadata) = root
            .get_or_insert_with("metadata", || Mapping::new().into())
            .as_mapping_mut()
        else {
            return;
        };
        if !patch.allow_name_change {
            put_name(metadata, self.name.map(untyped));
        }
        // An empty namespace, or null, is none.
        let is_empty = |namespace: &Value| namespace.text().is_some_and(Text::is_empty);
        let namespace = self.namespace.filter(|namespace| !is_empty(namespace));
        put(metadata, "namespace", namespace.map(untyped));
    }
}

/// A text that kustomize wrote back without its type, which shows when another is written over it.
fn untyped(mut value: Value) -> Value {
    if let Value::Scalar(scalar) = &mut value
        && scalar.tag.is_text()
    {
        scalar.tag = Tag::Untyped;
    }
    value
}

/// Puts an object's name back. Where it has none, kustomize writes a name without text, in the style of one that is there.
fn put_name(metadata: &mut Mapping, name: Option<Value>) {
    match name.filter(|name| !name.is_null()) {
        Some(name) => drop(metadata.insert("name", name)),
        None => set_nothing(metadata, "name"),
    }
}

fn put(map: &mut Mapping, key: &str, value: Option<Value>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(key)),
    }
}

/// Applies a JSON patch to an object. What comes out need not be one: whether it is, kustomize asks at the end.
fn apply_json(
    resource: &mut Resource,
    prepared: &json_patch::Prepared<'_>,
    (patch, position): (&Patch, usize),
) -> Result<()> {
    if patch.remembers_id {
        resource.remember_id();
        bookkeeping::drop_void_annotations(resource.value_mut());
    }
    if !prepared.is_empty() && std::mem::take(&mut resource.has_foot) {
        yaml::add_break(resource.value_mut());
    }
    bookkeeping::visible(resource, prepared.sees_annotations, position, |value| {
        json_patch::apply(prepared, value)
    })
    .map_err(|error| match error.downcast::<Refused>() {
        Ok(refused) => report::refused(patch, resource, &refused).into(),
        Err(error) => error,
    })?;
    // kustomize puts its own annotations back, be there any or not.
    resource.make_room_for_books();
    let annotations = resource.value().at(&["metadata", "annotations", ""]);
    if annotations.is_some() && !patch.remembers_id {
        // It has none of its own to put there that would make a map of the text under no key.
        return Err(strategic_merge::wrong_kind(
            "ScalarNode",
            &Mapping::new().into(),
        ));
    }
    record_text::make_annotations_text(resource);
    resource.unquote_annotation_keys();
    if Lack::of(resource.value()).is_some() {
        resource.robbed_at = Some(patch.place.clone().into());
    }
    Ok(())
}

//! What a patch is: decided once, from its text (spec 12 R1–R7, 13 R1–R3).

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Error, Result, bail};

use crate::model::{Fault, FieldPath, Place, ResId, Resource, SelectorArgs, Source};
use crate::yaml;

use super::decode::json_kind;
use super::documents::{self, Failure};
use super::{JsonPatch, PatchOptions, go_quoted};

/// A patch, ready to be applied.
#[derive(Clone, Debug)]
pub struct Patch {
    /// What it does.
    pub body: PatchBody,
    /// The objects it is for; without it, a strategic merge patch is for the objects that it names.
    pub target: Option<SelectorArgs>,
    /// Whether it may rename its target.
    pub allow_name_change: bool,
    /// Whether it may change its target's kind.
    pub allow_kind_change: bool,
    /// Whether the target's identity before a JSON patch is remembered, so that references follow (spec 13 R11).
    pub remembers_id: bool,
    /// What kustomize calls it in messages: `[path: "p.yaml"]`.
    pub label: String,
    /// Where the kustomization names it.
    pub place: Place,
    /// The file that holds it; nothing for inline text.
    pub file: Option<Arc<PathBuf>>,
}

/// What a patch does.
#[derive(Clone, Debug)]
pub enum PatchBody {
    /// It merges documents.
    StrategicMerge(Vec<Resource>),
    /// It applies operations.
    Json(JsonPatch),
}

/// The text of a patch, and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct PatchText<'a> {
    /// The text; if it is inline, without white space around it.
    pub text: &'a [u8],
    /// The file that holds it; nothing for inline text.
    pub file: Option<&'a Arc<PathBuf>>,
    /// `[path: "p.yaml"]`
    pub label: &'a str,
    /// Where the kustomization names it.
    pub place: &'a Place,
}

impl Patch {
    /// An entry of `patches`: merges or operations, as the text has it (spec 12 R3, R7, 13 R10).
    pub fn of_either_kind(
        text: PatchText<'_>,
        target: Option<&SelectorArgs>,
        options: PatchOptions,
    ) -> Result<Self> {
        let documents = text.documents();
        // Objects are never operations: a list of those is no object, so the text need not be read a second time.
        let operations = match &documents {
            Ok(documents) if !documents.is_empty() => Ok(JsonPatch::default()),
            _ => text.operations(),
        };
        let body = match (documents, operations) {
            (Ok(documents), Err(_)) => PatchBody::StrategicMerge(documents),
            (Err(_), Ok(operations)) => PatchBody::Json(operations),
            (Ok(documents), Ok(operations)) if operations.operations().is_empty() => {
                PatchBody::StrategicMerge(documents)
            }
            (Ok(documents), Ok(operations)) if documents.is_empty() => PatchBody::Json(operations),
            (Ok(_), Ok(_)) => {
                let message = format!(
                    "illegally qualifies as both an SM and JSON patch: {}",
                    text.label
                );
                return Err(Fault::new(message).at(text.place.clone()).into());
            }
            (Err(failure), Err(error)) => {
                let trouble = "trouble configuring builtin PatchTransformer";
                return Err(text.neither(failure, &error)).context(trouble);
            }
        };
        let fault = |message: String| Fault::new(message).at(text.place.clone());
        match &body {
            PatchBody::Json(_) if target.is_none() => Err(fault(format!(
                "must specify a target for JSON patch {}",
                text.label
            ))
            .hint("name the objects that it is for: `target: {kind: …, name: …}`")
            .into()),
            PatchBody::StrategicMerge(documents) if target.is_some() && documents.len() > 1 => {
                Err(fault(format!(
                    "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: {}",
                    text.label
                ))
                .hint("make an entry for each document")
                .into())
            }
            _ => Ok(Self {
                remembers_id: true,
                ..text.patch(body, target, options)
            }),
        }
    }

    /// An entry of `patchesStrategicMerge`.
    pub fn strategic_merge(text: PatchText<'_>) -> Result<Self, Failure> {
        let body = PatchBody::StrategicMerge(text.documents()?);
        Ok(text.patch(body, None, PatchOptions::default()))
    }

    /// An entry of `patchesJson6902`.
    pub fn json(text: PatchText<'_>, target: &SelectorArgs) -> Result<Self> {
        let operations = text.operations().map_err(|error| {
            let message = format!(
                "decoding {}: {error:#}",
                go_quoted(&String::from_utf8_lossy(text.text))
            );
            text.fault(message)
                .hint("write a list of operations: `- op: replace`, `path: /…`, `value: …`")
        })?;
        if operations.operations().is_empty() {
            let fault = text.fault("patch appears to be empty; file=, JsonOp=[]".into());
            return Err(fault.hint("take the entry out").into());
        }
        Ok(text.patch(
            PatchBody::Json(operations),
            Some(target),
            PatchOptions::default(),
        ))
    }

    /// A failure to apply the patch, with the place of the patch where it has none of its own.
    pub fn blame(&self, error: Error) -> Fault {
        let message = format!("{error:#}");
        match error.downcast::<Fault>() {
            Ok(fault) if fault.place.is_some() => fault,
            Ok(fault) => fault.saying(message, self.place.clone()),
            Err(_) => Fault::new(message).at(self.place.clone()),
        }
    }

    /// The place of a field of the patch itself.
    pub fn place_of(&self, path: FieldPath) -> Place {
        if let Some(file) = &self.file {
            let file = Arc::clone(file);
            return Place::of_field(Source { file, line: 1 }, path);
        }
        let mut whole = self.place.path.clone();
        whole.steps.extend(path.steps);
        Place::of_field(self.place.source.clone(), whole)
    }

    /// The place of the target, or of a field of it, in the kustomization.
    pub fn target_place(&self, field: Option<&str>) -> Place {
        let mut path = self.place.path.clone();
        // The last step is to `patch` or `path`.
        path.steps.pop();
        let target = path.key("target");
        let path = field.into_iter().fold(target, FieldPath::key);
        Place::of_field(self.place.source.clone(), path)
    }

    /// The failure of a document to find its object, in kustomize's words for the field that the patch stands in (spec 12 R5).
    pub fn explain_no_match(&self, id: &ResId, error: Error) -> Error {
        if self.remembers_id {
            error.context(format!(
                "no resource matches strategic merge patch \"{id}\""
            ))
        } else {
            error
        }
    }
}

impl PatchText<'_> {
    fn patch(
        &self,
        body: PatchBody,
        target: Option<&SelectorArgs>,
        options: PatchOptions,
    ) -> Patch {
        Patch {
            body,
            target: target.cloned(),
            allow_name_change: options.allow_name_change,
            allow_kind_change: options.allow_kind_change,
            remembers_id: false,
            label: self.label.into(),
            place: self.place.clone(),
            file: self.file.cloned(),
        }
    }

    fn fault(&self, message: String) -> Fault {
        Fault::new(message).at(self.place.clone())
    }

    /// The text as objects. Those of an inline text have no source: its lines are not the file's.
    fn documents(&self) -> Result<Vec<Resource>, Failure> {
        if let Some(file) = self.file {
            return documents::read(self.text, file);
        }
        let mut resources =
            documents::read(self.text, &self.place.source.file).map_err(|failure| {
                let inline = |fault: Fault| Fault {
                    place: Some(
                        fault
                            .place
                            .as_ref()
                            .map_or_else(|| self.place.clone(), |place| self.place.inside(place)),
                    ),
                    ..fault
                };
                match failure {
                    Failure::Syntax(fault) => Failure::Syntax(inline(fault)),
                    Failure::Object(fault) => Failure::Object(inline(fault)),
                }
            })?;
        for resource in &mut resources {
            resource.source = None;
        }
        Ok(resources)
    }

    /// The text as operations: strict JSON if it begins with `[`, else YAML 1.1 (spec 13 R2).
    fn operations(&self) -> Result<JsonPatch> {
        if self.text.first() == Some(&b'[') {
            return JsonPatch::from_json(std::str::from_utf8(self.text)?);
        }
        match yaml::read_configuration(self.text)? {
            Some(value) if value.as_sequence().is_some() => JsonPatch::from_value(&value),
            Some(value) if !value.is_null() => bail!(
                "json: cannot unmarshal {} into Go value of type jsonpatch.Patch",
                json_kind(&value)
            ),
            _ => Ok(JsonPatch::default()),
        }
    }

    /// The failure of a text that is neither kind of patch, with what is wrong with the kind that it looks like.
    fn neither(&self, failure: Failure, error: &Error) -> Fault {
        let looks_like_operations =
            matches!(self.text.trim_ascii_start().first(), Some(b'[' | b'-'))
                && !self.text.trim_ascii_start().starts_with(b"---");
        let failure = failure.into_fault();
        let hint = if looks_like_operations {
            format!("as a JSON patch: {error:#}")
        } else {
            format!("as a strategic merge patch: {failure}")
        };
        let message = format!("unable to parse SM or JSON patch from {}", self.label);
        let fault = Fault::new(message);
        if looks_like_operations {
            return fault.at(self.place.clone()).hint(hint);
        }
        let fault = fault.at(failure.place.unwrap_or_else(|| self.place.clone()));
        let fault = match failure.title {
            Some(title) => fault.titled(title),
            None => fault.hint(hint),
        };
        failure.hints.into_iter().fold(fault, Fault::hint)
    }
}

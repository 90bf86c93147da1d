//! The three lists of patches, their files read (spec 12 R1–R4, 13 R1).

use std::sync::Arc;

use anyhow::{Context, Result};

use crate::kustomization::documents::Failure;
use crate::kustomization::patch::PatchText;
use crate::kustomization::{Kustomization, Patch, PatchArgs, PatchBody, go_quoted};
use crate::model::{Fault, FieldPath, Place, Text};

use super::ahead::Use;
use super::{Loader, go_list, reworded};

impl Loader<'_> {
    /// Reads `patchesStrategicMerge`.
    pub(super) fn strategic_merge_patches(
        &self,
        kustomization: &Kustomization,
    ) -> Result<Vec<Patch>> {
        self.strategic_merges(&kustomization.patches_strategic_merge)
            .context("trouble configuring builtin PatchStrategicMergeTransformer")
    }

    /// Each entry is a patch, or else the name of a file.
    fn strategic_merges(&self, entries: &[Text]) -> Result<Vec<Patch>, Fault> {
        let patches: Vec<_> = entries
            .iter()
            .enumerate()
            .map(|(position, entry)| {
                self.strategic_merge_patch(
                    entry,
                    &self.entry_place("patchesStrategicMerge", position),
                )
            })
            .collect::<Result<_, Fault>>()?;
        let is_empty = patches.iter().all(|patch| {
            matches!(&patch.body, PatchBody::StrategicMerge(documents) if documents.is_empty())
        });
        if is_empty && !entries.is_empty() {
            let message = format!(
                "patch appears to be empty; files={}, Patch=",
                go_list(entries)
            );
            let place = self.place(FieldPath::of_keys(&["patchesStrategicMerge"]));
            return Err(Fault::new(message).at(place).hint("take the field out"));
        }
        Ok(patches)
    }

    fn strategic_merge_patch(&self, entry: &Text, place: &Place) -> Result<Patch, Fault> {
        let text = PatchText {
            text: entry.as_bytes(),
            file: None,
            label: &label("patch", entry),
            place,
        };
        let failure = match Patch::strategic_merge(text) {
            Ok(patch) => return Ok(patch),
            Err(failure) => failure.into_fault(),
        };
        let (path, text) = self.file(entry).map_err(|fault| {
            let fault = fault.at(place.clone());
            // Of several lines nobody thinks that they are a file's name.
            if entry.contains('\n') {
                fault.hint(format!("as a patch: {failure}"))
            } else {
                fault
            }
        })?;
        let text = PatchText {
            text: &text,
            file: Some(&Arc::new(path)),
            label: &label("path", entry),
            place,
        };
        Patch::strategic_merge(text).map_err(|failure| {
            let message = match &failure {
                Failure::Syntax(fault) => format!("{fault} in File: {entry}"),
                Failure::Object(fault) => fault.message.clone(),
            };
            failure.into_fault().saying(message, place.clone())
        })
    }

    /// Reads `patches`.
    pub(super) fn patches(&mut self, kustomization: &Kustomization) -> Result<Vec<Patch>> {
        let patches = &kustomization.patches;
        let files = patches.iter().map(|args| &args.path);
        let files = files.filter(|path| !path.is_empty()).cloned();
        self.reading_ahead(files, Use::Text, |loader| {
            let entries = patches.iter().enumerate();
            entries
                .map(|(position, args)| {
                    loader.patch(args, &loader.entry_place("patches", position))
                })
                .collect()
        })
    }

    fn patch(&self, args: &PatchArgs, place: &Place) -> Result<Patch> {
        let trouble = "trouble configuring builtin PatchTransformer";
        let text = args.patch.trim();
        let fault = |message: &str| Fault::new(message).at(place.clone());
        if !args.path.is_empty() && !text.is_empty() {
            let fault = fault("patch and path can't be set at the same time");
            return Err(fault.hint("keep one of them")).context(trouble);
        }
        if args.path.is_empty() {
            if text.is_empty() {
                let fault = fault("must specify one of patch and path");
                return Err(
                    fault.hint("write the patch under `patch:`, or name its file under `path:`")
                )
                .context(trouble);
            }
            let place = below(place, "patch");
            let text = PatchText {
                text: text.as_bytes(),
                file: None,
                label: &label("patch", text),
                place: &place,
            };
            return Patch::of_either_kind(text, args.target.as_ref(), args.options);
        }
        let place = below(place, "path");
        let (path, text) = self
            .file(&args.path)
            .map_err(|fault| {
                let message = format!(
                    "failed to get the patch file from path({}): {fault}",
                    args.path
                );
                fault.saying(message, place.clone())
            })
            .context(trouble)?;
        let text = PatchText {
            text: &text,
            file: Some(&Arc::new(path)),
            label: &label("path", &args.path),
            place: &place,
        };
        Patch::of_either_kind(text, args.target.as_ref(), args.options)
    }

    /// Reads `patchesJson6902`.
    pub(super) fn json_patches(&self, kustomization: &Kustomization) -> Result<Vec<Patch>> {
        let entries = kustomization.patches_json6902.iter().enumerate();
        entries
            .map(|(position, args)| {
                let place = self.entry_place("patchesJson6902", position);
                self.json_patch(args, &place)
                    .map_err(|error| reworded(error, place, str::to_owned))
                    .context("trouble configuring builtin PatchJson6902Transformer")
            })
            .collect()
    }

    fn json_patch(&self, args: &PatchArgs, place: &Place) -> Result<Patch> {
        let target = args
            .target
            .as_ref()
            .filter(|target| !target.name.is_empty());
        let target = target.ok_or_else(|| {
            Fault::new("must specify the target name")
                .hint("name the objects that it is for: `target: {kind: …, name: …}`")
        })?;
        match (args.path.is_empty(), args.patch.is_empty()) {
            (true, true) => Err(Fault::new("empty file path and empty jsonOp")
                .hint("write the patch under `patch:`, or name its file under `path:`")
                .into()),
            (false, false) => Err(Fault::new("must specify a file path or jsonOp, not both")
                .hint("keep one of `path` and `patch`")
                .into()),
            (true, false) => Patch::json(
                PatchText {
                    text: args.patch.as_bytes(),
                    file: None,
                    label: &label("patch", &args.patch),
                    place: &below(place, "patch"),
                },
                target,
            ),
            (false, true) => {
                let place = below(place, "path");
                let (path, text) = self
                    .file(&args.path)
                    .map_err(|fault| fault.at(place.clone()))?;
                if text.is_empty() {
                    let message = format!("patch file '{}' empty seems to be empty", args.path);
                    return Err(Fault::new(message).at(place).into());
                }
                Patch::json(
                    PatchText {
                        text: &text,
                        file: Some(&Arc::new(path)),
                        label: &label("path", &args.path),
                        place: &place,
                    },
                    target,
                )
            }
        }
    }
}

/// `[path: "p.yaml"]`
fn label(field: &str, text: &str) -> String {
    format!("[{field}: {}]", go_quoted(text))
}

fn below(place: &Place, field: &str) -> Place {
    Place::of_field(place.source.clone(), place.path.clone().key(field))
}

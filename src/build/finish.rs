//! What happens once, at the root: hashes, references, what is left out, the order, the bookkeeping that users may see.

use anyhow::{Result, bail};

use super::accumulate::Accumulator;
use super::{BuildOptions, Built, Session, double_env, records};
use crate::generate::content_hash;
use crate::kustomization::Kustomization;
use crate::model::{
    Fault, FieldPath, FieldSpec, Lack, Mapping, Place, ResMap, Resource, Scalar, SpecPath, Tag,
    Text, Value, may_have_duplicates, plain,
};
use crate::parts::{self, MANY};
use crate::transform::sort_order::{self, SortOrder};
use crate::transform::{metadata, name_reference};
use crate::yaml;

/// The version of kustomize whose output is printed.
const KUSTOMIZE_VERSION: &str = "v5.8.1";

/// What the root kustomization says about the result as a whole.
pub(super) struct Root {
    order: SortOrder,
    managed_by_label: bool,
    /// Which records are shown. Those that are not shown may still be seen by transformers: kustomize keeps its records in
    /// annotations, as soon as `buildMetadata` says anything.
    records: Option<Shown>,
}

struct Shown {
    origin: bool,
    transformations: bool,
}

impl Root {
    /// Whether the build is to keep records.
    pub(super) fn keeps_records(&self) -> bool {
        self.records.is_some()
    }

    pub(super) fn of(kustomization: &Kustomization, options: &BuildOptions) -> Result<Self> {
        let order = kustomization
            .sort_options
            .as_ref()
            .map_or_else(|| Ok(options.order.clone()), SortOrder::of_options)?;
        let is_on = |wanted: &str| {
            let mut options = kustomization.build_metadata.iter();
            options.any(|option| option == wanted)
        };
        Ok(Self {
            order,
            managed_by_label: options.managed_by_label || is_on("managedByLabel"),
            records: (!kustomization.build_metadata.is_empty()).then(|| Shown {
                origin: is_on("originAnnotations"),
                transformations: is_on("transformerAnnotations"),
            }),
        })
    }

    /// Gives an object the form in which users see it.
    fn show(&self, resource: &mut Resource) -> Result<()> {
        if resource.has_foot {
            yaml::add_break(resource.value_mut());
        }
        clean_metadata(resource);
        check_annotation_keys(resource)?;
        if let Some(shown) = &self.records {
            if shown.origin {
                records::show_origin(resource)?;
            }
            if shown.transformations {
                records::show_transformations(resource)?;
            }
        }
        Ok(())
    }
}

/// Finishes a build, in the order of spec 01 R31.
pub(super) fn finish(accumulator: Accumulator, root: &Root, session: Session<'_>) -> Result<Built> {
    let Accumulator {
        mut resources,
        config,
        vars,
        ..
    } = accumulator;
    let mut warnings = session.warnings;
    add_hashes(&mut resources)?;
    name_reference::apply(&mut resources, &config)?;
    warnings.extend(vars.resolve(&mut resources, &config)?);
    check_complete(&resources)?;
    remove_local_config(&mut resources);
    if root.managed_by_label {
        add_managed_by_label(&mut resources)?;
    }
    sort_order::check_unique(&resources)?;
    let mut sorted = root.order.apply(resources.into_resources());
    let size = parts::size(sorted.len(), MANY);
    let parts = sorted.chunks_mut(size);
    parts::each(parts, |part| {
        part.iter_mut().try_for_each(|resource| root.show(resource))
    })
    .into_iter()
    .collect::<Result<()>>()?;
    warnings.extend(double_env::warnings(&sorted, &session.patches));
    Ok(Built {
        resources: sorted,
        warnings,
    })
}

/// Puts the hash of their content behind the names of the objects that need one.
pub(super) fn add_hashes(resources: &mut ResMap) -> Result<()> {
    let in_need: Vec<_> = resources
        .slots()
        .filter(|slot| resources.get(*slot).needs_hash)
        .collect();
    in_need
        .into_iter()
        .try_for_each(|slot| resources.edit(slot, add_hash))
}

fn add_hash(resource: &mut Resource) -> Result<()> {
    let name = ecow::eco_format!("{}-{}", resource.id().name, content_hash(resource)?);
    resource.remember_id();
    if let Some(Value::Scalar(scalar)) = resource
        .value_mut()
        .get_mut("metadata")
        .and_then(|metadata| metadata.get_mut("name"))
    {
        scalar.assign(&Scalar::string(name));
    }
    Ok(())
}

/// Fails where a replacement or a patch left an object without kind or name.
fn check_complete(resources: &ResMap) -> Result<()> {
    let mut lacks = resources
        .iter()
        .filter_map(|resource| Some((Lack::of(resource.value())?, resource)));
    match lacks.next() {
        None => Ok(()),
        Some((lack, resource)) => {
            let fault = Fault::new(lack.message(resource.value()));
            if let Some(place) = &resource.robbed_at {
                bail!(fault.at(Place::clone(place)));
            }
            let fault = match resource.source.clone() {
                Some(source) => fault.at(Place::of_field(source, FieldPath::default())),
                None => fault,
            };
            bail!(
                fault.hint(
                    "a patch or a replacement took it away, or wrote a map or a list over it"
                )
            )
        }
    }
}

/// Takes out the objects that are only there for others to refer to (spec 01 R36).
fn remove_local_config(resources: &mut ResMap) {
    for slot in resources.slots() {
        let annotation = resources.get(slot).value().at(&[
            "metadata",
            "annotations",
            "config.kubernetes.io/local-config",
        ]);
        // What is no text is the empty one.
        if annotation.is_some_and(|value| value.text().is_none_or(|text| text != "false")) {
            resources.remove(slot);
        }
    }
}

/// Labels all objects as made by kustomize.
fn add_managed_by_label(resources: &mut ResMap) -> Result<()> {
    let label = format!("kustomize-{KUSTOMIZE_VERSION}");
    let pairs = [("app.kubernetes.io/managed-by".into(), label.into())];
    let spec = FieldSpec {
        path: SpecPath::new("metadata/labels"),
        create: true,
        ..FieldSpec::default()
    };
    metadata::apply(resources, &pairs.into(), &[spec]).map(drop)
}

/// Gives every object a `metadata`, and its annotations the form that kustomize's last step leaves: strings only, the
/// last of several under one key, without what kustomize keeps for itself, and no empty map (spec 01 R38–R40).
fn clean_metadata(resource: &mut Resource) {
    let has_books = resource.has_books();
    let Some(root) = resource.value_mut().as_mapping_mut() else {
        return;
    };
    let Some(metadata) = root
        .get_or_insert_with("metadata", || Mapping::new().into())
        .as_mapping_mut()
    else {
        return;
    };
    join_annotations(metadata, has_books);
    let Some(annotations) = metadata.get_mut("annotations") else {
        return;
    };
    if let Value::Sequence(items) = annotations
        && let Some(map) = Mapping::of_pairs(items)
    {
        *annotations = map.into();
    }
    let is_clean = annotations.as_mapping().is_some_and(|map| {
        let has_twins = || {
            let mut keys = map.iter().enumerate();
            keys.any(|(position, (key, _))| map.position(key) != Some(position))
        };
        !map.is_empty()
            && map.iter().all(|(key, value)| {
                !is_internal(key)
                    && matches!(value, Value::Scalar(scalar) if scalar.tag == Tag::Str)
            })
            && !(may_have_duplicates(map.entries()) && has_twins())
    });
    if is_clean {
        return;
    }
    if let Some(annotations) = metadata
        .get_mut("annotations")
        .and_then(Value::as_mapping_mut)
    {
        let mut texts = Mapping::with_capacity(annotations.len());
        for (key, value) in annotations.iter().filter(|(key, _)| !is_internal(key)) {
            let text = value.as_scalar().map(|scalar| scalar.text.clone());
            texts.insert(key.clone(), Value::string(text.unwrap_or_default()));
        }
        *annotations = texts;
    }
    // A text in the place of a map is as good as nothing to kustomize.
    if metadata
        .get("annotations")
        .is_some_and(|rest| rest.as_scalar().is_some() || rest.is_null_or_empty())
    {
        metadata.remove("annotations");
    }
}

/// Makes one map of annotations that are written more than once: of one key the first map's counts. Kustomize passes over
/// what comes before the first map that holds something, and over what is no map once it wrote annotations of its own.
fn join_annotations(metadata: &mut Mapping, has_books: bool) {
    const KEY: &str = "annotations";
    let written = || metadata.iter().filter(|(key, _)| *key == KEY);
    if written().nth(1).is_none() {
        return;
    }
    let is_empty = |value: &Value| value.as_mapping().is_none_or(Mapping::is_empty);
    let is_map = |value: &Value| value.as_mapping().is_some() || value.is_null();
    let mut counted = written().skip_while(|(_, value)| is_empty(value));
    if !has_books && !counted.all(|(_, value)| is_map(value)) {
        return;
    }
    drop(counted);
    let mut joined = Mapping::new();
    while let Some(annotations) = metadata.remove(KEY) {
        let Value::Mapping(annotations) = annotations else {
            continue;
        };
        let earlier = joined.clone();
        for (key, value) in annotations {
            if !earlier.contains_key(&key.text) {
                joined.insert(key.text, value);
            }
        }
    }
    metadata.push(KEY, joined.into());
}

/// Fails where the key of an annotation is not a string once it stands without quotes: kustomize writes all of them anew
/// without, and then cannot print the object (spec 10 R42).
fn check_annotation_keys(resource: &Resource) -> Result<()> {
    let annotations = resource.value().at(&["metadata", "annotations"]);
    let mut keys = annotations
        .and_then(Value::as_mapping)
        .into_iter()
        .flat_map(|map| map.iter().map(|(key, _)| key));
    if let Some(key) = keys.find(|key| plain::resolve(key) != Tag::Str) {
        let message = format!(
            "annotation '{key}' of {}: json: unsupported type: map[interface {{}}]interface {{}}",
            resource.id()
        );
        bail!(Fault::new(message).hint(
            "kustomize takes this key for a number, a boolean, a date or nothing, quoted or not"
        ));
    }
    Ok(())
}

/// Whether an annotation is one of kustomize's own (spec 01 R37–R39).
fn is_internal(key: &Text) -> bool {
    match key.strip_prefix("internal.config.kubernetes.io/") {
        Some(name) => matches!(
            name,
            "previousKinds"
                | "previousNames"
                | "previousNamespaces"
                | "prefixes"
                | "suffixes"
                | "refBy"
                | "generatorBehavior"
                | "needsHashSuffix"
                | "allowNameChange"
                | "allowKindChange"
                | "helm-generated"
                | "path"
                | "index"
                | "seqindent"
                | "id"
                | "annotations-migration-resource-id"
        ),
        None => matches!(
            key.as_str(),
            "config.kubernetes.io/path"
                | "config.kubernetes.io/index"
                | "config.k8s.io/id"
                | "config.kubernetes.io/origin"
                | "alpha.config.kubernetes.io/transformations"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use super::*;
    use crate::kustomization::documents;

    #[test]
    fn keys_of_annotations_are_strings_without_quotes() {
        for (key, is_fine) in [
            ("yes", true),
            ("1:30", true),
            ("1e400", true),
            ("", false),
            ("1", false),
            ("08", false),
            ("true", false),
            ("~", false),
            ("2020-01-01", false),
        ] {
            let text = format!("kind: A\nmetadata: {{name: a, annotations: {{\"{key}\": x}}}}\n");
            let resources =
                documents::read(text.as_bytes(), &Arc::new(PathBuf::from("r.yaml"))).unwrap();
            assert_eq!(
                check_annotation_keys(&resources[0]).is_ok(),
                is_fine,
                "{key}"
            );
        }
    }
}

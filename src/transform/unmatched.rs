//! What to say about entries that are for nothing that there is, and what may have been meant. Asked only once that happened.

use anyhow::Error;
use indexmap::IndexSet;

use super::images::{self, Met};
use crate::kustomization::{Image, Replacement, is_slip, nearest};
use crate::model::pattern::Pattern;
use crate::model::{
    Fault, FieldPath, Place, ResId, ResMap, Resource, Selector, SelectorArgs, Text, Value, Warning,
};

/// More names than these are no help.
const MOST_NAMES: usize = 8;

/// Advice costs a look at every object, so only the first entries get any.
pub(super) const MOST_ADVICE: usize = 16;

/// Something suspicious, and whether it is so in a component too: those are written for objects that they do not know, so that
/// only what looks like a slip is.
pub struct Finding {
    pub(super) warning: Warning,
    pub(super) holds_in_components: bool,
}

/// What is amiss with the identity of a patch's object.
pub(super) struct Amiss {
    /// In plain words.
    pub(super) title: String,
    /// What to do.
    pub(super) hint: String,
    /// The field of the patch that is to blame.
    pub(super) field: FieldPath,
}

/// Why no object goes by an identity.
pub(super) fn identity(resources: &ResMap, wanted: &ResId) -> Amiss {
    let (kind, name) = (&wanted.gvk.kind, &wanted.name);
    let title = format!("there is no {kind} named `{name}`");
    let same_name = resources.named(kind, name);
    let amiss = |title, hint, keys: &[&str]| Amiss {
        title,
        hint,
        field: FieldPath::of_keys(keys),
    };
    if let Some(slot) = same_name.first() {
        let found = resources.get(*slot).id();
        if found.gvk != wanted.gvk {
            return amiss(
                format!("the {kind} `{name}` is of another version"),
                format!("write `apiVersion: {}`", found.gvk.api_version()),
                &["apiVersion"],
            );
        }
        let hint = match found.namespace.as_str() {
            "" => "it has no namespace: take `metadata.namespace` out of the patch".to_owned(),
            namespace => format!("write `namespace: {namespace}` below `metadata`"),
        };
        let title = format!("the {kind} `{name}` is in another namespace");
        return amiss(title, hint, &["metadata", "namespace"]);
    }
    if let Some(other) = resources
        .iter()
        .find(|resource| resource.id().name == *name && is_workload_like(resource, wanted))
    {
        let found = &other.id().gvk;
        let hint = format!(
            "there is a {} of that name: write `kind: {}` and `apiVersion: {}`",
            found.kind,
            found.kind,
            found.api_version()
        );
        return amiss(title, hint, &["kind"]);
    }
    let hint = name_hint(resources, kind, name);
    amiss(title, hint, &["metadata", "name"])
}

/// Whether an object holds pods as the wanted kind would, or has a kind spelt nearly the same.
fn is_workload_like(resource: &Resource, wanted: &ResId) -> bool {
    let template = resource.value().at(&["spec", "template", "spec"]);
    let found = resource.id().gvk.kind.as_str();
    (template.is_some() && is_workload(&wanted.gvk.kind))
        || nearest(&wanted.gvk.kind, [found]).is_some()
}

fn is_workload(kind: &str) -> bool {
    matches!(
        kind,
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "CronJob"
    )
}

/// The name of an object of a kind that was probably meant.
fn near_name<'a>(resources: &'a ResMap, kind: &str, name: &str) -> Option<&'a str> {
    let of_kind = resources
        .iter()
        .filter(|resource| resource.id().gvk.kind == kind);
    nearest(name, of_kind.map(|resource| resource.id().name.as_str()))
}

/// The name that was probably meant, or the names there are.
pub(super) fn name_hint(resources: &ResMap, kind: &str, name: &str) -> String {
    let of_kind = resources
        .iter()
        .filter(|resource| resource.id().gvk.kind == kind);
    let names: IndexSet<&str> = of_kind
        .map(|resource| resource.id().name.as_str())
        .collect();
    if let Some(name) = nearest(name, names.iter().copied()) {
        return format!("did you mean `{name}`?");
    }
    match names.len() {
        0 => format!("there is no {kind} at all here: it may be added by another layer"),
        1..=MOST_NAMES => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("each {kind} there is: {}", names.join(", "))
        }
        count => format!("there are {count} objects of kind {kind}"),
    }
}

/// The failure of an entry of `replicas`.
pub(super) fn replica(resources: &ResMap, name: &str, error: &Error, place: Place) -> Fault {
    let names: IndexSet<&str> = resources
        .iter()
        .filter(|resource| is_workload(&resource.id().gvk.kind))
        .map(|resource| resource.id().name.as_str())
        .collect();
    let fault = Fault::new(format!("{error:#}")).at(place);
    if names.contains(name) || !fault.message.starts_with("resource with name ") {
        return fault;
    }
    let fault = fault.titled(format!("there is no workload named `{name}`"));
    match nearest(name, names) {
        Some(meant) => fault.hint(format!("did you mean `{meant}`?")),
        None => fault.hint("correct the name, or take the entry out"),
    }
}

/// The failure of an entry of `replacements`.
pub(super) fn replacement(
    resources: &ResMap,
    replacement: &Replacement,
    error: Error,
    place: Place,
) -> Fault {
    let message = format!("{error:#}");
    let below = |key: &str| Place::of_field(place.source.clone(), place.path.clone().key(key));
    match &replacement.source {
        Some(source) if message.starts_with("nothing selected by ") => {
            let (kind, name) = (&source.kind, &source.name);
            let fault = Fault::new(message).at(below("source"));
            if kind.is_empty() || name.is_empty() {
                return fault.hint("correct the source: it must select one object");
            }
            let is_there = !resources.named(kind, name).is_empty();
            if is_there {
                return fault.hint("an object of that kind and name is there: look at the other fields of the source");
            }
            fault
                .titled(format!("there is no {kind} named `{name}` to copy from"))
                .hint(name_hint(resources, kind, name))
        }
        Some(source) if message.contains("replacement source") => {
            let slots = resources.named(&source.kind, &source.name);
            let object = slots.first().map(|slot| resources.get(*slot).value());
            let hint = object.and_then(|object| field_hint(object, &source.field_path));
            let mut place = below("source");
            place.path = place.path.key("fieldPath");
            Fault::new(message).at(place).hint(hint.unwrap_or_else(|| {
                "correct the `fieldPath`: keys with dots are written as `[the.key]`".to_owned()
            }))
        }
        Some(_) if message.starts_with("multiple matches for selector") => Fault::new(message)
            .titled("the source is more than one object")
            .at(below("source"))
            .hint("say more about the source, so that it selects one object"),
        _ if message.contains("replacement target") => {
            let (path, hint) = bad_field(resources, replacement, &message);
            let mut place = below("targets");
            place.path.steps.extend(path.steps);
            let fault = match hint {
                Some(hint) => Fault::new(message).hint(hint),
                None => Fault::new(message),
            };
            fault.at(place).hint(
                "correct the `fieldPaths`, or add `options: {create: true}` to make the field",
            )
        }
        _ => match error.downcast::<Fault>() {
            Ok(fault) => fault.saying(message, place),
            Err(_) => Fault::new(message).at(place),
        },
    }
}

/// Which entry of `fieldPaths`, below `targets`, leads nowhere, and what it may have been meant to say.
fn bad_field(
    resources: &ResMap,
    replacement: &Replacement,
    message: &str,
) -> (FieldPath, Option<String>) {
    let targets = replacement.targets.as_deref().unwrap_or_default();
    for (index, target) in targets.iter().enumerate() {
        let paths = target.field_paths.iter();
        let named = |path: &&Text| message.contains(&format!("\"{path}\""));
        let Some((number, path)) = paths.enumerate().find(|(_, path)| named(path)) else {
            continue;
        };
        let select = target.select.as_ref();
        let selector = select.and_then(|select| Selector::compile(select).ok());
        let hint = selector.and_then(|selector| {
            let mut objects = resources.iter();
            let lacks = |object: &Resource| field_hint(object.value(), path);
            objects
                .find(|object| selector.matches_patch_target(object) && lacks(object).is_some())
                .and_then(lacks)
        });
        let place = FieldPath::default().index(index);
        return (place.key("fieldPaths").index(number), hint);
    }
    (FieldPath::default(), None)
}

/// What a path of keys may have been meant to say, where it leaves an object.
pub(super) fn field_hint(object: &Value, path: &str) -> Option<String> {
    let mut value = object;
    for key in path.split('.') {
        value = match value {
            Value::Mapping(map) => {
                let Some(below) = map.get(key) else {
                    let meant = nearest(key, map.iter().map(|(key, _)| key.as_str()))?;
                    return Some(format!("did you mean `{meant}` in place of `{key}`?"));
                };
                below
            }
            Value::Sequence(items) => items.get(key.parse::<usize>().ok()?)?,
            Value::Scalar(_) => return None,
        };
    }
    None
}

/// The warning about a target that selects nothing; `position` counts such targets.
pub(super) fn target(
    resources: &ResMap,
    args: &SelectorArgs,
    what: &str,
    place: Place,
    position: usize,
) -> Finding {
    let literal = |pattern: &str| {
        let pattern = Pattern::new(pattern).ok()?;
        pattern.literal().map(str::to_owned)
    };
    let (kind, name) = (literal(&args.kind), literal(&args.name));
    let message = match (&kind, &name) {
        (Some(kind), Some(name)) => {
            format!("{what} is for nothing: no {kind} named `{name}` matches its target")
        }
        (Some(kind), None) if !args.name.is_empty() => {
            let name = &args.name;
            format!("{what} is for nothing: no {kind} of a name like `{name}` matches its target")
        }
        (Some(kind), None) => format!("{what} is for nothing: no {kind} matches its target"),
        (None, Some(name)) => {
            format!("{what} is for nothing: no object named `{name}` matches its target")
        }
        (None, None) => format!("{what} is for nothing: no object matches its target"),
    };
    let (advice, is_slip) = match (kind, name) {
        (Some(kind), _)
            if args.version.contains('/')
                && !resources.iter().all(|object| object.id().gvk.kind != kind) =>
        {
            let (group, version) = args.version.split_once('/').unwrap_or_default();
            (
                format!("write `group: {group}` and `version: {version}`"),
                true,
            )
        }
        (Some(kind), Some(name)) if position < MOST_ADVICE => name_advice(resources, &kind, &name),
        (Some(kind), None) if position < MOST_ADVICE && args.name.is_empty() => {
            kind_advice(resources, &kind)
        }
        (Some(kind), None) if position < MOST_ADVICE => {
            (name_advice(resources, &kind, &args.name).0, false)
        }
        _ => (OUT.to_owned(), false),
    };
    Finding {
        warning: Warning::new(message).at(place).hint(advice),
        holds_in_components: is_slip,
    }
}

const OUT: &str = "correct the target, or take the entry out";

/// What to do, and whether a name there is looks as if it were meant.
fn name_advice(resources: &ResMap, kind: &str, name: &str) -> (String, bool) {
    if resources.named(kind, name).is_empty() {
        let advice = name_hint(resources, kind, name);
        let near = near_name(resources, kind, name);
        return (advice, near.is_some_and(|near| is_slip(name, near)));
    }
    let advice = "an object of that kind and name is there: look at the other fields of the target";
    (advice.to_owned(), true)
}

fn kind_advice(resources: &ResMap, kind: &str) -> (String, bool) {
    let kinds: IndexSet<&str> = resources
        .iter()
        .map(|resource| resource.id().gvk.kind.as_str())
        .collect();
    let meant = (!kinds.contains(kind))
        .then(|| nearest(kind, kinds))
        .flatten();
    match meant {
        Some(meant) => (
            format!("did you mean `kind: {meant}`?"),
            is_slip(kind, meant),
        ),
        None => (OUT.to_owned(), false),
    }
}

/// The warnings about entries of `images` that rename nothing.
pub(super) fn images(
    entries: &[Image],
    (unused, met): (Vec<usize>, Met),
    place: impl Fn(usize) -> Place,
) -> Vec<Finding> {
    if unused.is_empty() {
        return Vec::new();
    }
    let (names, anywhere) = (met.names(), met.names_anywhere());
    let warn = |(count, position): (usize, usize)| {
        let name = entries[position].name.as_str();
        let (advice, holds_in_components) = if count < MOST_ADVICE {
            image_advice(name, &names, &anywhere)
        } else {
            (IMAGE_OUT.to_owned(), false)
        };
        let warning = Warning::new(format!("no image is named `{name}`"));
        Finding {
            warning: warning.at(place(position)).hint(advice),
            holds_in_components,
        }
    };
    unused.into_iter().enumerate().map(warn).collect()
}

const IMAGE_OUT: &str = "correct the name, or take the entry out";

/// What to do, and whether an image there looks as if it were meant.
fn image_advice(name: &str, names: &IndexSet<&str>, anywhere: &IndexSet<&str>) -> (String, bool) {
    let bare = images::name_of(name);
    if names.contains(name) {
        let advice = "an entry above it gives that image another name: name that one, or take this entry out";
        (advice.to_owned(), true)
    } else if bare != name && names.contains(bare) {
        let advice = format!("write `name: {bare}`: an entry is for all tags");
        (advice, true)
    } else if let Some(meant) = meant_image(name, names) {
        (format!("did you mean `{meant}`?"), true)
    } else if anywhere.contains(bare) {
        let advice = "it stands in a field that `images` does not reach: name the field in a file under `configurations`";
        (advice.to_owned(), false)
    } else {
        (IMAGE_OUT.to_owned(), false)
    }
}

/// The image of the same name elsewhere, or of a name that differs by a slip in the same place.
fn meant_image<'a>(name: &str, names: &IndexSet<&'a str>) -> Option<&'a str> {
    let split = |name: &str| name.rfind('/').map_or(0, |slash| slash + 1);
    let (place, last) = name.split_at(split(name));
    let mut same_end = names.iter().filter(|found| found[split(found)..] == *last);
    let nearby = || {
        let mut found = names.iter().filter_map(|found| found.strip_prefix(place));
        let meant = found.find(|rest| is_slip(last, rest))?;
        let is_meant = |found: &&&str| found.strip_prefix(place) == Some(meant);
        names.iter().find(is_meant)
    };
    same_end.next().or_else(nearby).copied()
}

//! Failures and warnings about patches: where the patch says what does not fit, and what to do about it.

use anyhow::Error;

use super::json_patch::Refused;
use crate::kustomization::JsonPatch;
use crate::kustomization::patch::Patch;
use crate::model::pattern::Pattern;
use crate::model::{Fault, FieldPath, Place, ResMap, Resource, SelectorArgs, Value, Warning};
use crate::transform::unmatched;

/// The failure of a document to find its object.
pub(super) fn no_match(
    resources: &ResMap,
    patch: &Patch,
    document: &Resource,
    error: Error,
) -> Fault {
    let id = document.id();
    let message = format!("{:#}", patch.explain_no_match(id, error));
    let fault = Fault::new(message);
    if !resources.matching(id).is_empty() {
        let fault = fault.titled(format!(
            "there is more than one {} that is or was named `{}`",
            id.gvk.kind, id.name
        ));
        return fault
            .at(place_in(
                patch,
                document,
                FieldPath::of_keys(&["metadata", "name"]),
            ))
            .hint("name the one that is meant by its present name, or give the patch a `target`");
    }
    let amiss = unmatched::identity(resources, id);
    let fault = fault
        .titled(amiss.title)
        .at(place_in(patch, document, amiss.field))
        .hint(amiss.hint);
    match &document.source {
        Some(_) => fault.related("listed here", patch.place.clone()),
        None => fault,
    }
}

/// A field of a document of a patch.
fn place_in(patch: &Patch, document: &Resource, field: FieldPath) -> Place {
    match &document.source {
        Some(source) => Place::of_field(source.clone(), field),
        None => patch.place_of(field),
    }
}

/// The failure of a target that cannot be understood, at the field to blame.
pub(super) fn bad_target(patch: &Patch, args: &SelectorArgs, error: &Error) -> Fault {
    let message = format!("{error:#}");
    let patterns = [
        ("group", &args.group),
        ("version", &args.version),
        ("kind", &args.kind),
        ("name", &args.name),
        ("namespace", &args.namespace),
    ];
    let broken = patterns
        .into_iter()
        .find(|(_, pattern)| Pattern::new(pattern).is_err());
    let place = |field: &str| patch.target_place(Some(field));
    let Some((field, pattern)) = broken else {
        let field = if message.contains("annotationSelector") {
            "annotationSelector"
        } else {
            "labelSelector"
        };
        return Fault::new(message)
            .at(place(field))
            .hint("write requirements as `key=value`, `key!=value`, `key in (a,b)`, `key` or `!key`, with commas between them");
    };
    let fault = Fault::new(message)
        .titled(format!("`{pattern}` is not a regular expression"))
        .at(place(field));
    match pattern.strip_prefix('*') {
        Some(rest) => fault.hint(format!("write `.*{rest}` for any text that ends so")),
        None => fault.hint("put a backslash before characters that stand for themselves"),
    }
}

/// The failure of an operation of a JSON patch.
pub(super) fn refused(patch: &Patch, resource: &Resource, refused: &Refused) -> Fault {
    let field = FieldPath::default().index(refused.operation).key("path");
    if let Some(fault) = senseless(patch, refused) {
        return fault;
    }
    let fault = Fault::new(&*refused.message).at(patch.place_of(field));
    let id = resource.id();
    // What is copied or moved comes from elsewhere.
    let is_about_path = !["move", "copy"]
        .iter()
        .any(|action| refused.message.contains(action));
    let gap = is_about_path
        .then(|| Gap::find(resource.value(), &refused.pointer))
        .flatten();
    let Some(gap) = gap else {
        return fault.titled(format!(
            "{}, in {} `{}`",
            refused.message, id.gvk.kind, id.name
        ));
    };
    fault
        .titled(format!(
            "{} `{}` has no `{}`",
            id.gvk.kind, id.name, gap.missing
        ))
        .hint(if refused.message.contains("remove") {
            "correct the path, or take the operation out".to_owned()
        } else {
            gap.advice
        })
}

/// The failure of an operation that makes no sense, whatever it is for.
fn senseless(patch: &Patch, refused: &Refused) -> Option<Fault> {
    let operation = FieldPath::default().index(refused.operation);
    let fault = Fault::new(&*refused.message);
    if let Some(kind) = refused.message.strip_prefix("Unexpected kind: ") {
        let (title, place) = match kind {
            "unknown" => ("the operation has no `op`".to_owned(), operation),
            kind => (
                format!("there is no operation `{kind}`"),
                operation.key("op"),
            ),
        };
        let hint = "write `add`, `remove`, `replace`, `move`, `copy` or `test`";
        return Some(fault.titled(title).at(patch.place_of(place)).hint(hint));
    }
    let (_, problem) = refused.message.split_once(" operation failed to decode ")?;
    let field = problem.split(':').next().unwrap_or(problem);
    Some(
        fault
            .titled(format!("the operation has no `{field}`"))
            .at(patch.place_of(operation))
            .hint(format!("write `{field}: /…` beside `op`")),
    )
}

/// The failure of a document with a directive that there is none of.
pub(super) fn bad_directive(patch: &Patch, document: &Resource, error: Error) -> Error {
    let message = format!("{error:#}");
    let Some((_, name)) = message.split_once("unknown patch strategy ") else {
        return error;
    };
    let name = name.trim_matches('\'');
    let Some(way) = way_to(document.value(), name) else {
        return error;
    };
    let title = format!("there is no directive `$patch: {name}`");
    let fault = Fault::new(message).titled(title);
    fault
        .at(place_in(patch, document, way))
        .hint("write `$patch: delete`, `$patch: replace` or `$patch: merge`")
        .into()
}

/// The way to the first directive of this name.
fn way_to(document: &Value, name: &str) -> Option<FieldPath> {
    let mut rest = vec![(document, FieldPath::default())];
    while let Some((value, path)) = rest.pop() {
        match value {
            Value::Mapping(map) => {
                let directive = map.get(super::directive::KEY).and_then(Value::text);
                if directive.is_some_and(|text| text == name) {
                    return Some(path.key(super::directive::KEY));
                }
                rest.extend(
                    map.iter()
                        .map(|(key, value)| (value, path.clone().key(key.clone()))),
                );
            }
            Value::Sequence(items) => rest.extend(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (item, path.clone().index(index))),
            ),
            Value::Scalar(_) => {}
        }
    }
    None
}

/// The warnings about operations whose path does not begin with a slash: what precedes the first one does not count.
pub(super) fn without_slash(patch: &Patch, operations: &JsonPatch) -> Vec<Warning> {
    let all = operations.operations().iter().enumerate();
    let odd = all.filter(|(_, operation)| {
        !operation.path.is_empty()
            && !operation.path.starts_with('/')
            && operation.path.contains('/')
    });
    odd.take(unmatched::MOST_ADVICE)
        .map(|(position, operation)| {
            let written = &operation.path;
            let (lost, rest) = written.split_once('/').unwrap_or((written, ""));
            let place = FieldPath::default().index(position).key("path");
            Warning::new(format!(
                "`{written}` does not begin with a slash: `{lost}` does not count, and the patch is for `/{rest}`"
            ))
            .at(patch.place_of(place))
            .hint(format!("write `/{written}`"))
        })
        .collect()
}

/// Where a JSON pointer leaves an object.
struct Gap {
    /// The pointer up to the first step that leads nowhere.
    missing: String,
    advice: String,
}

impl Gap {
    fn find(root: &Value, pointer: &str) -> Option<Self> {
        let mut value = root;
        let mut way = String::new();
        let steps: Vec<_> = pointer.split('/').skip(1).collect();
        for (position, step) in steps.iter().enumerate() {
            let key = step.replace("~1", "/").replace("~0", "~");
            let below = match value {
                Value::Mapping(map) => map.get(&key),
                Value::Sequence(items) => key.parse().ok().and_then(|at: usize| items.get(at)),
                Value::Scalar(_) => None,
            };
            let Some(below) = below else {
                return Some(Self {
                    advice: advice(value, &way, &key, steps.get(position + 1).copied()),
                    missing: format!("{way}/{step}"),
                });
            };
            value = below;
            way = format!("{way}/{step}");
        }
        None
    }
}

/// Whether a step looks like the first half of a key such as `example.com/team`.
fn is_split_key(way: &str, key: &str) -> bool {
    let last = way.rsplit('/').next().unwrap_or_default();
    key.contains('.')
        && matches!(
            last,
            "labels" | "annotations" | "matchLabels" | "nodeSelector"
        )
}

/// What to do about a key that a value lacks; `next` is the step behind it.
fn advice(parent: &Value, way: &str, key: &str, next: Option<&str>) -> String {
    let shown = if way.is_empty() { "the object" } else { way };
    match parent {
        Value::Sequence(items) => match items.len() {
            0 => format!("`{shown}` is an empty list"),
            1 => format!("`{shown}` has one element: its index is 0"),
            count => format!("`{shown}` has {count} elements: 0 to {}", count - 1),
        },
        Value::Mapping(map) => {
            let keys = map.iter().map(|(key, _)| key.as_str());
            match crate::kustomization::nearest(key, keys) {
                Some(meant) => format!("did you mean `{way}/{meant}`?"),
                None => match next {
                    Some(next) if is_split_key(way, key) => {
                        format!("a slash in a key is written `~1`: `{way}/{key}~1{next}`")
                    }
                    None => format!("use `op: add` to make `{way}/{key}`"),
                    Some(next) if next == "-" || next.parse::<usize>().is_ok() => {
                        format!("make the list first: `op: add`, `path: {way}/{key}`, `value: []`")
                    }
                    Some(_) => {
                        format!("make the map first: `op: add`, `path: {way}/{key}`, `value: {{}}`")
                    }
                },
            }
        }
        Value::Scalar(_) => format!("`{shown}` is neither a map nor a list"),
    }
}

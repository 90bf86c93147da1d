//! The text of a resource file to objects (spec 01 R26–R29, 10 R15–R31).

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use crate::bytes;
use crate::model::{Fault, FieldPath, Lack, Place, Resource, Source, Text, Value, bookkeeping};
use crate::yaml;

use super::list;
use super::syntax::syntax_fault;

/// Why a text does not hold objects.
#[derive(Debug)]
pub enum Failure {
    /// It is not YAML. kustomize then never takes the file's name for a folder's (spec 01 R21).
    Syntax(Fault),
    /// It is YAML, but not a list of objects.
    Object(Fault),
}

impl Failure {
    /// The failure alone.
    pub fn into_fault(self) -> Fault {
        match self {
            Self::Syntax(fault) | Self::Object(fault) => fault,
        }
    }
}

/// Reads the objects of a resource file or a strategic merge patch.
pub fn read(text: &[u8], file: &Arc<PathBuf>) -> Result<Vec<Resource>, Failure> {
    gather(text, file, list::expand).map(|(resources, _)| resources)
}

/// Reads the objects of a text, and tells how many of them stand there themselves: behind them come those that lists hold.
pub fn read_counting(text: &[u8], file: &Arc<PathBuf>) -> Result<(Vec<Resource>, usize), Failure> {
    gather(text, file, list::expand)
}

/// Reads the objects of a text, lists among them as objects of their own.
pub fn read_as_they_are(text: &[u8], file: &Arc<PathBuf>) -> Result<Vec<Resource>, Failure> {
    gather(text, file, |_| None).map(|(resources, _)| resources)
}

/// What a list holds, if a value is one.
type Expand = fn(&Value) -> Option<Result<Vec<Value>, Fault>>;

fn gather(
    text: &[u8],
    file: &Arc<PathBuf>,
    expand: Expand,
) -> Result<(Vec<Resource>, usize), Failure> {
    let documents = yaml::read_documents(text).map_err(|error| {
        if error.message.starts_with("yaml: ") {
            Failure::Syntax(syntax_fault("MalformedYAMLError: ", &error, text, file))
        } else {
            Failure::Object(syntax_fault("", &error, text, file))
        }
    })?;
    let mut resources = Vec::with_capacity(documents.len());
    let mut queue = VecDeque::new();
    let is_lone = documents.len() == 1;
    for document in documents {
        match list::unwrap_lone(&document.value).filter(|_| is_lone && is_one_piece(text)) {
            Some(items) => queue.extend(items.into_iter().map(|item| (item, document.line, false))),
            None => queue.push_back((document.value, document.line, document.has_foot)),
        }
    }
    // What lists hold comes after all other objects of the file.
    let (mut left, mut own) = (queue.len(), 0);
    while let Some((value, line, has_foot)) = queue.pop_front() {
        let is_own = left > 0;
        left = left.saturating_sub(1);
        if value.is_null_or_empty() {
            continue;
        }
        let source = Source {
            file: Arc::clone(file),
            line,
        };
        check(&value, &source).map_err(Failure::Object)?;
        if let Some(items) = expand(&value) {
            let items = items.map_err(|fault| {
                let path = FieldPath::of_keys(&["items"]);
                Failure::Object(fault.at(Place::of_field(source, path)))
            })?;
            queue.extend(items.into_iter().map(|item| (item, line, false)));
        } else {
            let mut resource = resource(value, source);
            resource.has_foot = has_foot;
            resources.push(resource);
            own += usize::from(is_own);
        }
    }
    Ok((resources, own))
}

/// Whether no separator line splits the text (spec 10 R10).
fn is_one_piece(text: &[u8]) -> bool {
    !bytes::find_text(b"\n---", text).any(|start| bytes::find(b'\n', &text[start + 1..]).is_some())
}

fn resource(value: Value, source: Source) -> Resource {
    let mut resource = Resource::new(value);
    resource.source = Some(source);
    bookkeeping::take(&mut resource);
    resource
}

/// Refuses what is not an object (spec 10 R20–R23).
fn check(value: &Value, source: &Source) -> Result<(), Fault> {
    let text = |keys: &[&str]| {
        value
            .at(keys)
            .and_then(Value::text)
            .map_or("", Text::as_str)
    };
    let fault = |message: String, keys: &[&str]| {
        let is_there = value.at(keys).is_some();
        let path = FieldPath::of_keys(if is_there { keys } else { &[] });
        Fault::new(message).at(Place::of_field(source.clone(), path))
    };
    let is_bare = [
        &["apiVersion"][..],
        &["kind"],
        &["metadata", "name"],
        &["metadata", "namespace"],
    ]
    .iter()
    .all(|keys| text(keys).is_empty())
        && [&["metadata", "labels"], &["metadata", "annotations"]]
            .iter()
            .all(|keys| !value.at(*keys).is_some_and(has_entries));
    if is_bare {
        let fault = fault("missing Resource metadata".into(), &[]);
        return Err(fault
            .titled("this is no object of a cluster")
            .hint(what_it_may_be(value)));
    }
    let Some(lack) = Lack::of(value) else {
        return Ok(());
    };
    let (keys, hint): (&[&str], _) = match lack {
        Lack::Kind => (&["kind"], "give the object a `kind`"),
        Lack::Name if value.at(&["metadata", "generateName"]).is_some() => (
            &["metadata"],
            "give the object a `metadata.name`: `generateName` is for objects that are created one by one",
        ),
        Lack::Name => (&["metadata"], "give the object a `metadata.name`"),
    };
    let title = match lack {
        Lack::Kind => "the object has no `kind`",
        Lack::Name => "the object has no `metadata.name`",
    };
    let fault = fault(lack.message(value), keys).titled(title);
    Err(fault.hint(hint))
}

fn has_entries(value: &Value) -> bool {
    value.as_mapping().is_some_and(|map| !map.is_empty())
}

fn what_it_may_be(value: &Value) -> &'static str {
    const KUSTOMIZATION: [&str; 6] = [
        "resources",
        "bases",
        "patches",
        "namePrefix",
        "images",
        "configMapGenerator",
    ];
    match value {
        Value::Mapping(map) if KUSTOMIZATION.iter().any(|field| map.contains_key(field)) => {
            "this looks like a kustomization: name its folder in place of the file"
        }
        Value::Sequence(items) if items.iter().any(|item| item.get("op").is_some()) => {
            "this looks like a JSON patch: name it under `patches:` with a `target`"
        }
        Value::Sequence(_) => "separate objects with a line `---` in place of a list",
        Value::Mapping(_) => "an object needs `apiVersion`, `kind` and `metadata.name`",
        Value::Scalar(_) => {
            "a resource file holds objects with `apiVersion`, `kind` and `metadata.name`"
        }
    }
}

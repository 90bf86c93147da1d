//! Objects drawn as a tree: of the folders that their files are in, or of the objects that own each other.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::format::rank;
use super::object::{Object, text_at};
use super::path::{self, Path};
use crate::yaml::lossless::{Content, Document, Item};

/// What the branches of a tree are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Folders.
    Folders,
    /// Owners.
    Owners,
}

/// A field that is shown below each object that has it.
#[derive(Clone, Debug)]
pub struct Field {
    path: Path,
    name: String,
    /// Its name below each element of a list of containers.
    in_element: Option<String>,
}

/// Where containers are.
pub const CONTAINERS: [&str; 3] = [
    "spec.template.spec.containers",
    "spec.containers",
    "spec.jobTemplate.spec.template.spec.containers",
];

impl Field {
    /// The field at a path.
    pub fn parse(text: &str) -> Result<Self> {
        let path = path::parse(text)?;
        let joined = path.join(".");
        let list = CONTAINERS.iter().find(|list| joined.starts_with(*list));
        Ok(Self {
            name: list.map_or_else(|| joined.clone(), |list| (*list).to_owned()),
            in_element: list.and_then(|_| path.last().cloned()),
            path,
        })
    }

    /// A field of all containers that have a name.
    pub fn of_containers(field: &str) -> Vec<Self> {
        let of = |list: &&str| Self {
            path: list
                .split('.')
                .chain(["[name=.*]", field])
                .map(str::to_owned)
                .collect(),
            name: (*list).to_owned(),
            in_element: Some(field.to_owned()),
        };
        CONTAINERS.iter().map(of).collect()
    }
}

/// A node of the tree as it is drawn.
#[derive(Clone, Debug, Default)]
struct Branch {
    text: String,
    below: Vec<Branch>,
}

impl Branch {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            below: Vec::new(),
        }
    }

    /// Appends its lines, all but the first set in by `indent`.
    fn draw(&self, indent: &str, out: &mut String) {
        out.push_str(&self.text.replace('\n', &format!("\n{indent}")));
        out.push('\n');
        let last = self.below.len().saturating_sub(1);
        for (position, branch) in self.below.iter().enumerate() {
            let (edge, line) = if position == last {
                ("└── ", "    ")
            } else {
                ("├── ", "│   ")
            };
            out.push_str(indent);
            out.push_str(edge);
            branch.draw(&format!("{indent}{line}"), out);
        }
    }
}

/// The tree of objects below a root. `is_package` says whether a folder has a package of its own.
pub fn draw(
    root: &str,
    mut objects: Vec<Object>,
    fields: &[Field],
    structure: Option<Structure>,
    is_package: impl Fn(&str) -> bool,
) -> Result<String> {
    // Of two that are equal the original shows the second one first.
    objects.reverse();
    objects.sort_by(|left, right| order(left).cmp(&order(right)));
    let structure = structure.unwrap_or_else(|| {
        if objects.iter().any(has_owner_field) {
            Structure::Owners
        } else {
            Structure::Folders
        }
    });
    let tree = match structure {
        Structure::Folders => folders(root, &objects, fields, is_package)?,
        Structure::Owners => owners(&objects, fields)?,
    };
    let mut out = String::new();
    if !objects.is_empty() {
        tree.draw("", &mut out);
    }
    Ok(out)
}

fn order(object: &Object) -> impl Ord {
    (
        object.path(),
        object.namespace(),
        object.name(),
        object.kind(),
        object.api_version(),
    )
}

fn folders(
    root: &str,
    objects: &[Object],
    fields: &[Field],
    is_package: impl Fn(&str) -> bool,
) -> Result<Branch> {
    let mut by_folder: BTreeMap<&str, Vec<Branch>> = BTreeMap::new();
    for object in objects.iter().filter(|object| !object.kind().is_empty()) {
        let (folder, file) = match object.path().rsplit_once('/') {
            Some((folder, file)) => (folder, file),
            None => (".", object.path()),
        };
        by_folder
            .entry(folder)
            .or_default()
            .push(branch(object, file, fields)?);
    }
    let mut tree = Branch::new(root);
    // The way to each folder's branch, by the positions on it.
    let mut ways: Vec<(&str, Vec<usize>)> = Vec::new();
    for (folder, branches) in by_folder {
        let above = ways.iter().filter(|(above, _)| folder.starts_with(above));
        let mut way = above
            .max_by_key(|(above, _)| above.len())
            .map_or_else(Vec::new, |it| it.1.clone());
        let parent = way
            .iter()
            .fold(&mut tree, |branch, place| &mut branch.below[*place]);
        if folder == "." {
            parent.below.extend(branches);
        } else {
            let name = folder.rsplit('/').next().unwrap_or(folder);
            let mark = if is_package(folder) { "Pkg: " } else { "" };
            parent.below.push(Branch {
                text: format!("{mark}{name}"),
                below: branches,
            });
            way.push(parent.below.len() - 1);
        }
        ways.push((folder, way));
    }
    Ok(tree)
}

fn has_owner_field(object: &Object) -> bool {
    let metadata = object.root().get("metadata");
    metadata
        .and_then(|metadata| metadata.get("ownerReferences"))
        .is_some_and(|it| !it.is_null())
}

/// The kind, namespace and name of an object's first owner, in its own namespace.
fn owner(object: &Object) -> Option<String> {
    let references = object.root().get("metadata")?.get("ownerReferences")?;
    let Content::Sequence(list) = &references.content else {
        return None;
    };
    let first = &list.items.first()?.value;
    Some(key(
        text_at(first, "kind"),
        object.namespace(),
        text_at(first, "name"),
    ))
}

fn key(kind: &str, namespace: &str, name: &str) -> String {
    format!("{kind} {namespace}/{name}")
}

fn owners(objects: &[Object], fields: &[Field]) -> Result<Branch> {
    let mut below: BTreeMap<Option<String>, Vec<&Object>> = BTreeMap::new();
    for object in objects {
        below.entry(owner(object)).or_default().push(object);
    }
    let is_there = |owner: &String| {
        objects
            .iter()
            .any(|it| key(it.kind(), it.namespace(), it.name()) == **owner)
    };
    if let Some(missing) = below.keys().flatten().find(|owner| !is_there(owner)) {
        bail!("owner '{missing}' not found in input, but found as an owner of input objects");
    }
    let mut tree = Branch::new(".");
    add_owned(&mut tree, None, &below, fields)?;
    Ok(tree)
}

/// Adds the objects of an owner. What owns itself in a circle is below no root, and is never reached.
fn add_owned(
    branch_above: &mut Branch,
    owner: Option<&str>,
    below: &BTreeMap<Option<String>, Vec<&Object>>,
    fields: &[Field],
) -> Result<()> {
    for object in below.get(&owner.map(str::to_owned)).into_iter().flatten() {
        let mut branch = branch(object, "Resource", fields)?;
        let own = key(object.kind(), object.namespace(), object.name());
        add_owned(&mut branch, Some(&own), below, fields)?;
        branch_above.below.push(branch);
    }
    Ok(())
}

/// The branch of an object with its fields.
fn branch(object: &Object, mark: &str, fields: &[Field]) -> Result<Branch> {
    let namespace = match object.namespace() {
        "" => String::new(),
        namespace => format!("{namespace}/"),
    };
    Ok(Branch {
        text: format!("[{mark}]  {} {namespace}{}", object.kind(), object.name()),
        below: field_branches(object, fields)?,
    })
}

/// The fields of list elements, by what their elements were found by.
type Elements = BTreeMap<String, Vec<(String, String)>>;

enum Shown {
    Value(String),
    Elements(Elements),
}

fn field_branches(object: &Object, fields: &[Field]) -> Result<Vec<Branch>> {
    let mut shown: BTreeMap<&str, Shown> = BTreeMap::new();
    for field in fields {
        let found = path::follow(&field.path, object.root())?;
        let Some(first) = found.first() else {
            continue;
        };
        let Some(name) = &field.in_element else {
            shown.insert(&field.name, Shown::Value(text(first.item.clone())));
            continue;
        };
        let entry = shown.entry(&field.name);
        if let Shown::Elements(elements) = entry.or_insert_with(|| Shown::Elements(Elements::new()))
        {
            for found in found {
                let fields = elements.entry(found.matches.join("/")).or_default();
                fields.push((name.clone(), text(found.item)));
            }
        }
    }
    let mut shown: Vec<_> = shown.into_iter().collect();
    shown.sort_by(|left, right| rank(left.0).cmp(&rank(right.0)));
    Ok(shown
        .into_iter()
        .map(|(name, shown)| field_branch(name, shown))
        .collect())
}

fn field_branch(name: &str, shown: Shown) -> Branch {
    let elements = match shown {
        Shown::Value(value) => return Branch::new(format!("{name}: {value}")),
        Shown::Elements(elements) => elements,
    };
    let elements = elements
        .into_values()
        .enumerate()
        .map(|(position, mut fields)| {
            fields.sort_by(|left, right| rank(&left.0).cmp(&rank(&right.0)));
            let fields = fields
                .iter()
                .map(|(name, value)| Branch::new(format!("{name}: {value}")));
            Branch {
                text: position.to_string(),
                below: fields.collect(),
            }
        });
    Branch {
        text: name.to_owned(),
        below: elements.collect(),
    }
}

/// A value on one line, if it can be, without comments.
fn text(item: Item) -> String {
    let mut value = item.value;
    value.strip_comments();
    value.flatten();
    let item = Item {
        value,
        ..Item::default()
    };
    Document::text_of(item).trim().to_owned()
}

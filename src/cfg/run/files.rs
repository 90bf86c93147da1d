//! Objects → the files that they are to be in.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, anyhow, bail};

use crate::cfg::object::Object;
use crate::cfg::print::{Annotations, print};
use crate::model::clean_path;
use crate::yaml::json;

/// The files of a package, by their paths from its folder.
pub fn of(objects: Vec<Object>, folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut groups: BTreeMap<String, Vec<(i64, Object)>> = BTreeMap::new();
    // As in kustomize, what has no place of its own is counted on from what stands before it.
    let mut counters: BTreeMap<String, i64> = BTreeMap::new();
    for object in objects {
        let path = match object.path() {
            "" => path_of_new(&object, ""),
            path => checked(path, folder)?,
        };
        let counter = counters.entry(path.clone()).or_default();
        let own = object.index()?;
        let index = own.unwrap_or(*counter);
        *counter = own.unwrap_or(counter.saturating_add(1));
        groups.entry(path).or_default().push((index, object));
    }
    let files = groups.into_iter().map(|(path, mut group)| {
        group.sort_by_key(|(index, _)| *index);
        let objects = group.into_iter().map(|(_, object)| object).collect();
        let text = text(&path, objects)?;
        Ok((path, text))
    });
    files.collect()
}

/// The paths of the files that objects were read from.
pub fn paths(objects: &[Object]) -> impl Iterator<Item = &str> {
    objects.iter().map(Object::path)
}

/// The path of an object that is in no file yet.
pub(super) fn path_of_new(object: &Object, scope: &str) -> String {
    let file = format!("{}_{}.yaml", object.kind().to_lowercase(), object.name());
    let steps = [scope, object.namespace(), &file];
    let steps: Vec<_> = steps.into_iter().filter(|step| !step.is_empty()).collect();
    steps.join("/")
}

fn checked(path: &str, folder: &Path) -> Result<String> {
    if path.starts_with('/') {
        bail!("package paths may not be absolute paths");
    }
    let clean: String = clean_path(path).into();
    if clean == "." || clean == ".." || clean.starts_with("../") {
        let folder = folder.display();
        bail!("resource must be written under package {folder}: {path}");
    }
    Ok(clean)
}

fn text(path: &str, mut objects: Vec<Object>) -> Result<String> {
    if let [object] = objects.as_mut_slice()
        && Path::new(path).extension().is_some_and(|it| it == "json")
    {
        object.forget_place(false);
        let mut compact = String::new();
        json::write(&object.root().value(), &mut compact).map_err(|error| anyhow!(error))?;
        return Ok(indented(&compact));
    }
    Ok(print(objects, Annotations::Removed, None))
}

/// Compact JSON in lines.
fn indented(compact: &str) -> String {
    let mut text = String::new();
    let (mut depth, mut in_string, mut is_escaped) = (0, false, false);
    let mut letters = compact.trim_end().chars().peekable();
    let break_line = |text: &mut String, depth| {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    };
    while let Some(letter) = letters.next() {
        if in_string {
            text.push(letter);
            in_string = is_escaped || letter != '"';
            is_escaped = !is_escaped && letter == '\\';
            continue;
        }
        match letter {
            '{' | '[' => {
                text.push(letter);
                if let Some(end) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    text.push(end);
                } else {
                    depth += 1;
                    break_line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth -= 1;
                break_line(&mut text, depth);
                text.push(letter);
            }
            ',' => {
                text.push(letter);
                break_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            letter => {
                in_string = letter == '"';
                text.push(letter);
            }
        }
    }
    text.push('\n');
    text
}

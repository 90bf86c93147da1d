//! `edit add|set|remove label|annotation`.

use anyhow::Result;

use super::{items, lists};
use crate::model::{Fault, Mapping, Value};

/// What is set on all objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `commonLabels`.
    Label,
    /// `commonAnnotations`.
    Annotation,
}

impl Kind {
    fn field(self) -> &'static str {
        match self {
            Self::Label => "commonLabels",
            Self::Annotation => "commonAnnotations",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Annotation => "annotation",
        }
    }
}

/// How labels are added.
#[derive(Clone, Copy, Debug, Default)]
pub struct Adding {
    /// Whether those that are there are set anew.
    pub force: bool,
    /// Whether they go to `labels`, which leaves selectors alone.
    pub without_selector: bool,
    /// Whether they go to templates too.
    pub include_templates: bool,
}

/// Adds labels or annotations, each given as `key:value`.
pub fn add(fields: &mut Mapping, kind: Kind, args: &[String], how: Adding) -> Result<()> {
    let pairs = pairs(kind, args)?;
    if how.include_templates && !how.without_selector {
        let problem = "--without-selector flag must be specified for --include-templates to work";
        return Err(Fault::new(problem).hint("give both, or neither").into());
    }
    let map = if how.without_selector {
        pairs_of_labels(fields, how.include_templates)
    } else {
        map_of(fields, kind.field())
    };
    let Some(map) = map else {
        return Ok(());
    };
    if let Some((key, _)) = pairs
        .iter()
        .find(|(key, _)| !how.force && map.contains_key(key))
    {
        let word = kind.word();
        let problem =
            format!("{word} {key} already in kustomization file. Use --force to override.");
        return Err(Fault::new(problem).into());
    }
    for (key, value) in pairs {
        map.insert(key, Value::string(value));
    }
    Ok(())
}

/// Sets labels or annotations.
pub fn set(fields: &mut Mapping, kind: Kind, args: &[String]) -> Result<()> {
    let pairs = pairs(kind, args)?;
    if kind == Kind::Annotation && !pairs.iter().all(|(key, _)| is_annotation_key(key)) {
        let problem = "invalid annotation key: see the syntax and character set rules at https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/";
        return Err(Fault::new(problem).into());
    }
    if let Some(map) = map_of(fields, kind.field()) {
        for (key, value) in pairs {
            map.insert(key, Value::string(value));
        }
    }
    Ok(())
}

/// Removes labels or annotations, given as one list of keys.
pub fn remove(
    fields: &mut Mapping,
    kind: Kind,
    args: &[String],
    ignores_missing: bool,
) -> Result<()> {
    let keys = match args {
        // kustomize asks for a label even where it is about annotations.
        [] => {
            return Err(Fault::new("must specify label")
                .hint("give the keys, separated by commas")
                .into());
        }
        [keys] => keys.split(','),
        _ => {
            let problem = format!("{}s must be comma-separated, with no spaces", kind.word());
            return Err(Fault::new(problem).into());
        }
    };
    if keys.clone().any(str::is_empty) {
        // kustomize speaks of labels here too, and does so whatever is ignored.
        return Err(Fault::new("invalid label: '' (name is empty)")
            .hint("give the keys, separated by commas")
            .into());
    }
    let field = kind.field();
    let Some(map) = fields.get_mut(field).and_then(Value::as_mapping_mut) else {
        if ignores_missing {
            return Ok(());
        }
        return Err(Fault::new(format!("{field} is not defined in kustomization file")).into());
    };
    for key in keys {
        if map.remove(key).is_none() && !ignores_missing {
            let problem = format!("{} {key} is not defined in kustomization file", kind.word());
            return Err(Fault::new(problem)
                .hint("with `--ignore-non-existence` that is no error")
                .into());
        }
    }
    if map.is_empty() {
        fields.remove(field);
    }
    Ok(())
}

/// The labels or annotations of a list as `create` has it, separated by commas.
pub fn create(fields: &mut Mapping, kind: Kind, list: &str) -> Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    let args: Vec<_> = list.split(',').map(str::to_owned).collect();
    let pairs = pairs(kind, &args)?;
    if let Some(map) = map_of(fields, kind.field()) {
        for (key, value) in pairs {
            map.insert(key, Value::string(value));
        }
    }
    Ok(())
}

/// Keys and values; a value may stand in quotes, and may be missing.
fn pairs(kind: Kind, args: &[String]) -> Result<Vec<(String, String)>> {
    if args.is_empty() {
        let problem = format!("must specify {}", kind.word());
        return Err(Fault::new(problem).hint("give it as `KEY:VALUE`").into());
    }
    args.iter().map(|arg| split(kind, arg)).collect()
}

fn split(kind: Kind, arg: &str) -> Result<(String, String)> {
    let (key, value) = arg.split_once(':').unwrap_or((arg, ""));
    if key.is_empty() && !arg.is_empty() {
        let problem = format!(
            "invalid {}: '{arg}' (need k:v pair where v may be quoted)",
            kind.word()
        );
        return Err(Fault::new(problem).hint("give it as `KEY:VALUE`").into());
    }
    Ok((key.to_owned(), unquoted(value).to_owned()))
}

fn unquoted(value: &str) -> &str {
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(value)
}

fn map_of<'f>(fields: &'f mut Mapping, field: &str) -> Option<&'f mut Mapping> {
    fields
        .get_or_insert_with(field, || Mapping::new().into())
        .as_mapping_mut()
}

/// The pairs of the first entry of `labels` that leaves selectors alone and treats templates so; of a new one if there is none.
fn pairs_of_labels(fields: &mut Mapping, include_templates: bool) -> Option<&mut Mapping> {
    let is_set = |entry: &Value, field| entry.get(field).is_some();
    let fits = |entry: &Value| {
        !is_set(entry, "includeSelectors") && is_set(entry, "includeTemplates") == include_templates
    };
    let position = items(fields, "labels").position(fits);
    let position = position.unwrap_or_else(|| {
        let mut entry = Mapping::new();
        if include_templates {
            entry.insert("includeTemplates", Value::from(true));
        }
        lists::push(fields, "labels", entry.into());
        items(fields, "labels").count() - 1
    });
    let labels = fields.get_mut("labels")?.as_sequence_mut()?;
    map_of(
        labels.make_mut().get_mut(position)?.as_mapping_mut()?,
        "pairs",
    )
}

/// The keys that `set annotation` takes: `[prefix/]name`.
fn is_annotation_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_word = |word: &str, marks: &str, longest: usize| {
        let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let is_inner = |c: char| c.is_ascii_alphanumeric() || marks.contains(c);
        word.len() <= longest
            && is_end(word.chars().next())
            && is_end(word.chars().next_back())
            && word.chars().all(is_inner)
    };
    is_word(name, "-_.", 63) && prefix.is_none_or(|prefix| is_word(prefix, "-.", 253))
}

//! `edit add|set|remove configmap|secret`.

use anyhow::{Context, Error, Result};
use indexmap::IndexMap;

use super::lists::{self, Folder};
use super::{empty, items, replaced, retain, set_items, set_text, text};
use crate::model::{Fault, Mapping, Value};

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A `ConfigMap`.
    ConfigMap,
    /// A `Secret`.
    Secret,
}

impl Kind {
    fn field(self) -> &'static str {
        match self {
            Self::ConfigMap => "configMapGenerator",
            Self::Secret => "secretGenerator",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::ConfigMap => "configmap",
            Self::Secret => "secret",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
        }
    }
}

/// What `add` is told.
#[derive(Clone, Debug, Default)]
pub struct Adding {
    /// One name.
    pub names: Vec<String>,
    /// Its namespace.
    pub namespace: String,
    /// `key=value` pairs.
    pub literals: Vec<String>,
    /// `[key=]path` of files.
    pub files: Vec<String>,
    /// The path of a file with such pairs.
    pub env_file: String,
    /// `create`, `merge` or `replace`.
    pub behavior: String,
    /// The type of a Secret.
    pub secret_type: String,
    /// Whether the name stays without a hash.
    pub disable_name_suffix_hash: bool,
}

/// Adds a generator, or sources to one of the same name and namespace.
pub fn add(
    fields: &mut Mapping,
    kind: Kind,
    adding: &Adding,
    folder: Folder<'_>,
    notes: &mut Vec<String>,
) -> Result<()> {
    let files =
        file_sources(&adding.files, folder, notes).context("failed to expand file source")?;
    let name = validate(adding, &files).context("failed to validate flags")?;
    let mut generators: Vec<_> = items(fields, kind.field()).cloned().collect();
    let position = generators
        .iter()
        .position(|entry| is_one(entry, name, &adding.namespace));
    let old = position.map(|position| generators[position].clone());
    let mut entry = with_sources(old, kind, name, adding, &files);
    take_over_options(fields, &mut entry);
    check(kind, &entry, folder).with_context(|| format!("failed to create {}", kind.word()))?;
    match position {
        Some(position) => generators[position] = entry.into(),
        None => generators.push(entry.into()),
    }
    set_items(fields, kind.field(), generators);
    Ok(())
}

fn validate<'a>(adding: &'a Adding, files: &[String]) -> Result<&'a str> {
    let [name] = adding.names.as_slice() else {
        let fault = Fault::new("name must be specified once");
        return Err(fault.hint("give one name").into());
    };
    let has_pairs = !files.is_empty() || !adding.literals.is_empty();
    if adding.env_file.is_empty() && !has_pairs {
        let fault = Fault::new("at least from-env-file, or from-file or from-literal must be set");
        return Err(fault.hint("say where its data comes from").into());
    }
    if !adding.env_file.is_empty() && has_pairs {
        let problem = "from-env-file cannot be combined with from-file or from-literal";
        return Err(Fault::new(problem)
            .hint("add them one after the other")
            .into());
    }
    if !["", "create", "merge", "replace"].contains(&adding.behavior.as_str()) {
        let problem = "invalid behavior: must be one of \"create\", \"merge\", or \"replace\"";
        return Err(Fault::new(problem).into());
    }
    Ok(name)
}

/// The entry with the sources that were given.
fn with_sources(
    old: Option<Value>,
    kind: Kind,
    name: &str,
    adding: &Adding,
    files: &[String],
) -> Mapping {
    let is_new = old.is_none();
    let mut entry = match old {
        Some(Value::Mapping(entry)) => entry,
        _ => Mapping::new(),
    };
    if is_new {
        set_text(&mut entry, "name", name);
        set_text(&mut entry, "namespace", &adding.namespace);
        if kind == Kind::Secret {
            set_text(&mut entry, "type", &adding.secret_type);
        }
    }
    if !adding.behavior.is_empty() {
        set_text(&mut entry, "behavior", &adding.behavior);
    }
    let env_files = [&adding.env_file]
        .into_iter()
        .filter(|file| !file.is_empty());
    for (list, sources) in [
        ("literals", adding.literals.iter().collect::<Vec<_>>()),
        ("files", files.iter().collect()),
        ("envs", env_files.collect()),
    ] {
        for source in sources {
            lists::push(&mut entry, list, Value::string(source.as_str()));
        }
    }
    if adding.disable_name_suffix_hash {
        // As in kustomize, whatever else the options said.
        let option = ("disableNameSuffixHash", Value::from(true));
        entry.insert("options", Mapping::from_iter([option]).into());
    }
    entry
}

/// Writes `generatorOptions` into the entry's own, which go before them: kustomize does so with the entry it adds or extends.
fn take_over_options(fields: &Mapping, entry: &mut Mapping) {
    let Some(global) = fields.get("generatorOptions").and_then(Value::as_mapping) else {
        return;
    };
    let options = entry.get_or_insert_with("options", || Mapping::new().into());
    let Some(options) = options.as_mapping_mut() else {
        return;
    };
    for (field, value) in global.iter() {
        let own = options.get_or_insert_with(field, || value.clone());
        if let (Value::Mapping(own), Value::Mapping(value)) = (own, value) {
            for (key, text) in value.iter() {
                own.get_or_insert_with(key, || text.clone());
            }
        }
    }
}

/// Refuses an entry that does not generate anything.
fn check(kind: Kind, entry: &Mapping, folder: Folder<'_>) -> Result<()> {
    let mut entry = entry.clone();
    // There may be nothing to merge with here.
    entry.remove("behavior");
    let mut fields = empty();
    lists::push(&mut fields, kind.field(), entry.into());
    replaced::render(&fields, &[], folder).map(drop)
}

/// The files that sources name; patterns are followed.
fn file_sources(
    sources: &[String],
    folder: Folder<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for source in sources {
        let parts: Vec<_> = source.split('=').collect();
        let (key, pattern) = match parts[..] {
            [key, pattern] => (key, pattern),
            _ => ("", parts[0]),
        };
        let paths = lists::files(&[pattern.to_owned()], folder, notes)?;
        if parts.len() == 2 && paths.len() != 1 {
            let problem = format!(
                "'pattern '{source}' catches files [{}], should catch only one",
                paths.join(" ")
            );
            return Err(Fault::new(problem).hint("name one file for a key").into());
        }
        found.extend(paths.into_iter().map(|path| match key {
            "" => path,
            key => format!("{key}={path}"),
        }));
    }
    Ok(found)
}

/// What `set` is told.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// One name.
    pub names: Vec<String>,
    /// Its namespace.
    pub namespace: String,
    /// The namespace it gets.
    pub new_namespace: String,
    /// `key=value` pairs of which the keys are there.
    pub literals: Vec<String>,
}

/// Sets literals and the namespace of a generator.
pub fn set(fields: &mut Mapping, kind: Kind, setting: &Setting, folder: Folder<'_>) -> Result<()> {
    let name = validate_setting(setting).context("failed to validate flags")?;
    set_in(fields, kind, name, setting, folder)
        .with_context(|| format!("failed to create {}", kind.word()))
}

fn validate_setting(setting: &Setting) -> Result<&str, Fault> {
    let [name] = setting.names.as_slice() else {
        return Err(Fault::new("name must be specified once").hint("give one name"));
    };
    if setting.literals.is_empty() && setting.new_namespace.is_empty() {
        let problem = "at least one of [--from-literal, --new-namespace] must be specified";
        return Err(Fault::new(problem));
    }
    Ok(name)
}

fn set_in(
    fields: &mut Mapping,
    kind: Kind,
    name: &str,
    setting: &Setting,
    folder: Folder<'_>,
) -> Result<()> {
    let mut generators: Vec<_> = items(fields, kind.field()).cloned().collect();
    let entry = generators
        .iter_mut()
        .find(|entry| is_one(entry, name, &setting.namespace));
    let Some(entry) = entry.and_then(Value::as_mapping_mut) else {
        let problem = format!("unable to find {} with name \"{name}\"", kind.name());
        return Err(Error::new(Fault::new(problem))
            .context(format!("could not set new {} value", kind.name())));
    };
    set_literals(entry, &setting.literals).context("failed to update literal sources")?;
    if !setting.new_namespace.is_empty() {
        entry.insert("namespace", Value::string(setting.new_namespace.as_str()));
    }
    take_over_options(fields, entry);
    check(kind, entry, folder)
        .with_context(|| format!("failed to validate {} structure", kind.name()))?;
    set_items(fields, kind.field(), generators);
    Ok(())
}

fn set_literals(entry: &mut Mapping, new: &[String]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let mut literals: IndexMap<String, String> = IndexMap::new();
    for literal in super::texts(entry, "literals") {
        let (key, value) = pair(literal)?;
        literals.insert(key.to_owned(), value.to_owned());
    }
    for literal in new {
        let (key, value) = pair(literal)?;
        if let Some(old) = literals.get_mut(key) {
            value.clone_into(old);
        } else {
            let fault = Fault::new(format!("key '{key}' not found in resource"));
            return Err(fault.hint("add new keys with `edit add`").into());
        }
    }
    let literals = literals
        .into_iter()
        .map(|(key, value)| Value::string(format!("{key}={value}")));
    set_items(entry, "literals", literals.collect());
    Ok(())
}

/// `key=value`; kustomize takes no further `=` here.
fn pair(literal: &str) -> Result<(&str, &str)> {
    let found = literal
        .split_once('=')
        .filter(|(_, value)| !value.contains('='));
    let problem = "invalid format: literal values must be specified in the key=value format";
    found
        .ok_or_else(|| Fault::new(problem))
        .context("failed to update resource")
}

/// Removes generators, given as one list of names.
pub fn remove(
    fields: &mut Mapping,
    kind: Kind,
    args: &[String],
    namespace: &str,
    notes: &mut Vec<String>,
) -> Result<()> {
    let word = kind.word();
    let names = match args {
        [] => {
            let problem = format!("at least one {word} name must be specified");
            return Err(Fault::new(problem).into());
        }
        [names] => names.split(','),
        several => {
            let problem = format!(
                "too many arguments: [{}]; to provide multiple {word}s to remove, please separate {word} names by commas",
                several.join(" ")
            );
            return Err(Fault::new(problem).into());
        }
    };
    let is_there =
        |name: &&str| items(fields, kind.field()).any(|entry| is_one(entry, name, namespace));
    let (doomed, missing): (Vec<_>, Vec<_>) = names.partition(is_there);
    if doomed.is_empty() {
        let problem = format!("no specified {word}(s) were found in the kustomization.yaml file");
        return Err(Fault::new(problem).into());
    }
    retain(fields, kind.field(), |entry| {
        !doomed.iter().any(|name| is_one(entry, name, namespace))
    });
    let note = |name: &str| format!("{word} {name} doesn't exist in kustomization file");
    notes.extend(missing.into_iter().map(note));
    Ok(())
}

/// Whether an entry goes by a name in a namespace; none is `default`.
fn is_one(entry: &Value, name: &str, namespace: &str) -> bool {
    let or_default = |namespace: &str| match namespace {
        "" => "default".to_owned(),
        other => other.to_owned(),
    };
    text(entry, "name") == name && or_default(text(entry, "namespace")) == or_default(namespace)
}

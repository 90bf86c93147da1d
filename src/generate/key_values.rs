//! Where generators take keys and values from: env files, literals and files (spec 05 R10–R14).

use anyhow::{Context, Result, bail};
use indexmap::IndexMap;

use crate::kustomization::{Files, GeneratorArgs};
use crate::model::{Fault, FieldPath, MAX_FILE, Text};

/// Keys and values in the order of their sources, each borrowed from where it was written.
pub(super) type KeyValues<'a> = IndexMap<&'a str, &'a [u8]>;

/// Reads all sources of a generator.
pub(super) fn load<'a>(args: &'a GeneratorArgs, files: &'a Files) -> Result<KeyValues<'a>> {
    let mut found = Vec::new();
    let envs = args.envs.iter().chain(Some(&args.env));
    let envs: Vec<_> = envs.filter(|path| !path.is_empty()).collect();
    for path in &envs {
        env_lines(content(files, path)?, &mut found)
            .with_context(|| format!("loading KV pairs: env source files: {}", list(&envs)))?;
    }
    for source in &args.literals {
        let pair = literal(source).with_context(|| {
            format!("loading KV pairs: literal sources {}", list(&args.literals))
        })?;
        found.push(pair);
    }
    for source in &args.files {
        let (key, path) = file_source(source)
            .with_context(|| format!("loading KV pairs: file sources: {}", list(&args.files)))?;
        found.push((key, content(files, path)?));
    }
    without_duplicates(found, &args.name)
}

/// The field of a generator that is to blame where it fails: the first source that is none of its kind, else the generator.
pub fn blamed(args: &GeneratorArgs) -> FieldPath {
    let first_bad = |sources: &[Text], is_good: &dyn Fn(&str) -> bool| {
        sources.iter().position(|source| !is_good(source))
    };
    let of = |list: &str, index| FieldPath::default().key(list).index(index);
    if let Some(index) = first_bad(&args.literals, &|source| literal(source).is_ok()) {
        return of("literals", index);
    }
    match first_bad(&args.files, &|source| file_source(source).is_ok()) {
        Some(index) => of("files", index),
        None => FieldPath::default(),
    }
}

fn without_duplicates<'a>(found: Vec<(&'a str, &'a [u8])>, name: &str) -> Result<KeyValues<'a>> {
    let bytes: usize = found.iter().map(|(_, value)| value.len()).sum();
    if bytes > MAX_FILE {
        bail!("the sources of {name} come to more than {MAX_FILE} bytes");
    }
    let mut pairs = KeyValues::with_capacity(found.len());
    for (key, value) in found {
        // kustomize says `configmap` for Secrets too.
        if pairs.insert(key, value).is_some() {
            let fault = Fault::new(format!(
                "configmap {name} illegally repeats the key `{key}`"
            ));
            return Err(fault
                .hint("keep one of the sources that set the key")
                .into());
        }
    }
    Ok(pairs)
}

/// A list as Go prints it.
fn list(entries: &[impl AsRef<str>]) -> String {
    let entries: Vec<_> = entries.iter().map(AsRef::as_ref).collect();
    format!("[{}]", entries.join(" "))
}

fn content<'a>(files: &'a Files, path: &str) -> Result<&'a [u8]> {
    match files.get(path) {
        Some(content) => Ok(content),
        None => bail!("`{path}` was not read"),
    }
}

/// `key=value`, one pair of quotes around the value taken off.
fn literal(source: &str) -> Result<(&str, &[u8])> {
    let Some((key, value)) = source.split_once('=').filter(|(key, _)| !key.is_empty()) else {
        let fault = Fault::new(format!(
            "invalid literal source {source}, expected key=value"
        ));
        return Err(fault.hint("write the literal as `KEY=value`").into());
    };
    let unquoted = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    let value = unquoted('"').or_else(|| unquoted('\'')).unwrap_or(value);
    Ok((key, value.as_bytes()))
}

/// `[key=]path`; without a key, the file's name is the key.
fn file_source(source: &str) -> Result<(&str, &str)> {
    let problem = match source.split_once('=') {
        None => return Ok((base_name(source), source)),
        Some((_, path)) if path.contains('=') => {
            format!("source {source:?} key name or file path contains '='")
        }
        Some(("", path)) => format!("missing key name for file path {path:?} in source {source:?}"),
        Some((key, "")) => format!("missing file path for key name {key:?} in source {source:?}"),
        Some(pair) => return Ok(pair),
    };
    Err(Fault::new(problem)
        .hint("write the source as `PATH` or `KEY=PATH`")
        .into())
}

fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// The longest line of an env file that kustomize reads.
const LONGEST_LINE: usize = 65_535;

/// `KEY=value` lines; nothing in them is unquoted, trimmed at the end or expanded.
fn env_lines<'a>(content: &'a [u8], found: &mut Vec<(&'a str, &'a [u8])>) -> Result<()> {
    let content = content
        .strip_prefix("\u{feff}".as_bytes())
        .unwrap_or(content);
    for line in content.split(|byte| *byte == b'\n') {
        if line.len() > LONGEST_LINE {
            // kustomize stops here without a word (spec 05 R13).
            return Ok(());
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Ok(text) = std::str::from_utf8(line) else {
            let bytes: Vec<_> = line.iter().map(u8::to_string).collect();
            let text = String::from_utf8_lossy(line);
            bail!(
                Fault::new(format!(
                    "line {} has invalid utf8 bytes : {text}",
                    list(&bytes)
                ))
                .hint("save the file as UTF-8, or take it as a whole with `files`")
            );
        };
        let text = text.trim_start();
        if text.starts_with('#') {
            continue;
        }
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        if !key.is_empty() {
            found.push((key, value.as_bytes()));
        }
    }
    Ok(())
}

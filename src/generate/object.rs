//! What generated ConfigMaps and Secrets have in common: metadata, options and the nodes of their data.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::kustomization::{GeneratorArgs, GeneratorOptions};
use crate::model::{
    Behavior, Fault, Key, Mapping, Resource, Scalar, Style, Tag, Text, Value, plain,
};
use crate::yaml;

/// A generator's options joined with those of all generators of its kustomization (spec 05 R18).
struct Options<'a> {
    labels: BTreeMap<&'a Text, &'a Text>,
    annotations: BTreeMap<&'a Text, &'a Text>,
    disable_name_suffix_hash: bool,
    immutable: bool,
}

impl<'a> Options<'a> {
    fn of(own: Option<&'a GeneratorOptions>, shared: Option<&'a GeneratorOptions>) -> Self {
        // The later ones win.
        let all = || shared.into_iter().chain(own);
        Self {
            labels: all().flat_map(|options| &options.labels).collect(),
            annotations: all().flat_map(|options| &options.annotations).collect(),
            disable_name_suffix_hash: all().any(|options| options.disable_name_suffix_hash),
            immutable: all().any(|options| options.immutable),
        }
    }
}

/// Makes the object of a generator; `content` adds what the kind has besides metadata.
pub(super) fn generate(
    kind: &str,
    args: &GeneratorArgs,
    shared: Option<&GeneratorOptions>,
    content: impl FnOnce(&mut Mapping) -> Result<()>,
) -> Result<Resource> {
    if args.name.is_empty() {
        let fault = Fault::new("a configmap must have a name");
        bail!(fault.hint("add `name:` to every entry of configMapGenerator and secretGenerator"));
    }
    let options = Options::of(args.options.as_ref(), shared);
    let mut root = Mapping::new();
    root.push("apiVersion", Value::string("v1"));
    root.push("kind", Value::string(kind));
    root.push("metadata", metadata(args, &options)?.into());
    content(&mut root)?;
    if options.immutable {
        root.push("immutable", Value::from(true));
    }
    let mut resource = Resource::new(root.into());
    resource.is_generated = true;
    resource.needs_hash = !options.disable_name_suffix_hash;
    resource.behavior = Behavior::of_word(&args.behavior);
    Ok(resource)
}

fn metadata(args: &GeneratorArgs, options: &Options<'_>) -> Result<Mapping> {
    let mut metadata = Mapping::new();
    metadata.push("name", string(args.name.clone()));
    if !args.namespace.is_empty() {
        metadata.push("namespace", string(args.namespace.clone()));
    }
    for (field, pairs) in [
        ("labels", &options.labels),
        ("annotations", &options.annotations),
    ] {
        let mut map = Mapping::new();
        for (name, value) in pairs {
            let value = Scalar::new((*value).clone(), Tag::Str, Style::DoubleQuoted);
            map.push(key(name)?, value.into());
        }
        if !map.is_empty() {
            metadata.push(field, map.into());
        }
    }
    Ok(metadata)
}

/// Why there can be no empty key: kustomize takes its text for the map itself.
pub(super) const EMPTY_KEY: &str =
    "wrong node kind: expected ScalarNode but got MappingNode: node contents:\n{}\n";

/// A key of a generated map. kustomize forgets to quote it: what looks like a number becomes one, and cannot be printed.
pub(super) fn key(text: &str) -> Result<Key> {
    if text == "<<" {
        bail!("map merge requires map or sequence of maps as the value");
    }
    if text.is_empty() {
        bail!(EMPTY_KEY);
    }
    Ok(Key {
        text: text.into(),
        tag: plain::resolve(text),
    })
}

/// A string as kustomize makes them.
pub(super) fn string(text: Text) -> Value {
    yaml::string(text).into()
}

/// The characters of a line of base64; what fills more has a line break behind each line (spec 05 R17).
const BASE64_LINE: usize = 70;

/// Base64, in lines where it is long.
pub(super) fn base64(content: &[u8]) -> Value {
    let encoded = STANDARD.encode(content);
    if encoded.len() < BASE64_LINE {
        return string(encoded.into());
    }
    let mut lines = Text::with_capacity(encoded.len() + encoded.len() / BASE64_LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(BASE64_LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    string(lines)
}

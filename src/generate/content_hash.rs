//! The ten characters that kustomize appends to the names of generated objects (spec 05 R30–R33).

use std::fmt::Write as _;

use anyhow::{Result, anyhow, bail};
use sha2::{Digest, Sha256};

use crate::model::{Mapping, Resource, Scalar, Value};
use crate::yaml::json;

/// The characters of a hash.
const LENGTH: usize = 10;

/// The hash of what a ConfigMap or Secret holds.
///
/// The name is no part of it: kustomize looks it up and never finds it.
pub fn content_hash(resource: &Resource) -> Result<String> {
    let (optional, kind) = match resource.id().gvk.kind.as_str() {
        "ConfigMap" => ("binaryData", "ConfigMap"),
        "Secret" => ("stringData", "Secret"),
        kind => bail!("the name of a {kind} cannot get a hash: only ConfigMaps and Secrets can"),
    };
    let root = resource.value();
    let mut content = Mapping::new();
    if let Some(value) = root
        .get(optional)
        .filter(|value| value.as_scalar().is_none())
    {
        content.push(optional, field(Some(value)));
    }
    content.push("data", field(root.get("data")));
    content.push("kind", Value::string(kind));
    content.push("name", Value::string(""));
    if kind == "Secret" {
        content.push("type", field(root.get("type")));
    }
    let mut text = String::new();
    json::write_rounded(&content.into(), &mut text).map_err(|message| anyhow!(message))?;
    Ok(encode(&Sha256::digest(text)))
}

/// A field in the form in which it enters the hash: scalars as their text, nothing as empty text, lists as null.
fn field(value: Option<&Value>) -> Value {
    match value {
        None => Value::string(""),
        Some(Value::Scalar(scalar)) => Scalar::string(scalar.text.clone()).into(),
        Some(Value::Sequence(_)) => Value::null(),
        Some(map) => map.clone(),
    }
}

/// The first digits of a hash, without those that could spell words.
fn encode(digest: &[u8]) -> String {
    let mut hex = String::new();
    for byte in &digest[..LENGTH / 2] {
        let written = write!(hex, "{byte:02x}");
        debug_assert!(written.is_ok(), "a string takes everything");
    }
    let safe = |digit| match digit {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        digit => digit,
    };
    hex.chars().map(safe).collect()
}

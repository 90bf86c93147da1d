//! `edit set replicas`.

use anyhow::Result;
use indexmap::IndexMap;

use super::{items, set_items, text};
use crate::model::{Fault, Mapping, Value};

/// Sets numbers of replicas; the list is sorted by name.
pub fn set(fields: &mut Mapping, specs: &[String]) -> Result<()> {
    if specs.is_empty() {
        let fault = Fault::new("no replicas specified");
        return Err(fault
            .hint("name them as in `edit set replicas web=3`")
            .into());
    }
    let mut replicas: IndexMap<String, Value> = IndexMap::new();
    for entry in items(fields, "replicas") {
        replicas
            .entry(text(entry, "name").to_owned())
            .or_insert_with(|| entry.clone());
    }
    for spec in specs {
        let (name, count) = parse(spec)?;
        let mut entry = Mapping::new();
        super::set_text(&mut entry, "name", name);
        entry.insert("count", Value::from(count));
        replicas.insert(name.to_owned(), entry.into());
    }
    replicas.sort_unstable_keys();
    set_items(fields, "replicas", replicas.into_values().collect());
    Ok(())
}

fn parse(spec: &str) -> Result<(&str, i64)> {
    let parsed = spec
        .split_once('=')
        .and_then(|(name, count)| Some((name, count.parse().ok()?)));
    parsed.ok_or_else(|| {
        Fault::new("invalid format of replica, use the following format: <name>=<count>")
            .titled(format!("`{spec}` does not say how many replicas to set"))
            .hint("give it as `NAME=COUNT`")
            .into()
    })
}

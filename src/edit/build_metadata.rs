//! `edit add|set|remove buildmetadata`.

use anyhow::Result;

use super::{retain, set_items, texts};
use crate::model::{Fault, Mapping, Value};

/// The options there are.
const OPTIONS: [&str; 3] = [
    "originAnnotations",
    "transformerAnnotations",
    "managedByLabel",
];

const FIELD: &str = "buildMetadata";

/// Adds options that are not there yet.
pub fn add(fields: &mut Mapping, args: &[String]) -> Result<()> {
    for option in parse(args)? {
        if texts(fields, FIELD).any(|text| text == option) {
            let problem = format!("buildMetadata option {option} already in kustomization file");
            return Err(Fault::new(problem).into());
        }
        super::lists::push(fields, FIELD, Value::string(option));
    }
    Ok(())
}

/// Sets the options that there are.
pub fn set(fields: &mut Mapping, args: &[String]) -> Result<()> {
    let options = parse(args)?.into_iter().map(Value::string).collect();
    set_items(fields, FIELD, options);
    Ok(())
}

/// Removes options; those that are not there may be named too.
pub fn remove(fields: &mut Mapping, args: &[String]) -> Result<()> {
    let options = parse(args)?;
    retain(fields, FIELD, |item| {
        item.text()
            .is_none_or(|text| !options.contains(&text.as_str()))
    });
    Ok(())
}

/// The options of the one argument, separated by commas.
fn parse(args: &[String]) -> Result<Vec<&str>> {
    let fault = match args {
        [] => Fault::new("must specify a buildMetadata option"),
        [options] => {
            let options: Vec<_> = options.split(',').collect();
            match options.iter().find(|option| !OPTIONS.contains(option)) {
                None => return Ok(options),
                Some(option) => Fault::new(format!("invalid buildMetadata option: {option}")),
            }
        }
        several => Fault::new(format!(
            "too many arguments: [{}]; to provide multiple buildMetadata options, please separate options by comma",
            several.join(" ")
        )),
    };
    let options = OPTIONS.join("`, `");
    Err(fault
        .hint(format!("the options are `{options}`, separated by commas"))
        .into())
}

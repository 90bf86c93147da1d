//! An entry of `secretGenerator` → a Secret.

use anyhow::Result;

use super::{key_values, object};
use crate::kustomization::{Files, GeneratorArgs, GeneratorOptions};
use crate::model::{Mapping, Resource, Text};

/// Makes the Secret of an entry: everything in base64, `data` even where it is empty (spec 05 R3, R15).
pub fn secret(
    args: &GeneratorArgs,
    options: Option<&GeneratorOptions>,
    files: &Files,
) -> Result<Resource> {
    object::generate("Secret", args, options, |root| {
        let secret_type = match args.secret_type.as_str() {
            "" => Text::from("Opaque"),
            _ => args.secret_type.clone(),
        };
        root.push("type", object::string(secret_type));
        let mut data = Mapping::new();
        for (key, content) in key_values::load(args, files)? {
            data.push(object::key(key)?, object::base64(content));
        }
        root.push("data", data.into());
        Ok(())
    })
}

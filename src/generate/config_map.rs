//! An entry of `configMapGenerator` → a ConfigMap.

use anyhow::Result;

use super::{key_values, object};
use crate::kustomization::{Files, GeneratorArgs, GeneratorOptions};
use crate::model::{Mapping, Resource};

/// Makes the ConfigMap of an entry: text in `data`, the rest in `binaryData` (spec 05 R3, R15).
pub fn config_map(
    args: &GeneratorArgs,
    options: Option<&GeneratorOptions>,
    files: &Files,
) -> Result<Resource> {
    object::generate("ConfigMap", args, options, |root| {
        let (mut data, mut binary_data) = (Mapping::new(), Mapping::new());
        for (key, content) in key_values::load(args, files)? {
            let key = object::key(key)?;
            match std::str::from_utf8(content) {
                Ok(text) => data.push(key, object::string(text.into())),
                Err(_) => binary_data.push(key, object::base64(content)),
            }
        }
        for (field, map) in [("data", data), ("binaryData", binary_data)] {
            if !map.is_empty() {
                root.push(field, map.into());
            }
        }
        Ok(())
    })
}

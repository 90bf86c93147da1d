//! Values of flags as kustomize takes them.

/// A switch that may be given a value, as in `--force=false`: what Go takes for a boolean.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("give `true` or `false`".to_owned()),
    }
}

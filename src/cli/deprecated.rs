//! Flags that kustomize warns of wherever they are used (spec 14 R11, R20).

use std::ffi::OsString;

/// Commands, their deprecated flags, and what is said of them.
const FLAGS: [(&str, &str, &str); 3] = [
    (
        "build",
        "reorder",
        "use the new 'sortOptions' field in kustomization.yaml instead.",
    ),
    (
        "build",
        "enable-managedby-label",
        "The flag `enable-managedby-label` has been deprecated. Use the `managedByLabel` option in the `buildMetadata` field instead.",
    ),
    ("version", "short", "and will be removed in the future."),
];

/// The warnings for the flags among the arguments, in their order.
pub(super) fn warnings(args: &[OsString]) -> Vec<String> {
    let mut words = args.iter().skip(1).filter_map(|word| word.to_str());
    let Some(command) = words.next() else {
        return Vec::new();
    };
    let flags = words
        .take_while(|word| *word != "--")
        .filter_map(|word| word.strip_prefix("--"));
    let names = flags.map(|flag| flag.split('=').next().unwrap_or(flag));
    names
        .filter_map(|name| {
            FLAGS
                .iter()
                .find(|flag| (flag.0, flag.1) == (command, name))
        })
        .map(|(_, name, advice)| format!("Flag --{name} has been deprecated, {advice}"))
        .collect()
}

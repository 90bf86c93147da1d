//! What the generator may put into a layer, and how often.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::OUTSIDE_FEATURES;

/// Each feature with the share of layers, in percent, that have it; 0 turns it off.
pub(crate) const FEATURES: [(&str, usize); 53] = [
    // The shape of the tree.
    ("diamond", 8),
    ("component", 14),
    ("bases", 3),
    ("sibling folders", 50),
    ("several documents", 60),
    ("list kinds", 6),
    ("json resources", 6),
    // How files are written.
    ("flow collections", 12),
    ("quotes", 12),
    ("comments", 4),
    ("anchors", 12),
    ("merge keys", 5),
    ("odd keys", 6),
    ("local-config", 3),
    ("carriage returns", 2),
    ("byte order mark", 1),
    ("duplicate keys", 1),
    // Fields of a kustomization.
    ("namespace", 16),
    ("namePrefix", 20),
    ("nameSuffix", 12),
    ("labels", 18),
    ("commonLabels", 8),
    ("commonAnnotations", 10),
    ("images", 16),
    ("replicas", 12),
    ("patches", 34),
    ("patchesStrategicMerge", 10),
    ("patchesJson6902", 8),
    ("patch without target", 45),
    ("patch directives", 5),
    ("patch options", 5),
    ("json patch", 35),
    ("patch file", 40),
    ("wide selector", 30),
    ("configMapGenerator", 22),
    ("secretGenerator", 12),
    ("generator behavior", 40),
    ("generatorOptions", 14),
    ("binary files", 4),
    ("sortOptions", 12),
    ("reorder none", 8),
    ("replacements", 16),
    ("vars", 8),
    ("configurations", 6),
    ("crds", 4),
    ("openapi", 2),
    ("buildMetadata", 4),
    ("transformers", 9),
    ("generators", 3),
    ("validators", 2),
    ("plugin file", 40),
    ("plugin folder", 15),
    ("structured strings", 20),
];

/// The shares that `RENDER_FEATURES` (`name=percent,…`) sets.
static WANTED: LazyLock<BTreeMap<String, usize>> = LazyLock::new(|| {
    let wanted = std::env::var("RENDER_FEATURES").unwrap_or_default();
    let entry = |entry: &str| {
        let (name, percent) = entry.split_once('=')?;
        Some((
            name.to_string(),
            percent
                .parse()
                .unwrap_or_else(|error| panic!("RENDER_FEATURES: {percent}: {error}")),
        ))
    };
    wanted.split(',').filter_map(entry).collect()
});

/// The share of a feature, and its name as the table has it.
pub(crate) fn feature(name: &str) -> (&'static str, usize) {
    let row = FEATURES
        .iter()
        .chain(&OUTSIDE_FEATURES)
        .find(|(feature, _)| *feature == name);
    let (name, percent) = row.unwrap_or_else(|| panic!("{name} is not in FEATURES"));
    (name, WANTED.get(*name).copied().unwrap_or(*percent))
}

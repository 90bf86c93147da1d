//! The kinds that live outside namespaces, as code: sorted, to be searched.

use std::collections::BTreeSet;
use std::io::Result;

/// A list of `(kind, group, version)`: kinds differ, most groups and versions are alike.
pub(crate) fn code() -> Result<String> {
    let table = crate::table("src/model/cluster_scoped_kinds.txt")?;
    let kinds: BTreeSet<_> = table
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(api_version, kind)| {
            let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
            (kind, group, version)
        })
        .collect();
    Ok(format!("&{:?}", kinds.into_iter().collect::<Vec<_>>()))
}

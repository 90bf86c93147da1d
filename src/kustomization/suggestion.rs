//! What somebody may have meant who wrote a name that does not exist.

/// Longer names nobody mistypes, and comparing them takes time.
const MAX_LENGTH: usize = 256;

/// The candidate that is so close to a name that it was probably meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let name = name.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= MAX_LENGTH)
        .map(|candidate| {
            let likeness = strsim::jaro_winkler(&name, &candidate.to_lowercase());
            (candidate, likeness)
        })
        .filter(|(_, likeness)| *likeness > 0.85)
        .max_by(|(_, left), (_, right)| left.total_cmp(right))
        .map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typing_errors_and_nothing_else() {
        let fields = ["namePrefix", "nameSuffix", "namespace", "resources"];
        for (name, expected) in [
            ("nameprefx", Some("namePrefix")),
            ("resource", Some("resources")),
            ("NameSpaces", Some("namespace")),
            ("images", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, fields), expected, "{name}");
        }
    }
}

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
        .map(|candidate| (candidate, likeness(&name, &candidate.to_lowercase())))
        .filter(|(_, likeness)| *likeness > 0.85)
        .max_by(|(_, left), (_, right)| left.total_cmp(right))
        .map(|(candidate, _)| candidate)
}

/// How alike two names are, up to 1. In short names two letters that changed places weigh too much.
fn likeness(left: &str, right: &str) -> f64 {
    let likeness = strsim::jaro_winkler(left, right);
    let is_slip = left.len() > 2 && strsim::damerau_levenshtein(left, right) == 1;
    if is_slip { likeness.max(0.9) } else { likeness }
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
            ("resuorces", Some("resources")),
            ("", None),
        ] {
            assert_eq!(nearest(name, fields), expected, "{name}");
        }
    }
}

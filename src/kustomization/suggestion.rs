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
    if left.len() > 2 && is_one_slip(left.as_bytes(), right.as_bytes()) {
        likeness.max(0.9)
    } else {
        likeness
    }
}

/// Whether one text comes out of the other by one letter more, less or other than meant, or by two that changed places.
fn is_one_slip(left: &[u8], right: &[u8]) -> bool {
    let same =
        |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(l, r)| l == r).count();
    let start = same(&mut left.iter().zip(right));
    let (left, right) = (&left[start..], &right[start..]);
    let end = same(&mut left.iter().rev().zip(right.iter().rev()));
    match (&left[..left.len() - end], &right[..right.len() - end]) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// Whether a name differs from one that was probably meant by a slip of the fingers, and is no name of something else.
pub fn is_slip(name: &str, meant: &str) -> bool {
    let (name, meant) = (name.to_lowercase(), meant.to_lowercase());
    name == meant || (name.len() > 2 && is_one_slip(name.as_bytes(), meant.as_bytes()))
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

    #[test]
    fn tells_slips_from_other_names() {
        for (name, meant) in [
            ("deployment", "Deployment"),
            ("Deploymnet", "Deployment"),
            ("Deploment", "Deployment"),
            ("Deplloyment", "Deployment"),
            ("aip", "api"),
        ] {
            assert!(is_slip(name, meant), "{name}");
        }
        for (name, other) in [
            ("Application", "ApplicationSet"),
            ("api", "web"),
            ("ab", "a"),
            ("apicast-prod", "apicast"),
            ("aabb", "abab-"),
        ] {
            assert!(!is_slip(name, other), "{name}");
        }
    }
}

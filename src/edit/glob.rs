//! Patterns for paths, as Go's `path/filepath` has them.

use std::path::Path;

use crate::load::FileSystem;

/// The pattern is none: a `[` without its `]`, or a `\` at the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPattern;

/// The paths below a folder that match, in order; none if the pattern names what is not there.
pub(super) fn glob(
    pattern: &str,
    folder: &Path,
    files: &dyn FileSystem,
) -> Result<Vec<String>, BadPattern> {
    matches(pattern, "")?;
    if !pattern.contains(['*', '?', '[', '\\']) {
        let path = folder.join(pattern);
        let is_there = !pattern.is_empty() && files.kind(&path).is_ok();
        return Ok(is_there.then(|| pattern.to_owned()).into_iter().collect());
    }
    let (parent, name) = match pattern.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some((parent, name)) => (parent, name),
        None => ("", pattern),
    };
    let mut found = Vec::new();
    let parents = match parent {
        "" => vec![String::new()],
        parent => glob(parent, folder, files)?,
    };
    for parent in parents {
        let mut names = files.list(&folder.join(&parent)).unwrap_or_default();
        names.sort();
        for candidate in names {
            if matches(name, &candidate)? {
                found.push(match parent.as_str() {
                    "" => candidate,
                    _ => format!("{}/{candidate}", parent.trim_end_matches('/')),
                });
            }
        }
    }
    Ok(found)
}

/// Whether the whole of a name matches. `*` and `?` match no `/`.
pub(super) fn matches(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    let pattern = parse(pattern)?;
    let name: Vec<char> = name.chars().collect();
    Ok(matches_from(&pattern, &name))
}

/// A piece of a pattern.
enum Piece {
    Star,
    Any,
    Literal(char),
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
}

fn parse(pattern: &str) -> Result<Vec<Piece>, BadPattern> {
    let mut pieces = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        pieces.push(match c {
            '*' => Piece::Star,
            '?' => Piece::Any,
            '\\' => Piece::Literal(rest.next().ok_or(BadPattern)?),
            '[' => {
                let is_negated = rest.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                while ranges.is_empty() || rest.peek() != Some(&']') {
                    let low = class_character(&mut rest)?;
                    let high = match rest.next_if_eq(&'-') {
                        Some(_) => class_character(&mut rest)?,
                        None => low,
                    };
                    ranges.push((low, high));
                }
                rest.next();
                Piece::Class { is_negated, ranges }
            }
            c => Piece::Literal(c),
        });
    }
    Ok(pieces)
}

fn class_character(rest: &mut impl Iterator<Item = char>) -> Result<char, BadPattern> {
    match rest.next().ok_or(BadPattern)? {
        '\\' => rest.next().ok_or(BadPattern),
        '-' | ']' => Err(BadPattern),
        c => Ok(c),
    }
}

/// Tries every length for the last star met: earlier ones need not be tried again.
fn matches_from(pattern: &[Piece], name: &[char]) -> bool {
    let (mut at, mut of) = (0, 0);
    let mut last_star: Option<(usize, usize)> = None;
    while of < name.len() || at < pattern.len() {
        let fits = match pattern.get(at) {
            Some(Piece::Star) => {
                last_star = Some((at, of));
                at += 1;
                continue;
            }
            Some(piece) => name.get(of).is_some_and(|c| piece.fits(*c)),
            None => false,
        };
        if fits {
            (at, of) = (at + 1, of + 1);
            continue;
        }
        match last_star {
            Some((star, from)) if name.get(from).is_some_and(|c| *c != '/') => {
                last_star = Some((star, from + 1));
                (at, of) = (star + 1, from + 1);
            }
            _ => return false,
        }
    }
    true
}

impl Piece {
    fn fits(&self, c: char) -> bool {
        match self {
            Self::Star => false,
            Self::Any => c != '/',
            Self::Literal(literal) => *literal == c,
            Self::Class { is_negated, ranges } => {
                let is_in = ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
                c != '/' && is_in != *is_negated
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Memory;

    #[test]
    fn patterns_match_as_in_go() {
        for (pattern, name, expected) in [
            ("*.yaml", "a.yaml", Ok(true)),
            ("*.yaml", "b/a.yaml", Ok(false)),
            ("*/*.yaml", "b/a.yaml", Ok(true)),
            ("a*b*c", "aXbYbZc", Ok(true)),
            ("a?c", "abc", Ok(true)),
            ("a?c", "a/c", Ok(false)),
            ("[a-c].yaml", "b.yaml", Ok(true)),
            ("[^a-c].yaml", "b.yaml", Ok(false)),
            ("\\*", "*", Ok(true)),
            ("", "", Ok(true)),
            ("*", "", Ok(true)),
            ("[a", "a", Err(BadPattern)),
            ("[]a]", "a", Err(BadPattern)),
            ("a\\", "a", Err(BadPattern)),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn paths_are_found_in_order() {
        let files = Memory::new()
            .file("/x/b/1.yaml", "")
            .file("/x/a/2.yaml", "")
            .file("/x/a/.1.yaml", "");
        let found = glob("*/*.yaml", Path::new("/x"), &files);
        assert_eq!(
            found,
            Ok(vec![
                "a/.1.yaml".into(),
                "a/2.yaml".into(),
                "b/1.yaml".into()
            ])
        );
        assert_eq!(
            glob("a/2.yaml", Path::new("/x"), &files),
            Ok(vec!["a/2.yaml".into()])
        );
        assert_eq!(glob("a/3.yaml", Path::new("/x"), &files), Ok(Vec::new()));
    }
}

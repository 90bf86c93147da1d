//! `.krmignore`: the files and folders of a package that are passed over.
//!
//! It looks like `.gitignore` and is not: a pattern is held against the last segments of a path, as many as it has itself,
//! `**` stands for one segment, and what any pattern with a `!` holds for is kept, wherever that pattern stands.

use std::path::Path;

use crate::load::FileSystem;

const FILE: &str = ".krmignore";

/// The patterns of a package.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignore {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    segments: Vec<String>,
    is_kept: bool,
    is_for_folders: bool,
    /// Whether it is held against the whole path.
    is_anchored: bool,
}

impl Ignore {
    /// The patterns of the file in a package's folder, if there is one.
    pub(super) fn of(folder: &Path, files: &dyn FileSystem) -> Self {
        let text = files.read(&folder.join(FILE)).unwrap_or_default();
        Self::parse(&String::from_utf8_lossy(&text))
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self {
            patterns: lines.map(Pattern::parse).collect(),
        }
    }

    /// Whether a path from the package's folder is passed over.
    pub(super) fn holds(&self, path: &Path, is_folder: bool) -> bool {
        let segments: Vec<_> = path
            .iter()
            .map(|segment| segment.to_string_lossy())
            .collect();
        let segments: Vec<_> = segments.iter().map(AsRef::as_ref).collect();
        let mut matching = self
            .patterns
            .iter()
            .filter(|it| it.matches(&segments, is_folder))
            .peekable();
        matching.peek().is_some() && !matching.any(|pattern| pattern.is_kept)
    }
}

impl Pattern {
    fn parse(line: &str) -> Self {
        let (is_kept, line) = match line.strip_prefix('!') {
            Some(line) => (true, line),
            None => (false, line),
        };
        let (is_for_folders, line) = match line.strip_suffix('/') {
            Some(line) => (true, line),
            None => (false, line),
        };
        let (is_anchored, line) = match line.strip_prefix('/') {
            Some(line) => (true, line),
            None => (false, line),
        };
        Self {
            segments: line.split('/').map(str::to_owned).collect(),
            is_kept,
            is_for_folders,
            is_anchored,
        }
    }

    fn matches(&self, path: &[&str], is_folder: bool) -> bool {
        let Some(start) = path.len().checked_sub(self.segments.len()) else {
            return false;
        };
        let mut pairs = self.segments.iter().zip(&path[start..]);
        (is_folder || !self.is_for_folders)
            && (start == 0 || !self.is_anchored)
            && pairs.all(|(pattern, name)| matches(pattern, name))
    }
}

/// Whether a name matches a pattern of `*`, `?` and `[…]`.
fn matches(pattern: &str, name: &str) -> bool {
    let mut pattern_rest = pattern.chars();
    let mut name_rest = name.chars();
    match pattern_rest.next() {
        None => name.is_empty(),
        Some('*') => {
            let rest = pattern_rest.as_str();
            let mut ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.any(|at| matches(rest, &name[at..]))
        }
        Some('?') => {
            name_rest.next().is_some() && matches(pattern_rest.as_str(), name_rest.as_str())
        }
        Some('[') => match (pattern_rest.as_str().split_once(']'), name_rest.next()) {
            (Some((class, rest)), Some(c)) => {
                is_in_class(class, c) && matches(rest, name_rest.as_str())
            }
            _ => false,
        },
        Some(own) => {
            name_rest.next() == Some(own) && matches(pattern_rest.as_str(), name_rest.as_str())
        }
    }
}

fn is_in_class(class: &str, c: char) -> bool {
    let (is_negated, class) = match class.strip_prefix('^') {
        Some(class) => (true, class),
        None => (false, class),
    };
    let class: Vec<_> = class.chars().collect();
    let mut rest = &class[..];
    let mut is_in = false;
    loop {
        rest = match rest {
            [] => return is_in != is_negated,
            [low, '-', high, after @ ..] => {
                is_in |= (*low..=*high).contains(&c);
                after
            }
            [only, after @ ..] => {
                is_in |= *only == c;
                after
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_hold_for_the_paths_that_the_original_passes_over() {
        for (patterns, path, expected) in [
            ("x.yaml", "a/b/x.yaml", true),
            ("/x.yaml", "a/x.yaml", false),
            ("b/x.yaml", "a/b/x.yaml", true),
            ("a/**/x.yaml", "a/b/x.yaml", true),
            ("a/**/x.yaml", "a/1/2/x.yaml", false),
            ("**/x.yaml", "x.yaml", false),
            ("!x.yaml\nx.yaml", "x.yaml", false),
            ("x.yaml/", "x.yaml", false),
            ("# c\n\n x.yaml \n", "x.yaml", true),
            ("[xy].y*l", "y.yaml", true),
            ("[^xy].yaml", "y.yaml", false),
            ("[a-c]?.yaml", "bb.yaml", true),
        ] {
            let ignore = Ignore::parse(patterns);
            assert_eq!(
                ignore.holds(Path::new(path), false),
                expected,
                "{patterns:?} {path}"
            );
        }
    }
}

//! Where a field of a document stands: found late, from the text, for those who want to point at it.

use std::ops::Range;

use super::parser::{Event, EventKind, Parser};
use super::{Dialect, encoding, error};
use crate::bytes;
use crate::model::{FieldPath, Step};

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// The characters of the key or scalar to point at.
    pub length: usize,
}

/// A document in which places are looked for. It is parsed once, and as far as the places make necessary.
pub struct Locator<'t> {
    text: &'t str,
    first_line: usize,
    events: Events<'t>,
}

impl<'t> Locator<'t> {
    /// For the document whose piece begins on a line of a file; nothing if there is none.
    pub fn new(file: &'t str, line: usize) -> Option<Self> {
        let start = match line.checked_sub(2) {
            None => 0,
            Some(breaks) => bytes::find_all(b'\n', file.as_bytes()).nth(breaks)? + 1,
        };
        let text = &file[start..];
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        encoding::check_characters(text).ok()?;
        Some(Self {
            text,
            first_line: line.max(1),
            events: Events::of(text),
        })
    }

    /// Finds where a field stands: the key that a path leads to, or the list item. Where the path goes on beyond what is
    /// written (or into an alias), it is the place of the last step that is there.
    pub fn locate(&mut self, path: &FieldPath) -> Option<Position> {
        let path = with_indexes(&mut self.events, path);
        let (span, _) = Walk::new(&mut self.events).find(&path)?;
        let (line, column) = error::line_and_column(self.text, span.start);
        Some(Position {
            line: self.first_line + line - 1,
            column,
            length: self.text[span].chars().count(),
        })
    }
}

/// The events of a text, those that were read and those to come.
struct Events<'a> {
    text: &'a str,
    parser: Parser<'a>,
    read: Vec<Event<'a>>,
}

impl<'a> Events<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            parser: Parser::new(text, Dialect::Configuration),
            read: Vec::new(),
        }
    }

    fn get(&mut self, position: usize) -> Option<&Event<'a>> {
        while self.read.len() <= position {
            self.read.push(self.parser.next().ok()?);
        }
        self.read.get(position)
    }
}

/// The path with the positions of the elements that it names, up to one that is not there.
fn with_indexes(document: &mut Events<'_>, path: &FieldPath) -> FieldPath {
    let mut resolved = FieldPath::default();
    for (position, step) in path.steps.iter().enumerate() {
        let step = match step {
            Step::Element(key, text) => {
                let found = Walk::new(document).find_element(&resolved, key, text);
                let Some(index) = found else {
                    // It may stand in the text of a block, which is looked into later.
                    resolved.steps.extend_from_slice(&path.steps[position..]);
                    break;
                };
                Step::Index(index)
            }
            other => other.clone(),
        };
        resolved.steps.push(step);
    }
    resolved
}

struct Walk<'e, 'a> {
    text: &'a str,
    events: &'e mut Events<'a>,
    position: usize,
}

impl<'e, 'a> Walk<'e, 'a> {
    fn new(events: &'e mut Events<'a>) -> Self {
        Self {
            text: events.text,
            events,
            position: 0,
        }
    }

    fn next(&mut self) -> Option<Event<'a>> {
        let event = self.events.get(self.position)?.clone();
        self.position += 1;
        Some(event)
    }

    /// What to point at for a path, and the node that is left to read if the path leads there to its end.
    fn find(&mut self, path: &FieldPath) -> Option<(Range<usize>, Option<Event<'a>>)> {
        if self.next()?.kind != EventKind::DocumentStart {
            return None;
        }
        let mut node = self.next()?;
        let mut found = self.span(&node);
        for (position, step) in path.steps.iter().enumerate() {
            if let EventKind::Scalar(_, text, _) = &node.kind {
                let rest = FieldPath {
                    steps: path.steps[position..].to_vec(),
                };
                let inside = self.find_inside(&node, text, &rest);
                return Some((inside.unwrap_or(found), None));
            }
            let next = match (step, &node.kind) {
                (Step::Key(key), EventKind::MappingStart(_)) => self.find_key(key, 0),
                (Step::Repeated(key), EventKind::MappingStart(_)) => self.find_key(key, 1),
                (Step::Index(index), EventKind::SequenceStart(_)) => self.find_item(*index),
                _ => None,
            };
            match next {
                Some(next) => (found, node) = next,
                None => return Some((found, None)),
            }
        }
        Some((found, Some(node)))
    }

    /// A field of the document that the text of a literal block is.
    fn find_inside(&self, node: &Event<'a>, text: &str, path: &FieldPath) -> Option<Range<usize>> {
        if !self.text[node.start.offset..].starts_with('|') {
            return None;
        }
        let span = if let [Step::Spot(line, column)] = path.steps[..] {
            spot(text, line, column)?
        } else {
            let mut events = Events::of(text);
            let path = with_indexes(&mut events, path);
            Walk::new(&mut events).find(&path)?.0
        };
        let (line, _) = error::line_and_column(text, span.start);
        let begin = bytes::find_last(b'\n', &text.as_bytes()[..span.start]).map_or(0, |at| at + 1);
        // The first line of the text stands below the mark, and all are indented alike.
        let block = &self.text[node.start.offset..];
        let start = bytes::find_all(b'\n', block.as_bytes()).nth(line - 1)? + 1;
        let written = block[start..].lines().next()?;
        let indentation = written.find(text[begin..].lines().next()?)?;
        let at = node.start.offset + start + indentation + (span.start - begin);
        Some(at..at + span.len())
    }

    /// The position of the element of the list at a path that has a text under a key.
    fn find_element(&mut self, path: &FieldPath, key: &str, text: &str) -> Option<usize> {
        let (_, Some(list)) = self.find(path)? else {
            return None;
        };
        if !matches!(list.kind, EventKind::SequenceStart(_)) {
            return None;
        }
        for index in 0.. {
            let item = self.next()?;
            match item.kind {
                EventKind::SequenceEnd => return None,
                EventKind::MappingStart(_) if self.has(key, text)? => return Some(index),
                EventKind::MappingStart(_) => {}
                _ => self.skip(&item)?,
            }
        }
        None
    }

    /// Whether the map that has begun has a text under a key; reads it to its end.
    fn has(&mut self, wanted: &str, wanted_text: &str) -> Option<bool> {
        let mut found = false;
        loop {
            let key = self.next()?;
            if key.kind == EventKind::MappingEnd {
                return Some(found);
            }
            self.skip(&key)?;
            let value = self.next()?;
            found |= matches!(&key.kind, EventKind::Scalar(_, key, _) if key == wanted)
                && matches!(&value.kind, EventKind::Scalar(_, text, _) if text == wanted_text);
            self.skip(&value)?;
        }
    }

    /// The place and the value of a key after so many of the same text.
    fn find_key(&mut self, wanted: &str, after: usize) -> Option<(Range<usize>, Event<'a>)> {
        let mut rest = after;
        loop {
            let key = self.next()?;
            match &key.kind {
                EventKind::MappingEnd => return None,
                EventKind::Scalar(_, text, _) if text == wanted => match rest.checked_sub(1) {
                    None => return Some((self.span(&key), self.next()?)),
                    Some(fewer) => rest = fewer,
                },
                _ => {}
            }
            self.skip(&key)?;
            let value = self.next()?;
            self.skip(&value)?;
        }
    }

    fn find_item(&mut self, index: usize) -> Option<(Range<usize>, Event<'a>)> {
        for _ in 0..index {
            let item = self.next()?;
            if item.kind == EventKind::SequenceEnd {
                return None;
            }
            self.skip(&item)?;
        }
        let item = self.next()?;
        (item.kind != EventKind::SequenceEnd).then(|| (self.span(&item), item))
    }

    /// Goes to the end of a node that has begun.
    fn skip(&mut self, node: &Event<'a>) -> Option<()> {
        let mut depth = nesting(node);
        while depth > 0 {
            depth += nesting(self.events.get(self.position)?);
            self.position += 1;
        }
        Some(())
    }

    /// What to point at: a scalar, or the beginning of a collection up to the `:` of its first key.
    fn span(&self, node: &Event<'a>) -> Range<usize> {
        let start = node.start.offset;
        let rest = &self.text[start..];
        let line = rest.lines().next().unwrap_or("");
        let length = match &node.kind {
            EventKind::Scalar(..) | EventKind::Alias(_) => node.end.offset - start,
            _ => line.find(": ").unwrap_or(line.len()),
        };
        let shown = line[..length.min(line.len())].trim_end();
        start..start + shown.strip_suffix(':').unwrap_or(shown).len()
    }
}

/// A line and a column of a text, of which the white space before it does not count.
fn spot(text: &str, line: usize, column: usize) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let mut lines = text[start..].split_inclusive('\n');
    let before: usize = lines.by_ref().take(line - 1).map(str::len).sum();
    let line = lines.next().unwrap_or_default().trim_end();
    let at = line
        .char_indices()
        .nth(column - 1)
        .map_or(line.len(), |(at, _)| at);
    let at = start + before + at;
    (at < text.len()).then_some(at..at + 1)
}

fn nesting(event: &Event<'_>) -> isize {
    match event.kind {
        EventKind::SequenceStart(_) | EventKind::MappingStart(_) => 1,
        EventKind::SequenceEnd | EventKind::MappingEnd => -1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(text: &str, line: usize, path: &FieldPath) -> Option<Position> {
        Locator::new(text, line)?.locate(path)
    }

    const TEXT: &str = "# first\nkind: A\n---\nkind: B\nspec:\n  \"quoted\": {é: [1, two]}\n  containers:\n  - name: x\n    image: nginx\n  -\n    name: y\n  more: *x\n";

    #[test]
    fn finds_keys_and_items() {
        for (line, path, expected) in [
            (1, FieldPath::default().key("kind"), (2, 1, 4)),
            (4, FieldPath::default(), (4, 1, 4)),
            (4, FieldPath::of_keys(&["spec"]), (5, 1, 4)),
            (4, FieldPath::of_keys(&["spec", "quoted"]), (6, 3, 8)),
            (4, FieldPath::of_keys(&["spec", "quoted", "é"]), (6, 14, 1)),
            (
                4,
                FieldPath::of_keys(&["spec", "quoted", "é"]).index(1),
                (6, 21, 3),
            ),
            (
                4,
                FieldPath::of_keys(&["spec", "containers"]).index(0),
                (8, 5, 4),
            ),
            (
                4,
                FieldPath::of_keys(&["spec", "containers"])
                    .index(0)
                    .key("image"),
                (9, 5, 5),
            ),
            (
                4,
                FieldPath::of_keys(&["spec", "containers"])
                    .index(1)
                    .key("name"),
                (11, 5, 4),
            ),
        ] {
            let (line_found, column, length) = expected;
            let expected = Position {
                line: line_found,
                column,
                length,
            };
            assert_eq!(locate(TEXT, line, &path), Some(expected), "{path}");
        }
    }

    #[test]
    fn finds_elements_by_a_text_and_keys_written_twice() {
        let text = "l:\n- {name: a}\n- name: b\n  value: 1\n  value: 2\n";
        let element = FieldPath::of_keys(&["l"]).element("name", "b");
        for (path, expected) in [
            (element.clone(), (3, 3)),
            (element.clone().key("value"), (4, 3)),
            (element.repeated("value"), (5, 3)),
            (FieldPath::of_keys(&["l"]).element("name", "c"), (1, 1)),
        ] {
            let found = locate(text, 1, &path).unwrap();
            assert_eq!((found.line, found.column), expected, "{path}");
        }
    }

    #[test]
    fn goes_on_into_the_text_of_a_literal_block() {
        let text = "p:\n- patch: |-\n    - op: add\n      path: /a\n\n    - op: b\n      path: /c\n  n: 1\n";
        let patch = FieldPath::of_keys(&["p"]).index(0).key("patch");
        for (path, expected) in [
            (patch.clone(), (2, 3, 5)),
            (patch.clone().index(0).key("path"), (4, 7, 4)),
            (patch.clone().index(1).key("op"), (6, 7, 2)),
            (patch.clone().index(1).key("path"), (7, 7, 4)),
            (patch.clone().element("op", "b").key("path"), (7, 7, 4)),
        ] {
            let found = locate(text, 1, &path).unwrap();
            assert_eq!((found.line, found.column, found.length), expected, "{path}");
        }
    }

    #[test]
    fn points_at_the_last_step_that_is_there() {
        let path = FieldPath::of_keys(&["spec", "containers"])
            .index(7)
            .key("name");
        let found = locate(TEXT, 4, &path).unwrap();
        assert_eq!((found.line, found.column, found.length), (7, 3, 10));
        let into_alias = FieldPath::of_keys(&["spec", "more", "deep"]);
        assert_eq!(locate(TEXT, 4, &into_alias).unwrap().line, 12);
        assert_eq!(locate("# nothing\n", 1, &FieldPath::default()), None);
        assert_eq!(locate("a: 1\n", 9, &FieldPath::default()), None);
    }
}

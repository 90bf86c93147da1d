//! The comments between two pieces of content.

use crate::bytes;

/// Lines of comment without an empty line between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// The lines, each from its `#` on.
    pub(super) text: String,
    pub(super) column: usize,
    /// Whether an empty line stands above.
    pub(super) follows_blank: bool,
    /// Whether an empty line stands below, or nothing at all.
    pub(super) precedes_blank: bool,
    /// Whether it stands behind the dash of a list item.
    pub(super) is_behind_dash: bool,
}

/// The comments of a gap.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Gap {
    /// The comment on the line of the content before.
    pub(super) trailing: Option<String>,
    pub(super) comments: Vec<Comment>,
}

/// Finds the comments between two places: only blanks, line breaks, indicators and comments stand there.
pub(super) fn between(text: &str, start: usize, end: usize) -> Gap {
    let mut gap = Gap::default();
    if bytes::find(b'#', &text.as_bytes()[start..end]).is_none() {
        return gap;
    }
    let mut is_behind_dash = false;
    let mut offset = start;
    // A block scalar takes the empty lines behind it.
    let mut blank_lines = usize::from(follows_blank_line(&text[..start]));
    for line in text[start..end].split_inclusive('\n') {
        let is_first = offset == start;
        let (before, comment) = cut(line, is_first && !starts_line(text, start));
        is_behind_dash |= before.contains('-');
        match comment {
            None if !is_first && before.trim().is_empty() => {
                blank_lines += usize::from(line.ends_with('\n'));
            }
            None => blank_lines = 0,
            Some(comment) if is_first && !starts_line(text, start) && !before.contains('-') => {
                gap.trailing = Some(comment.to_owned());
            }
            Some(comment) => {
                let comment = Comment {
                    text: comment.to_owned(),
                    column: before.chars().count(),
                    follows_blank: blank_lines > 0,
                    precedes_blank: false,
                    is_behind_dash,
                };
                push(&mut gap.comments, comment);
                blank_lines = 0;
            }
        }
        if blank_lines > 0
            && let Some(last) = gap.comments.last_mut()
        {
            last.precedes_blank = true;
        }
        offset += line.len();
    }
    if end == text.len()
        && let Some(last) = gap.comments.last_mut()
    {
        last.precedes_blank = true;
    }
    gap
}

/// Adds a comment, to the one before where it goes on without an empty line and not further left.
fn push(comments: &mut Vec<Comment>, comment: Comment) {
    match comments.last_mut() {
        Some(last)
            if !comment.follows_blank
                && comment.column >= last.column
                && comment.is_behind_dash == last.is_behind_dash =>
        {
            last.text.push('\n');
            last.text.push_str(&comment.text);
        }
        _ => comments.push(comment),
    }
}

fn follows_blank_line(before: &str) -> bool {
    let mut lines = before.rsplit('\n').map(|line| line.trim_end_matches(' '));
    lines.next() == Some("") && lines.next() == Some("") && lines.next().is_some()
}

fn starts_line(text: &str, offset: usize) -> bool {
    text[..offset]
        .trim_end_matches(' ')
        .chars()
        .next_back()
        .is_none_or(|before| before == '\n')
}

/// What stands before the comment of a line, and the comment.
fn cut(line: &str, follows_content: bool) -> (&str, Option<&str>) {
    let line = line.trim_end_matches(['\n', '\r']);
    let begins = |at: usize| match line[..at].chars().next_back() {
        None => !follows_content,
        Some(before) => before.is_whitespace(),
    };
    match bytes::find_all(b'#', line.as_bytes()).find(|at| begins(*at)) {
        Some(at) => (&line[..at], Some(&line[at..])),
        None => (line, None),
    }
}

/// The text of comments one after another, parted by empty lines where there are some.
pub(super) fn joined(comments: impl IntoIterator<Item = Comment>) -> String {
    let mut text = String::new();
    append(&mut text, comments);
    text
}

/// Appends comments to the text of those before them.
pub(super) fn append(text: &mut String, comments: impl IntoIterator<Item = Comment>) {
    for comment in comments {
        if !text.is_empty() {
            text.push_str(if comment.follows_blank { "\n\n" } else { "\n" });
        }
        text.push_str(&comment.text);
    }
}

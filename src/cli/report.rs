//! Failures and warnings as a good compiler shows them: what is wrong, the text that is to blame, the way to it, what to do.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use indexmap::IndexMap;

use crate::bytes;
use crate::load::{Disk, Remotes};
use crate::locate::{Excerpt, excerpts};
use crate::model::{Fault, Place, Related, Warning};

/// The places of a warning that is given for many; the others are only counted.
const MOST_PLACES: usize = 5;

/// More messages than these nobody reads.
const MOST_MESSAGES: usize = 50;

/// Files larger than this, and lines longer, are named and not shown.
const LARGEST_TEXT: usize = 1 << 20;
const LONGEST_LINE: usize = 1_000;

/// Messages may hold the text of what is wrong, however long it is.
const LONGEST_MESSAGE: usize = 4_000;

/// A message with all that belongs to it.
pub(super) struct Shown {
    level: Level<'static>,
    title: String,
    snippets: Vec<File>,
    notes: Vec<String>,
    hints: Vec<String>,
}

/// A file with the places in it that a message is about.
struct File {
    path: String,
    /// The text and its places; nothing if the text is gone or is none.
    text: Option<Rc<str>>,
    line: usize,
    marks: Vec<Mark>,
}

struct Mark {
    is_primary: bool,
    span: Range<usize>,
    label: Option<String>,
}

/// What places look like in their files.
type Excerpts<'p> = IndexMap<&'p Place, Excerpt>;

/// A failure, and those that came with it.
pub(super) fn of_failure(error: &anyhow::Error, remotes: &Remotes) -> Vec<Shown> {
    let folder = Folder::current(remotes);
    let fault = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<Fault>())
        .last();
    let mut contexts: Vec<_> = error.chain().map(ToString::to_string).collect();
    let message = contexts.pop().unwrap_or_default();
    let no_fault = Fault::new(message);
    let fault = fault.unwrap_or(&no_fault);
    let others = || fault.others.iter().take(MOST_MESSAGES);
    let all = std::iter::once(fault).chain(others());
    let places = all.flat_map(|fault| places(fault.place.as_ref(), &fault.related));
    let excerpts = excerpts(places, &Disk);
    let mut first = of_fault(fault, &excerpts, &folder);
    if fault.title.is_some() {
        first.notes.push(in_kustomize_words(&format!("{error:#}")));
    } else if let Some(way) = way(&contexts) {
        first.notes.push(folder.shorten(&way));
    }
    let others = others().map(|other| {
        let mut shown = of_fault(other, &excerpts, &folder);
        if other.title.is_some() {
            shown.notes.push(in_kustomize_words(&other.message));
        }
        shown
    });
    let rest = fault.others.len().saturating_sub(MOST_MESSAGES);
    let rest = (rest > 0).then(|| Shown::alone(Level::ERROR, format!("and {rest} errors more")));
    std::iter::once(first).chain(others).chain(rest).collect()
}

/// What people search for.
fn in_kustomize_words(message: &str) -> String {
    format!("in kustomize's words: {}", message.trim_end())
}

/// How the failure was come to: the things that were being done, outermost first.
fn way(contexts: &[String]) -> Option<String> {
    // What a folder is not, no person needs to hear: kustomize tries every entry as a file first.
    let steps: Vec<_> = contexts
        .iter()
        .filter(|context| !context.starts_with("accumulation err='"))
        .map(String::as_str)
        .collect();
    (!steps.is_empty()).then(|| format!("while {}", steps.join(": ")))
}

fn of_fault(fault: &Fault, excerpts: &Excerpts<'_>, folder: &Folder<'_>) -> Shown {
    Shown {
        level: Level::ERROR,
        title: match &fault.title {
            Some(title) => folder.shorten(title),
            None => fault.message.trim_end().to_owned(),
        },
        snippets: files(fault.place.as_ref(), &fault.related, excerpts, folder),
        notes: Vec::new(),
        hints: fault
            .hints
            .iter()
            .map(|hint| folder.shorten(hint))
            .collect(),
    }
}

/// Warnings, those that say the same of several places as one.
pub(super) fn of_warnings(warnings: &[Warning], remotes: &Remotes) -> Vec<Shown> {
    let folder = Folder::current(remotes);
    let mut alike: IndexMap<(&str, &[String]), IndexMap<_, &Warning>> = IndexMap::new();
    for warning in warnings {
        let said = alike.entry((&warning.message, &warning.hints)).or_default();
        said.insert((&warning.place, &warning.related), warning);
    }
    let rest = alike.len().saturating_sub(MOST_MESSAGES);
    let rest =
        (rest > 0).then(|| Shown::alone(Level::WARNING, format!("and {rest} warnings more")));
    let alike = alike.into_values().take(MOST_MESSAGES);
    let alike: Vec<_> = alike.map(|alike| Alike::of(alike.into_values())).collect();
    let all = alike.iter().flat_map(|alike| {
        let first = places(alike.first.place.as_ref(), &alike.first.related);
        first.chain(alike.others.iter().copied())
    });
    let excerpts = excerpts(all, &Disk);
    let shown = alike
        .iter()
        .map(|alike| of_alike(alike, &excerpts, &folder));
    shown.chain(rest).collect()
}

/// Warnings that say the same.
struct Alike<'w> {
    first: &'w Warning,
    /// Some of the places of the others.
    others: Vec<&'w Place>,
    /// How many more there are.
    rest: usize,
}

impl<'w> Alike<'w> {
    fn of(mut warnings: impl Iterator<Item = &'w Warning>) -> Self {
        let first = warnings.next();
        let mut places = warnings.filter_map(|other| other.place.as_ref());
        Self {
            first: first.expect("invariant: an entry is made for a warning"),
            others: places.by_ref().take(MOST_PLACES).collect(),
            rest: places.count(),
        }
    }
}

fn of_alike(alike: &Alike<'_>, excerpts: &Excerpts<'_>, folder: &Folder<'_>) -> Shown {
    let Alike {
        first,
        others,
        rest,
    } = alike;
    let others = others.iter().map(|place| {
        let path = folder.relative(&place.source.file);
        let line = excerpts
            .get(place)
            .map_or(place.source.line, |found| found.line);
        format!("also at {path}:{line}")
    });
    let mut notes: Vec<_> = others.collect();
    if *rest > 0 {
        notes.push(format!("and in {rest} more places"));
    }
    Shown {
        level: Level::WARNING,
        title: folder.shorten(&first.message),
        snippets: files(first.place.as_ref(), &first.related, excerpts, folder),
        notes,
        hints: first
            .hints
            .iter()
            .map(|hint| folder.shorten(hint))
            .collect(),
    }
}

/// The places of a message.
fn places<'p>(place: Option<&'p Place>, related: &'p [Related]) -> impl Iterator<Item = &'p Place> {
    place
        .into_iter()
        .chain(related.iter().map(|related| &related.place))
}

/// The places of a message by file, that of the message itself first.
fn files(
    place: Option<&Place>,
    related: &[Related],
    excerpts: &Excerpts<'_>,
    folder: &Folder<'_>,
) -> Vec<File> {
    let primary = place.into_iter().map(|place| (place, None));
    let related = related
        .iter()
        .map(|related| (&related.place, Some(related.message.clone())));
    let mut files: IndexMap<PathBuf, File> = IndexMap::new();
    for (place, label) in primary.chain(related) {
        let is_primary = label.is_none();
        let found = excerpts.get(place);
        let line = found.map_or(place.source.line, |found| found.line);
        let file = files
            .entry(place.source.file.as_ref().clone())
            .or_insert_with(|| File {
                path: folder.relative(&place.source.file),
                text: None,
                line,
                marks: Vec::new(),
            });
        if let Some(Excerpt { text, span, .. }) = found.filter(|found| is_showable(found)) {
            file.text.get_or_insert_with(|| Rc::clone(text));
            file.marks.push(Mark {
                is_primary,
                span: span.clone(),
                label,
            });
        }
    }
    files.into_values().collect()
}

/// Whether there is any use in showing a text to a person.
fn is_showable(excerpt: &Excerpt) -> bool {
    let (text, Range { start, end }) = (&excerpt.text, excerpt.span.clone());
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let rest = text[end..].find('\n').unwrap_or(text.len() - end);
    text.len() <= LARGEST_TEXT && end + rest - line <= LONGEST_LINE
}

/// The lines with marks, and those between them: the renderer takes all others apart for nothing.
fn shown_lines(text: &str, marks: &[Mark]) -> Range<usize> {
    let first = marks.iter().map(|mark| mark.span.start).min();
    let last = marks.iter().map(|mark| mark.span.end).max();
    let (first, last) = (first.unwrap_or(0), last.unwrap_or(text.len()));
    let start = bytes::find_last(b'\n', &text.as_bytes()[..first]).map_or(0, |end| end + 1);
    let end = bytes::find(b'\n', &text.as_bytes()[last..]).map_or(text.len(), |end| last + end + 1);
    start..end
}

/// A text cut where nobody reads on.
fn cut(text: &str) -> Cow<'_, str> {
    let end = text.floor_char_boundary(LONGEST_MESSAGE);
    if end == text.len() {
        return Cow::Borrowed(text);
    }
    let rest = text.len() - end;
    Cow::Owned(format!("{}… and {rest} bytes more", &text[..end]))
}

impl Shown {
    /// A message that is about no place.
    fn alone(level: Level<'static>, title: String) -> Self {
        Self {
            level,
            title,
            snippets: Vec::new(),
            notes: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// Whether there is more to it than the message.
    pub(super) fn says_more(&self) -> bool {
        !(self.snippets.is_empty() && self.hints.is_empty())
    }

    /// The message as text.
    pub(super) fn render(&self, renderer: &Renderer) -> String {
        let title = self.level.clone().primary_title(cut(&self.title));
        let mut group = Group::with_title(title);
        for file in &self.snippets {
            group = match &file.text {
                None => group.element(Origin::path(file.path.as_str()).line(file.line)),
                Some(text) => {
                    let lines = shown_lines(text, &file.marks);
                    let marks = file.marks.iter().map(|mark| {
                        let kind = if mark.is_primary {
                            AnnotationKind::Primary
                        } else {
                            AnnotationKind::Context
                        };
                        let span = mark.span.start - lines.start..mark.span.end - lines.start;
                        kind.span(span).label(mark.label.as_deref())
                    });
                    let snippet = Snippet::source(&text[lines.clone()])
                        .line_start(1 + bytes::count(b'\n', &text.as_bytes()[..lines.start]))
                        .path(file.path.as_str());
                    group.element(snippet.annotations(marks))
                }
            };
        }
        for note in &self.notes {
            group = group.element(Level::NOTE.message(cut(note)));
        }
        for hint in &self.hints {
            group = group.element(Level::HELP.message(cut(hint)));
        }
        renderer.render(&[group])
    }
}

/// The folder that paths are shown from.
struct Folder<'a> {
    path: Option<PathBuf>,
    remotes: &'a Remotes,
}

impl<'a> Folder<'a> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the command line is where paths come from"
    )]
    fn current(remotes: &'a Remotes) -> Self {
        Self {
            path: std::env::current_dir().ok(),
            remotes,
        }
    }

    /// The shorter one of a path and the way to it from here.
    fn relative(&self, path: &Path) -> String {
        if let Some(name) = self.remotes.name_of(path) {
            return name;
        }
        let absolute = path.display().to_string();
        let Some(current) = &self.path else {
            return absolute;
        };
        let shared = current
            .components()
            .zip(path.components())
            .take_while(|(left, right)| left == right)
            .count();
        let up = current.components().skip(shared).map(|_| Path::new(".."));
        let down = path.components().skip(shared);
        let way: PathBuf = up
            .chain(down.map(|step| Path::new(step.as_os_str())))
            .collect();
        let way = way.display().to_string();
        if path.is_absolute() && way.len() < absolute.len() {
            way
        } else {
            absolute
        }
    }

    /// A message with the paths below this folder made short.
    fn shorten(&self, message: &str) -> String {
        let message = &self.remotes.name_repositories(message);
        match &self.path {
            Some(current) if current.parent().is_some() => {
                without_folder(message, &format!("{}/", current.display()))
            }
            _ => message.to_owned(),
        }
    }
}

/// A text without a folder where a path begins with it; in the middle of a path or of an address it stays.
fn without_folder(text: &str, folder: &str) -> String {
    let mut pieces = text.split(folder);
    let mut shortened = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        if shortened.ends_with(|before: char| before.is_alphanumeric() || "/.".contains(before)) {
            shortened.push_str(folder);
        }
        shortened.push_str(piece);
    }
    shortened
}

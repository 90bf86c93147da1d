//! Patterns as Go's regular expressions have them, for whole texts.

use anyhow::{Result, anyhow};
use regex::Regex;

use super::Text;

/// A regular expression that must match a text from end to end; plain words are compared without one.
#[derive(Clone, Debug)]
pub struct Pattern(Matcher);

#[derive(Clone, Debug)]
enum Matcher {
    /// Anything.
    Any,
    /// One of these texts.
    OneOf(Vec<Text>),
    /// What the expression matches.
    Expression(Box<Regex>),
}

impl Pattern {
    /// Prepares a pattern; the empty one matches anything. Fails in Go's words where it is no regular expression.
    pub fn new(pattern: &str) -> Result<Self> {
        if pattern.is_empty() {
            return Ok(Self(Matcher::Any));
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/:@, |".contains(&byte);
        if pattern.bytes().all(is_plain) {
            return Ok(Self(Matcher::OneOf(
                pattern.split('|').map(Text::from).collect(),
            )));
        }
        let expression = compile(&format!("^(?:{pattern})$"))?;
        Ok(Self(Matcher::Expression(Box::new(expression))))
    }

    /// Whether the whole text matches.
    pub fn is_match(&self, text: &str) -> bool {
        match &self.0 {
            Matcher::Any => true,
            Matcher::OneOf(words) => words.iter().any(|word| word == text),
            Matcher::Expression(expression) => expression.is_match(text),
        }
    }

    /// The one text that matches, if there is only one.
    pub fn literal(&self) -> Option<&str> {
        match &self.0 {
            Matcher::OneOf(words) if words.len() == 1 => words.first().map(Text::as_str),
            _ => None,
        }
    }
}

/// Compiles a regular expression of Go's dialect.
pub fn compile(expression: &str) -> Result<Regex> {
    Regex::new(&translate(expression)).map_err(|error| {
        let cause = match error.to_string() {
            text if text.contains("unclosed group") => "missing closing )".into(),
            text if text.contains("unopened group") => "unexpected )".into(),
            text if text.contains("unclosed character class") => "missing closing ]".into(),
            text if text.contains("repetition operator missing expression") => {
                "missing argument to repetition operator".into()
            }
            text => text
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned(),
        };
        anyhow!("error parsing regexp: {cause}: `{expression}`")
    })
}

/// Writes an expression of Go's dialect in that of the `regex` crate: classes are ASCII, and in brackets `[`, `&`, `~` and
/// `-` are ordinary where Go takes them so.
fn translate(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len() + 8);
    let mut characters = expression.chars().peekable();
    let mut in_class = false;
    let mut at_class_start = false;
    while let Some(character) = characters.next() {
        let was_at_class_start = std::mem::take(&mut at_class_start);
        match character {
            '\\' => translate_escape(characters.next(), &mut characters, in_class, &mut out),
            '[' if !in_class => {
                in_class = true;
                at_class_start = true;
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            '[' if characters.peek() == Some(&':') => {
                out.push('[');
                for character in characters.by_ref() {
                    out.push(character);
                    if character == ']' {
                        break;
                    }
                }
            }
            '[' | '&' | '~' if in_class => out.extend(['\\', character]),
            ']' if was_at_class_start => out.push_str("\\]"),
            ']' => {
                in_class = false;
                out.push(']');
            }
            other => out.push(other),
        }
    }
    out
}

fn translate_escape(
    escaped: Option<char>,
    rest: &mut std::iter::Peekable<std::str::Chars<'_>>,
    in_class: bool,
    out: &mut String,
) {
    let class =
        |inside: &'static str, outside: &'static str| if in_class { inside } else { outside };
    match escaped {
        Some('d') => out.push_str(class("0-9", "[0-9]")),
        Some('w') => out.push_str(class("0-9A-Za-z_", "[0-9A-Za-z_]")),
        Some('s') => out.push_str(class(r"\t\n\f\r ", r"[\t\n\f\r ]")),
        Some('D') => out.push_str("[^0-9]"),
        Some('W') => out.push_str("[^0-9A-Za-z_]"),
        Some('S') => out.push_str(r"[^\t\n\f\r ]"),
        Some('b') => out.push_str(r"(?-u:\b)"),
        Some('B') => out.push_str(r"(?-u:\B)"),
        Some('Q') => {
            let rest: String = std::iter::from_fn(|| rest.next()).collect();
            let (literal, after) = rest.split_once("\\E").unwrap_or((&rest, ""));
            out.push_str(&regex::escape(literal));
            out.push_str(&translate(after));
        }
        Some(other) => out.extend(['\\', other]),
        None => out.push('\\'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("", "anything", true),
            ("a", "ab", false),
            ("a|b", "b", true),
            ("a|b", "ab", false),
            ("a.*", "abc", true),
            (".*b|c", "bc", false),
            ("[[]a", "[a", true),
            ("[]a]+", "]a", true),
            (r"\d+", "12", true),
            (r"\d+", "\u{0663}", false),
            (r"[\w-]+", "a-b", true),
            (r"\Qa.b\E.", "a.bc", true),
            (r"\Qa.b\E.", "axbc", false),
            ("[[:alpha:]]+", "abc", true),
        ] {
            assert_eq!(
                Pattern::new(pattern).unwrap().is_match(text),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn what_is_no_expression_is_told_as_go_tells_it() {
        let error = Pattern::new("(").unwrap_err();
        assert_eq!(
            error.to_string(),
            "error parsing regexp: missing closing ): `^(?:()$`"
        );
    }
}

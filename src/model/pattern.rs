//! Regular expressions that must match a whole text. Those that people write are matched by hand: compiling a real one takes
//! longer than rendering an object.

use std::str::Chars;

use anyhow::Result;
use regex::Regex;

use super::Text;
pub use super::go_regex::compile;

/// A compiled expression; the empty one matches everything.
#[derive(Clone, Debug)]
pub struct Pattern(Matcher);

#[derive(Clone, Debug)]
enum Matcher {
    /// Any text.
    Anything,
    /// One text.
    Literal(Text),
    /// One of several simple expressions.
    Simple(Vec<Vec<Token>>),
    /// Everything else.
    Regex(Box<Regex>),
}

/// A part of a simple expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `.`
    Any,
    /// `.*`
    Run,
}

impl Pattern {
    /// Compiles an expression in Go's syntax; fails with Go's words.
    pub fn new(pattern: &str) -> Result<Self> {
        if pattern.is_empty() {
            return Ok(Self(Matcher::Anything));
        }
        let Some(alternatives) = simple(pattern) else {
            return compile(&format!("^(?:{pattern})$"))
                .map(|regex| Self(Matcher::Regex(Box::new(regex))));
        };
        if let [only] = alternatives.as_slice() {
            let chars = only.iter().map(|token| match token {
                Token::Char(c) => Some(*c),
                _ => None,
            });
            if let Some(literal) = chars.collect::<Option<String>>() {
                return Ok(Self(Matcher::Literal(literal.into())));
            }
        }
        Ok(Self(Matcher::Simple(alternatives)))
    }

    /// Whether the expression matches the whole text.
    pub fn is_match(&self, text: &str) -> bool {
        match &self.0 {
            Matcher::Anything => true,
            Matcher::Literal(literal) => literal == text,
            Matcher::Simple(alternatives) => {
                alternatives.iter().any(|tokens| matches(tokens, text))
            }
            Matcher::Regex(regex) => regex.is_match(text),
        }
    }

    /// The only text that matches, if the expression is that text.
    pub fn literal(&self) -> Option<&str> {
        match &self.0 {
            Matcher::Literal(text) => Some(text),
            _ => None,
        }
    }
}

/// The alternatives of an expression of characters, dots and `.*` alone.
fn simple(pattern: &str) -> Option<Vec<Vec<Token>>> {
    let mut alternatives = vec![Vec::new()];
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let tokens = alternatives.last_mut()?;
        match c {
            '|' => alternatives.push(Vec::new()),
            '^' if tokens.is_empty() => {}
            '$' if matches!(chars.peek(), None | Some('|')) => {}
            '.' => match chars.next_if(|next| matches!(next, '*' | '+')) {
                Some('*') => tokens.push(Token::Run),
                Some(_) => tokens.extend([Token::Any, Token::Run]),
                None => tokens.push(Token::Any),
            },
            '\\' => tokens.push(Token::Char(chars.next_if(char::is_ascii_punctuation)?)),
            '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            c => tokens.push(Token::Char(c)),
        }
        if let Some('*' | '+' | '?' | '{') = chars.peek() {
            return None;
        }
    }
    Some(alternatives)
}

/// What is left of a text after the character that a token matches.
fn step<'t>(rest: &Chars<'t>, token: Token) -> Option<Chars<'t>> {
    let mut rest = rest.clone();
    let fits = match (token, rest.next()?) {
        (Token::Char(expected), c) => c == expected,
        (_, c) => c != '\n',
    };
    fits.then_some(rest)
}

fn matches(tokens: &[Token], text: &str) -> bool {
    let mut rest = text.chars();
    let mut position = 0;
    // The last run seen so far, and what it has not swallowed yet.
    let mut run: Option<(usize, Chars<'_>)> = None;
    loop {
        let next = match tokens.get(position) {
            Some(Token::Run) => {
                position += 1;
                run = Some((position, rest.clone()));
                continue;
            }
            Some(token) => step(&rest, *token),
            None if rest.as_str().is_empty() => return true,
            None => None,
        };
        if let Some(next) = next {
            rest = next;
            position += 1;
        } else {
            let Some((after, unswallowed)) = run.take() else {
                return false;
            };
            let Some(longer) = step(&unswallowed, Token::Any) else {
                return false;
            };
            (position, rest) = (after, longer.clone());
            run = Some((after, longer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts_as_in_go() {
        let names = "A1 a a.b a[b a{2} aa aaa ab b_c foo.example.com k8s x-y été";
        for (pattern, expected) in [
            ("a", "a"),
            ("a|b|x-y", "a x-y"),
            ("a.b", "a.b a[b"),
            (r"a\.b", "a.b"),
            ("a.*", "a a.b a[b a{2} aa aaa ab"),
            (".+b", "a.b a[b ab"),
            ("^ab$|^a$", "a ab"),
            (".*.*s", "k8s"),
            ("a[[]b", "a[b"),
            ("[]a]+", "a aa aaa"),
            (r"\w*\d\w*", "A1 k8s"),
            ("a{2}", "aa"),
            (r"a\{2\}", "a{2}"),
            ("a{,2}", ""),
            (r"\Qa.b\E", "a.b"),
            ("(?i)A", "a"),
            ("a)(b", "ab"),
            (r"\W+", ""),
            ("[a&&b]", "a"),
            ("[-a]+", "a aa aaa"),
            (r"\141", "a"),
            ("[[:^alpha:]]", ""),
            (r"\Ba", ""),
            ("", names),
        ] {
            let compiled = Pattern::new(pattern).unwrap();
            let found: Vec<_> = names
                .split(' ')
                .filter(|name| compiled.is_match(name))
                .collect();
            assert_eq!(found.join(" "), expected, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_expression_is_told_as_go_tells_it() {
        for (pattern, expected) in [
            ("(", "missing closing ): `^(?:()$`"),
            ("[a", "missing closing ]: `[a)$`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("*", "missing argument to repetition operator: `*`"),
            ("[b-a]", "invalid character class range: `b-a`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
            (r"\y", r"invalid escape sequence: `\y`"),
            (r"\1", r"invalid escape sequence: `\1`"),
            ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
        ] {
            let error = Pattern::new(pattern).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("error parsing regexp: {expected}")
            );
        }
    }
}

//! Requirements for labels in the syntax of Kubernetes: `app=web,tier in (a,b),!legacy` (spec 02 R25).

use anyhow::{Result, anyhow, bail, ensure};

use super::{Mapping, Text};

const NAME_RULE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const PREFIX_RULE: &str = r"a DNS-1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// The longest name of a label and the longest value.
const MAX_NAME: usize = 63;

/// The longest prefix of a label.
const MAX_PREFIX: usize = 253;

/// Requirements that must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LabelSelector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: Text,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Exists,
    Missing,
    In(Vec<Text>),
    NotIn(Vec<Text>),
    Greater(i64),
    Less(i64),
}

impl LabelSelector {
    /// Reads requirements; fails with the words of Kubernetes.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut parser = Parser { rest: text };
        let mut requirements = Vec::new();
        let mut token = parser.peek();
        while !token.is_empty() {
            if token != "!" && !is_identifier(token) {
                bail!("found '{token}', expected: !, identifier, or 'end of string'");
            }
            let requirement = parser.requirement();
            requirements.push(
                requirement.map_err(|problem| anyhow!("unable to parse requirement: {problem}"))?,
            );
            match parser.next() {
                "" => break,
                "," => {}
                other => bail!("found '{other}', expected: ',' or 'end of string'"),
            }
            token = parser.peek();
            if token != "!" && !is_identifier(token) {
                bail!("found '{token}', expected: identifier after ','");
            }
        }
        Ok(Self(requirements))
    }

    /// Whether labels meet all requirements.
    pub(super) fn matches(&self, labels: Option<&Mapping>) -> bool {
        self.0.iter().all(|requirement| {
            let value = labels.and_then(|labels| labels.get(&requirement.key));
            let text = value.map(|value| value.text().map_or("", Text::as_str));
            requirement.condition.holds(text)
        })
    }
}

impl Condition {
    fn holds(&self, value: Option<&str>) -> bool {
        let is_among = |values: &[Text]| values.iter().any(|known| Some(known.as_str()) == value);
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Exists => value.is_some(),
            Self::Missing => value.is_none(),
            Self::In(values) => is_among(values),
            Self::NotIn(values) => !is_among(values),
            Self::Greater(limit) => number().is_some_and(|number| number > *limit),
            Self::Less(limit) => number().is_some_and(|number| number < *limit),
        }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_special(c: char) -> bool {
    matches!(c, '=' | '!' | '(' | ')' | ',' | '>' | '<')
}

fn is_identifier(token: &str) -> bool {
    token.starts_with(|c| !is_special(c))
}

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    /// The next token; empty at the end.
    fn peek(&self) -> &'t str {
        let text = self.rest.trim_start_matches(is_space);
        let length = match text.as_bytes() {
            [b'=' | b'!', b'=', ..] => 2,
            [first, ..] if is_special(char::from(*first)) => 1,
            _ => text
                .find(|c| is_space(c) || is_special(c))
                .unwrap_or(text.len()),
        };
        &text[..length]
    }

    fn next(&mut self) -> &'t str {
        let token = self.peek();
        self.rest = &self.rest.trim_start_matches(is_space)[token.len()..];
        token
    }

    fn requirement(&mut self) -> Result<Requirement> {
        let mut key = self.next();
        let negated = key == "!";
        if negated {
            key = self.next();
        }
        ensure!(is_identifier(key), "found '{key}', expected: identifier");
        check_key(key)?;
        let condition = match self.peek() {
            _ if negated => Condition::Missing,
            "" | "," => Condition::Exists,
            _ => self.condition(key)?,
        };
        if let Condition::In(values) | Condition::NotIn(values) = &condition {
            for value in values {
                check_value(key, value)?;
            }
        }
        Ok(Requirement {
            key: key.into(),
            condition,
        })
    }

    fn condition(&mut self, key: &str) -> Result<Condition> {
        let key_error = |token| anyhow!("found '{token}', expected: '=', '!=', '==', 'in', notin'");
        Ok(match self.next() {
            "in" => Condition::In(self.values()?),
            "notin" => Condition::NotIn(self.values()?),
            "=" | "==" => Condition::In(vec![self.value()?]),
            "!=" => Condition::NotIn(vec![self.value()?]),
            ">" => Condition::Greater(self.number(key)?),
            "<" => Condition::Less(self.number(key)?),
            other => return Err(key_error(other)),
        })
    }

    fn value(&mut self) -> Result<Text> {
        if let "" | "," = self.peek() {
            return Ok(Text::new());
        }
        let value = self.next();
        ensure!(
            is_identifier(value),
            "found '{value}', expected: identifier"
        );
        Ok(value.into())
    }

    fn number(&mut self, key: &str) -> Result<i64> {
        let value = self.value()?;
        let Ok(number) = value.parse() else {
            bail!("for 'Gt', 'Lt' operators, the value must be an integer");
        };
        check_value(key, &value)?;
        Ok(number)
    }

    /// `(a,b)`; an empty place between commas is the empty text.
    fn values(&mut self) -> Result<Vec<Text>> {
        let open = self.next();
        ensure!(open == "(", "found '{open}' expected: '('");
        let mut values = Vec::new();
        loop {
            match self.next() {
                token @ ("," | ")") => {
                    values.push(Text::new());
                    if token == ")" {
                        return Ok(values);
                    }
                }
                value if is_identifier(value) => {
                    values.push(value.into());
                    match self.next() {
                        ")" => return Ok(values),
                        "," => {}
                        other => bail!("found '{other}', expected: ',' or ')'"),
                    }
                }
                other if values.is_empty() => {
                    bail!("found '{other}', expected: ',', ')' or identifier")
                }
                other => bail!("found '{other}', expected: ',', or identifier"),
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let ends = [text.bytes().next(), text.bytes().next_back()];
    text.bytes().all(is_inner)
        && ends
            .iter()
            .all(|end| end.is_some_and(|byte| byte.is_ascii_alphanumeric()))
}

fn is_subdomain(text: &str) -> bool {
    let is_edge = |byte: Option<u8>| {
        byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('.').all(|part| {
        is_edge(part.bytes().next())
            && is_edge(part.bytes().next_back())
            && part.bytes().all(|byte| byte == b'-' || is_edge(Some(byte)))
    })
}

fn check_key(key: &str) -> Result<()> {
    let mut problems = Vec::new();
    let mut parts = key.split('/');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let name = match second {
        None => first,
        Some(_) if parts.next().is_some() => {
            bail!(
                "invalid label key {key:?}: a qualified name {NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )
        }
        Some(name) => {
            if first.is_empty() {
                problems.push("prefix part must be non-empty".to_owned());
            } else {
                if first.len() > MAX_PREFIX {
                    problems.push(format!(
                        "prefix part must be no more than {MAX_PREFIX} characters"
                    ));
                }
                if !is_subdomain(first) {
                    problems.push(format!("prefix part {PREFIX_RULE}"));
                }
            }
            name
        }
    };
    if name.is_empty() {
        problems.push("name part must be non-empty".to_owned());
    } else if name.len() > MAX_NAME {
        problems.push(format!(
            "name part must be no more than {MAX_NAME} characters"
        ));
    }
    if !is_name(name) {
        problems.push(format!("name part {NAME_RULE}"));
    }
    ensure!(
        problems.is_empty(),
        "invalid label key {key:?}: {}",
        problems.join("; ")
    );
    Ok(())
}

fn check_value(key: &str, value: &str) -> Result<()> {
    let mut problems = Vec::new();
    if value.len() > MAX_NAME {
        problems.push(format!("must be no more than {MAX_NAME} characters"));
    }
    if !value.is_empty() && !is_name(value) {
        problems.push(VALUE_RULE.to_owned());
    }
    ensure!(
        problems.is_empty(),
        "invalid label value: {value:?}: at key: {key:?}: {}",
        problems.join("; ")
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Value;

    fn labels(pairs: &[(&str, &str)]) -> Mapping {
        pairs
            .iter()
            .map(|(key, text)| (*key, Value::string(*text)))
            .collect()
    }

    #[test]
    fn requirements_hold_as_in_kubernetes() {
        let objects = [
            labels(&[("a", "b"), ("n", "5")]),
            labels(&[("a", "z"), ("in", "q")]),
            labels(&[]),
            labels(&[("a", ""), ("m.io/k", "v")]),
            labels(&[("n", "07"), ("a", "b.c_d")]),
            labels(&[("n", "q")]),
        ];
        for (selector, expected) in [
            ("", "123456"),
            ("a", "1245"),
            ("! a", "36"),
            ("a=b", "1"),
            ("a != b", "23456"),
            ("a in (b,c)", "1"),
            ("a in ()", "4"),
            ("a in (b,,c)", "14"),
            ("a notin(b,z)", "3456"),
            ("a=", "4"),
            ("n>3", "15"),
            ("n<6", "1"),
            (" a , n ", "15"),
            ("in in (q)", "2"),
            ("m.io/k", "4"),
        ] {
            let selector_of = LabelSelector::parse(selector).unwrap();
            let found: String = objects
                .iter()
                .zip('1'..)
                .filter(|(labels, _)| selector_of.matches(Some(labels)))
                .map(|(_, number)| number)
                .collect();
            assert_eq!(found, expected, "{selector}");
        }
    }

    #[test]
    fn failures_have_the_words_of_kubernetes() {
        for (selector, expected) in [
            (
                ",",
                "found ',', expected: !, identifier, or 'end of string'",
            ),
            ("a,", "found '', expected: identifier after ','"),
            ("a=b c", "found 'c', expected: ',' or 'end of string'"),
            (
                "a in",
                "unable to parse requirement: found '' expected: '('",
            ),
            (
                "a in (b c)",
                "unable to parse requirement: found 'c', expected: ',' or ')'",
            ),
            (
                "a b",
                "unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'",
            ),
            (
                "!!a",
                "unable to parse requirement: found '!', expected: identifier",
            ),
            (
                "/a",
                "unable to parse requirement: invalid label key \"/a\": prefix part must be non-empty",
            ),
            (
                "n>x",
                "unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer",
            ),
        ] {
            let error = LabelSelector::parse(selector).unwrap_err();
            assert_eq!(error.to_string(), expected, "{selector}");
        }
    }
}

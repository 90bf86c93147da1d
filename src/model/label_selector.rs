//! Label selectors as Kubernetes reads them (spec 02 R25).

use anyhow::{Context, Result, anyhow, bail};

use super::{Text, Value};

/// Requirements that must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: Text,
    operator: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operator {
    Exists,
    DoesNotExist,
    In(Vec<Text>),
    NotIn(Vec<Text>),
    GreaterThan(i64),
    LessThan(i64),
}

impl LabelSelector {
    /// Reads a selector such as `app in (a, b), !canary`. Fails in Kubernetes' words.
    pub fn parse(text: &str) -> Result<Self> {
        let mut parser = Parser {
            tokens: tokens(text),
            position: 0,
        };
        let mut requirements = Vec::new();
        loop {
            match parser.peek() {
                Token::Word(_) | Token::Not => requirements.push(
                    parser
                        .requirement()
                        .context("unable to parse requirement")?,
                ),
                Token::End if requirements.is_empty() => return Ok(Self::default()),
                other => bail!(
                    "found '{}', expected: !, identifier, or 'end of string'",
                    other.text()
                ),
            }
            match parser.next() {
                Token::End => return Ok(Self { requirements }),
                Token::Comma if matches!(parser.peek(), Token::Word(_) | Token::Not) => {}
                Token::Comma => bail!(
                    "found '{}', expected: identifier after ','",
                    parser.peek().text()
                ),
                other => bail!(
                    "unable to parse requirement: found '{}', expected: ',' or 'end of string'",
                    other.text()
                ),
            }
        }
    }

    /// Whether all requirements hold for a map of labels or annotations, whose values are compared as text.
    pub fn matches(&self, labels: Option<&Value>) -> bool {
        self.requirements.iter().all(|requirement| {
            let text = labels
                .and_then(|labels| labels.get(&requirement.key))
                .and_then(Value::text);
            requirement.operator.holds(text)
        })
    }
}

impl Operator {
    fn holds(&self, text: Option<&Text>) -> bool {
        let number = || text.and_then(|text| text.parse::<i64>().ok());
        match self {
            Self::Exists => text.is_some(),
            Self::DoesNotExist => text.is_none(),
            Self::In(values) => text.is_some_and(|text| values.contains(text)),
            Self::NotIn(values) => text.is_none_or(|text| !values.contains(text)),
            Self::GreaterThan(least) => number().is_some_and(|number| number > *least),
            Self::LessThan(most) => number().is_some_and(|number| number < *most),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(Text),
    Comma,
    Not,
    Equals,
    DoubleEquals,
    NotEquals,
    Open,
    Close,
    Greater,
    Less,
    End,
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Word(word) => word,
            Self::Comma => ",",
            Self::Not => "!",
            Self::Equals => "=",
            Self::DoubleEquals => "==",
            Self::NotEquals => "!=",
            Self::Open => "(",
            Self::Close => ")",
            Self::Greater => ">",
            Self::Less => "<",
            Self::End => "",
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            ',' => (Token::Comma, 1),
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '>' => (Token::Greater, 1),
            '<' => (Token::Less, 1),
            '=' if rest.starts_with("==") => (Token::DoubleEquals, 2),
            '=' => (Token::Equals, 1),
            '!' if rest.starts_with("!=") => (Token::NotEquals, 2),
            '!' => (Token::Not, 1),
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || ",()><=!".contains(c))
                    .unwrap_or(rest.len());
                (Token::Word(rest[..end].into()), end)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    tokens
}

struct Parser {
    tokens: Vec<Token>,
    position: usize,
}

impl Parser {
    fn peek(&self) -> Token {
        self.tokens
            .get(self.position)
            .cloned()
            .unwrap_or(Token::End)
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        self.position += 1;
        token
    }

    fn requirement(&mut self) -> Result<Requirement> {
        let is_negated = self.peek() == Token::Not;
        self.position += usize::from(is_negated);
        let key = match self.next() {
            Token::Word(key) => key,
            other => bail!("found '{}', expected: identifier", other.text()),
        };
        check_key(&key)?;
        if is_negated {
            return Ok(Requirement {
                key,
                operator: Operator::DoesNotExist,
            });
        }
        if matches!(self.peek(), Token::End | Token::Comma) {
            return Ok(Requirement {
                key,
                operator: Operator::Exists,
            });
        }
        let operator = match self.next() {
            Token::Equals | Token::DoubleEquals => Operator::In(vec![self.value(&key)?]),
            Token::NotEquals => Operator::NotIn(vec![self.value(&key)?]),
            Token::Greater => Operator::GreaterThan(self.number(&key)?),
            Token::Less => Operator::LessThan(self.number(&key)?),
            Token::Word(word) if word == "in" => Operator::In(self.values(&key)?),
            Token::Word(word) if word == "notin" => Operator::NotIn(self.values(&key)?),
            other => bail!(
                "found '{}', expected: '=', '!=', '==', 'in', notin'",
                other.text()
            ),
        };
        Ok(Requirement { key, operator })
    }

    fn value(&mut self, key: &str) -> Result<Text> {
        if matches!(self.peek(), Token::End | Token::Comma) {
            return Ok(Text::new());
        }
        match self.next() {
            Token::Word(value) => check_value(key, value),
            other => bail!("found '{}', expected: identifier", other.text()),
        }
    }

    fn number(&mut self, key: &str) -> Result<i64> {
        let value = self.value(key)?;
        value
            .parse()
            .map_err(|_| anyhow!("for 'Gt', 'Lt' operators, the value must be an integer"))
    }

    /// The values in parentheses; none at all stand for the empty text.
    fn values(&mut self, key: &str) -> Result<Vec<Text>> {
        match self.next() {
            Token::Open => {}
            other => bail!("found '{}' expected: '('", other.text()),
        }
        let mut values = Vec::new();
        let mut expects_value = true;
        loop {
            match self.next() {
                Token::Word(value) if expects_value => {
                    values.push(check_value(key, value)?);
                    expects_value = false;
                }
                Token::Comma => {
                    if expects_value {
                        values.push(Text::new());
                    }
                    expects_value = true;
                }
                Token::Close => {
                    if expects_value {
                        values.push(Text::new());
                    }
                    return Ok(values);
                }
                other => bail!("found '{}', expected: ',', or ')'", other.text()),
            }
        }
    }
}

const NAME_RULE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

fn check_key(key: &str) -> Result<()> {
    let (prefix, name) = key
        .rsplit_once('/')
        .map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let is_subdomain = |text: &str| {
        !text.is_empty()
            && text.len() <= 253
            && text
                .split('.')
                .all(|part| is_name(part, 63) && !part.contains(['_', '.']))
            && text == text.to_ascii_lowercase()
    };
    if prefix.is_some_and(|prefix| !is_subdomain(prefix)) {
        bail!(
            "invalid label key \"{key}\": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
        );
    }
    if !is_name(name, 63) {
        bail!("invalid label key \"{key}\": name part {NAME_RULE}");
    }
    Ok(())
}

fn check_value(key: &str, value: Text) -> Result<Text> {
    if value.is_empty() || is_name(&value, 63) {
        return Ok(value);
    }
    bail!(
        "invalid label value: \"{value}\": at key: \"{key}\": a valid label must be an empty string or {}",
        &NAME_RULE["must ".len()..]
    );
}

fn is_name(text: &str, longest: usize) -> bool {
    let bytes = text.as_bytes();
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    bytes.len() <= longest
        && is_end(bytes.first())
        && is_end(bytes.last())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_hold_as_in_kubernetes() {
        let labels = |pairs: &[(&str, &str)]| -> Value {
            pairs
                .iter()
                .map(|(key, text)| (*key, Value::string(*text)))
                .collect::<crate::model::Mapping>()
                .into()
        };
        let (x1, x2, x3) = (
            labels(&[("a", "b"), ("n", "5")]),
            labels(&[("a", "z")]),
            labels(&[]),
        );
        for (selector, expected) in [
            ("a=b", [true, false, false]),
            ("a==b", [true, false, false]),
            ("a in (b, c)", [true, false, false]),
            ("a!=b", [false, true, true]),
            ("a notin (b)", [false, true, true]),
            ("a", [true, true, false]),
            ("!a", [false, false, true]),
            ("n>3", [true, false, false]),
            ("a=", [false, false, false]),
            ("a in ()", [false, false, false]),
            ("a, n<9", [true, false, false]),
            ("", [true, true, true]),
        ] {
            let selector = LabelSelector::parse(selector).unwrap();
            assert_eq!(
                [&x1, &x2, &x3].map(|labels| selector.matches(Some(labels))),
                expected,
                "{selector:?}"
            );
        }
    }

    #[test]
    fn mistakes_are_told_as_kubernetes_tells_them() {
        for (selector, expected) in [
            (
                "a in",
                "unable to parse requirement: found '' expected: '('",
            ),
            (
                ",a",
                "found ',', expected: !, identifier, or 'end of string'",
            ),
            ("a,,b", "found ',', expected: identifier after ','"),
            (
                "A B",
                "unable to parse requirement: found 'B', expected: '=', '!=', '==', 'in', notin'",
            ),
            (
                "a=b c",
                "unable to parse requirement: found 'c', expected: ',' or 'end of string'",
            ),
        ] {
            assert_eq!(
                format!("{:#}", LabelSelector::parse(selector).unwrap_err()),
                expected
            );
        }
    }
}

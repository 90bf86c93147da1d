//! What may stand behind the `?` of an entry: the reference, a time limit, and whether submodules are wanted.

use std::time::Duration;

use super::duration;

/// What the query of an entry asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) reference: String,
    pub(super) submodules: bool,
    pub(super) timeout: Option<Duration>,
}

/// Reads a query. As in kustomize, what cannot be read is as if it was not there, and one mistake takes all with it.
pub(super) fn parse(query: &str) -> Options {
    let pairs = pairs(query).unwrap_or_default();
    let value = |key: &str| {
        let found = pairs.iter().find(|(name, _)| name == key);
        found.map_or("", |(_, value)| value.as_str())
    };
    let reference = Some(value("ref")).filter(|text| !text.is_empty());
    Options {
        reference: reference.unwrap_or(value("version")).to_owned(),
        submodules: !matches!(
            value("submodules"),
            "0" | "f" | "F" | "false" | "FALSE" | "False"
        ),
        timeout: timeout(value("timeout")),
    }
}

fn timeout(text: &str) -> Option<Duration> {
    let timeout = match text.parse::<u64>() {
        // Go counts nanoseconds in 63 bits.
        Ok(seconds) => (seconds < (1 << 63) / 1_000_000_000).then(|| Duration::from_secs(seconds)),
        Err(_) => duration::parse(text),
    };
    timeout.filter(|timeout| !timeout.is_zero())
}

/// The keys and values of a query, as Go's `url.ParseQuery` has them.
fn pairs(query: &str) -> Option<Vec<(String, String)>> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            if pair.contains(';') {
                return None;
            }
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((unescape(key)?, unescape(value)?))
        })
        .collect()
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    Some(String::from_utf8_lossy(&plain).into_owned())
}

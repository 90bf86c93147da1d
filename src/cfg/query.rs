//! `path=pattern`, `path>quantity` and the like: which objects a query is about.

use std::cmp::Ordering;

use anyhow::{Result, bail};
use regex::Regex;

use super::object::Object;
use super::path::{self, Path};
use super::quantity::Quantity;
use crate::model::pattern;
use crate::yaml::lossless::{Document, Item};

/// A question about a field of an object.
#[derive(Clone, Debug)]
pub struct Query {
    path: Path,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    /// The text of the field, without double quotes, holds what the expression matches.
    Matches(Regex),
    Compares(Comparison, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    GreaterEqual,
    LessEqual,
    Greater,
    Less,
}

impl Comparison {
    /// In the order in which they are looked for.
    const ALL: [(Self, &str); 4] = [
        (Self::GreaterEqual, ">="),
        (Self::LessEqual, "<="),
        (Self::Greater, ">"),
        (Self::Less, "<"),
    ];

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::GreaterEqual => order.is_ge(),
            Self::LessEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::Less => order.is_lt(),
        }
    }
}

impl Query {
    /// Takes a query apart: the last segment of its path holds the comparison.
    pub fn parse(query: &str) -> Result<Self> {
        let mut path = path::parse(query)?;
        let last = path.pop().unwrap_or_default();
        let comparison = Comparison::ALL.iter().find(|(_, sign)| last.contains(sign));
        let sign = comparison.map_or("=", |(_, sign)| sign);
        let parts: Vec<_> = last.split(sign).collect();
        if parts.len() > 2 {
            bail!(
                "ambiguous match -- multiple of ['<', '>', '<=', '>=', '=' in final path element: {last}"
            );
        }
        path.push(parts[0].to_owned());
        let value = parts.get(1).copied().unwrap_or_default();
        let test = match comparison {
            Some((comparison, _)) => Test::Compares(*comparison, value.to_owned()),
            None => Test::Matches(pattern::compile(value)?),
        };
        Ok(Self { path, test })
    }

    /// Whether a field that the path leads to passes the test.
    pub fn is_about(&self, object: &Object) -> Result<bool> {
        let mut is_about = false;
        for found in path::follow(&self.path, object.root())? {
            is_about |= self.test.holds(found.item)?;
        }
        Ok(is_about)
    }
}

impl Test {
    fn holds(&self, mut item: Item) -> Result<bool> {
        match self {
            Self::Matches(regex) => {
                item.value.flatten();
                let text = Document::text_of(item).replace('"', "");
                Ok(regex.is_match(text.trim()))
            }
            Self::Compares(comparison, value) => {
                let Some(text) = item.value.text().filter(|text| !text.is_empty()) else {
                    return Ok(false);
                };
                let found =
                    Quantity::parse(text).map_err(|error| error.context(text.to_owned()))?;
                Ok(comparison.holds(found.cmp(&Quantity::parse(value)?)))
            }
        }
    }
}

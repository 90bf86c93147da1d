//! A part of all overlays, for machines that share the work.

use std::str::FromStr;

use crate::model::Fault;

/// The `index`-th of `count` shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0 to below `count`.
    index: usize,
    count: usize,
}

impl Default for Shard {
    /// Everything.
    fn default() -> Self {
        Self { index: 0, count: 1 }
    }
}

impl Shard {
    /// The items of this shard. Neighbours, which tend to be alike in size, go to different shards.
    pub(super) fn of<T>(self, items: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        items.skip(self.index).step_by(self.count)
    }
}

impl FromStr for Shard {
    type Err = Fault;

    /// Reads `I/N`, where `I` counts from 1.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let parts = text.split_once('/');
        let numbers =
            parts.and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match numbers {
            Some((index, count)) if (1..=count).contains(&index) => Ok(Self {
                index: index - 1,
                count,
            }),
            _ => Err(Fault::new(
                "expected I/N, such as 2/5 for the second of five, I from 1 to N",
            )),
        }
    }
}

//! Keys recur: `terminationMessagePath` and the like are kept once and shared.

use crate::model::Text;

/// The longest text that needs no memory of its own.
const INLINE: usize = Text::INLINE_LIMIT;

const SLOTS: usize = 128;

/// The long keys met lately.
pub(in crate::yaml) struct KeyCache {
    slots: Vec<Text>,
}

impl KeyCache {
    pub(in crate::yaml) fn new() -> Self {
        Self { slots: Vec::new() }
    }

    /// The text of a key.
    #[inline]
    pub(super) fn intern(&mut self, key: &str) -> Text {
        if key.len() <= INLINE {
            return Text::from(key);
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, Text::new());
        }
        let slot = &mut self.slots[slot(key.as_bytes())];
        if slot != key {
            *slot = Text::from(key);
        }
        slot.clone()
    }
}

fn slot(key: &[u8]) -> usize {
    let middle = usize::from(key[key.len() / 2]);
    let last = usize::from(key[key.len() - 1]);
    let first = usize::from(key[0]);
    (key.len() * 31 + first * 7 + middle * 3 + last) % SLOTS
}

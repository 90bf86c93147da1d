//! What no document may exceed, so that a small hostile tree cannot fill the memory or the stack.
//!
//! What is merely read is bounded in its depth and in the size of a file: the other limits are for operations that multiply, as
//! copies of copies do. They lie far beyond what a cluster takes.

use std::io;
use std::thread::Builder;

use super::Value;

/// As deep as anything is nested: text that nests deeper is not read, and no operation makes a document deeper.
///
/// kustomize takes twice as much. Documents are taken apart, compared and copied by recursion, so the bound is what keeps
/// hostile ones from the end of the stack.
pub const MAX_DEPTH: usize = 5_000;

/// What is nested deeper is worked on where there is room for it: see [`on_deep_stack`].
pub const SHALLOW: usize = 100;

/// As many values may be in an object, or in a part of it, that an operation copies within an object.
pub const MAX_COPIED: usize = 2_000_000;

/// As long may a text be that an operation makes out of others.
pub const MAX_TEXT: usize = 64 << 20;

/// As long may a name be that is put together: every object gets one of its own, and remembers those that it had.
pub const MAX_NAME: usize = 4096;

/// As many elements may two lists have that are merged by keys of which some elements lack some: kustomize compares each with
/// each then, and what it makes of them hangs on it.
pub const MAX_COMPARED: usize = 5_000;

/// As many bytes may a file have: a sparse one that fills the memory takes no room on the disk, and a device has no end.
pub const MAX_FILE: usize = 1 << 29;

/// As many bytes may be printed.
pub const MAX_OUTPUT: usize = 1 << 30;

/// Room for [`MAX_DEPTH`] levels of the largest frames, those of a build without optimization.
const DEEP_STACK: usize = 96 << 20;

/// Does something that descends deep into a document on a stack that is made for it.
///
/// Fails where there is no memory for the stack.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    std::thread::scope(|scope| {
        let thread = Builder::new().stack_size(DEEP_STACK);
        let done = thread.spawn_scoped(scope, work)?.join();
        Ok(done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// How much there is of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The collections between it and its innermost scalar, both ends counted: 1 for a scalar.
    pub height: usize,
    /// All values in it, itself among them.
    pub nodes: usize,
}

impl Extent {
    /// Measures a value. What is larger than `most` nodes is not measured: copies of copies are small in memory, and walks
    /// through them have no end.
    pub fn of(value: &Value, most: usize) -> Option<Self> {
        let mut extent = Self {
            height: 0,
            nodes: 0,
        };
        let mut rest = vec![(value, 1)];
        while let Some((value, level)) = rest.pop() {
            extent.height = extent.height.max(level);
            extent.nodes += 1;
            match value {
                Value::Scalar(_) => {}
                Value::Sequence(items) => rest.extend(items.iter().map(|item| (item, level + 1))),
                Value::Mapping(map) => {
                    rest.extend(map.iter().map(|(_, value)| (value, level + 1)));
                }
            }
            if extent.nodes + rest.len() > most {
                return None;
            }
        }
        Some(extent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sequence;

    #[test]
    fn values_are_measured_up_to_a_bound() {
        let mut value = Value::from(1);
        for _ in 0..20 {
            value = Value::Sequence(Sequence::from_iter([value.clone(), value]));
        }
        let nodes = (1 << 21) - 1;
        let extent = Extent { height: 21, nodes };
        assert_eq!(Extent::of(&value, nodes), Some(extent));
        assert_eq!(Extent::of(&value, nodes - 1), None);
    }

    #[test]
    fn there_is_room_for_deep_recursion() {
        fn descend(levels: u32) -> u32 {
            std::hint::black_box([levels; 1024]);
            levels.checked_sub(1).map_or(0, |rest| descend(rest) + 1)
        }
        assert_eq!(on_deep_stack(|| descend(5_000)).unwrap(), 5_000);
    }
}

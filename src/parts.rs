//! Work on the parts of a list, on as many processors as there are.

use std::iter;
use std::panic::resume_unwind;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{self, Builder, available_parallelism};

/// From so many objects on, it pays to change several at a time: to begin with that takes as long as to change some hundred.
pub(crate) const MANY: usize = 8192;

/// More threads than these find too little to do.
const MOST_THREADS: usize = 8;

/// A long list is cut into so many parts: more than there are threads, as some parts take longer than others.
const PARTS: usize = 32;

/// What a thread has as its stack: as much as the first thread of a program has.
const STACK: usize = 8 << 20;

/// The size of the parts of a list of `length`. Where that is less than `many`, as where there is one processor, the list is
/// one part.
pub(crate) fn size(length: usize, many: usize) -> usize {
    if length < many || threads() == 1 {
        length.max(1)
    } else {
        length.div_ceil(PARTS)
    }
}

/// How many threads work on a list. The system is asked once, as it takes its time to answer.
fn threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    let ask = || available_parallelism().map_or(1, usize::from);
    *THREADS.get_or_init(|| ask().min(MOST_THREADS))
}

/// Does something with each part, several at a time, and returns what comes of them in their order.
pub(crate) fn each<P: Send, R: Send>(
    parts: impl ExactSizeIterator<Item = P> + Send,
    work: impl Fn(P) -> R + Sync,
) -> Vec<R> {
    let count = if parts.len() > 1 { threads() } else { 1 };
    each_on(count, parts, work)
}

/// As [`each`], on so many threads.
pub(crate) fn each_on<P: Send, R: Send>(
    threads: usize,
    parts: impl ExactSizeIterator<Item = P> + Send,
    work: impl Fn(P) -> R + Sync,
) -> Vec<R> {
    if parts.len() <= 1 || threads <= 1 {
        return parts.map(work).collect();
    }
    let waiting = Mutex::new(parts.enumerate());
    let next = || {
        waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next()
    };
    let run = || -> Vec<(usize, R)> {
        iter::from_fn(next)
            .map(|(number, part)| (number, work(part)))
            .collect()
    };
    let mut done = thread::scope(|scope| {
        // Where no thread is to be had, this one does it all.
        let others: Vec<_> = (1..threads)
            .map_while(|_| {
                Builder::new()
                    .stack_size(STACK)
                    .spawn_scoped(scope, run)
                    .ok()
            })
            .collect();
        let mut done = run();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_parts() {
        let numbers: Vec<u32> = (0..1000).collect();
        let sums = each(numbers.chunks(7), |part| part.iter().sum::<u32>());
        let expected: Vec<u32> = numbers.chunks(7).map(|part| part.iter().sum()).collect();
        assert_eq!(sums, expected);
    }

    #[test]
    fn there_may_be_no_parts() {
        assert_eq!(each(iter::empty::<u8>(), |part| part), Vec::<u8>::new());
    }
}

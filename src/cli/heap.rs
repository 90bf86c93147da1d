//! Room for many objects, in large pages.
//!
//! Fresh memory is not free: the kernel hands it out page by page, and each page costs as much as to read a hundred fields. A
//! render of some hundred objects spends a seventh of its time so, and nearly nothing where the pages are large. Small renders
//! do not come here: to clear one large page costs more than they would gain.
#![expect(
    unsafe_code,
    reason = "the allocator and the kernel are told in C what memory is for; a flat tree of 2,000 objects takes 15 % less time"
)]

use std::hint::black_box;

use libc::{M_MMAP_THRESHOLD, M_TOP_PAD, M_TRIM_THRESHOLD, MADV_HUGEPAGE, c_int};

/// The size of a large page.
const LARGE_PAGE: usize = 2 << 20;

/// As much address space is set aside. Memory is taken only where it is written to.
const ROOM: usize = 64 << 20;

/// In such steps the heap grows beyond that.
const STEP: usize = 1 << 20;

/// What is larger is not on the heap: it grows without being copied, and leaves no gap.
const OUTSIDE: usize = 1 << 20;

/// More than is free on the heap of a program that has just begun, so that the heap has to grow.
const PROBE: usize = 256 << 10;

/// What the allocator keeps for itself in front of a block, and rounds its size up to.
const OVERHEAD: usize = 64;

/// Makes room for what is allocated from now on by the thread that the program began with.
///
/// Where the system refuses, or there is no such thing as large pages, all stays as it was but for the time it takes.
pub(super) fn make_room() {
    // Nothing is given back before the end: it would be asked for again.
    set(M_TRIM_THRESHOLD, usize::MAX);
    set(M_MMAP_THRESHOLD, 2 * LARGE_PAGE);
    set(M_TOP_PAD, ROOM);
    use_large_pages();
    set(M_TOP_PAD, STEP);
    set(M_MMAP_THRESHOLD, OUTSIDE);
}

/// Has the heap grow, and asks for large pages in what it grew by.
fn use_large_pages() {
    let Some(probe) = block(PROBE) else { return };
    let start = probe.as_ptr().addr();
    drop(probe);
    let first = start.next_multiple_of(LARGE_PAGE);
    let end = heap_end() / LARGE_PAGE * LARGE_PAGE;
    // Another thread has another heap, which lies elsewhere.
    if first < end && end - first <= ROOM && advise(first, end - first) {
        // The small pages before the first large one are passed over: nobody writes to them.
        std::mem::forget(block((first - start).saturating_sub(OVERHEAD)));
    }
}

/// Some bytes of the heap that are not written to.
fn block(size: usize) -> Option<Vec<u8>> {
    let mut block = Vec::new();
    block.try_reserve_exact(size).ok()?;
    // Or the compiler sees that nobody uses it.
    Some(black_box(block))
}

fn set(parameter: c_int, bytes: usize) {
    let value = c_int::try_from(bytes).unwrap_or(c_int::MAX);
    // SAFETY: `mallopt` takes any two numbers, holds the allocator's lock, and changes only what later calls choose among.
    unsafe { libc::mallopt(parameter, value) };
}

/// The address where the heap ends.
fn heap_end() -> usize {
    // SAFETY: an increment of zero moves nothing; the call only tells.
    unsafe { libc::sbrk(0) }.addr()
}

/// Asks for large pages in a part of the address space.
fn advise(start: usize, size: usize) -> bool {
    let start = std::ptr::without_provenance_mut(start);
    // SAFETY: this advice changes neither what the memory holds nor who owns it, whatever lies there; nothing is read or
    // written through the pointer, and the kernel refuses addresses that are not in use.
    unsafe { libc::madvise(start, size, MADV_HUGEPAGE) == 0 }
}

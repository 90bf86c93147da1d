//! How the program is linked.
#![expect(
    clippy::disallowed_methods,
    reason = "this is how cargo tells what it builds for"
)]

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    // A program at an address of its own choosing has its thousands of pointers corrected each time it starts, which takes as
    // long as a small render: a tenth of the time of one object. It is safe Rust, so that there is little to gain by that.
    if is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && !features.split(',').any(|feature| feature == "crt-static")
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

//! `configMapGenerator` and `secretGenerator`: entries and the files they name → objects, and how these join what is there.

mod absorb;
mod config_map;
mod content_hash;
mod iam_policy;
mod key_values;
mod object;
mod secret;
#[cfg(test)]
mod tests;

pub use self::absorb::absorb;
pub use self::config_map::config_map;
pub use self::content_hash::content_hash;
pub use self::iam_policy::{IamPolicyArgs, iam_policy};
pub use self::key_values::blamed;
pub use self::secret::secret;

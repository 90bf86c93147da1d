//! Any bytes are read or refused, and the fast reader says what the complete one says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use render::yaml::{self, Dialect};

fuzz_target!(|bytes: &[u8]| {
    for dialect in [Dialect::Resource, Dialect::Configuration] {
        yaml::comparison::check(bytes, dialect);
    }
    if let Err(error) = yaml::read_documents(bytes) {
        assert!(error.line > 0 && error.column > 0, "{error:?}");
    }
    if let Err(error) = yaml::read_configuration(bytes) {
        assert!(error.line > 0 && error.column > 0, "{error:?}");
    }
});

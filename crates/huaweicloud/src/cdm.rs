//! Cloud Data Migration.

tablature_macros::service!("specs/cdm", example = "huaweicloud::Client", accessor = "cdm");

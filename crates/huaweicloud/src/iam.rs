//! Identity and Access Management.

tablature_macros::service!("specs/iam", example = "huaweicloud::Client", accessor = "iam");

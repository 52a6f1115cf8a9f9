//! Image Management Service.

tablature_macros::service!("specs/ims", example = "huaweicloud::Client", accessor = "ims");

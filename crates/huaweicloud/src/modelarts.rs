//! ModelArts.

tablature_macros::service!("specs/modelarts", example = "huaweicloud::Client", accessor = "modelarts");

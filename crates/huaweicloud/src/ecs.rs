//! Elastic Cloud Server.

tablature_macros::service!("specs/ecs", example = "huaweicloud::Client", accessor = "ecs");

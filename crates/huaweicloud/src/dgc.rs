//! Data Lake Governance Center, called DataArts Studio on Open Telekom Cloud.

tablature_macros::service!("specs/dgc", example = "huaweicloud::Client", accessor = "dgc");

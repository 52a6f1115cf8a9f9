//! Data Lake Factory (connections of Data Lake Governance Center).

tablature_macros::service!("specs/dlf", example = "huaweicloud::Client", accessor = "dlf");

//! Data Ingestion Service.

tablature_macros::service!("specs/dis", example = "huaweicloud::Client", accessor = "dis");

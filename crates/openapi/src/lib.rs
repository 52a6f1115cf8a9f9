//! OpenAPI export: the specs of a service in, one valid OpenAPI 3.0 or 3.1 document and diagnostics out.
//!
//! Pure, like code generation: no files, no environment. `paths` gives every operation its place, `responses` sorts tables and examples by
//! status, `schema` turns rows into schemas, `types` turns type words into
//! types, `evidence` holds them against the examples, `shown` describes bodies that only examples show, `facts` turns stated limits into keywords and
//! `components` names shared types. What OpenAPI has no word for stands under `x-tablature-*` keys:
//!
//! | key | on | says |
//! |---|---|---|
//! | `x-tablature-sources` | operation | the pages: name, file, page id, language, format, SHA-256 |
//! | `x-tablature-title` | operation | each source's title, where they differ |
//! | `x-tablature-explorer` | operation | the id in the vendor's API Explorer |
//! | `x-tablature-asynchronous` | operation | the call only starts the work |
//! | `x-tablature-alternates` | operation | other request lines of the page |
//! | `x-tablature-requests` | operation | request lines and headers of examples |
//! | `x-tablature-unplaced` | operation | path parameters that the path has no placeholder for, and headers that OpenAPI ignores as parameters |
//! | `x-tablature-scenarios` | schema | which fields belong to which of several alternative tables |
//! | `x-tablature-name` | parameter | the operation's own name of a placeholder that another operation on the path names otherwise |
//! | `x-tablature-type` | schema | the page's own type word, or each source's |
//! | `x-tablature-shown` | schema | examples gave the type: of a body that no table describes, or where a type word names the wrong container |
//! | `x-tablature-mandatory` | schema | the condition in the mandatory cell, or each source's claim |
//! | `x-tablature-condition` | schema | what the mandatory cell says behind yes or no |
//! | `x-tablature-conditional` | schema | the description says that the field is needed, or there, only under a condition |
//! | `x-tablature-opaque` | schema | why an object has no fields here |
//! | `x-tablature-facts` | schema | limits that have no keyword for this type, or a pattern that is not plain ECMAScript |
//! | `x-tablature-contested` | schema | limits on which sources differ, with what each says |
//! | `x-tablature-description` | schema | each source's description, where descriptions are copied and differ |
//!
//! # Rules
//! - Operations whose paths differ only in the names of placeholders share one path item, because OpenAPI calls such paths identical; the
//!   name that most of them use wins, the first operation's in a tie.
//! - Of several operations on one method and path, one stands under the plain path: one without a fixed query before others, then one that is
//!   not deprecated, then one that the vendor's API Explorer lists, then the first. The others stand under the path with `#` and their fixed
//!   query, such as `/v1/{id}/action#action=start`, or their name. A fragment is never sent.
//! - A type that several operations describe identically is one component, called as its table. Where they differ, the first operation's
//!   has the plain name and each other one has a dot and the name of the first operation that describes it so, such as `Job.show_job`.

#![forbid(unsafe_code)]

mod components;
mod evidence;
mod facts;
mod operation;
mod paths;
mod pattern;
mod responses;
mod schema;
mod servers;
mod shown;
mod types;

use serde_json::{Map, Value, json};
use tablature_spec::diagnostic::Diagnostic;
use tablature_spec::load::Service;

use components::Components;
use evidence::Evidence;

/// The version of the OpenAPI Specification that a document follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 3.0.3.
    V3_0,
    /// 3.1.0, whose schemas are JSON Schema 2020-12.
    V3_1,
}

impl Version {
    /// The number as documents give it.
    pub fn number(self) -> &'static str {
        match self {
            Version::V3_0 => "3.0.3",
            Version::V3_1 => "3.1.0",
        }
    }
}

/// The version of a document; nothing on the pages gives a service one, and the key is mandatory.
const DOCUMENT_VERSION: &str = "1";

/// Describes a service. Whoever passes a service that was loaded with errors gets a valid document of what is there.
pub fn document(service: &Service, version: Version) -> (Value, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let evidence: Vec<Evidence<'_>> = service.operations.iter().map(|spec| Evidence::of(&spec.operation)).collect();
    let components = Components::of(service, &evidence, version);
    let places = paths::places(service, &mut diagnostics);
    let mut paths: Map<String, Value> = Map::new();
    for (index, ((place, spec), evidence)) in places.iter().zip(&service.operations).zip(&evidence).enumerate() {
        let Some(place) = place else { continue };
        let names = |table: &str| components.reference(index, table);
        let scope = schema::Scope { operation: &spec.operation, version, names: &names, evidence };
        let described = operation::describe(&service.name, &scope, place);
        let item = paths.entry(place.key.clone()).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(place.method.to_string(), described);
        }
    }
    let mut document = json!({
        "openapi": version.number(),
        "info": { "title": service.title.as_deref().unwrap_or(&service.name), "version": DOCUMENT_VERSION },
        "tags": [{ "name": service.name }],
        "paths": paths,
    });
    let servers = servers::servers(&service.endpoints);
    if let Some(document) = document.as_object_mut() {
        if !servers.is_empty() {
            document.insert("servers".into(), Value::Array(servers));
        }
        let schemas = components.schemas();
        if !schemas.is_empty() {
            document.insert("components".into(), json!({ "schemas": schemas }));
        }
    }
    (document, diagnostics)
}

#[cfg(test)]
mod tests;

//! What specs say of lists is held against the pages' own examples: the items stand where the client looks for them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

use serde_json::Value;
use tablature_spec::load;
use tablature_spec::model::ExampleKind;
use tablature_spec::paging::{Next, Paging, Step, paging};

/// Lists with an example in which the items do not stand there: it shows another response than the tables describe, which `check` reports, or
/// the answer to a request that only counts.
const ODD: &[&str] = &[
    "dgc.list_scripts: no array at [\"scripts\"]",
    "ecs.list_ecss: no array at [\"resources\"]",
    "iam.show_domain_role_assignments: no array at [\"role_assignments\"]",
    "ims.list_image_by_tags: no array at [\"resources\"]",
    "modelarts.list_processor_tasks: no array at [\"tasks\"]",
];

fn at<'a>(json: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(json, |json, name| json.get(name))
}

/// What does not fit.
fn problem(paging: &Paging, body: &Value) -> Option<String> {
    let Some(items) = at(body, &paging.items).and_then(Value::as_array) else {
        return Some(format!("no array at {:?}", paging.items));
    };
    if let Some(total) = paging.total.as_ref().and_then(|path| at(body, path))
        && total.as_i64().or_else(|| total.as_str()?.parse().ok()).is_none()
    {
        return Some(format!("{total} is no number"));
    }
    if let Some(more) = paging.more.as_ref().and_then(|path| at(body, path))
        && !more.is_boolean()
    {
        return Some(format!("{more} is no boolean"));
    }
    let Step::Marker { next, .. } = &paging.step else { return None };
    match next {
        Next::Item(field) => {
            let lacks =
                items.iter().any(|item| item.get(field).is_none_or(|value| !value.is_string() && !value.is_number()));
            lacks.then(|| format!("an item has no {field}"))
        }
        Next::Field(path) | Next::Link(path) => {
            let value = at(body, path)?;
            (!value.is_null() && !value.is_string() && !value.is_number()).then(|| format!("{value} is no marker"))
        }
        Next::Links(path) => {
            let links = at(body, path)?;
            links.as_array().is_none().then(|| format!("{links} is no list of links"))
        }
    }
}

#[test]
fn items_stand_where_the_client_looks_for_them() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let (mut operations, mut examples) = (0, 0);
    let mut odd = Vec::new();
    for service in fs::read_dir(specs).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let name = service.file_name().unwrap().to_str().unwrap();
        let loaded = load::service(name, |file| fs::read(service.join(file)).map_err(|error| error.to_string()));
        for spec in loaded.service.unwrap().operations {
            let Some(paging) = paging(&spec.operation) else { continue };
            operations += 1;
            for example in spec.operation.examples.iter().filter(|example| example.kind == ExampleKind::Success) {
                let Some(Ok(body)) = example.body.as_deref().map(serde_json::from_str) else { continue };
                examples += 1;
                if let Some(problem) = self::problem(&paging, &body) {
                    odd.push(format!("{name}.{}: {problem}", spec.operation.name));
                }
            }
        }
    }
    println!("{operations} lists, {examples} examples of them, {} odd", odd.len());
    assert!(operations > 70 && examples > 80, "{operations} lists with {examples} examples");
    odd.sort();
    odd.dedup();
    assert_eq!(odd, ODD);
}

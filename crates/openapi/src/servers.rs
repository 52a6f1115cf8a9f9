//! Servers from the endpoints of a service.

use serde_json::{Map, Value, json};
use tablature_spec::load::Endpoint;

/// The region that a document proposes where the endpoint lists none; OpenAPI wants a default for every variable.
const DEFAULT_REGIONS: &[(&str, &str)] = &[("huaweicloud", "cn-north-4"), ("otc", "eu-de")];

/// One server per endpoint.
pub(crate) fn servers(endpoints: &[Endpoint]) -> Vec<Value> {
    endpoints.iter().map(server).collect()
}

fn server(endpoint: &Endpoint) -> Value {
    let mut variables = Map::new();
    for name in tablature_spec::model::placeholders(&endpoint.host) {
        let variable = match (name, endpoint.regions.first()) {
            ("region", Some(first)) => json!({ "default": first, "enum": endpoint.regions }),
            ("region", None) => {
                let known = DEFAULT_REGIONS.iter().find(|(cloud, _)| *cloud == endpoint.cloud);
                json!({ "default": known.map_or("region", |(_, region)| region) })
            }
            _ => json!({ "default": name }),
        };
        variables.insert(name.to_string(), variable);
    }
    let mut server = json!({ "url": format!("https://{}", endpoint.host), "description": endpoint.cloud });
    if let Some(server) = server.as_object_mut()
        && !variables.is_empty()
    {
        server.insert("variables".into(), Value::Object(variables));
    }
    server
}

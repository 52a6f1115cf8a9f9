//! Decoding a list of 1 MB, beside plain serde derives into the same structs: `cargo bench -p tablature-runtime --bench decode`.

#![allow(unreachable_pub, reason = "the structs are as generated code has them")]

use std::collections::BTreeMap;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use tablature_runtime::private;

/// The same structs twice, with the tables of the runtime and with serde's derives.
macro_rules! structs {
    ($($type:ident { $($field:ident: $kind:ty),* $(,)? })*) => {
        mod tables {
            use super::BTreeMap;
            $(
                #[derive(Debug, Default)]
                pub struct $type { $(pub $field: $kind),* }
                tablature_runtime::response!($type; $($field),*);
            )*
        }
        mod derives {
            use super::BTreeMap;
            $(
                #[derive(Debug, Default, serde::Deserialize)]
                #[serde(default)]
                pub struct $type { $(pub $field: $kind),* }
            )*
        }
    };
}
structs! {
    Servers { servers: Vec<Server>, count: Option<i64>, request_id: Option<String> }
    Server {
        id: Option<String>,
        name: Option<String>,
        status: Option<String>,
        created: Option<String>,
        updated: Option<String>,
        host_id: Option<String>,
        tenant_id: Option<String>,
        user_id: Option<String>,
        key_name: Option<String>,
        access_ip_v4: Option<String>,
        progress: Option<i64>,
        locked: Option<bool>,
        ratio: Option<f64>,
        flavor: Option<Flavor>,
        image: Option<Box<Flavor>>,
        addresses: BTreeMap<String, Vec<Address>>,
        metadata: BTreeMap<String, String>,
        security_groups: Vec<Flavor>,
        tags: Vec<String>,
        fault: Option<String>,
        description: Option<String>,
        locked_reason: Option<String>,
    }
    Flavor { id: Option<String>, name: Option<String>, vcpus: Option<i64>, ram: Option<i64>, disk: Option<i64> }
    Address { addr: Option<String>, version: Option<i64>, mac_addr: Option<String>, kind: Option<String> }
}

/// A list as a service sends it, with some fields that no struct has.
fn list() -> String {
    let mut servers = Vec::new();
    let mut size = 0;
    let mut number: u64 = 0;
    while size < 1_000_000 {
        number += 1;
        let id = format!("{:08x}-5f3c-4d2a-9b1e-{:012x}", number * 7_919, number * 104_729);
        let server = serde_json::json!({
            "id": id, "name": format!("server-{number}"), "status": "ACTIVE", "created": "2024-05-14T09:21:33Z",
            "updated": "2024-05-14T09:25:11Z", "host_id": format!("{:056x}", number), "tenant_id": "05041fffa40025702f6dc009cc6f8f33",
            "user_id": "05041fffa40025702f6dc009cc6f8f34", "key_name": null, "access_ip_v4": "", "progress": number % 101,
            "locked": number.is_multiple_of(2), "ratio": 0.25 + f64::from(u32::try_from(number % 97).unwrap_or_default()),
            "flavor": {"id": "c3.large.2", "name": "c3.large.2", "vcpus": 2, "ram": 4096, "disk": 0},
            "image": {"id": "56ddc6f8-a1b2-4c3d-8e9f-0a1b2c3d4e5f", "links": []},
            "addresses": {"vpc-1": [
                {"addr": "192.168.0.17", "version": 4, "mac_addr": "fa:16:3e:11:22:33", "kind": "fixed"},
                {"addr": "10.154.2.9", "version": 4, "mac_addr": "fa:16:3e:11:22:33", "kind": "floating"}
            ]},
            "metadata": {"charging_mode": "0", "os_bit": "64", "image_name": "CentOS 7.6 64bit", "note": "a \"quoted\" text"},
            "security_groups": [{"name": "default"}, {"name": "web"}], "tags": ["a=b", "env.prod"], "unknown": {"x": [1, 2, 3]}
        });
        size += server.to_string().len();
        servers.push(server);
    }
    serde_json::json!({"servers": servers, "count": number, "request_id": "r-1"}).to_string()
}

#[divan::bench]
fn tables(bencher: Bencher<'_, '_>) {
    let text = list();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| private::from_str::<tables::Servers>(black_box(&text)).map_or(0, |list| list.servers.len()));
}

#[divan::bench]
fn derives(bencher: Bencher<'_, '_>) {
    let text = list();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| serde_json::from_str::<derives::Servers>(black_box(&text)).map_or(0, |list| list.servers.len()));
}

/// Through `serde::Deserialize`, which keeps how numbers were sent for texts.
#[divan::bench]
fn tables_through_serde(bencher: Bencher<'_, '_>) {
    let text = list();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| serde_json::from_str::<tables::Servers>(black_box(&text)).map_or(0, |list| list.servers.len()));
}

fn main() {
    divan::main();
}

//! One small service for each hazard: its expansion is snapshotted, and it is compiled here, so that the snapshots cannot drift from what
//! a user gets. The modules are public and every lint of a user's crate is an error, `missing_docs` among them.
#![allow(clippy::expect_used)] // Helpers of tests fail as tests do.
#![deny(missing_docs, warnings)]

use std::path::Path;
use std::sync::{Arc, Mutex};

use tablature_codegen::Options;
use tablature_runtime::{BoxFuture, Client, HttpRequest, HttpResponse, Transport, TransportError, Value};
use tablature_spec::load;

macro_rules! goldens {
    ($($name:ident $folder:literal)*) => {
        $(
            #[doc = concat!("Generated from ", $folder, ".")]
            pub mod $name {
                tablature_macros::service!($folder);

                /// Glue of the contract tests.
                pub mod glue {
                    tablature_macros::contract!($folder, client = super::Client);
                }

                #[test]
                fn expansion() {
                    crate::snapshot(stringify!($name), $folder);
                }
            }
        )*

        #[test]
        fn every_golden_is_compiled() {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens");
            let mut found: Vec<String> = std::fs::read_dir(root)
                .expect("the folder of the goldens")
                .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
                .collect();
            found.sort();
            let mut listed = vec![$(stringify!($name)),*];
            listed.sort_unstable();
            assert_eq!(found, listed, "add the folder to the list in tests/golden.rs");
        }
    };
}

goldens! {
    plain "goldens/plain"
    keywords "goldens/keywords"
    clashing_names "goldens/clashing_names"
    digit_first "goldens/digit_first"
    case_only "goldens/case_only"
    odd_characters "goldens/odd_characters"
    recursion "goldens/recursion"
    empty_response "goldens/empty_response"
    root_array "goldens/root_array"
    one_name "goldens/one_name"
    reserved_methods "goldens/reserved_methods"
    contested "goldens/contested"
    opaque "goldens/opaque"
    maps "goldens/maps"
    nested_mandatory "goldens/nested_mandatory"
    lists "goldens/lists"
    work "goldens/work"
    bodies "goldens/bodies"
    secrets "goldens/secrets"
}

#[track_caller]
fn snapshot(name: &str, folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let loaded = load::service(folder, |file| std::fs::read(root.join(file)).map_err(|error| error.to_string()));
    let service = loaded.service.expect("a service");
    let (tokens, mut diagnostics) = tablature_codegen::generate(&service, &Options::default());
    diagnostics.extend(loaded.diagnostics);
    assert_eq!(diagnostics, []);
    let file = syn::parse2(tokens).expect("items");
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("expansion_{name}"), prettyplease::unparse(&file));
    });
}

#[test]
fn every_field_and_setter_names_its_pages() {
    for folder in ["../specs/dgc", "../specs/modelarts", "fixtures/courier"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let loaded = load::service(folder, |file| std::fs::read(root.join(file)).map_err(|error| error.to_string()));
        let service = loaded.service.expect("a service");
        let resolved = tablature_codegen::resolve::service(&service);
        let module = tablature_codegen::lower::module(&resolved, &Options::default());
        for (call, spec) in module.operations.iter().zip(&service.operations) {
            let sources = &spec.operation.sources;
            for setter in &call.setters {
                let named = sources.iter().any(|source| setter.docs.contains(&format!("n {}", source.name)));
                assert!(named, "{}: {}: {}", call.name, setter.name, setter.docs);
            }
            for source in sources {
                assert!(call.docs.contains(&format!("{} `{}`", source.name, source.file)), "{}", call.docs);
            }
            for argument in call.arguments.iter().map(|argument| &argument.wire) {
                let line = call.docs.lines().find(|line| line.starts_with(&format!("* `{argument}`"))).expect("a line");
                assert!(sources.iter().any(|source| line.contains(&format!("n {}", source.name))), "{line}");
            }
        }
        let mut sources = service.operations.iter().flat_map(|spec| &spec.operation.sources);
        for (record, field) in
            module.records.iter().flat_map(|record| record.fields.iter().map(move |field| (record, field)))
        {
            let named = sources.clone().any(|source| field.docs.contains(&format!("n {}", source.name)));
            assert!(named, "{}.{}: {}", record.name, field.name, field.docs);
        }
        assert!(sources.next().is_some());
    }
}

/// Stands in for a service: keeps the requests and answers with one body.
#[derive(Clone)]
struct Mock {
    requests: Arc<Mutex<Vec<HttpRequest>>>,
    answer: &'static str,
}

impl Mock {
    fn answering(answer: &'static str) -> (Client, Mock) {
        let mock = Mock { requests: Arc::default(), answer };
        let builder = Client::builder()
            .endpoint("https://example.com")
            .project_id("p")
            .without_credentials()
            .transport(mock.clone());
        (builder.build().expect("a client"), mock)
    }

    /// Method, path with query, and body of the only request.
    fn request(&self) -> (HttpRequest, String) {
        let mut requests = self.requests.lock().expect("requests");
        assert_eq!(requests.len(), 1, "one request was expected");
        let request = requests.remove(0);
        let line = format!("{} {}", request.method, request.url.trim_start_matches("https://example.com"));
        (request, line)
    }
}

impl Transport for Mock {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.requests.lock().expect("requests").push(request);
        Box::pin(async { Ok(HttpResponse::new(200).with_body(self.answer)) })
    }
}

fn json(text: &str) -> Value {
    tablature_runtime::private::serde_json::from_str(text).expect("JSON")
}

fn is_spawnable<T: Send + 'static>(future: T) -> T {
    future
}

#[tokio::test]
async fn missing_fields_are_named_through_objects_and_arrays() {
    use nested_mandatory::{Disk, Engine, Volume};
    let (client, mock) = Mock::answering("{}");
    let create = nested_mandatory::Client::new(client.clone()).create();
    let error = is_spawnable(create.send()).await.expect_err("nothing is set");
    assert_eq!(error.missing_parameters(), ["name", "engine", "volume"]);
    let volume = Volume::new().disks(vec![Disk::new().size(1), Disk::new().note("n")]);
    let create = nested_mandatory::Client::new(client.clone()).create().name("n").engine("MySQL").volume(volume);
    let error = create.send().await.expect_err("the volume lacks something");
    assert_eq!(error.missing_parameters(), ["volume.type", "volume.disks[1].size"]);
    assert!(mock.requests.lock().expect("requests").is_empty(), "something was sent");

    let volume = Volume::new().r#type("SSD");
    let create = nested_mandatory::Client::new(client).create().name("n").engine(Engine::PostgreSql).volume(volume);
    create.send().await.expect("an answer");
    let (request, line) = mock.request();
    assert_eq!(line, "POST /v1/p/nested");
    let body = String::from_utf8(request.body.to_vec()).expect("text");
    assert_eq!(body, r#"{"name":"n","engine":"PostgreSQL","volume":{"type":"SSD"}}"#);

    let (client, _) = Mock::answering("{}");
    let error = maps::Client::new(client).show().pools([("a".to_string(), maps::Pool::new())]).send().await;
    assert_eq!(error.expect_err("a pool lacks its size").missing_parameters(), ["pools.a.size"]);
    let (client, _) = Mock::answering("{}");
    let error = root_array::Client::new(client).replace().body([root_array::ReplaceBodyItem::new()]).send().await;
    assert_eq!(error.expect_err("an item lacks its id").missing_parameters(), ["[0].id"]);
}

#[test]
fn secrets_are_not_printed() {
    let server = secrets::Server::new().name("shown").admin_pass("hunter2").user_data("hunter2");
    assert_eq!(
        format!("{server:?}"),
        r#"Server { name: Some("shown"), admin_pass: [redacted], user_data: [redacted] }"#
    );
    let mut key = secrets::CreateKeyResponse { has_password: Some(true), ..Default::default() };
    assert_eq!(
        format!("{key:?}"),
        "CreateKeyResponse { id: None, private_key: None, tokens: [], has_password: Some(true) }"
    );
    key.private_key = Some("hunter2".to_owned());
    key.tokens.push("hunter2".to_owned());
    let shown = format!("{key:#?}");
    assert!(!shown.contains("hunter2") && shown.contains("private_key: [redacted]"), "{shown}");
}

#[tokio::test]
async fn one_name_goes_to_every_place() {
    let (client, mock) = Mock::answering("");
    let update = one_name::Client::new(client).update("w/1", 7);
    let update = update.query_id(8).name("q").header_workspace("hw").header_name("hn").ids([1, 2]).body_workspace("bw");
    update.body_name("bn").body_id(9).body("b").send().await.expect("an answer");
    let (request, line) = mock.request();
    assert_eq!(line, "POST /v1/w%2F1/7?action=update&id=8&name=q");
    let headers = ["workspace", "name", "ids"].map(|name| request.headers.get(name));
    assert_eq!(headers, [Some("hw"), Some("hn"), Some("1,2")]);
    let body = String::from_utf8(request.body.to_vec()).expect("text");
    assert_eq!(body, r#"{"workspace":"bw","name":"bn","id":9,"body":"b"}"#);
}

#[tokio::test]
async fn wire_names_survive() {
    let (client, mock) = Mock::answering(r#"{"links[0]": "l", "<b>": "x", "用户自定义": "否"}"#);
    let patch = odd_characters::Client::new(client).patch("a b").changes_since("2020").braces("1");
    let patch = patch.os_ext_az_availability_zone("az").u79d2(3).empty("e").quote_s("q").back_slash("s");
    let answer = patch.send().await.expect("an answer");
    assert_eq!(answer.links_0.as_deref(), Some("l"));
    let value = answer.u7528_u6237_u81ea_u5b9a_u4e49.expect("a value");
    assert_eq!((value.as_str(), value == odd_characters::U7528U6237U81eaU5b9aU4e49::U5426), ("否", true));
    let (request, line) = mock.request();
    assert_eq!(line, "PATCH /v1/a%20b?changes-since=2020");
    let expected = r#"{"OS-EXT-AZ:availability_zone": "az", "秒": 3, "{braces}": "1", "quote\"s": "q", "back\\slash": "s", "": "e"}"#;
    assert_eq!(json(std::str::from_utf8(&request.body).expect("text")), json(expected));
}

#[tokio::test]
async fn contested_and_contradicted_answers_decode() {
    let answer = r#"{"is_shared": true, "custom_spec": 1.5, "items": null, "one": [{"id": 1}], "many": {"id": "2"},
        "number": 5, "text": {"a": 1}, "state": "z", "unknown": []}"#;
    let (client, mock) = Mock::answering(answer);
    let set = contested::Client::new(client).set("10").count(3).flag(true).send().await.expect("an answer");
    assert_eq!(set.is_shared.as_deref(), Some("true"));
    assert_eq!(set.one, Some(json(r#"[{"id": 1}]"#)));
    assert_eq!(set.number.as_deref(), Some("5"));
    assert_eq!(set.state, Some(contested::State::Unknown("z".into())));
    assert!(set.items.is_empty());
    // A contested field of a request goes out as the caller gives it.
    assert_eq!(mock.request().0.body[..], *br#"{"count":3,"flag":true}"#);
}

#[tokio::test]
async fn bodies_are_sent_as_their_media_type_and_only_if_set() {
    let (client, mock) = Mock::answering("");
    empty_response::Client::new(client.clone()).remove(1).send().await.expect("an answer");
    assert_eq!(mock.request().0.body[..], *b"");
    empty_response::Client::new(client.clone()).remove(1).reason("r").send().await.expect("an answer");
    assert_eq!(mock.request().0.body[..], *br#"{"reason":"r"}"#);
    empty_response::Client::new(client.clone()).merge().name("n").send().await.expect("an answer");
    assert_eq!(mock.request().0.headers.get("content-type"), Some("application/merge-patch+json"));
    empty_response::Client::new(client).upload().body(b"bytes").send().await.expect("an answer");
    let request = mock.request().0;
    assert_eq!(request.headers.get("content-type"), Some("application/octet-stream"));
    assert_eq!(request.body[..], *b"bytes");
}

#[tokio::test]
async fn a_form_is_sent_in_parts_and_a_file_alone_as_it_is() {
    use bodies::Part;
    let (client, mock) = Mock::answering(r#"{"parts": [{"size": 1}]}"#);
    let bodies = bodies::Client::new(client);
    for (call, missing) in [
        (is_spawnable(bodies.attach("red").note("n").send()).await.map(drop), "file"),
        (is_spawnable(bodies.replace_image("red").send()).await, "body"),
        (is_spawnable(bodies.sign_in().send()).await, "answer"),
    ] {
        assert_eq!(call.expect_err("something is missing").missing_parameters(), [missing]);
    }
    assert!(mock.requests.lock().expect("requests").is_empty(), "something was sent");

    // No text in any encoding, and nearly a boundary.
    let bytes = b"\xff\0\r\n--tablature";
    let file = Part::file("a kite.png", *bytes).media_type("image/png");
    let attached = bodies.attach("red").file(file).note("söndag").send().await.expect("an answer");
    assert_eq!(attached.parts, [bodies::Part_ { size: Some(1) }]);
    let (request, line) = mock.request();
    assert_eq!(line, "POST /v1/kites/red/files");
    let boundary = "tablature-0000000000000000";
    let media_type = format!("multipart/form-data; boundary={boundary}");
    assert_eq!(request.headers.get("content-type"), Some(media_type.as_str()));
    let mut expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a kite.png\"\r\nContent-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    expected.extend_from_slice(bytes);
    expected.extend_from_slice(
        format!(
            "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nsöndag\r\n--{boundary}--\r\n"
        )
        .as_bytes(),
    );
    assert_eq!(request.body[..], expected[..], "{}", String::from_utf8_lossy(&request.body));

    bodies.replace_image("red").body(*bytes).send().await.expect("an answer");
    let (request, line) = mock.request();
    assert_eq!(line, "PUT /v1/kites/red/image");
    assert_eq!(request.headers.get("content-type"), Some("application/octet-stream"));
    assert_eq!(request.body[..], bytes[..]);

    bodies.sign_in().answer("a+b/c=&é ").relay_state("x").send().await.expect("an answer");
    let (request, _) = mock.request();
    assert_eq!(request.headers.get("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.body[..], *b"answer=a%2Bb%2Fc%3D%26%C3%A9%20&relay%20state=x");
}

#[tokio::test]
async fn the_glue_calls_the_typed_functions() {
    let (client, mock) = Mock::answering(r#"{"volume": {"type": 5, "disks": {"size": "3"}}}"#);
    let client = nested_mandatory::Client::new(client);
    let input = json(
        r#"{"path": {"project_id": "other"}, "header": {},
            "body": {"name": "n", "engine": "MySQL", "volume": {"type": "SSD", "disks": [{"size": "1", "note": null}]}}}"#,
    );
    let answer =
        nested_mandatory::glue::call(&client, "create", &input).expect("the input fits").await.expect("an answer");
    assert_eq!(answer, json(r#"{"volume": {"type": "5", "disks": [{"size": 3}]}}"#));
    let (request, line) = mock.request();
    assert_eq!(line, "POST /v1/other/nested");
    let sent = json(std::str::from_utf8(&request.body).expect("text"));
    assert_eq!(sent, json(r#"{"name": "n", "engine": "MySQL", "volume": {"type": "SSD", "disks": [{"size": 1}]}}"#));

    for (operation, input, expected) in [
        ("delete", "{}", "nested_mandatory has no operation delete"),
        ("create", r#"{"cookie": {}}"#, "the input has a part `cookie`"),
        ("create", r#"{"query": {"limit": 1}}"#, "there is no setter for query limit"),
        ("create", r#"{"header": {"X-Other": "1"}}"#, "there is no setter for header X-Other"),
        ("create", r#"{"body": {"nome": "n"}}"#, "there is no setter for body nome"),
        ("create", r#"{"body": []}"#, "the body is not an object"),
        (
            "create",
            r#"{"body": {"volume": {"disks": [{}, {"sice": 1}]}}}"#,
            "there is no setter for body volume.disks[1].sice",
        ),
        ("create", r#"{"body": {"lower_case": "maybe"}}"#, "body lower_case does not convert"),
    ] {
        let error = nested_mandatory::glue::call(&client, operation, &json(input)).err().expect(expected);
        assert!(error.starts_with(expected), "{error}");
    }
    let missing = nested_mandatory::glue::call(&client, "create", &json("{}")).expect("the input fits").await;
    assert!(missing.expect_err("nothing is set").is_missing_parameter());
    let error =
        one_name::glue::call(&one_name::Client::new(Mock::answering("").0), "update", &json(r#"{"path": {"id": 1}}"#));
    assert_eq!(error.err().expect("a path id is missing"), "path workspace is missing");
    let fixed = json(r#"{"path": {"workspace": "w", "id": 1}, "query": {"action": "delete"}}"#);
    let error = one_name::glue::call(&one_name::Client::new(Mock::answering("").0), "update", &fixed);
    assert_eq!(error.err().expect("the action is fixed"), "query action is always update, not delete");
}

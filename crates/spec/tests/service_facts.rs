//! Files beside the index: error codes and hosts; and the envelopes that examples show.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use tablature_spec::errors::Errors;
use tablature_spec::facts::{CodeRow, HostRow, Hosts, PageFacts};
use tablature_spec::model::{Claim, Source};

fn page(name: &str, codes: &[(&str, Option<u16>)], hosts: &[(&str, &str)]) -> PageFacts {
    let source = Source {
        name: name.into(),
        file: format!("pages/{name}"),
        language: "zh".into(),
        format: "md".into(),
        ..Source::default()
    };
    let line = |at: usize| u32::try_from(at).unwrap() + 10;
    let codes = codes.iter().enumerate();
    let hosts = hosts.iter().enumerate();
    PageFacts {
        source,
        codes: codes
            .map(|(at, (code, status))| CodeRow { code: (*code).into(), status: *status, line: line(at) })
            .collect(),
        hosts: hosts
            .map(|(at, (region, host))| HostRow { region: (*region).into(), host: (*host).into(), line: line(at) })
            .collect(),
    }
}

#[test]
fn codes_keep_what_each_source_says() {
    let pages = [
        page("zh-md", &[("Kite.2", Some(400)), ("Kite.1", Some(404)), ("Kite.3", None)], &[]),
        page(
            "en-html",
            &[("Kite.1", Some(404)), ("Kite.2", Some(503)), ("Kite.2", Some(400)), ("Kite.4", Some(403))],
            &[],
        ),
    ];
    let errors = Errors::of(&pages);
    let text = errors.write();
    let expected = r#"codes = [
  { code = "Kite.1", status = [404], at = ["zh-md:11", "en-html:10"] },
  { code = "Kite.2", status = { zh-md = [400], en-html = [400, 503] }, at = ["zh-md:10", "en-html:11", "en-html:12"] },
  { code = "Kite.3", at = ["zh-md:12"] },
  { code = "Kite.4", status = [403], at = ["en-html:13"] },
]
"#;
    assert!(text.starts_with(expected), "{text}");
    let (again, diagnostics) = Errors::read("errors.toml", &text);
    assert_eq!(diagnostics, Vec::new());
    assert_eq!(again, errors);
    assert_eq!(again.code("Kite.1").unwrap().status, Some(Claim::Agreed(vec![404])));
}

#[test]
fn pages_of_one_source_are_told_apart() {
    let pages =
        [page("zh-md", &[("A.1", Some(400))], &[]), page("zh-md", &[("A.1", Some(500))], &[]), page("zh-md", &[], &[])];
    let errors = Errors::of(&pages);
    let names: Vec<&str> = errors.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["zh-md", "zh-md.2"]);
    assert_eq!(errors.codes[0].at[1].to_string(), "zh-md.2:10");
}

#[test]
fn hosts_of_a_family_are_told_apart() {
    let pages =
        [page("zh-md", &[], &[("north-1", "kite.north-1.example.com"), ("north-1", "rope.north-1.example.com")])];
    let hosts = Hosts::of(&pages, |host| host.starts_with("kite."));
    let text = hosts.write();
    assert!(
        text.starts_with(
            "hosts = [\n  { region = \"north-1\", host = \"kite.north-1.example.com\", at = [\"zh-md:10\"] },\n]\n"
        ),
        "{text}"
    );
    let (again, diagnostics) = Hosts::read("endpoints.toml", &text);
    assert_eq!((diagnostics, again), (Vec::new(), hosts));
    assert_eq!(Hosts::of(&pages, |_| false), Hosts::default());
}

#[test]
fn files_that_are_wrong_are_told_with_their_place() {
    let (_, found) =
        Errors::read("errors.toml", "codes = [\n  { code = \"A.1\", status = [\"x\"] },\n  { status = [400] },\n]\n");
    let places: Vec<String> = found.iter().map(|found| found.place.to_string()).collect();
    assert_eq!(places, ["errors.toml:2:28", "errors.toml:3:3"], "{found:?}");
}

#[cfg(feature = "tools")]
mod envelopes {
    use tablature_spec::envelope;
    use tablature_spec::model::{Example, ExampleKind, Operation};

    #[track_caller]
    fn check(body: &str, code: Option<&str>, message: Option<&str>, expected: &str) {
        let text = |text: &str| text.to_string();
        let example = Example {
            body: Some(body.into()),
            json: true,
            error_code: code.map(text),
            error_message: message.map(text),
            ..Example::new(ExampleKind::Failure)
        };
        assert_eq!(envelope::of(&example).map(|envelope| envelope.to_string()).unwrap_or_default(), expected, "{body}");
    }

    #[test]
    fn shapes_are_the_keys_that_lead_to_code_and_message() {
        check(r#"{"error_code":"K.1","error_msg":"no"}"#, Some("K.1"), Some("no"), "error_code, error_msg");
        check(r#"{"error":{"code":"K.1","message":"no"}}"#, Some("K.1"), Some("no"), "error.code, error.message");
        check(r#"{"badRequest":{"code":400,"message":"no"}}"#, Some("400"), Some("no"), "*.code, *.message");
        check(r#"{"errors":[{"code":"K.1"}]}"#, Some("K.1"), None, "errors.[].code");
        check(r#"{"kite":{"deep":"K.1"},"code":"K.1"}"#, Some("K.1"), None, "code");
        check(r#"{"kites":1}"#, None, None, "");
        check("{", Some("K.1"), None, "");
    }

    #[test]
    fn they_are_counted() {
        let mut example = Example::new(ExampleKind::Failure);
        example.body = Some(r#"{"code":"K.1"}"#.into());
        example.json = true;
        example.error_code = Some("K.1".into());
        let operation = Operation { examples: vec![example.clone(), example], ..Operation::default() };
        let seen: Vec<(String, usize)> =
            envelope::seen([&operation]).into_iter().map(|(shape, count)| (shape.to_string(), count)).collect();
        assert_eq!(seen, [("code".to_string(), 2)]);
    }
}

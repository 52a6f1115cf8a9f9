//! Credentials that are obtained over the network: who asks whom for what, how often, and what an error says.
#![cfg(any(feature = "rustls", feature = "sha2"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use common::{STOP, STOP_JOB};
use serde_json::{Value, json};
use tablature_runtime::{
    BoxFuture, Call, Client, ClientBuilder, Credentials, Error, HttpRequest, HttpResponse, Operation, Transport,
    TransportError,
};

static IN_ACCOUNT: Operation = Operation { name: "show_account", path: "/v3/{domain_id}", ..STOP_JOB };
static GLOBAL: Operation = Operation { name: "show_quota", path: "/v3/quota", ..STOP_JOB };

type Answer = Result<HttpResponse, TransportError>;

/// A cloud in memory: answers by a function, after others had a turn, and keeps what it was asked.
#[derive(Clone)]
struct Cloud {
    answer: Arc<dyn Fn(&HttpRequest) -> Answer + Send + Sync>,
    seen: Arc<Mutex<Vec<HttpRequest>>>,
}

impl Cloud {
    fn new(answer: impl Fn(&HttpRequest) -> HttpResponse + Send + Sync + 'static) -> Cloud {
        Cloud::failing(move |request| Ok(answer(request)))
    }

    fn failing(answer: impl Fn(&HttpRequest) -> Answer + Send + Sync + 'static) -> Cloud {
        Cloud { answer: Arc::new(answer), seen: Arc::default() }
    }

    fn builder(&self, credentials: Credentials) -> ClientBuilder {
        Client::builder().region("eu-de").credentials(credentials).transport(self.clone())
    }

    fn client(&self, credentials: Credentials) -> Client {
        self.builder(credentials).project_id("p-1").build().unwrap()
    }

    fn urls(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|request| format!("{} {}", request.method, request.url)).collect()
    }

    fn count(&self, part: &str) -> usize {
        self.urls().iter().filter(|url| url.contains(part)).count()
    }

    /// The requests that are not calls of the service.
    fn own(&self) -> Vec<HttpRequest> {
        self.seen.lock().unwrap().iter().filter(|request| request.operation.is_none()).cloned().collect()
    }

    fn calls(&self) -> Vec<HttpRequest> {
        self.seen.lock().unwrap().iter().filter(|request| request.operation.is_some()).cloned().collect()
    }
}

impl Transport for Cloud {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            let answer = (self.answer)(&request);
            self.seen.lock().unwrap().push(request);
            answer
        })
    }
}

/// What IAM answers to a login.
fn issued(token: &str, project: Option<&str>) -> HttpResponse {
    let mut body = json!({"token": {
        "issued_at": "2026-11-21T05:00:00.000000Z", "expires_at": "2026-11-22T05:00:00.000000Z",
        "user": {"id": "u-1", "domain": {"id": "d-1"}},
    }});
    if let Some(project) = project {
        body["token"]["project"] = json!({"id": project, "domain": {"id": "d-1"}});
    }
    HttpResponse::new(201).with_header("X-Subject-Token", token).with_body(body.to_string())
}

fn is_login(request: &HttpRequest) -> bool {
    request.url.contains("/v3/auth/tokens")
}

fn body(request: &HttpRequest) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

async fn stop(client: &Client) -> Result<(), Error> {
    Call::new(client, &STOP).path("job_name", "j".to_owned()).send().await
}

/// A cloud that accepts the password of a user and one token at a time; every login gives a new one.
struct Gate {
    logins: AtomicUsize,
    valid: Mutex<String>,
}

fn gate() -> (Arc<Gate>, Cloud) {
    let gate = Arc::new(Gate { logins: AtomicUsize::new(0), valid: Mutex::default() });
    let inside = Arc::clone(&gate);
    let cloud = Cloud::new(move |request| {
        if is_login(request) {
            let token = format!("very-secret-{}", inside.logins.fetch_add(1, Ordering::SeqCst) + 1);
            *inside.valid.lock().unwrap() = token.clone();
            return issued(&token, Some("p-1"));
        }
        let valid = request.headers.get("X-Auth-Token") == Some(inside.valid.lock().unwrap().as_str());
        HttpResponse::new(if valid { 204 } else { 401 })
    });
    (gate, cloud)
}

fn password() -> Credentials {
    Credentials::password("account", "user", "very-secret-password")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_login_for_all_calls_and_one_more_when_the_token_is_refused() {
    let (gate, cloud) = gate();
    let client = cloud.client(password());
    let all = async || {
        let calls: Vec<_> =
            (0..64).map(|_| client.clone()).map(|client| tokio::spawn(async move { stop(&client).await })).collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
    };
    all().await;
    assert_eq!(gate.logins.load(Ordering::SeqCst), 1);
    // The service does not know the token any more, in the middle of its life.
    *gate.valid.lock().unwrap() = "another".to_owned();
    all().await;
    assert_eq!(gate.logins.load(Ordering::SeqCst), 2);
    stop(&client).await.unwrap();
    assert_eq!(gate.logins.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_call_that_is_refused_again_is_not_sent_a_third_time() {
    let cloud = Cloud::new(|request| if is_login(request) { issued("t", None) } else { HttpResponse::new(401) });
    assert!(stop(&cloud.client(password())).await.unwrap_err().is_auth());
    assert_eq!((cloud.own().len(), cloud.calls().len()), (2, 2));
}

#[tokio::test]
async fn a_login_says_who_and_for_what() {
    let (_, cloud) = gate();
    stop(&cloud.client(password())).await.unwrap();
    let [login] = &cloud.own()[..] else { panic!() };
    assert_eq!(login.url, "https://iam.eu-de.otc.t-systems.com/v3/auth/tokens?nocatalog=true");
    assert_eq!(login.method, "POST");
    assert_eq!(login.headers.get("Content-Type"), Some("application/json;charset=utf8"));
    let user = json!({"name": "user", "password": "very-secret-password", "domain": {"name": "account"}});
    let identity = json!({"methods": ["password"], "password": {"user": user}});
    assert_eq!(body(login), json!({"auth": {"identity": identity, "scope": {"project": {"id": "p-1"}}}}));

    let scope = async |credentials: Credentials, project: Option<&str>| {
        let (_, cloud) = gate();
        let builder = cloud.builder(credentials);
        let client = project.map_or(builder.build(), |_| cloud.builder(password()).project_id("p-1").build()).unwrap();
        Call::new(&client, &GLOBAL).send::<()>().await.unwrap();
        body(&cloud.own()[0])["auth"]["scope"].clone()
    };
    let named = json!({"project": {"name": "eu-de", "domain": {"name": "account"}}});
    assert_eq!(scope(password(), None).await, named);
    assert_eq!(scope(password(), Some("p-1")).await, json!({"project": {"id": "p-1"}}));
    assert_eq!(scope(password().with_project_id("p-2"), None).await, json!({"project": {"id": "p-2"}}));
    assert_eq!(scope(password().with_domain_scope(), None).await, json!({"domain": {"name": "account"}}));
}

#[tokio::test]
async fn each_project_has_a_token_of_its_own() {
    let cloud = Cloud::new(|request| match is_login(request) {
        true => {
            let project = body(request)["auth"]["scope"]["project"]["id"].as_str().unwrap().to_owned();
            issued(&format!("token-of-{project}"), Some(&project))
        }
        false => HttpResponse::new(204),
    });
    let client = cloud.client(password());
    for project in ["p-1", "p-2", "p-1", "p-2"] {
        let call = Call::new(&client, &STOP).path("job_name", "j".to_owned()).with_project_id(project.to_owned());
        call.send::<()>().await.unwrap();
        let sent = cloud.calls().pop().unwrap();
        assert_eq!(sent.headers.get("X-Auth-Token"), Some(format!("token-of-{project}").as_str()));
    }
    assert_eq!(cloud.own().len(), 2);
}

#[tokio::test]
async fn the_project_and_the_account_come_with_the_token() {
    let (_, cloud) = gate();
    let client = cloud.builder(password()).build().unwrap();
    stop(&client).await.unwrap();
    stop(&client).await.unwrap();
    Call::new(&client, &IN_ACCOUNT).send::<()>().await.unwrap();
    assert_eq!(cloud.own().len(), 1, "{:?}", cloud.urls());
    let calls = cloud.calls();
    assert!(calls[0].url.ends_with("/v1/p-1/jobs/j/stop") && calls[2].url.ends_with("/v3/d-1"));
}

#[tokio::test]
async fn an_agency_is_asked_by_who_may_use_it() {
    let cloud = Cloud::new(|request| match (is_login(request), request.headers.get("X-Auth-Token")) {
        (true, None) => issued("of-the-user", Some("p-1")),
        (true, Some("of-the-user")) => issued("of-the-agency", Some("p-1")),
        (false, Some("of-the-agency")) => HttpResponse::new(204),
        _ => HttpResponse::new(401),
    });
    let client = cloud.client(Credentials::agency(password(), "other-account", "agency"));
    stop(&client).await.unwrap();
    stop(&client).await.unwrap();
    let own = cloud.own();
    assert_eq!(own.len(), 2);
    let role = json!({"domain_name": "other-account", "agency_name": "agency"});
    assert_eq!(body(&own[1])["auth"]["identity"], json!({"methods": ["assume_role"], "assume_role": role}));

    // Whoever asks may sign as well.
    let client = cloud.client(Credentials::agency(Credentials::access_key("ak", "sk"), "other-account", "agency"));
    let _ = stop(&client).await;
    assert!(cloud.own().pop().unwrap().headers.get("Authorization").unwrap().contains("Access=ak,"));
}

fn projects(ids: &[&str]) -> HttpResponse {
    let projects: Vec<Value> = ids.iter().map(|id| json!({"id": id, "name": "eu-de"})).collect();
    HttpResponse::new(200).with_body(json!({"projects": projects}).to_string())
}

#[tokio::test]
async fn ids_are_looked_up_once() {
    let cloud = Cloud::new(|request| match &request.url {
        url if url.contains("/v3/projects") => projects(&["p-9"]),
        url if url.contains("/v3/auth/domains") => HttpResponse::new(200).with_body(r#"{"domains":[{"id":"d-9"}]}"#),
        _ => HttpResponse::new(204),
    });
    let client = cloud.builder(Credentials::access_key("ak", "sk")).build().unwrap();
    let both = async || {
        stop(&client).await.unwrap();
        Call::new(&client, &IN_ACCOUNT).send::<()>().await.unwrap();
    };
    tokio::join!(both(), both(), both());
    both().await;
    let own = cloud.own();
    let urls: Vec<&str> = own.iter().map(|request| request.url.as_str()).collect();
    let iam = "https://iam.eu-de.otc.t-systems.com/v3";
    assert_eq!(urls, [format!("{iam}/projects?name=eu-de"), format!("{iam}/auth/domains")]);
    assert!(own.iter().all(|request| request.headers.contains("Authorization")));
    let calls = cloud.calls();
    let of_account = calls.iter().find(|call| call.url.contains("/v3/")).unwrap();
    assert!(of_account.url.ends_with("/v3/d-9") && of_account.headers.get("X-Domain-Id") == Some("d-9"));
    let of_project = calls.iter().find(|call| call.url.contains("/v1/")).unwrap();
    assert!(of_project.url.contains("/v1/p-9/") && of_project.headers.get("X-Project-Id") == Some("p-9"));
}

#[tokio::test]
async fn ids_that_cannot_be_looked_up() {
    let says = async |answer: fn() -> HttpResponse| {
        let cloud = Cloud::new(move |_| answer());
        let error = stop(&cloud.builder(Credentials::token("very-secret")).build().unwrap()).await.unwrap_err();
        assert!(error.is_auth() && cloud.calls().is_empty());
        error.to_string()
    };
    insta::assert_snapshot!(says(|| projects(&[])).await, @"dgc stop_job: credentials: the identity service knows no project eu-de that these credentials may use; set Client::builder().project_id(..)");
    insta::assert_snapshot!(says(|| projects(&["a", "b"])).await, @"dgc stop_job: credentials: the identity service knows several projects eu-de: a, b; choose one with Client::builder().project_id(..)");
    let refused = || HttpResponse::new(403).with_body(r#"{"error":{"code":403,"message":"very-secret may not"}}"#);
    insta::assert_snapshot!(says(refused).await, @"dgc stop_job: credentials: project_id is not set and could not be looked up; set Client::builder().project_id(..): the identity service at https://iam.eu-de.otc.t-systems.com answered HTTP 403: 403: [redacted] may not");

    // Nothing is asked for a call that lacks something else, nor without a region.
    let cloud = Cloud::new(|_| panic!("asked"));
    let client = cloud.builder(Credentials::token("t")).build().unwrap();
    let error = Call::new(&client, &STOP).send::<()>().await.unwrap_err();
    assert_eq!(error.missing_parameters(), ["project_id", "job_name"]);
    let client = Client::builder().endpoint("http://h").credentials(Credentials::token("t")).transport(cloud);
    let error = stop(&client.build().unwrap()).await.unwrap_err();
    assert_eq!(error.missing_parameters(), ["project_id"]);
}

#[tokio::test]
async fn where_the_identity_service_is() {
    let login = async |change: fn(ClientBuilder) -> ClientBuilder, credentials: Credentials| {
        let (_, cloud) = gate();
        let client = change(Client::builder().credentials(credentials).transport(cloud.clone()).project_id("p-1"));
        stop(&client.build().unwrap()).await.unwrap();
        cloud.own()[0].url.replace("/v3/auth/tokens?nocatalog=true", "")
    };
    let region = |builder: ClientBuilder| builder.region("cn-north-4");
    assert_eq!(login(region, password()).await, "https://iam.cn-north-4.myhuaweicloud.com");
    let given = password().with_iam_endpoint("http://own.example.com/v3/");
    assert_eq!(login(region, given).await, "http://own.example.com");
    assert_eq!(login(|builder| builder.endpoint("http://gate"), password()).await, "http://gate");
    let iam = |builder: ClientBuilder| builder.endpoint("http://gate").service_endpoint("iam", "https://iam");
    assert_eq!(login(iam, password()).await, "https://iam");

    let (_, cloud) = gate();
    let client = cloud.builder(password()).region("eu-dd").project_id("p-1").build().unwrap();
    let error = stop(&client).await.unwrap_err().to_string();
    assert!(error.contains("region eu-dd is not known; known are eu-de, "), "{error}");
}

#[tokio::test]
async fn a_login_that_fails() {
    let says = async |answer: fn() -> HttpResponse| {
        let cloud = Cloud::new(move |_| answer());
        let error = stop(&cloud.client(password())).await.unwrap_err();
        assert!(error.is_auth() != error.is_retryable() && cloud.calls().is_empty());
        (error.to_string(), cloud.own().len())
    };
    let wrong = || {
        HttpResponse::new(401)
            .with_body(r#"{"error":{"code":401,"message":"The username or very-secret-password is wrong."}}"#)
    };
    let (text, sent) = says(wrong).await;
    insta::assert_snapshot!(text, @"dgc stop_job: credentials: the identity service at https://iam.eu-de.otc.t-systems.com answered HTTP 401: 401: The username or [redacted] is wrong.");
    assert_eq!(sent, 1);
    let (text, sent) = says(|| HttpResponse::new(201).with_body("{}")).await;
    insta::assert_snapshot!(text, @"dgc stop_job: credentials: the identity service answered HTTP 201 without a header X-Subject-Token");
    assert_eq!(sent, 1);
    // Those that may pass are tried again.
    tokio::time::pause();
    assert_eq!(says(|| HttpResponse::new(503)).await.1, 3);
    let moved = || HttpResponse::new(302).with_header("Location", "https://evil.example.com/");
    assert_eq!(says(moved).await.1, 1);
}

#[tokio::test]
async fn an_outage_of_the_identity_service_is_not_taken_for_wrong_credentials() {
    tokio::time::pause();
    for credentials in [password(), Credentials::token("t")] {
        for status in [500, 503] {
            let cloud = Cloud::new(move |_| HttpResponse::new(status));
            let client = cloud.builder(credentials.clone()).build().unwrap();
            let error = stop(&client).await.unwrap_err();
            assert!(!error.is_auth() && error.is_retryable() && !error.is_connect(), "{error:?}");
            assert_eq!((error.status(), error.body()), (Some(status), None));
        }
        let cloud = Cloud::failing(|_| Err(TransportError::connect("no such host")));
        let error = stop(&cloud.builder(credentials.clone()).build().unwrap()).await.unwrap_err();
        assert!(!error.is_auth() && error.is_retryable() && error.is_connect() && !error.is_timeout(), "{error:?}");
        let cloud = Cloud::failing(|_| Err(TransportError::timeout("30 s are over")));
        let error = stop(&cloud.builder(credentials.clone()).build().unwrap()).await.unwrap_err();
        assert!(!error.is_auth() && error.is_retryable() && error.is_timeout() && !error.is_connect(), "{error:?}");
        let refused = r#"{"error":{"code":"IAM.0101","message":"who?"}}"#;
        let cloud = Cloud::new(move |_| HttpResponse::new(401).with_header("X-Request-Id", "r-1").with_body(refused));
        let error = stop(&cloud.builder(credentials).build().unwrap()).await.unwrap_err();
        assert!(error.is_auth() && !error.is_retryable() && !error.is_service(), "{error:?}");
        assert_eq!((error.status(), error.code(), error.message()), (Some(401), Some("IAM.0101"), Some("who?")));
        assert_eq!(error.request_id(), Some("r-1"));
    }
}

/// Never answers.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_identity_service_is_named() {
    let client = Client::builder().region("eu-de").project_id("p-1").credentials(password()).transport(Silent);
    let client = client.timeout(std::time::Duration::from_secs(5)).build().unwrap();
    let error = stop(&client).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && !error.is_auth(), "{error:?}");
    insta::assert_snapshot!(error, @"dgc stop_job: credentials: no answer from the identity service, or who else gives the credentials: the call may take 5s");
}

#[tokio::test]
async fn empty_logins_are_refused_with_the_settings() {
    let cloud = Cloud::new(|_| panic!("asked"));
    let build = |credentials| cloud.builder(credentials).build().unwrap_err().to_string();
    assert_eq!(build(Credentials::password("", "u", "p")), "credentials: the account of the login is an empty text");
    assert_eq!(build(Credentials::password("d", "u", " ")), "credentials: the password of the login is an empty text");
    assert_eq!(
        build(Credentials::access_key("k", "very-secret\n")),
        "credentials: the secret key begins or ends with white space; trim what was read from a file or a prompt"
    );
    assert!(build(Credentials::agency(Credentials::token(""), "d", "a")).contains("the token is an empty text"));
}

fn instance(request: &HttpRequest, newer: bool) -> HttpResponse {
    let key = json!({"credential": {"access": "ak-1", "secret": "very-secret", "securitytoken": "very-secret-token",
        "expires_at": "2126-11-21T05:00:00.000000Z"}});
    match request.url.as_str() {
        "http://169.254.169.254/meta-data/latest/api/token" if newer => {
            HttpResponse::new(200).with_body("very-secret-m")
        }
        "http://169.254.169.254/meta-data/latest/api/token" => HttpResponse::new(404),
        "http://169.254.169.254/openstack/latest/securitykey" => {
            let known = !newer || request.headers.get("X-Metadata-Token") == Some("very-secret-m");
            HttpResponse::new(if known { 200 } else { 401 }).with_body(key.to_string())
        }
        _ => HttpResponse::new(204),
    }
}

#[tokio::test]
async fn the_key_of_a_server() {
    for newer in [true, false] {
        let cloud = Cloud::new(move |request| instance(request, newer));
        let client = cloud.client(Credentials::metadata());
        tokio::join!(async { stop(&client).await.unwrap() }, async { stop(&client).await.unwrap() });
        assert_eq!(cloud.count("securitykey"), 1);
        let call = cloud.calls().pop().unwrap();
        assert_eq!(call.headers.get("X-Security-Token"), Some("very-secret-token"));
        assert!(call.headers.get("Authorization").unwrap().starts_with("SDK-HMAC-SHA256 Access=ak-1, "));
        assert!(!format!("{:?}", cloud.seen.lock().unwrap()).contains("very-secret"));
    }
}

#[tokio::test]
async fn metadata_is_not_asked_through_a_proxy() {
    let server = wiremock::MockServer::start().await;
    let key = json!({"credential": {"access": "ak-1", "secret": "s", "securitytoken": "t"}});
    wiremock::Mock::given(wiremock::matchers::any())
        .respond_with(wiremock::ResponseTemplate::new(200).set_body_json(key))
        .mount(&server)
        .await;
    let client = Client::builder().endpoint("http://service.invalid").project_id("p").proxy("http://127.0.0.1:1");
    let client = client.credentials(Credentials::metadata_at(server.uri())).retry(tablature_runtime::Retry::none());
    assert!(stop(&client.build().unwrap()).await.unwrap_err().is_connect());
    let asked = server.received_requests().await.unwrap();
    let asked: Vec<&str> = asked.iter().map(|request| request.url.path()).collect();
    assert_eq!(asked, ["/meta-data/latest/api/token", "/openstack/latest/securitykey"]);
}

#[tokio::test]
async fn without_credentials_nothing_is_looked_for() {
    let cloud = Cloud::new(|_| HttpResponse::new(204));
    let client = Client::builder().region("eu-de").project_id("p").without_credentials().transport(cloud.clone());
    stop(&client.build().unwrap()).await.unwrap();
    assert!(cloud.own().is_empty() && !cloud.calls()[0].headers.contains("X-Auth-Token"));
}

#[tokio::test]
async fn a_key_that_is_refused_is_fetched_anew_once() {
    let cloud = Cloud::new(|request| match request.operation {
        Some(_) => HttpResponse::new(401),
        None => instance(request, true),
    });
    assert!(stop(&cloud.client(Credentials::metadata())).await.unwrap_err().is_auth());
    assert_eq!((cloud.count("securitykey"), cloud.calls().len()), (2, 2));
}

#[tokio::test]
async fn no_server_of_the_cloud() {
    let cloud = Cloud::failing(|_| Err(TransportError::connect("connection refused")));
    let error = stop(&cloud.client(Credentials::metadata())).await.unwrap_err();
    insta::assert_snapshot!(error, @"dgc stop_job: credentials: the metadata service at http://169.254.169.254 cannot be asked: connection refused");
    let cloud = Cloud::new(|request| {
        if request.method == "PUT" { HttpResponse::new(404) } else { HttpResponse::new(200).with_body("{}") }
    });
    let error = stop(&cloud.client(Credentials::metadata())).await.unwrap_err();
    insta::assert_snapshot!(error, @"dgc stop_job: credentials: the metadata service gives no access key; let an agency of the server allow what the program does");
}

#[tokio::test]
async fn what_a_call_brings_itself_is_stronger() {
    let cloud = Cloud::new(|_| HttpResponse::new(204));
    for credentials in
        [Credentials::token("t"), Credentials::access_key("ak", "sk"), password(), Credentials::metadata()]
    {
        let call = Call::new(&cloud.client(credentials.clone()), &STOP).path("job_name", "j".to_owned());
        call.with_header("X-Auth-Token", "mine".to_owned()).send::<()>().await.unwrap();
        let call = cloud.calls().pop().unwrap();
        assert_eq!(call.headers.get("X-Auth-Token"), Some("mine"), "{credentials:?}");
        assert!(!call.headers.contains("Authorization") && cloud.own().is_empty());
    }
}

#[tokio::test]
async fn a_signature_by_a_wrong_clock_is_made_anew_by_the_clock_of_the_service() {
    // More than a year ahead, so that the year alone tells the clocks apart.
    let ahead = std::time::SystemTime::now() + std::time::Duration::from_secs(400 * 86_400);
    let date = httpdate::fmt_http_date(ahead);
    let cloud = Cloud::new(move |request| {
        let signed = request.headers.get("X-Sdk-Date").unwrap();
        let near = date.split(' ').nth(3) == Some(&signed[..4]);
        HttpResponse::new(if near { 204 } else { 403 }).with_header("Date", date.as_str())
    });
    let client = cloud.client(Credentials::access_key("ak", "sk"));
    stop(&client).await.unwrap();
    stop(&client).await.unwrap();
    let calls = cloud.calls();
    assert_eq!(calls.len(), 3, "the second call is right at once");
    assert_ne!(calls[0].headers.get("Authorization"), calls[1].headers.get("Authorization"));
}

/// Everything that can be printed of clients, requests and failures with every kind of credentials.
#[tokio::test]
async fn nothing_that_is_printed_holds_a_secret() {
    const SECRET: &str = "very-secret";
    let kinds = [
        Credentials::token("very-secret-t"),
        Credentials::access_key("ak", "very-secret-sk"),
        Credentials::temporary_access_key("ak", "very-secret-sk", "very-secret-st"),
        password(),
        Credentials::agency(password(), "other", "agency"),
        Credentials::metadata(),
    ];
    let mut printed = String::new();
    for credentials in kinds {
        for status in [204, 401, 500] {
            // A service that repeats everything that it was sent, in body and headers.
            let cloud = Cloud::new(move |request| {
                if request.operation.is_none() {
                    return match is_login(request) {
                        true => issued("very-secret-issued", None),
                        false if status == 500 => HttpResponse::new(400)
                            .with_body(format!(r#"{{"message":"{:?}"}}"#, request.headers.get("X-Metadata-Token"))),
                        false => instance(request, true),
                    };
                }
                let sent: Vec<&str> = request.headers.iter().map(|(_, value)| value).collect();
                let body = json!({"error_code": "X.1", "error_msg": sent.join(" ")}).to_string();
                HttpResponse::new(status).with_header("X-Repeated", sent.join(" ")).with_body(body)
            });
            let client = cloud.client(credentials.clone());
            let error = stop(&client).await.err();
            let mut source = error.as_ref().map(|error| error as &dyn std::error::Error);
            while let Some(error) = source {
                printed.push_str(&format!("{error} {error:?} {error:#?}\n"));
                source = error.source();
            }
            printed.push_str(&format!(
                "{credentials:?} {credentials:#?} {client:?} {:?}\n",
                cloud.builder(credentials.clone())
            ));
            printed.push_str(&format!("{:?} {:#?}\n", cloud.own(), cloud.calls()));
            let answer = Call::new(&client, &GLOBAL).send_raw::<Value>().await;
            printed.push_str(&format!("{:?}\n", answer.map(|answer| answer.status())));
        }
    }
    assert!(printed.len() > 10_000);
    let found = printed.find(SECRET).map(|at| &printed[at.saturating_sub(200)..(at + 50).min(printed.len())]);
    assert_eq!(found, None);
}

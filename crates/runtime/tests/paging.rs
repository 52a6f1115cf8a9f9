//! Lists that come piece by piece: every way in which services give them, from a server that knows no more than its page says.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use futures_core::Stream;
use serde_json::json;
use tablature_runtime::Location::{Body, Query};
use tablature_runtime::{
    BoxFuture, Call, Client, Error, HttpRequest, HttpResponse, Items, Next, Operation, Pages, Paging, Service,
    Transport, TransportError, Value,
};

static SERVICE: Service = Service { name: "s", hosts: &[] };

/// A response as generated code has it.
#[derive(Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct List {
    /// The items.
    pub items: Vec<Item>,
}
tablature_runtime::response!(List; items);

/// An item.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Item {
    /// Its id.
    pub id: Option<String>,
}
tablature_runtime::response!(Item; id);

/// A call as generated code has it.
pub struct ListItems(Call);

impl ListItems {
    tablature_runtime::call!(List; Item = items);

    fn set(self, name: &'static str, value: i64) -> Self {
        ListItems(self.0.query(name, value))
    }

    fn marker(self, value: &str) -> Self {
        ListItems(self.0.query("marker", value.to_owned()))
    }
}

/// Makes an answer of the number of the request and its parameters.
type Answer = dyn Fn(usize, &Parameters) -> Value + Send + Sync;

/// Answers whatever a closure says.
#[derive(Clone)]
struct Server {
    answer: Arc<Answer>,
    requests: Arc<Mutex<Vec<Parameters>>>,
}

/// The query and the body of a request.
#[derive(Clone, Debug, Default, PartialEq)]
struct Parameters {
    query: Vec<(String, String)>,
    body: Value,
}

impl Parameters {
    fn number(&self, name: &str) -> Option<usize> {
        self.text(name)?.parse().ok()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

impl Server {
    fn new(answer: impl Fn(usize, &Parameters) -> Value + Send + Sync + 'static) -> Server {
        Server { answer: Arc::new(answer), requests: Arc::default() }
    }

    fn call(&self, operation: &'static Operation) -> ListItems {
        let client = Client::builder()
            .endpoint("https://s.invalid")
            .without_credentials()
            .transport(self.clone())
            .build()
            .unwrap();
        ListItems(Call::new(&client, operation))
    }

    fn made(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    /// What each request had as `name`.
    fn asked(&self, name: &str) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|request| request.text(name).unwrap_or_else(|| "-".to_owned())).collect()
    }
}

impl Transport for Server {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let url = url::Url::parse(&request.url).unwrap();
        let parameters = Parameters {
            query: url.query_pairs().into_owned().collect(),
            body: serde_json::from_slice(&request.body).unwrap_or_default(),
        };
        let mut requests = self.requests.lock().unwrap();
        let answer = (self.answer)(requests.len(), &parameters);
        requests.push(parameters);
        let response = match answer.get("status").and_then(Value::as_u64) {
            Some(status) => HttpResponse::new(u16::try_from(status).unwrap()),
            None => HttpResponse::new(200).with_json(&answer),
        };
        Box::pin(std::future::ready(Ok(response)))
    }
}

fn items(from: usize, to: usize) -> Value {
    (from..to.max(from)).map(|number| json!({"id": format!("id-{number:03}")})).collect()
}

async fn ids(items: Items<Item>) -> Result<Vec<String>, Error> {
    Ok(items.into_vec().await?.into_iter().map(|item| item.id.unwrap()).collect())
}

fn expected(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("id-{number:03}")).collect()
}

const LIST: Operation = Operation::new(&SERVICE, "list_items", "GET", "/items", &["page.md"]);

static OFFSET: Operation = LIST.paging(Paging::offset(Query, "offset", true).items(&["items"]));
static OFFSET_TOTAL: Operation = LIST.paging(Paging::offset(Query, "offset", true).items(&["items"]).total(&["total"]));
static OFFSET_GUESSED: Operation =
    LIST.paging(Paging::offset(Query, "offset", false).items(&["items"]).total(&["total"]));
static PAGE: Operation = LIST.paging(Paging::page(Query, "page", 1).size(Query, "limit", 4).items(&["items"]));
static PAGE_TOTAL: Operation =
    LIST.paging(Paging::page(Query, "page", 0).size(Query, "limit", 4).items(&["items"]).total(&["total"]));
static MARKER_FIELD: Operation =
    LIST.paging(Paging::marker(Query, "marker", Next::Field(&["page_info", "next_marker"])).items(&["items"]));
static MARKER_LINK: Operation = LIST.paging(Paging::marker(Query, "marker", Next::Link(&["next"])).items(&["items"]));
static MARKER_LINKS: Operation =
    LIST.paging(Paging::marker(Query, "marker", Next::Links(&["items_links"])).items(&["items"]));
static MARKER_ITEM: Operation = LIST.paging(Paging::marker(Query, "marker", Next::Item("id")).items(&["items"]));
static MARKER_ITEM_MORE: Operation =
    LIST.paging(Paging::marker(Query, "marker", Next::Item("id")).items(&["items"]).more(&["has_more"]));

/// A list of `count` items, served as `operation` says, in pages of `size` unless the request says otherwise.
fn service(operation: &'static Operation, count: usize, size: usize) -> Server {
    let first = if std::ptr::eq(operation, &PAGE) { 1 } else { 0 };
    Server::new(move |_, request| {
        let limit = request.number("limit").unwrap_or(size);
        let start = match (request.number("offset"), request.number("page"), request.text("marker")) {
            (Some(offset), ..) => offset,
            (_, Some(page), _) => (page - first) * limit,
            (.., Some(marker)) => marker.strip_prefix("id-").unwrap().parse::<usize>().unwrap() + 1,
            _ => 0,
        };
        let end = (start + limit).min(count);
        let last = (end < count).then(|| format!("id-{:03}", end - 1));
        let link = last.as_ref().map(|last| format!("/items?limit={limit}&marker={last}"));
        let links: Vec<Value> = link.iter().map(|link| json!({"rel": "next", "href": link})).collect();
        json!({
            "items": items(start, end), "total": count, "has_more": last.is_some(),
            "page_info": {"next_marker": last}, "next": link, "items_links": links,
        })
    })
}

/// Every list, long or short, whatever the size of its pages, comes whole and once, with no request too many.
#[tokio::test]
async fn lists_come_whole() {
    /// What tells that a page was the last one.
    enum End {
        /// The page itself.
        Told,
        /// Only that another one is empty.
        Empty,
    }
    let all = [
        (&OFFSET, End::Empty),
        (&OFFSET_TOTAL, End::Told),
        (&OFFSET_GUESSED, End::Told),
        (&PAGE, End::Empty),
        (&PAGE_TOTAL, End::Told),
        (&MARKER_FIELD, End::Told),
        (&MARKER_LINK, End::Told),
        (&MARKER_LINKS, End::Told),
        (&MARKER_ITEM, End::Empty),
        (&MARKER_ITEM_MORE, End::Told),
    ];
    for (operation, end) in all {
        for count in 0..12 {
            for size in [1, 2, 3, 4, 5, 11, 12, 20] {
                let server = service(operation, count, size);
                let paging = format!("{:?} {count} in pages of {size}", operation.paging);
                assert_eq!(
                    ids(server.call(operation).set("limit", size as i64).items()).await.unwrap(),
                    expected(count),
                    "{paging}"
                );
                let full = count.div_ceil(size);
                let requests = match end {
                    End::Told => full.max(1),
                    End::Empty => full + 1,
                };
                assert_eq!(server.made(), requests, "{paging}");
            }
        }
    }
}

#[tokio::test]
async fn requests_say_where_to_go_on_and_keep_the_rest() {
    let server = service(&OFFSET_TOTAL, 5, 2);
    ids(server.call(&OFFSET_TOTAL).set("filter", 7).items()).await.unwrap();
    assert_eq!(server.asked("offset"), ["-", "2", "4"]);
    assert_eq!(server.asked("filter"), ["7", "7", "7"]);
    assert_eq!(server.asked("limit"), ["-", "-", "-"]);
    let server = service(&PAGE_TOTAL, 9, 2);
    ids(server.call(&PAGE_TOTAL).items()).await.unwrap();
    assert_eq!(server.asked("page"), ["0", "1", "2"]);
    assert_eq!(server.asked("limit"), ["4", "4", "4"]);
    let server = service(&MARKER_FIELD, 5, 2);
    ids(server.call(&MARKER_FIELD).items()).await.unwrap();
    assert_eq!(server.asked("marker"), ["-", "id-001", "id-003"]);
}

#[tokio::test]
async fn a_call_that_says_where_to_begin_begins_there() {
    let from = |start: usize| expected(9).split_off(start);
    let server = service(&OFFSET_TOTAL, 9, 2);
    assert_eq!(ids(server.call(&OFFSET_TOTAL).set("offset", 4).items()).await.unwrap(), from(4));
    assert_eq!(server.asked("offset"), ["4", "6", "8"]);
    let server = service(&PAGE_TOTAL, 9, 2);
    assert_eq!(ids(server.call(&PAGE_TOTAL).set("page", 1).items()).await.unwrap(), from(4));
    let server = service(&MARKER_ITEM, 9, 2);
    assert_eq!(ids(server.call(&MARKER_ITEM).marker("id-003").items()).await.unwrap(), from(4));
}

#[tokio::test]
async fn nothing_is_asked_for_before_it_is_needed() {
    let server = service(&MARKER_FIELD, 100, 2);
    let mut items = server.call(&MARKER_FIELD).items();
    assert_eq!(server.made(), 0);
    assert_eq!(items.next().await.unwrap().unwrap().id.as_deref(), Some("id-000"));
    assert_eq!(server.made(), 1);
    items.next().await.unwrap().unwrap();
    assert_eq!(server.made(), 1);
    items.next().await.unwrap().unwrap();
    assert_eq!(server.made(), 2);
    drop(items);
    assert_eq!(server.made(), 2);
}

/// Both are streams that any executor can move and any combinator can take.
#[tokio::test]
async fn streams_are_ordinary() {
    fn is<S: Stream<Item = Result<T, Error>> + Send + Unpin + 'static, T>(stream: S) -> S {
        stream
    }
    let server = service(&PAGE, 3, 2);
    let mut pages: Pages<List> = is(server.call(&PAGE).set("limit", 2).pages());
    let next = std::future::poll_fn(|context| Pin::new(&mut pages).poll_next(context)).await;
    assert_eq!(next.unwrap().unwrap().items.len(), 2);
    assert_eq!(pages.next().await.unwrap().unwrap().items.len(), 1);
    // The empty page that tells the end is a page too.
    assert_eq!(pages.next().await.unwrap().unwrap().items.len(), 0);
    assert!(pages.next().await.is_none());
    assert!(pages.next().await.is_none());
    assert_eq!(server.made(), 3);
    let mut items: Items<Item> = is(server.call(&PAGE).items());
    let next = std::future::poll_fn(|context| Pin::new(&mut items).poll_next(context)).await;
    assert!(next.unwrap().is_ok());
}

/// The items before the problem, and the problem.
async fn broken(mut items: Items<Item>) -> (usize, String) {
    let mut count = 0;
    loop {
        match items.next().await.unwrap() {
            Ok(_) => count += 1,
            Err(error) => {
                assert!(error.is_paging(), "{error}");
                assert!(items.next().await.is_none());
                return (count, error.to_string());
            }
        }
    }
}

#[tokio::test]
async fn no_list_goes_on_for_ever() {
    let endless = |marker: fn(usize) -> String| {
        Server::new(
            move |number, _| json!({"items": items(number * 2, number * 2 + 2), "page_info": {"next_marker": marker(number)}}),
        )
    };
    let server = endless(|_| "same".to_owned());
    let (count, error) = broken(server.call(&MARKER_FIELD).items()).await;
    assert_eq!((count, server.made()), (4, 2));
    assert!(error.starts_with("s list_items: the service gave the marker \"same\" twice"), "{error}");
    let server = endless(|number| format!("m-{}", number % 3));
    assert_eq!((broken(server.call(&MARKER_FIELD).items()).await.0, server.made()), (8, 4));
    let server = endless(|number| format!("m-{number}"));
    let (count, error) = broken(server.call(&MARKER_FIELD).items().with_max_pages(5)).await;
    assert_eq!((count, server.made()), (10, 5));
    assert!(error.contains("more than 5 pages"), "{error}");
    // The parameter does nothing.
    for operation in [&OFFSET, &PAGE, &MARKER_ITEM] {
        let server = Server::new(|_, _| json!({"items": items(0, 2)}));
        let (count, error) = broken(server.call(operation).items()).await;
        assert_eq!((count, server.made()), (2, 2), "{error}");
        assert!(error.contains("twice"), "{error}");
    }
    // Half of the items are missing, and nobody would see it.
    let server = Server::new(|number, _| json!({"items": items(0, if number == 0 { 10 } else { 0 }), "total": 25}));
    let (count, error) = broken(server.call(&OFFSET_GUESSED).items()).await;
    assert_eq!(count, 10);
    assert!(error.contains("after 10 of 25 items"), "{error}");
    let server = Server::new(|_, _| json!({"items": [], "has_more": true}));
    let (count, error) = broken(server.call(&MARKER_ITEM_MORE).items()).await;
    assert_eq!(count, 0);
    assert!(error.contains("there is more"), "{error}");
    let server = Server::new(|_, _| json!({"items": [{"name": "x"}]}));
    let (count, error) = broken(server.call(&MARKER_ITEM).items()).await;
    assert_eq!(count, 1);
    assert!(error.contains("no `id`"), "{error}");
}

/// A list may become shorter while it is read, and pages may be empty in the middle of it.
#[tokio::test]
async fn what_services_do() {
    let server = Server::new(
        |number, _| json!({"items": items(number * 2, if number < 2 { number * 2 + 2 } else { 0 }), "total": 7}),
    );
    assert_eq!(ids(server.call(&OFFSET_TOTAL).items()).await.unwrap(), expected(4));
    let server = Server::new(|number, _| {
        let next = (number < 3).then(|| format!("m-{number}"));
        json!({"items": if number == 1 { json!([]) } else { items(number, number + 1) }, "page_info": {"next_marker": next}})
    });
    assert_eq!(ids(server.call(&MARKER_FIELD).items()).await.unwrap(), ["id-000", "id-002", "id-003"]);
    // Everything at once, whatever was asked for.
    let server = Server::new(|_, _| json!({"items": items(0, 9), "total": "9"}));
    assert_eq!(ids(server.call(&PAGE_TOTAL).items()).await.unwrap(), expected(9));
    assert_eq!(server.made(), 1);
    for nothing in [json!({"items": null}), json!({"items": ""}), json!({}), json!({"status": 204})] {
        let server = Server::new(move |_, _| nothing.clone());
        assert_eq!(ids(server.call(&MARKER_ITEM).items()).await.unwrap(), expected(0));
        assert_eq!(server.made(), 1);
    }
    let server =
        Server::new(|number, _| json!({"items": if number == 0 { json!({"id": "id-000"}) } else { json!([]) }}));
    assert_eq!(ids(server.call(&OFFSET).items()).await.unwrap(), expected(1));
    assert_eq!(server.asked("offset"), ["-", "1"]);
}

#[tokio::test]
async fn an_error_ends_the_list() {
    let server = Server::new(|number, _| {
        if number == 1 {
            json!({"status": 404})
        } else {
            json!({"items": items(0, 2), "page_info": {"next_marker": "m"}})
        }
    });
    let mut items = server.call(&MARKER_FIELD).items();
    assert!(items.next().await.unwrap().is_ok());
    assert!(items.next().await.unwrap().is_ok());
    assert_eq!(items.next().await.unwrap().unwrap_err().status(), Some(404));
    assert!(items.next().await.is_none());
    let server = Server::new(|_, _| json!({"items": 17}));
    let mut pages = server.call(&MARKER_FIELD).pages();
    assert!(pages.next().await.unwrap().unwrap_err().is_decode());
    assert!(pages.next().await.is_none());
    let error = server.call(&LIST_STATIC).items().next().await.unwrap().unwrap_err();
    assert!(error.is_paging(), "{error}");
}

static LIST_STATIC: Operation = LIST;

/// A list that is asked for with a body.
#[tokio::test]
async fn bodies_say_where_to_go_on() {
    static NUMBER: Operation = Operation::new(&SERVICE, "list_items", "POST", "/items", &[])
        .object()
        .paging(Paging::offset(Body, "offset", true).items(&["items"]).total(&["total"]));
    static TEXT: Operation = Operation::new(&SERVICE, "list_items", "POST", "/items", &[])
        .object()
        .paging(Paging::offset(Body, "offset", true).as_text().items(&["items"]).total(&["total"]));
    for (operation, second) in [(&NUMBER, json!(2)), (&TEXT, json!("2"))] {
        let server = Server::new(|number, _| json!({"items": items(number * 2, number * 2 + 2), "total": 4}));
        let ListItems(call) = server.call(operation);
        let call = ListItems(call.field("limit", 2_i64).field("tag", "a".to_owned()));
        assert_eq!(ids(call.items()).await.unwrap(), expected(4));
        let bodies: Vec<Value> = server.requests.lock().unwrap().iter().map(|request| request.body.clone()).collect();
        assert_eq!(bodies, [json!({"limit": 2, "tag": "a"}), json!({"limit": 2, "tag": "a", "offset": second})]);
    }
}

#[cfg(feature = "blocking")]
#[test]
fn without_async() {
    let server = service(&PAGE_TOTAL, 9, 2);
    let ids: Result<Vec<String>, Error> =
        server.call(&PAGE_TOTAL).blocking().items().map(|item| Ok(item?.id.unwrap())).collect();
    assert_eq!(ids.unwrap(), expected(9));
    let pages: Vec<usize> = server.call(&PAGE_TOTAL).blocking().pages().map(|page| page.unwrap().items.len()).collect();
    assert_eq!(pages, [4, 4, 1]);
    let items: Vec<_> = server.call(&PAGE_TOTAL).blocking().items().with_max_pages(2).collect();
    assert_eq!(items.len(), 9);
    let error = items.into_iter().next_back().unwrap().unwrap_err();
    assert!(error.is_paging() && error.to_string().contains("more than 2 pages"), "{error}");
    let pages: Vec<_> = server.call(&PAGE_TOTAL).blocking().pages().with_max_pages(1).collect();
    assert!(matches!(pages.as_slice(), [Ok(_), Err(error)] if error.is_paging()));
}

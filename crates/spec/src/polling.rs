//! How to ask how far the work of an asynchronous operation has come: with which operation, which ids, and what its states mean.
//!
//! The operation is in specs, because a sentence of the page names it ([`Operation::polls`]); the rest is derived from the rows of both
//! operations by the words in `data/states.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::*;

/// How to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polling {
    /// The name of the operation to call.
    pub operation: String,
    /// A value for each placeholder of its path but the project's, in order.
    pub arguments: Vec<Argument>,
    /// The states, where the page of that operation lists them.
    pub states: Option<States>,
}

/// A value for a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The placeholder.
    pub placeholder: String,
    /// Where its value stands.
    pub from: Origin,
}

/// Where the value of a placeholder stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In the response of the call that started the work, in this field.
    Response(String),
    /// In the path of the call that started the work, under this placeholder.
    Path(String),
}

/// What the values of a status mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    /// The field of the response.
    pub field: String,
    /// The work is done.
    pub success: Vec<String>,
    /// The work has failed.
    pub failure: Vec<String>,
    /// The work goes on.
    pub progress: Vec<String>,
    /// The page lists these as well, and no word tells what they mean.
    pub unknown: Vec<String>,
}

/// The placeholder that the client fills by itself.
const PROJECT: &str = "project_id";

/// How to ask how far the work of an operation has come. `find` gives an operation by its name.
///
/// Of several operations that the page names, the one that takes most of the ids is the one for this work; the others are lists.
pub fn polling<'a>(operation: &Operation, find: impl Fn(&str) -> Option<&'a Operation>) -> Option<Polling> {
    let mut best: Option<(usize, Polling)> = None;
    for poll in &operation.polls {
        let Some(asked) = find(&poll.operation) else { continue };
        let Some(arguments) = arguments(operation, asked) else { continue };
        if arguments.is_empty() || best.as_ref().is_some_and(|(known, _)| *known >= arguments.len()) {
            continue;
        }
        best = Some((arguments.len(), Polling { operation: asked.name.clone(), arguments, states: states(asked) }));
    }
    best.map(|(_, polling)| polling)
}

/// A value for each placeholder; `None` if one of them stands nowhere.
fn arguments(operation: &Operation, asked: &Operation) -> Option<Vec<Argument>> {
    let own = operation.placeholders();
    let field =
        |name: &str| answers(operation).map(|row| &row.name).find(|known| squeeze(known) == squeeze(name)).cloned();
    let mut id = field("id");
    let argument = |name: &str| {
        // The id of what was just made stands in the response, even where the path has one of the same name.
        let from = if let Some(field) = field(name) {
            Origin::Response(field)
        } else if let Some(own) = own.iter().find(|own| squeeze(own) == squeeze(name)) {
            Origin::Path((*own).to_string())
        } else {
            // What was made may call its id just `id`; only one placeholder can mean it.
            Origin::Response(id.take().filter(|_| squeeze(name).ends_with("id"))?)
        };
        Some(Argument { placeholder: name.to_string(), from })
    };
    asked.placeholders().into_iter().filter(|name| *name != PROJECT).map(argument).collect()
}

/// The top-level fields of a successful response.
fn answers(operation: &Operation) -> impl Iterator<Item = &Row> {
    let success = |table: &&Table| !table.array && table.status.is_none_or(|status| (200..300).contains(&status));
    operation.tables_of(Role::Response).filter(success).flat_map(|table| &table.rows)
}

/// The states that an operation tells, where its page lists at least one for success and one for failure.
pub fn states(asked: &Operation) -> Option<States> {
    let rows = answers(asked).filter(|row| is_status(&row.name));
    let row = rows.min_by_key(|row| words("fields").iter().position(|word| *word == squeeze(&row.name)))?;
    let listed = row.facts.values.as_ref().or(row.facts.states.as_ref())?;
    let mut all: Vec<&String> = Vec::new();
    for value in listed.values().into_iter().flat_map(|(_, values)| values) {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    let of =
        |class: Option<Class>| all.iter().filter(|word| self::class(word) == class).map(ToString::to_string).collect();
    let states = States {
        field: row.name.clone(),
        success: of(Some(Class::Success)),
        failure: of(Some(Class::Failure)),
        progress: of(Some(Class::Progress)),
        unknown: of(None),
    };
    (!states.success.is_empty() && !states.failure.is_empty()).then_some(states)
}

/// Whether a field of this name says how far work has come.
pub fn is_status(name: &str) -> bool {
    words("fields").contains(&squeeze(name))
}

/// What a state means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The work is done.
    Success,
    /// The work has failed.
    Failure,
    /// The work goes on.
    Progress,
}

/// What a state means; `None` if no word tells.
pub fn class(state: &str) -> Option<Class> {
    let state = squeeze(state);
    let lists = [("success", Class::Success), ("failure", Class::Failure), ("progress", Class::Progress)];
    lists.iter().find(|(key, _)| words(key).contains(&state)).map(|(_, class)| *class)
}

static KNOWN: LazyLock<HashMap<String, Vec<String>>> =
    LazyLock::new(|| crate::facts::lists(include_str!("../data/states.toml")).into_iter().collect());

fn words(key: &str) -> &'static [String] {
    KNOWN.get(key).map(Vec::as_slice).unwrap_or_default()
}

fn squeeze(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Gives the polls of operations that have names the names of the operations that they mean. One whose page documents no operation of the
/// service is taken away; pages that mean the same operation become one.
pub fn settle(operations: &mut [Operation]) {
    let mut by_page: HashMap<String, String> = HashMap::new();
    for operation in operations.iter() {
        for source in operation.pages() {
            by_page.entry(source.file.clone()).or_insert_with(|| operation.name.clone());
        }
    }
    for operation in operations {
        let mut settled: Vec<Poll> = Vec::new();
        for mut poll in std::mem::take(&mut operation.polls) {
            if !poll.page.is_empty() {
                let Some(name) = by_page.get(&poll.page) else { continue };
                poll.operation.clone_from(name);
                poll.page.clear();
            }
            match settled.iter_mut().find(|known| known.operation == poll.operation) {
                Some(known) => known.at.extend(poll.at),
                None if poll.operation != operation.name => settled.push(poll),
                None => {}
            }
        }
        operation.polls = settled;
    }
}

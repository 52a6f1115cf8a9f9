//! What follows the answer to a call: the next pieces of a list, or waiting for the work that was started.
//!
//! What the pages say comes from `paging` and `polling` of the specs; here it is brought together with the types and names in Rust. Where the two do
//! not fit there is neither `pages` nor `wait`, because a loop of the caller's own is better than a wrong one.

use std::collections::BTreeMap;

use tablature_spec::model::{Claim, Literal, Role};
use tablature_spec::paging::{self, Paging, Step};
use tablature_spec::polling::{self, Origin, Polling, States};

use crate::resolve::{Body, Operation, Parameter, Resolved, Type};

/// What follows the answers of the operations of a service.
pub struct Following<'a> {
    resolved: &'a Resolved<'a>,
    /// Operations by their names in specs.
    by_name: BTreeMap<&'a str, usize>,
    /// How the work of an operation is asked for.
    polled: Vec<Option<Polling>>,
    /// Whether an operation is asked for the work of others, and its states are known.
    asked: Vec<bool>,
}

/// A list that comes piece by piece.
pub struct List {
    /// How it is asked for.
    pub paging: Paging,
    /// The parameter is declared as text although it holds a number.
    pub text: bool,
    /// How many items a page has where the number of the page is given.
    pub size: Option<i64>,
    /// The items.
    pub items: Items,
}

/// Where the items of a page are.
pub enum Items {
    /// The response has a field for them, which is an array of that type.
    Field(String, Type),
    /// The response is an array of that type.
    Whole(Type),
    /// The response has no array in their place, because the sources do not agree.
    Unknown,
}

/// Work that is waited for.
pub struct Wait<'a> {
    /// The operation that is asked.
    pub asked: &'a Operation<'a>,
    /// A value for each of its path ids.
    pub arguments: Vec<(String, Origin)>,
    /// Query parameters and headers that both operations have.
    pub shared: Vec<&'a str>,
    /// Its states are known.
    pub states: bool,
}

impl<'a> Following<'a> {
    /// Looks at all operations.
    pub fn new(resolved: &'a Resolved<'a>) -> Following<'a> {
        let operations = &resolved.operations;
        let names = operations.iter().enumerate();
        let by_name: BTreeMap<&str, usize> =
            names.map(|(index, operation)| (operation.spec.operation.name.as_str(), index)).collect();
        let find = |name: &str| {
            let operation = operations.get(*by_name.get(name)?)?;
            is_asked_by_path(operation).then_some(&operation.spec.operation)
        };
        let polled: Vec<Option<Polling>> =
            operations.iter().map(|operation| polling::polling(&operation.spec.operation, find)).collect();
        let mut asked = vec![false; operations.len()];
        for polling in polled.iter().flatten().filter(|polling| polling.states.is_some()) {
            if let Some(place) = by_name.get(polling.operation.as_str()).and_then(|index| asked.get_mut(*index)) {
                *place = true;
            }
        }
        Following { resolved, by_name, polled, asked }
    }

    /// How a list is followed.
    pub fn list(&self, operation: &Operation<'_>) -> Option<List> {
        let paging = paging::paging(&operation.spec.operation)?;
        let (step, Some(slot)) = (&paging.step, parameter(&paging, operation)) else { return None };
        // What counts nobody knows, and nothing would show that items are missing.
        if matches!(step, Step::Offset { stated: false, .. }) && paging.total.is_none() {
            return None;
        }
        let items = self.items(operation, &paging.items);
        let size = matches!(step, Step::Page { .. }).then(|| size(operation, &paging)).flatten();
        Some(List { text: slot == Type::Text, size, items, paging })
    }

    fn items(&self, operation: &Operation<'_>, path: &[String]) -> Items {
        match (path, &operation.response) {
            ([], Type::List(item)) => Items::Whole((**item).clone()),
            ([field], Type::Struct(index)) => {
                let fields = self.resolved.structs.get(*index).map(|item| item.fields.as_slice()).unwrap_or_default();
                match fields.iter().find(|known| known.wire == field) {
                    Some(field) => match &field.kind {
                        Type::List(item) if !field.boxed => Items::Field(field.name.clone(), (**item).clone()),
                        _ => Items::Unknown,
                    },
                    None => Items::Unknown,
                }
            }
            _ => Items::Unknown,
        }
    }

    /// How the work of an operation is waited for; the operation that is asked can be waited for as well, by who knows its ids.
    pub fn wait(&self, operation: &Operation<'_>) -> Option<Wait<'a>> {
        let index = *self.by_name.get(operation.spec.operation.name.as_str())?;
        if let Some(polling) = self.polled.get(index)?.as_ref() {
            let asked =
                self.by_name.get(polling.operation.as_str()).and_then(|index| self.resolved.operations.get(*index))?;
            let arguments =
                polling.arguments.iter().map(|argument| (argument.placeholder.clone(), argument.from.clone()));
            let shared = shared(operation, asked);
            return Some(Wait { asked, arguments: arguments.collect(), shared, states: polling.states.is_some() });
        }
        if !self.is_asked(operation) {
            return None;
        }
        let asked = self.resolved.operations.get(index)?;
        let arguments = asked.path.iter().map(|id| (id.wire.to_string(), Origin::Path(id.wire.to_string())));
        Some(Wait { asked, arguments: arguments.collect(), shared: shared(asked, asked), states: true })
    }

    /// The states that an operation tells of the work of others.
    pub fn states(&self, operation: &Operation<'_>) -> Option<States> {
        self.is_asked(operation).then(|| polling::states(&operation.spec.operation)).flatten()
    }

    fn is_asked(&self, operation: &Operation<'_>) -> bool {
        let index = self.by_name.get(operation.spec.operation.name.as_str());
        index.and_then(|index| self.asked.get(*index)).is_some_and(|asked| *asked)
    }
}

/// The query parameters and headers that both operations have: a workspace, for one.
fn shared<'a>(operation: &Operation<'_>, asked: &Operation<'a>) -> Vec<&'a str> {
    let same = |a: &Parameter<'_>, b: &Parameter<'_>| a.location == b.location && a.wire.eq_ignore_ascii_case(b.wire);
    let both = asked.parameters.iter().filter(|known| operation.parameters.iter().any(|own| same(own, known)));
    both.map(|parameter| parameter.wire).collect()
}

/// Whether the ids of its path are all that an operation must be given.
fn is_asked_by_path(operation: &Operation<'_>) -> bool {
    let body = match &operation.body {
        Body::None => false,
        Body::Fields(fields) => fields.iter().any(|field| field.mandatory),
        Body::Form(..) | Body::Whole(..) | Body::Bytes(..) => true,
    };
    !body && !operation.parameters.iter().any(|parameter| parameter.mandatory) && operation.response != Type::Unit
}

/// The type of the parameter by which a list goes on, if the call has a setter for it.
fn parameter(paging: &Paging, operation: &Operation<'_>) -> Option<Type> {
    let parameter = match &paging.step {
        Step::Offset { parameter, .. } | Step::Page { parameter, .. } | Step::Marker { parameter, .. } => parameter,
    };
    match (parameter.role, &operation.body) {
        (Role::Body, Body::Fields(fields)) => {
            fields.iter().find(|field| field.wire == parameter.name).map(|field| field.kind.clone())
        }
        (Role::Body, _) => None,
        _ => operation.parameters.iter().find(|known| known.wire == parameter.name).map(|known| known.kind.clone()),
    }
}

/// How many items the pages say that a page has: what they call the default, else the most that they allow.
fn size(operation: &Operation<'_>, paging: &Paging) -> Option<i64> {
    let spec = &operation.spec.operation;
    let mut rows = spec.tables_of(paging.limit.role).flat_map(|table| &table.rows);
    let facts = &rows.find(|row| row.name == paging.limit.name)?.facts;
    let number = |claim: &Option<Claim<Literal>>| -> Option<i64> {
        claim.as_ref()?.agreed()?.parse().ok().filter(|number| *number > 0)
    };
    match (number(&facts.default), number(&facts.max)) {
        (Some(default), Some(most)) => Some(default.min(most)),
        (default, most) => default.or(most),
    }
}

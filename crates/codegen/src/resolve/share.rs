//! Types that several operations have in common, and the names of all types.
//!
//! **What is one type.** Two tables are one type if they have the same name and the same fields: wire names in the same order, and types, down to
//! the last table below. On the side of the request the mandatory flags must be the same too, because they are checked. A type that a request and a
//! response have in common is one, if the same is true of all types in it. The type of a whole body belongs to its operation alone, and so do types that hold each other in a circle. Enums are one
//! if field, table and values are the same. What the pages say besides (limits, defaults) may differ from operation to operation; the rustdoc then says both.
//!
//! **Names.** A type is called as the page calls the table; an enum by the table and the field (`JobStatus`), or by the field alone where that is a
//! parameter or lies in a whole body. Where several types want one name, it goes to the one that most operations use, those of responses
//! first, and among equals to the one that comes first in the index. The first of those that only requests use gets `Request` behind the name
//! (`TagRequest`). All others get the name of their first operation in front (`CreateServerTag`).

use std::collections::BTreeMap;

use super::operation::{Draft, DraftEnum, DraftStruct, Label};
use super::{Body, Enum, Field, Operation, Side, Struct, Type, Usage};
use crate::ident::{Names, Style, identifier};

/// The operations of a service with types that they share.
pub(super) struct Shared<'a> {
    pub operations: Vec<Operation<'a>>,
    pub structs: Vec<Struct<'a>>,
    pub enums: Vec<Enum>,
}

/// How many other things may be said of a field of a shared type.
const MAX_OTHER_ROWS: usize = 3;

/// Finds what is one type, and names everything.
pub(super) fn share<'a>(drafts: Vec<Draft<'a>>, names: &mut Names) -> Shared<'a> {
    let mut enums = enums(&drafts);
    let classes = Classes::of(&drafts, &enums.of);
    let prefixes: Vec<String> =
        drafts.iter().map(|draft| draft.operation.builder.trim_end_matches('_').to_string()).collect();
    let mut wishes: Vec<Wish<'_>> = Vec::new();
    for (index, class) in classes.list.iter().enumerate() {
        match &class.label {
            Label::Whole(name) => wishes.push(Wish { whole: true, ..Wish::new(name, index, &class.users) }),
            Label::Table(name) => {
                wishes.push(Wish { request: class.usage == Usage::Request, ..Wish::new(name, index, &class.users) })
            }
        }
    }
    let struct_names = assign(wishes, names, &prefixes);
    let wanted: Vec<String> = enums.list.iter().map(|(item, _)| enum_name(item)).collect();
    let wishes = wanted.iter().zip(&enums.list).enumerate();
    let wishes = wishes.map(|(index, (name, (_, users)))| Wish::new(name, index, users)).collect();
    let enum_names = assign(wishes, names, &prefixes);

    let mut drafts = drafts;
    let structs = classes.list.iter().zip(struct_names).map(|(class, name)| Struct {
        name,
        usage: class.usage,
        fields: fields(class, &drafts, &classes, &enums),
        tables: class
            .members
            .first()
            .and_then(|at| draft_struct(&drafts, *at))
            .map_or(Vec::new(), |item| item.tables.clone()),
        users: class.users.clone(),
    });
    let structs: Vec<Struct<'a>> = structs.collect();
    let operations = drafts.iter_mut().enumerate().map(|(index, draft)| {
        let place = Placed { classes: &classes, enums: &enums, draft: index };
        let operation = &mut draft.operation;
        for parameter in operation.path.iter_mut().chain(&mut operation.parameters) {
            place.kind(&mut parameter.kind);
        }
        place.kind(&mut operation.response);
        match &mut operation.body {
            Body::Fields(fields) => fields.iter_mut().for_each(|field| place.kind(&mut field.kind)),
            Body::Whole(_, kind) => place.kind(kind),
            Body::None | Body::Form(..) | Body::Bytes(..) => {}
        }
    });
    operations.for_each(drop);
    let list = std::mem::take(&mut enums.list).into_iter().zip(enum_names);
    let enums = list.map(|((item, users), name)| Enum { name, field: item.field, variants: item.variants, users });
    Shared { structs, enums: enums.collect(), operations: drafts.into_iter().map(|draft| draft.operation).collect() }
}

fn draft_struct<'d, 'a>(drafts: &'d [Draft<'a>], (draft, index): (usize, usize)) -> Option<&'d DraftStruct<'a>> {
    drafts.get(draft)?.structs.get(index)
}

/// The enums of all drafts, each once, with the operations that use it.
struct Enums {
    list: Vec<(DraftEnum, Vec<usize>)>,
    /// Which of the list each enum of each draft is.
    of: Vec<Vec<usize>>,
}

fn enums(drafts: &[Draft<'_>]) -> Enums {
    let mut known: BTreeMap<&DraftEnum, usize> = BTreeMap::new();
    let mut out = Enums { list: Vec::new(), of: Vec::with_capacity(drafts.len()) };
    for (number, draft) in drafts.iter().enumerate() {
        let mut own = Vec::with_capacity(draft.enums.len());
        for item in &draft.enums {
            let index = *known.entry(item).or_insert_with(|| {
                out.list.push((item.clone(), Vec::new()));
                out.list.len() - 1
            });
            if let Some((_, users)) = out.list.get_mut(index) {
                push_new(users, number);
            }
            own.push(index);
        }
        out.of.push(own);
    }
    out
}

fn enum_name(item: &DraftEnum) -> String {
    format!("{}{}", item.owner, identifier(&item.field, Style::Pascal))
}

/// Appends the number of an operation, which is not smaller than those before it.
fn push_new(users: &mut Vec<usize>, number: usize) {
    if users.last() != Some(&number) {
        users.push(number);
    }
}

/// Types that are one.
struct Class {
    label: Label,
    usage: Usage,
    /// Draft and struct of each occurrence, those of the request first if there are both.
    members: Vec<(usize, usize)>,
    users: Vec<usize>,
}

struct Classes {
    list: Vec<Class>,
    /// Which of the list each struct of each draft is.
    of: Vec<Vec<usize>>,
}

/// What makes a shape: a label, the fields, and for a part of a circle of types the one place where it stands.
type ShapeKey<'k> = (&'k Label, Vec<(&'k str, Type, bool)>, Option<(usize, usize)>);

/// Shapes of structs, and for requests what has to be set.
#[derive(Default)]
struct Shapes<'k> {
    known: BTreeMap<ShapeKey<'k>, usize>,
    /// The shapes below each shape. They were found before it, but for the shape itself.
    below: Vec<Vec<usize>>,
    /// What is mandatory in a shape and the shapes below: a number for each way.
    demands: BTreeMap<(usize, Vec<bool>, Vec<usize>), usize>,
    /// The shape of each demand.
    of_demand: Vec<usize>,
    /// Whether responses have each shape.
    in_response: Vec<bool>,
}

/// A struct of a draft after the walk.
#[derive(Clone, Copy, PartialEq)]
struct Found {
    shape: usize,
    demand: Option<usize>,
}

/// Stands for the struct itself in its own shape.
const ITSELF: usize = usize::MAX;

impl Classes {
    fn of(drafts: &[Draft<'_>], enums: &[Vec<usize>]) -> Classes {
        let mut shapes = Shapes::default();
        let mut found: Vec<Vec<Option<Found>>> = Vec::with_capacity(drafts.len());
        for (number, draft) in drafts.iter().enumerate() {
            let mut walk = Walk {
                number,
                structs: &draft.structs,
                enums: enums.get(number).map_or(&[], Vec::as_slice),
                depth: vec![None; draft.structs.len()],
                found: vec![None; draft.structs.len()],
            };
            // The fields of a body are setters of the call, so the struct that holds them is only a type if something refers to it.
            let roots = walk.roots(&draft.operation);
            for root in roots {
                walk.visit(root, 0, &mut shapes);
            }
            found.push(walk.found);
        }
        let merged = shapes.merged();
        let mut list: Vec<Class> = Vec::new();
        // Requests first, so that their mandatory flags are the class's.
        let mut of: Vec<Vec<usize>> = drafts.iter().map(|draft| vec![usize::MAX; draft.structs.len()]).collect();
        let mut by_key: BTreeMap<(usize, Option<usize>), usize> = BTreeMap::new();
        for side in [Side::Request, Side::Response] {
            for (number, (draft, found)) in drafts.iter().zip(&found).enumerate() {
                for (index, (item, found)) in draft.structs.iter().zip(found).enumerate() {
                    let Some(found) = found.filter(|_| item.side == side) else { continue };
                    let both = merged.get(found.shape).copied().unwrap_or_default();
                    let key = (found.shape, if both { None } else { found.demand });
                    let usage = match (both, side) {
                        (true, _) => Usage::Both,
                        (false, Side::Request) => Usage::Request,
                        (false, Side::Response) => Usage::Response,
                    };
                    let class = *by_key.entry(key).or_insert_with(|| {
                        list.push(Class { label: item.label.clone(), usage, members: Vec::new(), users: Vec::new() });
                        list.len() - 1
                    });
                    if let Some(class) = list.get_mut(class) {
                        class.members.push((number, index));
                    }
                    if let Some(slot) = of.get_mut(number).and_then(|own| own.get_mut(index)) {
                        *slot = class;
                    }
                }
            }
        }
        for class in &mut list {
            class.users = class.members.iter().map(|(draft, _)| *draft).collect();
            class.users.sort_unstable();
            class.users.dedup();
        }
        Classes { list, of }
    }
}

impl Shapes<'_> {
    /// The shapes that requests and responses have as one type.
    fn merged(&self) -> Vec<bool> {
        let mut demands = vec![0usize; self.below.len()];
        for shape in &self.of_demand {
            if let Some(count) = demands.get_mut(*shape) {
                *count += 1;
            }
        }
        let mut merged: Vec<bool> = Vec::with_capacity(self.below.len());
        for (shape, below) in self.below.iter().enumerate() {
            let one = demands.get(shape) == Some(&1) && self.in_response.get(shape) == Some(&true);
            let fits = |inner: &usize| *inner == ITSELF || merged.get(*inner).copied().unwrap_or_default();
            merged.push(one && below.iter().all(fits));
        }
        merged
    }
}

/// The walk through the structs of a draft, from the inside out. The depth is bounded by [`super::operation`].
struct Walk<'k, 'a> {
    number: usize,
    structs: &'k [DraftStruct<'a>],
    enums: &'k [usize],
    /// Where each struct stands on the way from the root to the present one.
    depth: Vec<Option<usize>>,
    found: Vec<Option<Found>>,
}

impl<'k> Walk<'k, '_> {
    fn roots(&self, operation: &Operation<'_>) -> Vec<usize> {
        let mut kinds: Vec<&Type> = vec![&operation.response];
        match &operation.body {
            Body::Fields(fields) => kinds.extend(fields.iter().map(|field| &field.kind)),
            Body::Whole(_, kind) => kinds.push(kind),
            Body::None | Body::Form(..) | Body::Bytes(..) => {}
        }
        let inner = kinds.into_iter().filter_map(|kind| match kind.innermost() {
            Type::Struct(index) => Some(*index),
            _ => None,
        });
        inner.collect()
    }

    /// Finds the shape of a struct, and gives the least depth to which something below it leads back.
    fn visit(&mut self, index: usize, depth: usize, shapes: &mut Shapes<'k>) -> usize {
        let Some(item) = self.structs.get(index).filter(|_| self.found.get(index) == Some(&None)) else { return depth };
        set(&mut self.depth, index, Some(depth));
        let mut lowest = depth;
        let mut fields = Vec::with_capacity(item.fields.len());
        let mut below = Vec::new();
        let mut demands = Vec::new();
        for field in &item.fields {
            let mut kind = field.kind.clone();
            match kind.innermost_mut() {
                Type::Enum(own) => *own = self.enums.get(*own).copied().unwrap_or_default(),
                Type::Struct(target) => {
                    let at = *target;
                    match self.depth.get(at).copied().flatten() {
                        Some(up) => {
                            lowest = lowest.min(up);
                            *target = ITSELF;
                            below.push(ITSELF);
                        }
                        None => {
                            lowest = lowest.min(self.visit(at, depth + 1, shapes));
                            let found = self.found.get(at).copied().flatten();
                            *target = found.map_or(ITSELF, |found| found.shape);
                            below.push(*target);
                            demands.extend(found.and_then(|found| found.demand));
                        }
                    }
                }
                _ => {}
            }
            fields.push((field.wire, kind, field.boxed));
        }
        set(&mut self.depth, index, None);
        let alone = (lowest < depth).then_some((self.number, index));
        let next = shapes.below.len();
        let shape = *shapes.known.entry((&item.label, fields, alone)).or_insert(next);
        if shape == next {
            shapes.below.push(below);
            shapes.in_response.push(false);
        }
        let demand = match item.side {
            Side::Response => {
                set(&mut shapes.in_response, shape, true);
                None
            }
            Side::Request => {
                let next = shapes.of_demand.len();
                let flags = item.fields.iter().map(|field| field.mandatory).collect();
                let demand = *shapes.demands.entry((shape, flags, demands)).or_insert(next);
                if demand == next {
                    shapes.of_demand.push(shape);
                }
                Some(demand)
            }
        };
        set(&mut self.found, index, Some(Found { shape, demand }));
        lowest
    }
}

fn set<T>(values: &mut [T], at: usize, value: T) {
    if let Some(slot) = values.get_mut(at) {
        *slot = value;
    }
}

/// Turns the types of a draft into types of the service.
struct Placed<'p> {
    classes: &'p Classes,
    enums: &'p Enums,
    draft: usize,
}

impl Placed<'_> {
    fn kind(&self, kind: &mut Type) {
        let (of, index) = match kind.innermost_mut() {
            Type::Struct(index) => (&self.classes.of, index),
            Type::Enum(index) => (&self.enums.of, index),
            _ => return,
        };
        *index = of.get(self.draft).and_then(|own| own.get(*index)).copied().unwrap_or(usize::MAX);
    }
}

/// The fields of the first member, with what other members say of them.
fn fields<'a>(class: &Class, drafts: &[Draft<'a>], classes: &Classes, enums: &Enums) -> Vec<Field<'a>> {
    let Some(&first) = class.members.first() else { return Vec::new() };
    let mut fields = draft_struct(drafts, first).map_or(Vec::new(), |item| item.fields.clone());
    let place = Placed { classes, enums, draft: first.0 };
    for field in &mut fields {
        place.kind(&mut field.kind);
    }
    for other in class.members.iter().skip(1).filter_map(|at| draft_struct(drafts, *at)) {
        for (field, other) in fields.iter_mut().zip(&other.fields) {
            for row in &other.rows {
                let same = |known: &&super::Row| {
                    known.kind == row.kind && known.mandatory == row.mandatory && known.facts == row.facts
                };
                if field.rows.len() <= MAX_OTHER_ROWS && !field.rows.iter().any(same) {
                    field.rows.push(row);
                }
            }
        }
    }
    fields
}

/// What wants a name.
struct Wish<'w> {
    name: &'w str,
    index: usize,
    users: &'w [usize],
    whole: bool,
    request: bool,
}

impl<'w> Wish<'w> {
    fn new(name: &'w str, index: usize, users: &'w [usize]) -> Self {
        Wish { name, index, users, whole: false, request: false }
    }
}

/// Names by the rule above, in the order of the indices.
fn assign(wishes: Vec<Wish<'_>>, names: &mut Names, prefixes: &[String]) -> Vec<String> {
    let mut out = vec![String::new(); wishes.len()];
    let (whole, mut rest): (Vec<_>, Vec<_>) = wishes.into_iter().partition(|wish| wish.whole);
    let mut whole = whole;
    whole.sort_by_key(|wish| (wish.users.first().copied(), wish.index));
    for wish in whole {
        set(&mut out, wish.index, names.take(wish.name, Style::Pascal));
    }
    rest.sort_by_key(|wish| {
        (wish.name, wish.request, std::cmp::Reverse(wish.users.len()), wish.users.first().copied(), wish.index)
    });
    let mut late = Vec::new();
    let mut previous = ("", false);
    for wish in rest {
        let rank = (wish.name, wish.request);
        let first = previous != rank;
        let has_response = previous.0 == wish.name;
        previous = rank;
        let candidate = match (first, wish.request && has_response) {
            (false, _) => None,
            (true, false) => Some(wish.name.to_string()),
            (true, true) => Some(format!("{}Request", wish.name)),
        };
        match candidate.filter(|name| names.is_free(name, Style::Pascal)) {
            Some(name) => set(&mut out, wish.index, names.take(&name, Style::Pascal)),
            None => late.push(wish),
        }
    }
    late.sort_by_key(|wish| (wish.users.first().copied(), wish.index));
    for wish in late {
        let prefix = wish.users.first().and_then(|first| prefixes.get(*first)).map_or("", String::as_str);
        set(&mut out, wish.index, names.take(&format!("{prefix}{}", wish.name), Style::Pascal));
    }
    out
}

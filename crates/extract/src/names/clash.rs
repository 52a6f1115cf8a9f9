//! Telling operations apart that would share a name.
//!
//! Of these the first keeps the plain name: one that is not deprecated before one that is, then the shortest path, then
//! the lowest version. A page that is added may come before it and yet takes nothing away: names that specs already have
//! are kept. The others get the smallest suffix of what only they have, tried in the order of [`Kind`]; true copies, which
//! have nothing of their own, are numbered in the order of their page ids and files.

use std::collections::{BTreeMap, BTreeSet};

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::model::{Claim, Operation, Role};

use super::{LONGEST, is_common, is_version, name, singular_last, singular_of, sound, title_words, version, words_of};

/// Larger groups are told apart by single features only, so that the time stays bounded.
const MAX_GROUP: usize = 200;
/// The most features of an operation that are combined.
const MAX_FEATURES: usize = 16;
/// The most top-level body fields that are looked at.
const MAX_FIELDS: usize = 100;

/// What can tell operations apart, the most readable first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Noun,
    Version,
    Query,
    Placeholder,
    Title,
    Value,
    Field,
    Media,
    /// A noun that the name has already, in another place.
    Again,
    Method,
}

/// Something that an operation has and another one may lack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Feature {
    kind: Kind,
    /// Where it stands in a suffix among others of its kind.
    position: usize,
    /// What is compared.
    key: String,
    /// What a suffix says.
    shown: String,
}

/// Gives every operation a name of its own; none has one yet.
pub fn assign(operations: &mut [Operation]) {
    assign_keeping(operations, &[]);
}

/// Gives every operation a name of its own. Operation `i` keeps `kept[i]`, the name under which its callers know it; the
/// others get names by the rule, and never one that is kept. Of two operations that are to keep one name the first has it.
pub fn assign_keeping(operations: &mut [Operation], kept: &[Option<String>]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut names: Vec<Option<String>> = vec![None; operations.len()];
    for (slot, name) in names.iter_mut().zip(kept) {
        *slot = name.clone().filter(|name| taken.insert(name.clone()));
    }
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, operation) in operations.iter().enumerate() {
        groups.entry(name(operation)).or_default().push(at);
    }
    // What needs no suffix comes first, so that no suffix makes the plain name of another group.
    for (base, members) in &mut groups {
        members.sort_by_cached_key(|at| operations.get(*at).map(rank));
        let first = members.iter().find(|at| names.get(**at).is_some_and(Option::is_none));
        if let Some(slot) = first.and_then(|at| names.get_mut(*at))
            && taken.insert(base.clone())
        {
            *slot = Some(base.clone());
        }
    }
    for (base, members) in &groups {
        if members.iter().any(|at| names.get(*at).is_some_and(Option::is_none)) {
            tell_apart(base, members, operations, &mut names, &mut taken);
        }
    }
    for (operation, name) in operations.iter_mut().zip(names) {
        operation.name = name.unwrap_or_default();
    }
}

/// Pages of one source that document the same operation: same method, path, fixed query and title. `place` gives the place
/// of an operation in messages.
pub fn repeated(operations: &[Operation], place: impl Fn(&Operation) -> Place) -> Vec<Diagnostic> {
    let mut copies: BTreeMap<_, Vec<&Operation>> = BTreeMap::new();
    for operation in operations {
        for source in operation.pages() {
            copies.entry((identity(operation), source.name.as_str())).or_default().push(operation);
        }
    }
    let mut out = Vec::new();
    for ((_, source), mut members) in copies {
        members.sort_by_key(|operation| (operation.name.len(), operation.name.as_str(), pages(operation)));
        let Some((first, rest)) = members.split_first() else { continue };
        for other in rest {
            let message = format!(
                "method, path and title are those of `{}` on another page of {source}; both are kept",
                first.name
            );
            out.push(
                Diagnostic::new(&codes::OPERATION_REPEATED, place(other), message)
                    .related(place(first), "the other page")
                    .operation(other.name.as_str()),
            );
        }
    }
    out
}

/// Names the members of a group that have no name yet.
fn tell_apart(
    base: &str,
    members: &[usize],
    operations: &[Operation],
    names: &mut [Option<String>],
    taken: &mut BTreeSet<String>,
) {
    // Of true copies one speaks for all: one that has a name, else the first.
    let mut copies: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for at in members {
        if let Some(operation) = operations.get(*at) {
            copies.entry(identity(operation)).or_default().push(*at);
        }
    }
    let named = |names: &[Option<String>], at: usize| names.get(at).is_some_and(Option::is_some);
    let speakers: BTreeSet<usize> = copies
        .values()
        .filter_map(|copies| copies.iter().find(|at| named(names, **at)).or(copies.first()).copied())
        .collect();
    let order: Vec<usize> = members.iter().copied().filter(|at| speakers.contains(at)).collect();
    let features = features(base, &order, operations);
    for (position, at) in order.iter().enumerate() {
        if named(names, *at) {
            continue;
        }
        // Best is what no other has; where an operation has nothing more than a later one, the later one says more.
        let earlier = |other: usize| other < position || order.get(other).is_some_and(|at| named(names, *at));
        let found = suffixes(position, &features, |_| true)
            .chain(suffixes(position, &features, earlier))
            .map(|suffix| join(base, &suffix))
            .find(|name| !taken.contains(name));
        let name = found.unwrap_or_else(|| numbered(base, taken));
        taken.insert(name.clone());
        if let Some(slot) = names.get_mut(*at) {
            *slot = Some(name);
        }
    }
    for copies in copies.values() {
        let speaker = copies.iter().find(|at| speakers.contains(at));
        let Some(first) = speaker.and_then(|at| names.get(*at)?.clone()) else { continue };
        for at in copies {
            if let Some(slot) = names.get_mut(*at).filter(|name| name.is_none()) {
                let name = numbered(&first, taken);
                taken.insert(name.clone());
                *slot = Some(name);
            }
        }
    }
}

/// The suffixes that tell a member from the others that count, the shortest first.
fn suffixes<'a>(
    position: usize,
    features: &'a [Vec<Feature>],
    counts: impl Fn(usize) -> bool,
) -> impl Iterator<Item = String> + 'a {
    let own = features.get(position).map(Vec::as_slice).unwrap_or_default();
    let others: Vec<BTreeSet<(Kind, &str)>> = features
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != position && counts(*other))
        .map(|(_, features)| features.iter().map(|feature| (feature.kind, feature.key.as_str())).collect())
        .collect();
    let depth = if features.len() > MAX_GROUP { 1 } else { 3 };
    (1..=depth).flat_map(move |size| combinations(own.len().min(MAX_FEATURES), size)).filter_map(move |chosen| {
        let mut chosen: Vec<&Feature> = chosen.into_iter().filter_map(|at| own.get(at)).collect();
        let apart = others
            .iter()
            .all(|other| chosen.iter().any(|feature| !other.contains(&(feature.kind, feature.key.as_str()))));
        chosen.sort_by_key(|feature| (feature.kind, feature.position));
        apart.then(|| chosen.iter().map(|feature| feature.shown.as_str()).collect::<Vec<_>>().join("_"))
    })
}

/// All choices of one, two or three of `count` things, the first ones first.
fn combinations(count: usize, size: usize) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..size {
        out = out
            .into_iter()
            .flat_map(|chosen| {
                let from = chosen.last().map_or(0, |last| last + 1);
                (from..count).map(move |next| chosen.iter().copied().chain([next]).collect::<Vec<_>>())
            })
            .collect();
    }
    out
}

/// What each member has that not all of them have.
fn features(base: &str, order: &[usize], operations: &[Operation]) -> Vec<Vec<Feature>> {
    let base: BTreeSet<String> = words_of(base).iter().map(|word| singular_of(word)).collect();
    let mut all: Vec<Vec<Feature>> =
        order.iter().map(|at| operations.get(*at).map(|one| features_of(one, &base)).unwrap_or_default()).collect();
    let mut counts: BTreeMap<(Kind, String), usize> = BTreeMap::new();
    for feature in all.iter().flatten() {
        *counts.entry((feature.kind, feature.key.clone())).or_default() += 1;
    }
    for features in &mut all {
        features.retain(|feature| counts.get(&(feature.kind, feature.key.clone())).is_some_and(|n| *n < order.len()));
    }
    all
}

fn features_of(operation: &Operation, base: &BTreeSet<String>) -> Vec<Feature> {
    let mut out: Vec<Feature> = Vec::new();
    let mut add = |kind: Kind, position: usize, key: String, shown: String| {
        let new = !shown.is_empty() && !out.iter().any(|known| known.kind == kind && known.key == key);
        if new {
            out.push(Feature { kind, position, key, shown });
        }
    };
    let fresh = |words: Vec<String>| -> String {
        let fresh: Vec<String> =
            words.into_iter().filter(|word| word != "os" && !base.contains(&singular_of(word))).collect();
        fresh.join("_")
    };
    let segments: Vec<&str> = operation.path.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut again = Vec::new();
    // The segment next to the object says most about it.
    for (position, segment) in segments.iter().enumerate().rev() {
        if !segment.contains('{') && !is_version(segment) && *segment != "action" {
            let mut words = words_of(segment);
            singular_last(&mut words);
            let key = words.join("_");
            let shown = fresh(words);
            if shown.is_empty() {
                again.push((position, key));
            } else {
                add(Kind::Noun, position, key, shown);
            }
        }
    }
    if let Some(version) = version(&operation.path) {
        add(Kind::Version, 0, version.clone(), version);
    }
    for (position, (name, value)) in operation.fixed_query.iter().enumerate() {
        add(Kind::Query, position, format!("{name}={value}"), words_of(value).join("_"));
    }
    // Placeholders are compared by the segment before them: pages call one and the same thing differently.
    for (position, segment) in segments.iter().enumerate().rev() {
        if segment.contains('{') && !is_common(segment) {
            let before = position.checked_sub(1).and_then(|at| segments.get(at)).copied().unwrap_or_default();
            let mut words = words_of(segment);
            if words.len() > 1 && words.last().is_some_and(|last| last == "id" || last == "name") {
                words.pop();
            }
            let key = words_of(before).iter().map(|word| singular_of(word)).collect::<Vec<_>>().join("_");
            add(Kind::Placeholder, position, key, format!("by_{}", words.join("_")));
        }
    }
    for (position, word) in title_words(operation).into_iter().enumerate() {
        add(Kind::Title, position, singular_of(&word), fresh(vec![word]));
    }
    let rows = || operation.tables.iter().filter(|table| table.role == Role::Body).flat_map(|table| &table.rows);
    for (position, row) in rows().take(MAX_FIELDS).enumerate() {
        let values = row.facts.values.as_ref().and_then(Claim::first).map(Vec::as_slice);
        if let Some([value]) = values {
            add(Kind::Value, position, format!("{}={value}", row.name), fresh(words_of(value)));
        }
    }
    for (position, row) in rows().take(MAX_FIELDS).enumerate() {
        add(Kind::Field, position, row.name.clone(), fresh(words_of(&row.name)));
    }
    if let Some(media) = &operation.media_type {
        let kind = media.rsplit('/').next().unwrap_or(media);
        add(Kind::Media, 0, media.clone(), fresh(words_of(kind)));
    }
    for (position, key) in again {
        add(Kind::Again, position, key.clone(), key);
    }
    add(Kind::Method, 0, operation.method.clone(), operation.method.to_lowercase());
    out
}

/// A name with a suffix; the name gives way where both are too long together.
fn join(base: &str, suffix: &str) -> String {
    let suffix = suffix.get(..LONGEST / 2).unwrap_or(suffix);
    let mut base = base;
    while base.len() + 1 + suffix.len() > LONGEST {
        base = base.rsplit_once('_').map_or(base.get(..LONGEST / 2).unwrap_or_default(), |(front, _)| front);
    }
    sound(&format!("{base}_{suffix}"))
}

/// The first number behind a name that makes it new.
fn numbered(base: &str, taken: &BTreeSet<String>) -> String {
    (2..=taken.len() + 2)
        .map(|number| join(base, &number.to_string()))
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}

/// The order in which operations of one name come.
fn rank(operation: &Operation) -> (bool, usize, Vec<u32>, usize, Vec<String>, Vec<String>) {
    let segments = operation.path.split('/').filter(|segment| !segment.is_empty() && !is_version(segment)).count();
    let version = version(&operation.path).unwrap_or_default();
    let version = version.trim_start_matches('v').split('_').map(|part| part.parse().unwrap_or(0)).collect();
    let rest = operation.fixed_query.len();
    (operation.deprecated, segments, version, rest, identity(operation), pages(operation))
}

/// What true copies share.
fn identity(operation: &Operation) -> Vec<String> {
    let mut out = vec![operation.path.clone(), operation.method.clone()];
    let title = operation.title.as_ref().and_then(Claim::first).cloned().unwrap_or_default();
    out.push(title);
    for (name, value) in &operation.fixed_query {
        out.extend([name.clone(), value.clone()]);
    }
    out
}

/// The pages of an operation, by what does not depend on the order in which they were read.
fn pages(operation: &Operation) -> Vec<String> {
    let of = |source: &tablature_spec::model::Source| {
        [source.page_id.clone().unwrap_or_default(), source.file.clone(), source.digest.clone()]
    };
    operation.pages().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tablature_spec::model::{Row, Source, Table};

    fn operation(line: &str, title: &str) -> Operation {
        let (method, path) = line.split_once(' ').unwrap_or_default();
        let source = Source { name: "zh-md".into(), ..Source::default() };
        Operation {
            method: method.into(),
            path: path.into(),
            title: (!title.is_empty()).then(|| Claim::Agreed(title.to_string())),
            sources: vec![source],
            ..Operation::default()
        }
    }

    fn names(operations: &[Operation]) -> Vec<&str> {
        operations.iter().map(|operation| operation.name.as_str()).collect()
    }

    /// Names operations in this order and in the reverse one, which must come to the same.
    #[track_caller]
    fn check(mut operations: Vec<Operation>, expected: &[&str]) {
        let mut backward: Vec<Operation> = operations.iter().rev().cloned().collect();
        assign(&mut operations);
        assert_eq!(names(&operations), expected);
        assign(&mut backward);
        backward.reverse();
        assert_eq!(names(&backward), expected, "in reverse order");
    }

    #[test]
    fn nouns_tell_paths_apart_and_the_shortest_needs_none() {
        let lines =
            ["POST /v1.1/{project_id}/hangars/{id}/sky/kite/{name}/stop", "POST /v1/{project_id}/kites/{k}/stop"];
        let operations = lines.map(|line| operation(line, "Stopping a Kite")).to_vec();
        check(operations, &["stop_kite_sky", "stop_kite"]);
    }

    #[test]
    fn versions_tell_paths_apart_and_the_lowest_needs_none() {
        let lines = ["GET /v10/kites", "GET /v2/kites", "GET /v2.1/kites"];
        check(lines.map(|line| operation(line, "")).to_vec(), &["list_kites_v10", "list_kites", "list_kites_v2_1"]);
    }

    #[test]
    fn what_is_deprecated_makes_way() {
        let mut operations = ["GET /v1/kites", "GET /v2/kites"].map(|line| operation(line, "")).to_vec();
        operations[0].deprecated = true;
        check(operations, &["list_kites_v1", "list_kites"]);
    }

    #[test]
    fn placeholders_tell_paths_apart() {
        let lines = ["DELETE /v1/kites/{kite_id}/tails", "DELETE /v1/kites/{id}/tails/{tail_name}"];
        check(lines.map(|line| operation(line, "")).to_vec(), &["delete_kite_tail", "delete_kite_tail_by_tail"]);
    }

    #[test]
    fn fixed_queries_tell_operations_apart() {
        let mut operations = vec![operation("POST /v1/kites", ""); 3];
        operations[1].fixed_query = vec![("action".into(), "fold-up".into())];
        operations[2].fixed_query = vec![("action".into(), "clean".into())];
        check(operations, &["create_kite", "create_kite_fold_up", "create_kite_clean"]);
    }

    #[test]
    fn english_titles_tell_operations_apart() {
        let titles = ["Querying the Kites", "Querying the Kites (Weather)"];
        check(titles.map(|title| operation("GET /v1/kites", title)).to_vec(), &["list_kites", "list_kites_weather"]);
    }

    #[test]
    fn body_fields_tell_operations_apart() {
        let mut operations = vec![operation("POST /v1/kites", "放飞"), operation("POST /v1/kites", "收回")];
        for (operation, field) in operations.iter_mut().zip(["line", "reel"]) {
            let row = |name: &str| Row { name: name.into(), ..Row::default() };
            let rows = vec![row("owner"), row(field)];
            let caption = None;
            let (id, scenario) = ("body".to_string(), None);
            operation.tables = vec![Table {
                id,
                role: Role::Body,
                status: None,
                caption,
                array: false,
                scenario,
                rows,
                at: Vec::new(),
            }];
        }
        check(operations, &["create_kite_line", "create_kite"]);
    }

    #[test]
    fn a_suffix_can_need_two_parts() {
        let lines = ["GET /v1/birds/{id}/tags", "GET /v1/kites/{id}/tags", "GET /v2/kites/{id}/tags"];
        let title = "Querying Toy Tags";
        let expected = ["list_toy_tags", "list_toy_tags_kite_v1", "list_toy_tags_v2"];
        check(lines.map(|line| operation(line, title)).to_vec(), &expected);
    }

    #[test]
    fn copies_are_numbered_by_page_and_reported() {
        let mut operations = vec![operation("GET /v1/kites", "Querying Kites"); 3];
        for (operation, file) in operations.iter_mut().zip(["b.md", "c.md", "a.md"]) {
            operation.sources[0].file = file.into();
        }
        check(operations.clone(), &["list_kites_2", "list_kites_3", "list_kites"]);
        assign(&mut operations);
        let place = |operation: &Operation| Place::file(operation.sources[0].file.as_str());
        let found = repeated(&operations, place);
        let shown: Vec<String> = found.iter().map(|one| format!("{} {}", one.place, one.related[0].0)).collect();
        assert_eq!(shown, ["b.md a.md", "c.md a.md"]);
        assert!(found.iter().all(|one| one.code == &codes::OPERATION_REPEATED));
        // Another title, another source: no copy.
        operations.truncate(2);
        operations[0].sources[0].name = "en-md".into();
        assert_eq!(repeated(&operations, place), Vec::new());
    }

    #[test]
    fn pages_that_are_added_rename_nothing() {
        let long = operation("GET /v2/hangars/{id}/kites", "Querying Kites");
        let mut copy = long.clone();
        copy.sources[0].file = "0.md".into();
        let mut operations = [copy, operation("GET /v1/kites", "Querying Kites"), long];
        assign(&mut operations);
        assert_eq!(names(&operations), ["list_kites_hangar_2", "list_kites", "list_kites_hangar"]);
        let kept = [None, None, Some("list_kites".to_string())];
        assign_keeping(&mut operations, &kept);
        assert_eq!(names(&operations), ["list_kites_2", "list_kites_v1", "list_kites"]);
    }

    #[test]
    fn kept_names_are_given_to_no_other() {
        let mut operations = vec![operation("POST /v1/kites/{id}/stop", "Stopping a Kite"); 4];
        let kept = [None, Some("stop_kite".to_string()), Some("halt".to_string()), Some("stop_kite".to_string())];
        assign_keeping(&mut operations, &kept);
        assert_eq!(names(&operations), ["stop_kite_2", "stop_kite", "halt", "stop_kite_3"]);
    }

    #[test]
    fn names_are_short_whatever_the_path_is() {
        let path = format!("GET /v1/{}", "kite-tail/".repeat(60));
        let letters = format!("GET /v1/{}", "k".repeat(300));
        let mut operations = [path.as_str(), &path, &letters, &letters].map(|line| operation(line, "")).to_vec();
        operations[1].fixed_query = vec![("q".into(), "x".repeat(300))];
        assign(&mut operations);
        let unique: BTreeSet<&str> = names(&operations).into_iter().collect();
        assert_eq!(unique.len(), 4, "{unique:?}");
        assert!(unique.iter().all(|name| name.len() <= LONGEST && !name.is_empty()), "{unique:?}");
    }

    #[test]
    fn large_groups_take_bounded_time() {
        let mut operations: Vec<Operation> = (0..3000)
            .map(|at| operation(&format!("GET /v{at}/kites/{{a}}/{{b}}"), &format!("Querying Kite {at}")))
            .collect();
        assign(&mut operations);
        assert_eq!(names(&operations).into_iter().collect::<BTreeSet<_>>().len(), 3000);
    }
}

//! Operation names in the vocabulary that people expect: `list_`, `show_`, `create_`, `update_`, `delete_`, `stop_`.
//!
//! The rule, in order:
//! 1. the operation id of the vendor's API Explorer, where every page of the operation that links to it agrees;
//! 2. the English title, its gerund turned into a verb (`Stopping a Kite` -> `stop_kite`). Titles are shortened often:
//!    where the name from method and path has the same verb and goes on behind the title's name, it is taken instead;
//! 3. method and path; under `…/action` the only field of the body says what is done.
//!
//! [`assign`] makes names unique. Operations that would share a name are told apart by the first of these that differs
//! between them: more of the path, the version in the path, fixed query values, the title, the method. Nothing depends
//! on the order of the input, and an operation that shares its name with none keeps it when others are added.

use std::collections::BTreeSet;

use tablature_spec::model::{Operation, Role};

use crate::vocabulary::vocabulary;

/// The name of an operation on its own.
pub fn name(operation: &Operation) -> String {
    let path = from_action(operation).unwrap_or_else(|| from_path(&operation.method, &operation.path));
    let found = from_explorer(operation).or_else(|| {
        let title = from_title(operation)?;
        let longer = path.strip_prefix(&title).is_some_and(|rest| rest.starts_with('_'));
        Some(if longer { path.clone() } else { title })
    });
    sound(&found.unwrap_or(path))
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
    let mut free: Vec<usize> = (0..operations.len()).filter(|at| names.get(*at).is_some_and(Option::is_none)).collect();
    free.sort_by_cached_key(|at| operations.get(*at).map(identity));
    for at in free {
        let Some(operation) = operations.get(at) else { continue };
        let base = name(operation);
        let mut next = base.clone();
        for level in 1..=6 {
            if !taken.contains(&next) {
                break;
            }
            next = sound(&variant(operation, &base, &next, level));
        }
        let mut number = 2;
        while taken.contains(&next) {
            next = format!("{base}_{number}");
            number += 1;
        }
        taken.insert(next.clone());
        if let Some(slot) = names.get_mut(at) {
            *slot = Some(next);
        }
    }
    for (operation, name) in operations.iter_mut().zip(names) {
        operation.name = name.unwrap_or_default();
    }
}

/// What tells an operation from another one, whatever the order in which they were read.
fn identity(operation: &Operation) -> Vec<String> {
    let mut out = vec![operation.path.clone(), operation.method.clone()];
    for (name, value) in &operation.fixed_query {
        out.extend([name.clone(), value.clone()]);
    }
    for source in operation.pages() {
        out.extend([source.page_id.clone().unwrap_or_default(), source.file.clone(), source.digest.clone()]);
    }
    out
}

fn variant(operation: &Operation, base: &str, current: &str, level: usize) -> String {
    match level {
        // The English title, where the base came from an API Explorer id that was copied to several pages.
        1 => {
            let path = from_path(&operation.method, &operation.path);
            if path.len() > base.len() { path } else { base.to_string() }
        }
        2 => match version(&operation.path) {
            Some(version) => format!("{current}_{version}"),
            None => current.to_string(),
        },
        3 => {
            let values: Vec<String> =
                operation.fixed_query.iter().map(|(_, value)| words_of(value).join("_")).collect();
            if values.is_empty() { current.to_string() } else { format!("{current}_{}", values.join("_")) }
        }
        4 => match from_title(operation) {
            Some(title) if !current.contains(&title) => {
                if title.split('_').next() == current.split('_').next() {
                    title
                } else {
                    format!("{current}_{title}")
                }
            }
            _ => current.to_string(),
        },
        5 => full_path(&operation.method, &operation.path),
        _ => match version(&operation.path) {
            Some(version) if !current.ends_with(&version) => format!("{current}_{version}"),
            _ => current.to_string(),
        },
    }
}

fn from_explorer(operation: &Operation) -> Option<String> {
    let id = operation.explorer.as_ref()?.agreed()?;
    let words = words_of(id);
    (words.len() >= 2).then(|| words.join("_"))
}

/// `POST …/servers/{id}/action` with a body whose only field says what is done: `os-stop` -> `stop_server`.
fn from_action(operation: &Operation) -> Option<String> {
    let parent = operation.path.strip_suffix("/action")?;
    let body = operation.tables.iter().find(|table| table.role == Role::Body)?;
    let [row] = body.rows.as_slice() else { return None };
    let verb: Vec<String> = words_of(&row.name).into_iter().filter(|word| word != "os").collect();
    let objects: Vec<&str> = parent
        .split('/')
        .filter(|segment| !segment.is_empty() && !segment.contains('{') && !is_version(segment))
        .collect();
    let mut object = chain(&objects);
    singular_last(&mut object);
    (!verb.is_empty()).then(|| format!("{}_{}", verb.join("_"), object.join("_")))
}

/// The name in an English title.
fn from_title(operation: &Operation) -> Option<String> {
    let title = operation.title.as_ref()?;
    let title = title.values().into_iter().map(|(_, title)| title).find(|title| title.is_ascii())?;
    title_name(title, &operation.method, &operation.path)
}

/// A word of a title. An acronym with an `s` is a plural: `ECSs`.
struct Word {
    text: String,
    plural: bool,
}

impl Word {
    fn new(text: &str) -> Self {
        let stem = text.strip_suffix('s').unwrap_or(text);
        let acronym = stem.len() >= 2 && stem.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let lower = text.to_lowercase();
        let whole = text.chars().all(|c| !c.is_ascii_lowercase());
        let plural = if whole { false } else { acronym || singular_of(&lower) != lower };
        Word { text: lower, plural }
    }

    fn one(&self) -> String {
        let stem = self.text.strip_suffix('s').unwrap_or(&self.text);
        if !self.plural {
            self.text.clone()
        } else if singular_of(&self.text) == self.text {
            stem.to_string()
        } else {
            singular_of(&self.text)
        }
    }

    fn many(&self) -> String {
        if self.plural { self.text.clone() } else { plural_of(&self.text) }
    }
}

fn title_name(title: &str, method: &str, path: &str) -> Option<String> {
    let words = vocabulary();
    let title = title.split(['(', '（']).next().unwrap_or(title);
    let mut all = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let verb = verb_of(&all.next()?.to_lowercase())?;
    let rest: Vec<Word> = all.map(Word::new).collect();
    let in_list = |list: &[String], word: &Word| list.contains(&word.text);
    let asks_list = rest.iter().any(|word| in_list(&words.list_words, word));
    let batch = rest.iter().any(|word| word.text.starts_with("batch"));
    // "the tags of an ECS" are ECS tags: what follows the first preposition stands before what it belongs to.
    let mut parts: Vec<Vec<&Word>> = vec![Vec::new()];
    for word in &rest {
        if in_list(&words.stop_words, word) {
            break;
        }
        if in_list(&words.joint_words, word) {
            parts.push(Vec::new());
        } else if !in_list(&words.drop_words, word)
            && let Some(part) = parts.last_mut()
        {
            part.push(word);
        }
    }
    let mut parts = parts.into_iter().filter(|part| !part.is_empty());
    let head = parts.next()?;
    let owner = parts.next().unwrap_or_default();
    let last = head.last()?;
    let single = path.trim_end_matches('/').ends_with('}');
    let (verb, many) = if verb == "query" {
        let many = asks_list || (last.plural && !single);
        (if many { "list" } else { "show" }.to_string(), many)
    } else {
        (verb, last.plural)
    };
    let verb = if verb == "show" && method == "POST" && asks_list { "list".to_string() } else { verb };
    let mut out = Vec::new();
    if batch {
        out.push("batch".to_string());
    }
    out.push(verb);
    out.extend(owner.iter().map(|word| word.one()));
    let (_, front) = head.split_last()?;
    out.extend(front.iter().map(|word| word.text.clone()));
    out.push(if many { last.many() } else { last.one() });
    out.dedup();
    Some(out.join("_"))
}

/// The verb of a gerund: from the vocabulary, else by its form.
fn verb_of(gerund: &str) -> Option<String> {
    if let Some(verb) = vocabulary().verbs.get(gerund) {
        return Some(verb.clone());
    }
    let stem = gerund.strip_suffix("ing").filter(|stem| stem.len() >= 3)?;
    let bytes = stem.as_bytes();
    let doubled = matches!(bytes, [.., a, b] if a == b && !matches!(b, b's' | b'l' | b'z'));
    if doubled {
        return stem.get(..stem.len() - 1).map(str::to_string);
    }
    let silent = ["at", "iz", "ov", "us", "ur", "uc", "iv", "ag", "as", "ut", "id", "in", "rg"];
    Some(if silent.iter().any(|end| stem.ends_with(end)) { format!("{stem}e") } else { stem.to_string() })
}

/// The name that method and path give.
fn from_path(method: &str, path: &str) -> String {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_holder = |segment: &str| segment.contains('{');
    // Versions and the project say nothing about the object.
    let mut kept: Vec<&str> = Vec::new();
    for segment in &segments {
        if is_version(segment) || (kept.is_empty() && is_common(segment)) {
            continue;
        }
        kept.push(segment);
    }
    let last_static = kept.last().is_some_and(|segment| !is_holder(segment));
    let statics: Vec<&str> = kept.iter().copied().filter(|segment| !is_holder(segment)).collect();
    let Some(last) = statics.last() else {
        return match method {
            "GET" => "list_versions".to_string(),
            _ => format!("{}_root", method.to_lowercase()),
        };
    };
    // `…/{id}/stop`: the last segment is a verb and its object stands before the placeholder.
    let words = vocabulary();
    let last_words = words_of(last);
    let is_verb = |word: Option<&String>| word.is_some_and(|word| words.verbs.values().any(|verb| verb == word));
    let batch = last_words.first().is_some_and(|word| word == "batch");
    let verb_like = is_verb(last_words.get(usize::from(batch)))
        && (last_words.len() == 1 || last_words.last().is_some_and(|word| singular_of(word) == *word));
    if last_static && verb_like && method != "GET" && statics.len() > 1 {
        let objects = statics.get(..statics.len() - 1).unwrap_or_default();
        let many = batch || (kept.len() >= 2 && !kept.get(kept.len() - 2).is_some_and(|segment| is_holder(segment)));
        let mut object = chain(objects);
        if !many {
            singular_last(&mut object);
        }
        let mut out = last_words;
        out.extend(object);
        return out.join("_");
    }
    let verb = match (method, last_static) {
        ("GET" | "HEAD", true) => "list",
        ("GET" | "HEAD", false) => "show",
        ("POST", _) => "create",
        ("PUT" | "PATCH", _) => "update",
        ("DELETE", _) => "delete",
        _ => "call",
    };
    let verb = if method == "HEAD" { "check" } else { verb };
    let mut object = chain(&statics);
    let many = verb == "list";
    // A last word without a plural is one thing, such as `detail` or `status`.
    let one =
        object.last().is_some_and(|word| !word.ends_with('s') || word.ends_with("ss") || word.ends_with("status"));
    let verb = if many && one && kept.len() > 1 { "show" } else { verb };
    if verb != "list" {
        singular_last(&mut object);
    }
    format!("{verb}_{}", object.join("_"))
}

/// All objects of a path, every one but the last in the singular, without words that repeat.
fn chain(statics: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let count = statics.len();
    for (at, segment) in statics.iter().enumerate() {
        let mut words = words_of(segment);
        if at + 1 < count {
            singular_last(&mut words);
        }
        for word in words {
            // `training-jobs/{id}/versions` is a training job version; `job/jobs` is a job.
            if out.last().is_some_and(|last| singular_of(last) == singular_of(&word)) {
                out.pop();
            }
            out.push(word);
        }
    }
    out
}

fn full_path(method: &str, path: &str) -> String {
    let mut out = vec![method.to_lowercase()];
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        out.extend(words_of(segment));
    }
    out.join("_")
}

fn is_version(segment: &str) -> bool {
    let rest = segment.strip_prefix(['v', 'V']).unwrap_or("x");
    !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn is_common(segment: &str) -> bool {
    let name = segment.trim_matches(['{', '}']).to_lowercase().replace(['_', '-'], "");
    segment.starts_with('{') && matches!(name.as_str(), "projectid" | "tenantid" | "domainid" | "versionid")
}

fn version(path: &str) -> Option<String> {
    path.split('/').find(|segment| is_version(segment)).map(|version| version.to_lowercase().replace('.', "_"))
}

/// The words of an identifier in any case: `ListKiteTags`, `kite-tags`, `kite_tags`.
pub fn words_of(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    for (at, c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            if !word.is_empty() {
                out.push(std::mem::take(&mut word));
            }
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or(' ');
        let after = chars.get(at + 1).copied().unwrap_or(' ');
        let starts = c.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || (before.is_ascii_digit() && after.is_ascii_lowercase())
                || (before.is_ascii_uppercase() && after.is_ascii_lowercase()));
        if starts && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        word.push(c.to_ascii_lowercase());
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

fn singular_last(words: &mut [String]) {
    if let Some(last) = words.last_mut() {
        *last = singular_of(last);
    }
}

fn singular_of(word: &str) -> String {
    if word.len() > 4
        && let Some(stem) = word.strip_suffix("ies")
    {
        return format!("{stem}y");
    }
    for end in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(end) {
            return word.get(..word.len() - 2).unwrap_or(word).to_string();
        }
    }
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is")
    {
        return word.get(..word.len() - 1).unwrap_or(word).to_string();
    }
    word.to_string()
}

fn plural_of(word: &str) -> String {
    let one = singular_of(word);
    if one != word {
        return word.to_string();
    }
    if word.ends_with("ss") || word.ends_with('x') || word.ends_with("ch") || word.ends_with("us") {
        return format!("{word}es");
    }
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{word}s"),
    }
}

/// A name that is an identifier.
fn sound(name: &str) -> String {
    let mut out = words_of(&name.replace('_', " ")).join("_");
    out.truncate(100);
    let out = out.trim_end_matches('_').to_string();
    if out.starts_with(|c: char| c.is_ascii_lowercase()) {
        out
    } else {
        format!("call_{out}").trim_end_matches('_').to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tablature_spec::model::Claim;

    fn operation(method: &str, path: &str, title: &str, explorer: &str) -> Operation {
        Operation {
            method: method.into(),
            path: path.into(),
            title: (!title.is_empty()).then(|| Claim::Agreed(title.to_string())),
            explorer: (!explorer.is_empty()).then(|| Claim::Agreed(explorer.to_string())),
            ..Operation::default()
        }
    }

    #[track_caller]
    fn check(method: &str, path: &str, title: &str, explorer: &str, expected: &str) {
        assert_eq!(name(&operation(method, path, title, explorer)), expected, "{method} {path} {title}");
    }

    #[test]
    fn explorer_ids_come_first() {
        check("GET", "/v1/kites", "Querying Kites", "ListKiteTags", "list_kite_tags");
        check("GET", "/v1/kites", "查询风筝", "ShowVPCKite", "show_vpc_kite");
    }

    #[test]
    fn english_titles() {
        check("POST", "/v1/{project_id}/kites/{kite_id}/stop", "Stopping a Kite", "", "stop_kite");
        check("GET", "/v1/kites", "Querying the Kite List", "", "list_kites");
        check("GET", "/v1/kites/{kite_id}", "Querying Details About a Kite", "", "show_kite");
        check("DELETE", "/v1/kites/{kite_id}", "Deleting a Kite", "", "delete_kite");
        check("PUT", "/v1/kites/{kite_id}", "Modifying a Kite", "", "update_kite");
        // The path knows that only a version is stopped.
        check(
            "POST",
            "/v1/{project_id}/training-kites/{kite_id}/versions/{version_id}/stop",
            "Stopping a Training Kite",
            "",
            "stop_training_kite_version",
        );
    }

    #[test]
    fn paths() {
        check("GET", "/v1/{project_id}/kites", "", "", "list_kites");
        check("GET", "/v1/{project_id}/kites/{kite_id}", "", "", "show_kite");
        check("POST", "/v1/{project_id}/kites", "创建风筝", "", "create_kite");
        check("POST", "/v1/{project_id}/kites/{kite_name}/stop", "停止风筝", "", "stop_kite");
        check("GET", "/v1/kites/{kite_id}/status", "", "", "show_kite_status");
        check("DELETE", "/v1/kites/{id}/tails/{tail}", "", "", "delete_kite_tail");
        check("GET", "/", "", "", "list_versions");
        check("GET", "/v3/3d/kites", "", "", "list_3d_kites");
    }

    #[test]
    fn names_are_unique_in_any_order() {
        let all = [
            operation("POST", "/v1/kites/{id}/stop", "Stopping a Kite", ""),
            operation("POST", "/v2/kites/{id}/stop", "Stopping a Kite", ""),
            operation("POST", "/v2/kites/{id}/action", "Stopping a Kite", ""),
            operation("POST", "/v2/kites/{id}/action", "Stopping a Kite", ""),
        ];
        let mut forward = all.to_vec();
        if let Some(last) = forward.last_mut() {
            last.fixed_query = vec![("action".into(), "halt".into())];
        }
        let mut backward: Vec<Operation> = forward.iter().rev().cloned().collect();
        assign(&mut forward);
        assign(&mut backward);
        backward.reverse();
        let names: Vec<&str> = forward.iter().map(|operation| operation.name.as_str()).collect();
        assert_eq!(names, backward.iter().map(|operation| operation.name.as_str()).collect::<Vec<_>>());
        let unique: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(unique.len(), names.len(), "{names:?}");
    }

    #[test]
    fn kept_names_stay_and_are_given_to_no_other() {
        let kite = operation("POST", "/v1/kites/{id}/stop", "Stopping a Kite", "");
        let mut operations = [kite.clone(), kite.clone(), kite.clone(), kite];
        let kept = [None, Some("stop_kite".to_string()), Some("halt".to_string()), Some("stop_kite".to_string())];
        assign_keeping(&mut operations, &kept);
        let names: Vec<&str> = operations.iter().map(|operation| operation.name.as_str()).collect();
        assert_eq!(names.get(1..3), Some(["stop_kite", "halt"].as_slice()));
        assert_eq!(names.iter().copied().collect::<BTreeSet<_>>().len(), 4, "{names:?}");
    }
}

//! Operation names in the vocabulary that people expect: `list_`, `show_`, `create_`, `update_`, `delete_`, `stop_`.
//!
//! The rule, in order:
//! 1. the operation id of the vendor's API Explorer, where every page of the operation that links to it agrees; else the page id, where it is
//!    such an operation id (`ListKiteTags`) and the pages agree;
//! 2. the English title, its gerund turned into a verb (`Stopping a Kite` -> `stop_kite`). Titles are shortened often:
//!    where the name from method and path has the same verb and goes on behind the title's name, it is taken instead;
//! 3. the verb of the Chinese title, or the verb with which the path ends, and the nouns of the path; under `…/action`
//!    the only field of the body says what is done;
//! 4. method and path.
//!
//! [`assign`] and [`assign_keeping`] make names unique.

mod clash;

use tablature_spec::model::{Operation, Role};

pub use clash::{assign, assign_keeping, repeated};

use crate::vocabulary::vocabulary;

/// The most characters of a name.
const LONGEST: usize = 80;

/// The name of an operation on its own.
pub fn name(operation: &Operation) -> String {
    let path = from_action(operation).unwrap_or_else(|| from_path(&operation.method, &operation.path, said(operation)));
    let found = from_explorer(operation).or_else(|| from_page_id(operation)).or_else(|| {
        let title = from_title(operation)?;
        let longer = path.strip_prefix(&title).is_some_and(|rest| rest.starts_with('_'));
        Some(if longer { path.clone() } else { title })
    });
    sound(&found.unwrap_or(path))
}

fn from_explorer(operation: &Operation) -> Option<String> {
    from_id(operation.explorer.as_ref()?.agreed()?, operation)
}

/// The page id, where pages are called after the operation id: words in capitals, a verb first.
fn from_page_id(operation: &Operation) -> Option<String> {
    let verbs = vocabulary();
    let is_verb = |word: &String| {
        verbs.verbs.values().any(|verb| verb == word)
            || verbs.path_verbs.contains(word)
            || verbs.general_verbs.contains(word)
    };
    let is_operation_id = |id: &&str| {
        let words = words_of(id);
        let verb = if words.first().is_some_and(|word| word == "batch") { words.get(1) } else { words.first() };
        id.starts_with(|c: char| c.is_ascii_uppercase())
            && id.bytes().all(|c| c.is_ascii_alphanumeric())
            && id.bytes().any(|c| c.is_ascii_lowercase())
            && verb.is_some_and(is_verb)
    };
    let mut ids = operation.pages().filter_map(|source| source.page_id.as_deref()).filter(is_operation_id);
    let id = ids.next()?;
    ids.all(|other| other == id).then(|| from_id(id, operation))?
}

fn from_id(id: &str, operation: &Operation) -> Option<String> {
    let words = words_of(id);
    // A link that was copied from another page gives itself away where it has a GET change something.
    let wrong = operation.method == "GET"
        && words.first().is_some_and(|verb| matches!(verb.as_str(), "create" | "update" | "delete"));
    (words.len() >= 2 && !wrong).then(|| words.join("_"))
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
    title_name(english_title(operation)?, &operation.method, &operation.path)
}

fn english_title(operation: &Operation) -> Option<&str> {
    let title = operation.title.as_ref()?;
    title.values().into_iter().map(|(_, title)| title.as_str()).find(|title| title.is_ascii())
}

/// The words of an English title that say something: what is in brackets too, which names leave out.
fn title_words(operation: &Operation) -> Vec<String> {
    let words = vocabulary();
    let lists = [&words.drop_words, &words.stop_words, &words.joint_words];
    words_of(english_title(operation).unwrap_or_default())
        .into_iter()
        .filter(|word| word.len() > 1 && !lists.iter().any(|list| list.contains(word)))
        .filter(|word| !words.verbs.contains_key(word) && !words.deprecated_title.contains(word))
        .collect()
}

/// What a Chinese title says is done.
struct Said {
    /// The verbs that its word can mean, the most usual first.
    verbs: &'static [String],
    /// To many at once.
    batch: bool,
    /// It asks for a list.
    list: bool,
    /// It asks for one thing.
    one: bool,
}

/// The verb of the Chinese title: the one at its start, else the only one in it.
fn said(operation: &Operation) -> Option<Said> {
    let words = vocabulary();
    let title = operation.title.as_ref()?;
    let title = title.values().into_iter().map(|(_, title)| title).find(|title| !title.is_ascii())?;
    let title = title.split(['(', '（']).next().unwrap_or(title);
    let mut rest = title.trim_start();
    let mut batch = false;
    for word in &words.batch_words {
        batch |= rest.contains(word.as_str());
        rest = rest.strip_prefix(word.as_str()).unwrap_or(rest);
    }
    let list = words.list_words.iter().any(|word| !word.is_ascii() && title.contains(word.as_str()));
    let one = words.show_words.iter().any(|word| !word.is_ascii() && title.contains(word.as_str()));
    let first = words.title_verbs.iter().find(|(word, _)| rest.starts_with(word.as_str()));
    let found = first.or_else(|| {
        // A verb further behind can also be a noun, so it counts only where nothing competes with it.
        let mut inside = words.title_verbs.iter().filter(|(word, _)| rest.contains(word.as_str()));
        let only = inside.next()?;
        (operation.method != "GET" && inside.next().is_none()).then_some(only)
    });
    let (word, verbs) = found.map(|(word, verbs)| (word.as_str(), verbs.as_slice()))?;
    // `启动/停止…` says two things, which no verb can name.
    let behind = rest.split_once(word).map_or("", |(_, behind)| behind);
    let next = behind.trim_start_matches(['/', '、', '或', '和']);
    let general = verbs.iter().all(|verb| words.general_verbs.contains(verb));
    if (next.len() < behind.len() || !general)
        && words.title_verbs.iter().any(|(word, _)| next.starts_with(word.as_str()))
    {
        return None;
    }
    let changes = verbs.first().is_some_and(|verb| matches!(verb.as_str(), "create" | "update" | "delete" | "add"));
    (operation.method != "GET" || !changes).then_some(Said { verbs, batch, list, one })
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
    let mut first = all.next()?.to_lowercase();
    let batch_first = first == "batch";
    if batch_first {
        first = all.next()?.to_lowercase();
    }
    let verb = verb_of(&first)?;
    let rest: Vec<Word> = all.map(Word::new).collect();
    let in_list = |list: &[String], word: &Word| list.contains(&word.text);
    let asks_list = rest.iter().any(|word| in_list(&words.list_words, word));
    let batch = batch_first || rest.iter().any(|word| word.text.starts_with("batch"));
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
    let silent = [
        "at", "rib", "rad", "mot", "nam", "cal", "ok", "av", "rv", "los", "eez", "ap", "ar", "or", "abl", "iz", "ov",
        "us", "ur", "uc", "iv", "ag", "as", "ut", "id", "in", "rg",
    ];
    Some(if silent.iter().any(|end| stem.ends_with(end)) { format!("{stem}e") } else { stem.to_string() })
}

/// The name that method and path give, with the verb of the title.
fn from_path(method: &str, path: &str, said: Option<Said>) -> String {
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
    // `…/tags/action` says no more than `…/tags` where the title says what the action is.
    if said.is_some() && kept.len() > 1 && kept.last() == Some(&"action") {
        kept.pop();
    }
    let last_static = kept.last().is_some_and(|segment| !is_holder(segment));
    let statics: Vec<&str> = kept.iter().copied().filter(|segment| !is_holder(segment)).collect();
    let Some(last) = statics.last() else {
        return match method {
            "GET" if segments.is_empty() => "list_versions".to_string(),
            "GET" => "show_version".to_string(),
            _ => format!("{}_root", method.to_lowercase()),
        };
    };
    // `…/{id}/stop`: the last segment is a verb and its object stands before the placeholder.
    let words = vocabulary();
    let last_words = words_of(last);
    let is_verb = |word: Option<&String>| {
        word.is_some_and(|word| words.path_verbs.contains(word) || words.verbs.values().any(|verb| verb == word))
    };
    let batch = last_words.first().is_some_and(|word| word == "batch");
    let path_verb = last_words.get(usize::from(batch));
    let verb_like = is_verb(path_verb)
        && (last_words.len() == 1 || last_words.last().is_some_and(|word| singular_of(word) == *word));
    let agree = said.as_ref().is_some_and(|said| path_verb.is_some_and(|verb| said.verbs.contains(verb)));
    let general = |said: &Said| said.verbs.iter().all(|verb| words.general_verbs.contains(verb));
    if last_static && verb_like && (method != "GET" || agree) && statics.len() > 1 {
        let objects = statics.get(..statics.len() - 1).unwrap_or_default();
        let many = batch || (kept.len() >= 2 && !kept.get(kept.len() - 2).is_some_and(|segment| is_holder(segment)));
        let mut object = chain(objects);
        if !many {
            singular_last(&mut object);
        }
        // The title's verb is the one that people know, unless it is a general one or says the same.
        let mut out = match said.as_ref().filter(|said| !agree && !general(said)).and_then(|said| said.verbs.first()) {
            Some(verb) if batch => vec!["batch".to_string(), verb.clone()],
            Some(verb) => vec![verb.clone()],
            None => last_words,
        };
        out.extend(object);
        return out.join("_");
    }
    let mut object = chain(&statics);
    // A last word without a plural is one thing, such as `detail` or `status`.
    let one =
        object.last().is_some_and(|word| !word.ends_with('s') || word.ends_with("ss") || word.ends_with("status"));
    let said_verb = said.as_ref().and_then(|said| said.verbs.first()).map(String::as_str);
    let many_asked = said.as_ref().is_some_and(|said| said.list || (!one && !said.one));
    let verb = match (method, said_verb) {
        ("GET" | "HEAD", Some("query" | "list" | "show")) | (_, None) => match method {
            "GET" if last_static && !(one && kept.len() > 1) => "list",
            "GET" => "show",
            "HEAD" => "check",
            "POST" => "create",
            "PUT" | "PATCH" => "update",
            "DELETE" => "delete",
            _ => "call",
        },
        (_, Some("query")) if last_static && many_asked => "list",
        (_, Some("query")) => "show",
        (_, Some(verb)) => verb,
    };
    // `…/association` says with its noun what the verb says.
    let stem = verb.trim_start_matches("dis").get(..6);
    let says_again = |word: &String| word == verb || stem.is_some_and(|stem| word.starts_with(stem));
    if said.is_some() && !object.iter().all(says_again) {
        object.retain(|word| !says_again(word));
    }
    let many_at_once = said.as_ref().is_some_and(|said| said.batch) && !matches!(verb, "list" | "show");
    if many_at_once {
        object = plural_last(object);
    } else if verb != "list" {
        singular_last(&mut object);
    }
    // `…/tags/batch-delete` and `…/batch-tags` say themselves that there are many.
    let batch = if many_at_once && !object.iter().any(|word| word == "batch") { "batch_" } else { "" };
    format!("{batch}{verb}_{}", object.join("_"))
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

fn plural_last(mut words: Vec<String>) -> Vec<String> {
    if let Some(last) = words.last_mut() {
        *last = plural_of(last);
    }
    words
}

fn singular_of(word: &str) -> String {
    if let Some(one) = vocabulary().singulars.get(word) {
        return one.clone();
    }
    // An acronym of a service, such as `lbaas`.
    if word.ends_with("aas") {
        return word.to_string();
    }
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
    if !out.starts_with(|c: char| c.is_ascii_lowercase()) {
        out.insert_str(0, if out.is_empty() { "call" } else { "call_" });
    }
    // What is too long loses whole words where it has any.
    while out.len() > LONGEST {
        let end = out.rfind('_').unwrap_or(LONGEST);
        out.truncate(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use tablature_spec::model::{Claim, Source};

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
    fn page_ids_that_are_operation_ids_come_next() {
        let named = |ids: &[&str]| {
            let mut operation = operation("GET", "/v1/kites/{kite_id}/tail", "Querying the Length of a Kite Tail", "");
            let page = |id: &&str| Source { page_id: Some(id.to_string()), ..Source::default() };
            operation.sources = ids.iter().map(page).collect();
            name(&operation)
        };
        assert_eq!(named(&["ShowTail"]), "show_tail");
        assert_eq!(named(&["kite_02_0012", "ListKiteTails", "ListKiteTails"]), "list_kite_tails");
        assert_eq!(named(&["BatchShowTails"]), "batch_show_tails");
        let by_title = "show_kite_tail_length";
        for ids in [
            &["ShowTail", "ListTails"][..],
            &["EN-US_TOPIC_0001"],
            &["Tail"],
            &["TailOfKite"],
            &["LIST"],
            &["DeleteTail"],
        ] {
            assert_eq!(named(ids), by_title, "{ids:?}");
        }
    }

    #[test]
    fn batches_silent_letters_and_odd_plurals() {
        check("POST", "/v1/kites/{kite_id}/tags/action", "Batch Deleting Kite Tags", "", "batch_delete_kite_tags");
        check("POST", "/v1/kites/{kite_id}/tags/action", "Batch Adding Kite Tags", "", "batch_add_kite_tags");
        check("DELETE", "/v1/kites", "Batch Deleting Kites", "", "batch_delete_kites");
        check("POST", "/v1/kites/{kite_id}/engine", "Upgrading a Kite Engine", "", "upgrade_kite_engine");
        check("POST", "/v1/kites/{kite_id}/string", "Scaling Up a Kite String", "", "scale_up_kite_string");
        check("PUT", "/v1/kites/{kite_id}/sky", "Renaming a Sky", "", "rename_sky");
        check("POST", "/v1/kites/{kite_id}/wing", "Freezing a Wing", "", "freeze_wing");
        check("POST", "/v1/kites/{kite_id}/winds", "Subscribing to a Wind", "", "subscribe_wind");
        check("POST", "/v2.0/lbaas/kites", "创建风筝", "", "create_lbaas_kite");
        check("GET", "/v1/kites/vertices/{vertex_id}", "查询顶点", "", "show_kite_vertex");
        check("POST", "/v1/caches", "创建缓存", "", "create_cache");
        check("POST", "/v1/aliases", "Creating an Alias", "", "create_alias");
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
    fn chinese_titles_give_the_verb() {
        check("POST", "/v1/{project_id}/kites/{name}/halt", "停止风筝", "", "stop_kite");
        check("POST", "/v1/{project_id}/kites/{name}/halt", "风筝", "", "halt_kite");
        check("POST", "/v1/{project_id}/kites/{name}/resume", "恢复风筝", "", "resume_kite");
        check("POST", "/v1/{project_id}/kites/{name}/resize", "修改风筝规格", "", "resize_kite");
        check("PUT", "/v1/{project_id}/kites/{kite_id}", "启动风筝", "", "start_kite");
        check("POST", "/v1/kites/{kite_id}/tails/action", "批量添加风筝尾巴（废弃）", "", "batch_add_kite_tails");
        check("POST", "/v1/kites/batch-delete", "批量删除风筝", "", "batch_delete_kites");
        check("POST", "/v1/kite-searches", "查询风筝列表", "", "list_kite_searches");
        check("POST", "/v1/kite-searches", "查询风筝详情", "", "show_kite_search");
        check("POST", "/v1/kites", "给指定仓库添加风筝", "", "add_kite");
        check("DELETE", "/v1/kites/{id}/association", "解关联风筝", "", "disassociate_kite");
        // A page that shows something changes nothing, whatever its title says; nor do two verbs at once name anything.
        check("GET", "/v1/kites/{id}", "创建风筝", "", "show_kite");
        check("PUT", "/v1/kites/{id}/status", "启动/停止风筝", "", "update_kite_status");
        check("PUT", "/v1/kites/{id}/status", "启动停止风筝", "", "update_kite_status");
    }

    #[test]
    fn a_copied_explorer_link_is_no_name() {
        check("GET", "/v1/kites/{kite_id}", "", "UpdateKite", "show_kite");
        check("PUT", "/v1/kites/{kite_id}", "", "UpdateKite", "update_kite");
    }
}

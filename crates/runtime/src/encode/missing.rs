//! Mandatory fields that have no value.

use super::View;
use crate::decode::plain;

/// Adds the paths (`tags[0].key`) of all mandatory fields without a value in `view`, which stands at `at`.
pub(crate) fn missing(view: &View<'_>, at: &str, out: &mut Vec<String>) {
    match view {
        View::Object(object) => object.fields(&mut |names, mandatory, fields| {
            let dot = if at.is_empty() { "" } else { "." };
            for (name, field) in names.iter().zip(fields) {
                let path = || format!("{at}{dot}{}", plain(name));
                match field.view() {
                    View::Absent if mandatory.contains(name) => out.push(path()),
                    view @ (View::Object(_) | View::List(_) | View::Map(_)) => missing(&view, &path(), out),
                    _ => {}
                }
            }
        }),
        View::List(list) => {
            let mut index = 0;
            while let Some(item) = list.item(index) {
                missing(&item, &format!("{at}[{index}]"), out);
                index += 1;
            }
        }
        View::Map(pairs) => {
            let dot = if at.is_empty() { "" } else { "." };
            pairs.each(&mut |key, view| missing(&view, &format!("{at}{dot}{key}"), out));
        }
        _ => {}
    }
}

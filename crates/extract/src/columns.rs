//! What the columns of a table hold: read from the header row, never from their order.

use tablature_pages::model::{Cell, Table, TableRow};

use crate::rows::{self, Name};
use crate::vocabulary::{Column, squeeze, vocabulary};

/// The columns of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// What each column holds; `None` where the header word is unknown.
    pub roles: Vec<Option<Column>>,
    /// The header words that are unknown, with their line.
    pub unknown: Vec<(String, u32)>,
    /// The header word that is unknown and was taken for the names by its place, with its line.
    pub by_place: Option<(String, u32)>,
    /// The header is the first row of the body, because the markup has no header row.
    pub from_body: bool,
}

impl Columns {
    /// The first column of a role.
    pub fn of(&self, role: Column) -> Option<usize> {
        self.roles.iter().position(|known| *known == Some(role))
    }

    /// Whether the rows describe parameters.
    pub fn parameters(&self) -> bool {
        self.of(Column::Name).is_some()
            && self.of(Column::Code).is_none()
            && (self.of(Column::Uri).is_none() || self.of(Column::Method).is_none())
            && (self.of(Column::Description).is_some()
                || self.of(Column::Type).is_some()
                || self.of(Column::Mandatory).is_some())
    }

    /// Whether the rows are status codes.
    pub fn codes(&self) -> bool {
        self.of(Column::Code).is_some()
    }
}

/// Where the words of columns stand and some that are known, in the language of a header word.
pub fn help(word: &str) -> &'static str {
    if word.is_ascii() {
        "add the word to [columns] of crates/extract/vocabulary/en.toml, or write one that is known, such as `Parameter`, `Mandatory`, `Type` or `Description`"
    } else {
        "add the word to [columns] of crates/extract/vocabulary/zh.toml, or write one that is known, such as `参数`, `是否必选`, `参数类型` or `描述`"
    }
}

/// Reads the header of a table.
pub fn read(table: &Table) -> Columns {
    let columns = from_cells(&table.header, &table.rows);
    if columns.of(Column::Name).is_some() || columns.of(Column::Code).is_some() || columns.of(Column::Method).is_some()
    {
        return columns;
    }
    if table.header.iter().all(|cell| cell.plain().trim().is_empty())
        && let Some(first) = table.rows.first()
    {
        let mut columns = from_cells(&first.cells, table.rows.get(1..).unwrap_or_default());
        if columns.roles.iter().flatten().count() >= 2 {
            columns.from_body = true;
            return columns;
        }
        if let Some(columns) = from_rows(&table.rows) {
            return columns;
        }
    }
    columns
}

/// The rows below the header.
pub fn body<'a>(table: &'a Table, columns: &Columns) -> &'a [TableRow] {
    table.rows.get(usize::from(columns.from_body)..).unwrap_or_default()
}

/// The columns of a table without any header, where every row is a name, maybe a flag, a type and a text.
fn from_rows(rows: &[TableRow]) -> Option<Columns> {
    let width = rows.first()?.cells.len();
    let roles = match width {
        3 => vec![Some(Column::Name), Some(Column::Type), Some(Column::Description)],
        4 => vec![Some(Column::Name), Some(Column::Mandatory), Some(Column::Type), Some(Column::Description)],
        _ => return None,
    };
    let swapped = || vec![Some(Column::Name), Some(Column::Type), Some(Column::Mandatory), Some(Column::Description)];
    let fits = |roles: &[Option<Column>]| {
        rows.iter().all(|row| {
            row.cells.len() == width
                && row.cells.iter().zip(roles).all(|(cell, role)| match role {
                    Some(Column::Name) => matches!(rows::name(&cell.plain()), Name::Usable(_)),
                    Some(Column::Mandatory) => rows::plain_flag(&cell.plain()).is_some(),
                    Some(Column::Type) => rows::is_type(&cell.plain()),
                    _ => true,
                })
        })
    };
    [roles, swapped()]
        .into_iter()
        .find(|roles| roles.len() == width && fits(roles))
        .map(|roles| Columns { roles, ..Columns::default() })
}

/// Whether all cells of a column say where a parameter goes.
fn all_places(rows: &[TableRow], at: usize) -> bool {
    !rows.is_empty()
        && rows.iter().all(|row| row.cells.get(at).is_some_and(|cell| rows::place(&cell.plain()).is_some()))
}

/// Decides what a column of constraints holds: flags where no other column does and most cells begin with one, else
/// what values must keep to.
fn settle_constraint(roles: &mut [Option<Column>], rows: &[TableRow]) {
    let Some(at) = roles.iter().position(|role| *role == Some(Column::Constraint)) else { return };
    let none = &vocabulary().value_none;
    let said = || {
        rows.iter()
            .filter_map(|row| row.cells.get(at).map(|cell| cell.plain().trim().to_string()))
            .filter(|text| !text.is_empty() && !none.contains(text))
    };
    let flags = said().filter(|text| rows::mandatory(text).is_some()).count();
    let role = if !roles.contains(&Some(Column::Mandatory)) && flags > 0 && flags * 2 >= said().count() {
        Column::Mandatory
    } else if roles.contains(&Some(Column::Range)) {
        Column::Ignored
    } else {
        Column::Range
    };
    if let Some(slot) = roles.get_mut(at) {
        *slot = Some(role);
    }
}

fn from_cells(header: &[Cell], rows: &[TableRow]) -> Columns {
    let words = vocabulary();
    let texts: Vec<String> = header.iter().map(|cell| cell.plain()).collect();
    let mut roles: Vec<Option<Column>> = texts.iter().map(|text| words.column(text)).collect();
    // A column of places is told by its cells, because its header word is in use for the names as well.
    let names = roles.iter().filter(|role| **role == Some(Column::Name)).count();
    for at in 0..roles.len() {
        let role = roles.get(at).copied().flatten();
        let named = names > usize::from(role == Some(Column::Name));
        if named && matches!(role, None | Some(Column::Name | Column::Ignored)) && all_places(rows, at) {
            if let Some(slot) = roles.get_mut(at) {
                *slot = Some(Column::Place);
            }
            break;
        }
    }
    settle_constraint(&mut roles, rows);
    let mut by_place = None;
    // Headers such as `东西 | 是否必选 | 类型` name no other column: the first word is then a slip for the name.
    if !roles.contains(&Some(Column::Name))
        && !roles.contains(&Some(Column::Code))
        && roles.contains(&Some(Column::Mandatory))
        && roles.contains(&Some(Column::Type))
        && let Some(first) = roles.first_mut()
        && first.is_none()
    {
        *first = Some(Column::Name);
        by_place = texts.first().zip(header.first()).map(|(text, cell)| (text.trim().to_string(), cell.line));
    }
    // `说明` and the like can stand beside another description column; the first one counts.
    let mut seen = Vec::new();
    for role in &mut roles {
        if let Some(found) = *role {
            if seen.contains(&found) && found != Column::Ignored {
                *role = Some(Column::Ignored);
            } else {
                seen.push(found);
            }
        }
    }
    // A word for constraints is the mandatory column only where no other column is.
    let unknown = texts
        .iter()
        .zip(header)
        .zip(&roles)
        .filter(|((text, _), role)| role.is_none() && !squeeze(text).is_empty())
        .map(|((text, cell), _)| (text.trim().to_string(), cell.line))
        .collect();
    Columns { roles, unknown, by_place, from_body: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_are_called_known_are_known() {
        for help in [help("x"), help("东")] {
            let words: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
            assert!(words.len() >= 4 && words.iter().all(|word| vocabulary().column(word).is_some()), "{help}");
        }
    }
}

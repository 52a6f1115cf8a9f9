//! The example in the rustdoc of an operation: a call that has a value for everything that is checked before it is sent.

use tablature_spec::model::ExampleKind;

use crate::ExampleRoot;
use crate::docs::fold;
use crate::ident::token;
use crate::json::{self, Json};
use crate::resolve::{Body, Field, Operation, Parameter, Resolved, Type};

/// More fields of objects are not written: nobody reads them, and tables that share tables could give any number.
const MAX_FIELDS: usize = 200;
/// Longer texts of the pages' examples are not repeated.
const MAX_TEXT: usize = 60;

/// The example of an operation: compiled if it is known how a user gets at the accessor.
pub(crate) fn of(resolved: &Resolved<'_>, operation: &Operation<'_>, root: Option<&ExampleRoot>) -> String {
    let shown = operation.spec.operation.examples.iter().filter(|example| example.kind == ExampleKind::Request);
    let shown = shown.filter_map(|example| example.body.as_deref().and_then(json::parse)).next();
    let mut writer = Writer { resolved, types: Vec::new(), open: Vec::new(), fields: 0 };
    let arguments: Vec<String> = operation.path.iter().map(|parameter| writer.parameter(parameter)).collect();
    let mut calls = vec![format!("{}({})", token(&operation.method), arguments.join(", "))];
    for parameter in operation.parameters.iter().filter(|parameter| parameter.mandatory) {
        calls.push(format!("{}({})", token(&parameter.name), writer.parameter(parameter)));
    }
    match &operation.body {
        Body::None => {}
        Body::Fields(fields) => calls.extend(writer.fields(fields, shown.as_ref())),
        Body::Form(_, parts) => {
            for part in parts.iter().filter(|part| part.mandatory) {
                let value = if part.file {
                    writer.name("Part");
                    "Part::file(\"name.txt\", \"bytes\")".to_string()
                } else {
                    writer.text(&Type::Text, part.wire, None)
                };
                calls.push(format!("{}({value})", token(&part.name)));
            }
        }
        Body::Whole(name, kind) => {
            calls.push(format!("{}({})", token(name), writer.given(kind, name, shown.as_ref())));
        }
        Body::Bytes(name, _) => calls.push(format!("{}(b\"bytes\")", token(name))),
    }
    calls.push("send()".into());
    let receiver = match root {
        Some(root) => format!("client.{}()", token(&root.accessor)),
        None => "client".into(),
    };
    let separator = if calls.len() > 2 { "\n    ." } else { "." };
    let response = if operation.response == Type::Unit { "" } else { "let response = " };
    let statement = format!("{response}{receiver}{separator}{}{separator}await?;", calls.join(separator));
    let Some(root) = root else { return format!("# Example\n\n```text\n{statement}\n```") };
    writer.types.sort();
    let import = match writer.types.as_slice() {
        [] => String::new(),
        [one] => format!("use {}::{one};\n\n", root.module()),
        several => format!("use {}::{{{}}};\n\n", root.module(), several.join(", ")),
    };
    format!(
        "# Example\n\n```no_run\n# async fn example(client: {}) -> Result<(), Box<dyn std::error::Error>> {{\n{import}{statement}\n# Ok(())\n# }}\n```",
        root.client,
    )
}

struct Writer<'a> {
    resolved: &'a Resolved<'a>,
    /// The types that the example names.
    types: Vec<String>,
    /// The structs that are being written, to see one that must hold itself.
    open: Vec<usize>,
    /// How many fields were written.
    fields: usize,
}

impl Writer<'_> {
    fn name(&mut self, name: &str) {
        if !self.types.iter().any(|known| known == name) {
            self.types.push(name.to_string());
        }
    }

    fn parameter(&mut self, parameter: &Parameter<'_>) -> String {
        let shown = parameter.sample.clone().map(Json::Text);
        self.given(&parameter.kind, parameter.wire, shown.as_ref())
    }

    /// The setters of a struct's mandatory fields.
    fn fields(&mut self, fields: &[Field<'_>], shown: Option<&Json>) -> Vec<String> {
        let mut calls = Vec::new();
        for field in fields.iter().filter(|field| field.mandatory) {
            self.fields += 1;
            let shown = match shown {
                Some(Json::Object(members)) => {
                    members.iter().rev().find(|(key, _)| key == field.wire).map(|(_, value)| value)
                }
                _ => None,
            };
            calls.push(format!("{}({})", token(&field.name), self.given(&field.kind, field.wire, shown)));
        }
        calls
    }

    /// An expression for a parameter of type `impl Into<T>`.
    fn given(&mut self, kind: &Type, wire: &str, shown: Option<&Json>) -> String {
        match kind {
            Type::Text | Type::Enum(_) | Type::Json => self.text(kind, wire, shown),
            Type::List(inner) => match self.item(inner, wire, shown) {
                Some(item) => format!("[{item}]"),
                None => "[]".into(),
            },
            Type::Map(inner) => match self.entry(inner, wire, shown) {
                Some(entry) => format!("[{entry}]"),
                None => "[]".into(),
            },
            _ => self.exact(kind, wire, shown),
        }
    }

    /// An expression where the type is known and nothing converts it.
    fn exact(&mut self, kind: &Type, wire: &str, shown: Option<&Json>) -> String {
        match kind {
            Type::Unit => "()".into(),
            Type::Bool => match shown {
                Some(Json::Bool(value)) => value.to_string(),
                Some(Json::Text(text)) if text.parse::<bool>().is_ok() => text.clone(),
                _ => "true".into(),
            },
            Type::Integer => match shown {
                Some(Json::Number(text) | Json::Text(text))
                    if text.parse::<i32>().is_ok_and(|n| n.to_string() == *text) =>
                {
                    text.clone()
                }
                _ => "1".into(),
            },
            Type::Float => match shown {
                Some(Json::Number(text)) if text.contains('.') && text.parse::<f64>().is_ok() => text.clone(),
                Some(Json::Number(text)) if text.parse::<i32>().is_ok_and(|n| n.to_string() == *text) => {
                    format!("{text}.0")
                }
                _ => "1.0".into(),
            },
            Type::Text | Type::Enum(_) | Type::Json => format!("{}.into()", self.text(kind, wire, shown)),
            Type::Struct(index) => self.object(*index, shown),
            Type::List(inner) => match self.item(inner, wire, shown) {
                Some(item) => format!("vec![{item}]"),
                None => "vec![]".into(),
            },
            Type::Map(inner) => match self.entry(inner, wire, shown) {
                Some(entry) => format!("[{entry}].into()"),
                None => "[].into()".into(),
            },
        }
    }

    fn object(&mut self, index: usize, shown: Option<&Json>) -> String {
        let Some(item) = self.resolved.structs.get(index) else { return "\"\".into()".into() };
        self.name(&item.name);
        let mut calls = vec![format!("{}::new()", item.name)];
        if !self.is_enough(&Type::Struct(index)) {
            self.open.push(index);
            calls.extend(self.fields(&item.fields, shown));
            self.open.pop();
        }
        calls.join(".")
    }

    /// The item of an array; none where an array without items is the only end.
    fn item(&mut self, inner: &Type, wire: &str, shown: Option<&Json>) -> Option<String> {
        let shown = match shown {
            Some(Json::Array(items)) => items.first(),
            other => other,
        };
        (!self.is_enough(inner)).then(|| self.exact(inner, wire, shown))
    }

    /// The entry of a map, in the same way.
    fn entry(&mut self, inner: &Type, wire: &str, shown: Option<&Json>) -> Option<String> {
        let first = match shown {
            Some(Json::Object(members)) => members.first(),
            _ => None,
        };
        let key = first.and_then(|(key, _)| plain(key)).unwrap_or_else(|| "key".into());
        let value = first.map(|(_, value)| value);
        (!self.is_enough(inner)).then(|| format!("(\"{key}\".into(), {})", self.exact(inner, wire, value)))
    }

    /// Whether what lies in a type is not to be written: it is being written already, or the example is long enough.
    fn is_enough(&self, kind: &Type) -> bool {
        match kind.innermost() {
            Type::Struct(index) => self.open.contains(index) || self.fields >= MAX_FIELDS,
            _ => false,
        }
    }

    fn text(&self, kind: &Type, wire: &str, shown: Option<&Json>) -> String {
        let shown = match shown {
            Some(Json::Text(text)) => plain(text),
            Some(Json::Number(text)) if *kind != Type::Json => Some(text.clone()),
            _ => None,
        };
        let listed = || match kind {
            Type::Enum(index) => {
                self.resolved.enums.get(*index).and_then(|item| item.variants.first()).and_then(|(_, wire)| plain(wire))
            }
            _ => None,
        };
        format!("\"{}\"", shown.or_else(listed).or_else(|| plain(wire)).unwrap_or_else(|| "text".into()))
    }
}

/// A text that stands between quotes as it is.
fn plain(text: &str) -> Option<String> {
    let same = !text.is_empty() && text.chars().count() <= MAX_TEXT && fold(text) == text;
    (same && !text.contains(['"', '\\', '`'])).then(|| text.to_string())
}

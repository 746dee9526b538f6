//! The REST interface, to read: made of the document that programs get.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use askama::Template;
use axum::response::Response;
use serde_json::{Map, Value};

use super::frame::{Frame, html};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "reference.html")]
struct Page {
    f: Frame,
    groups: &'static [Group],
    shapes: &'static [Shape],
}

/// The operations about one thing.
struct Group {
    name: String,
    operations: Vec<Operation>,
}

/// One method of one path.
struct Operation {
    id: String,
    method: String,
    path: String,
    about: String,
    parameters: Vec<Field>,
    body: Option<Kind>,
    answers: Vec<(String, String, Option<Kind>)>,
}

/// What a body or an answer is made of.
struct Shape {
    name: String,
    about: String,
    fields: Vec<Field>,
    kind: Kind,
}

/// Something with a name.
struct Field {
    name: String,
    place: String,
    required: bool,
    about: String,
    kind: Kind,
}

/// What a value is: words, and the names of shapes among them.
type Kind = Vec<Word>;

enum Word {
    Plain(String),
    Shape(String),
}

pub(super) async fn show(visit: Visit) -> Result<Response, Trouble> {
    visit.look_around()?;
    let (groups, shapes) = &*READ;
    html(&Page { f: Frame::of(&visit, visit.t.reference.title), groups, shapes })
}

/// The document, read once.
static READ: LazyLock<(Vec<Group>, Vec<Shape>)> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(crate::api::document()).unwrap_or_default();
    (groups(&document), shapes(&document))
});

fn groups(document: &Value) -> Vec<Group> {
    let mut groups = BTreeMap::<&str, Vec<Operation>>::new();
    for (path, item) in members(at(document, "/paths")) {
        for (method, operation) in members(item) {
            let group = groups.entry(text(at(operation, "/tags/0"))).or_default();
            group.push(self::operation(method, path, operation));
        }
    }
    let named = |(name, operations): (&str, _)| Group { name: name.to_owned(), operations };
    groups.into_iter().map(named).collect()
}

fn operation(method: &str, path: &str, operation: &Value) -> Operation {
    let about = if at(operation, "/description").is_null() { "summary" } else { "description" };
    let body = at(operation, "/requestBody/content/application~1json/schema");
    let answer = |(status, answer): (&String, &Value)| {
        let content = members(at(answer, "/content")).next();
        let kind = content.map(|(_, content)| kind(at(content, "/schema")));
        (status.clone(), text(at(answer, "/description")).to_owned(), kind)
    };
    Operation {
        id: text(at(operation, "/operationId")).to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        about: text(operation.get(about).unwrap_or(&Value::Null)).to_owned(),
        parameters: items(at(operation, "/parameters")).map(parameter).collect(),
        body: (!body.is_null()).then(|| kind(body)),
        answers: members(at(operation, "/responses")).map(answer).collect(),
    }
}

fn parameter(parameter: &Value) -> Field {
    Field {
        name: text(at(parameter, "/name")).to_owned(),
        place: text(at(parameter, "/in")).to_owned(),
        required: parameter["required"].as_bool().unwrap_or_default(),
        about: text(at(parameter, "/description")).to_owned(),
        kind: kind(at(parameter, "/schema")),
    }
}

fn shapes(document: &Value) -> Vec<Shape> {
    let shape = |(name, schema): (&String, &Value)| {
        let required: Vec<&str> = items(at(schema, "/required")).map(text).collect();
        let field = |(name, schema): (&String, &Value)| Field {
            name: name.clone(),
            place: String::new(),
            required: required.contains(&name.as_str()),
            about: text(at(schema, "/description")).to_owned(),
            kind: kind(schema),
        };
        Shape {
            name: name.clone(),
            about: text(at(schema, "/description")).to_owned(),
            fields: members(at(schema, "/properties")).map(field).collect(),
            kind: kind(schema),
        }
    };
    members(at(document, "/components/schemas")).map(shape).collect()
}

/// What a schema admits.
fn kind(schema: &Value) -> Kind {
    if let Some(shape) = text(&schema["$ref"]).strip_prefix("#/components/schemas/") {
        return vec![Word::Shape(shape.to_owned())];
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        let kinds: Vec<Kind> =
            items(schema.get(several).unwrap_or(&Value::Null)).map(kind).collect();
        if !kinds.is_empty() {
            return joined(kinds);
        }
    }
    let values: Vec<String> = items(at(schema, "/enum")).map(Value::to_string).collect();
    if !values.is_empty() {
        return vec![Word::Plain(values.join(" | "))];
    }
    let types = match at(schema, "/type") {
        Value::Array(types) => types.iter().map(text).collect(),
        one => vec![text(one)],
    };
    joined(types.into_iter().map(|name| typed(name, schema)).collect())
}

fn typed(name: &str, schema: &Value) -> Kind {
    match (name, text(at(schema, "/format"))) {
        ("array", _) => {
            let mut kind = vec![Word::Plain("list of ".into())];
            kind.extend(self::kind(at(schema, "/items")));
            kind
        }
        (name, "") => vec![Word::Plain(name.to_owned())],
        (name, format) => vec![Word::Plain(format!("{name} ({format})"))],
    }
}

fn joined(kinds: Vec<Kind>) -> Kind {
    let mut whole = Vec::new();
    for kind in kinds {
        if !whole.is_empty() {
            whole.push(Word::Plain(" or ".into()));
        }
        whole.extend(kind);
    }
    whole
}

fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

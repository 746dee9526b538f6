//! The JSON of an image's configuration, as far as it is shown. What is not as it should be is left
//! out: nobody but people looks at it.
//!
//! Source: OCI image specification 1.1, "config"; Docker's `image/spec/v1.2.md`.

use portus_core::configuration::{Configuration, MAX_ENTRIES, Step, kept_text};
use serde_json::Value;

/// What a configuration says; none where it is no object.
pub(crate) fn read(body: &[u8]) -> Option<Box<Configuration>> {
    let whole: Value = serde_json::from_slice(body).ok()?;
    whole.as_object()?;
    let run = member(&whole, "config");
    Some(Box::new(Configuration {
        created: text(member(&whole, "created")),
        author: text(member(&whole, "author")),
        entrypoint: words(member(run, "Entrypoint")),
        command: words(member(run, "Cmd")),
        environment: words(member(run, "Env")),
        working_folder: text(member(run, "WorkingDir")),
        user: text(member(run, "User")),
        stop_signal: text(member(run, "StopSignal")),
        ports: names(member(run, "ExposedPorts")),
        volumes: names(member(run, "Volumes")),
        labels: pairs(member(run, "Labels")),
        history: history(member(&whole, "history")),
    }))
}

/// Names with values that are text, by name.
pub(crate) fn pairs(value: &Value) -> Vec<(String, String)> {
    let members = value.as_object().into_iter().flatten();
    let texts =
        members.filter_map(|(name, value)| Some((kept_text(name), kept_text(value.as_str()?))));
    // Whether an object keeps its order is up to how the parser was built.
    let mut pairs: Vec<_> = texts.take(MAX_ENTRIES).collect();
    pairs.sort();
    pairs
}

/// A member of an object; null where there is none.
fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(kept_text)
}

/// A list of texts; a text alone, as schema 1 had commands, is a list of one.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![kept_text(text)],
        value => {
            let entries = value.as_array().into_iter().flatten();
            entries.filter_map(Value::as_str).map(kept_text).take(MAX_ENTRIES).collect()
        }
    }
}

/// The members of a set, which Go writes as an object of empty objects.
fn names(value: &Value) -> Vec<String> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, _)| kept_text(name)).take(MAX_ENTRIES).collect()
}

fn history(value: &Value) -> Vec<Step> {
    let step = |value: &Value| Step {
        made_by: text(member(value, "created_by")).unwrap_or_default(),
        comment: text(member(value, "comment")).unwrap_or_default(),
        is_empty: member(value, "empty_layer").as_bool().unwrap_or_default(),
    };
    value.as_array().into_iter().flatten().take(MAX_ENTRIES).map(step).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_configuration_says_how_an_image_starts_and_was_built() {
        let body = json!({
            "created": "2026-11-20T11:55:02Z", "author": "", "os": "linux",
            "config": {
                "Entrypoint": ["/usr/bin/api"], "Cmd": "serve", "Env": ["A=1", 7],
                "User": "10001", "WorkingDir": "/srv", "StopSignal": "SIGTERM",
                "ExposedPorts": { "8443/tcp": {}, "9100/tcp": {} }, "Volumes": null,
                "Labels": { "b": "2", "a": "1", "c": 3 },
            },
            "history": [{ "created_by": "COPY a b", "comment": "buildkit" }, { "empty_layer": true }],
        });
        let found = read(body.to_string().as_bytes()).unwrap();
        assert_eq!(found.created.as_deref(), Some("2026-11-20T11:55:02Z"));
        assert_eq!((&found.author, &*found.entrypoint), (&None, &["/usr/bin/api".to_owned()][..]));
        assert_eq!(
            (&*found.command, &*found.environment),
            (&["serve".to_owned()][..], &["A=1".to_owned()][..])
        );
        assert_eq!((found.ports.len(), found.volumes.len()), (2, 0));
        let labels: Vec<_> =
            found.labels.iter().map(|(name, value)| format!("{name}{value}")).collect();
        assert_eq!(labels, ["a1", "b2"]);
        assert_eq!((found.history[0].is_empty, found.history[1].is_empty), (false, true));
    }

    #[test]
    fn what_is_too_much_is_left_out() {
        let long = "x".repeat(20_000);
        let many: Vec<_> = (0..5000).map(|n| format!("{n}={long}")).take(400).collect();
        let found = read(json!({ "config": { "Env": many } }).to_string().as_bytes()).unwrap();
        assert_eq!(found.environment.len(), MAX_ENTRIES);
        assert!(found.environment.iter().all(|one| one.len() <= 4096));
    }

    proptest! {
        #[test]
        fn any_body_is_read_or_none(body in ".{0,300}") {
            read(body.as_bytes());
            read(format!(r#"{{"config":{body:?},"history":[{body:?}]}}"#).as_bytes());
        }
    }
}

//! The lines that a finding names: of our own configuration, or of a registry's.

use std::path::Path;
use std::time::SystemTime;

use portus_core::finding::{Patch, PatchLine, Place, Setting};
use portus_core::registry::Registry;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::settings::{Settings, Source};

/// A setting of Portus, and where it is set.
pub(super) fn setting(settings: &Settings, key: &str) -> Setting {
    match settings.source(key) {
        Source::Default => Setting::Default(key.to_owned()),
        Source::File(path) => Setting::File(key.to_owned(), path.display().to_string()),
        Source::Environment(name) => Setting::Variable(name.clone()),
        Source::Flag(name) => Setting::Flag((*name).to_owned()),
    }
}

/// The line that gives a setting of Portus another value, `new` being written as TOML has it. Not
/// for secrets, since it shows the line that is there.
pub(super) fn ours(settings: &Settings, key: &str, new: &str) -> Patch {
    let (section, name) = key.split_once('.').unwrap_or(("", key));
    let heading = PatchLine::Keep(format!("[{section}]"));
    let wanted = PatchLine::Add(format!("{name} = {new}"));
    let bare = new.trim_matches('"');
    let known = settings.all.iter().find(|setting| setting.key == key);
    let old = known.map(|setting| setting.value.as_str()).unwrap_or_default();
    match settings.source(key) {
        Source::Default => {
            Patch { place: Place::File("portus.toml".into()), lines: vec![heading, wanted] }
        }
        Source::Environment(name) => Patch {
            place: Place::Environment,
            lines: vec![
                PatchLine::Remove(format!("{name}={old}")),
                PatchLine::Add(format!("{name}={bare}")),
            ],
        },
        Source::File(path) => match line_in(path, key) {
            Some((number, line)) => Patch {
                place: Place::FileLine(path.display().to_string(), number),
                lines: vec![heading, PatchLine::Remove(line), wanted],
            },
            None => Patch {
                place: Place::File(path.display().to_string()),
                lines: vec![heading, wanted],
            },
        },
        Source::Flag(option) => Patch {
            place: Place::CommandLine,
            lines: vec![
                PatchLine::Remove(format!("{option} {old}")),
                PatchLine::Add(format!("{option} {bare}")),
            ],
        },
    }
}

/// The line that gives a setting of a registry another value, under the sections that it is in.
pub(super) fn theirs(registry: &Registry, path: &[&str], lines: Vec<PatchLine>) -> Patch {
    let heads = path.iter().enumerate();
    let heads =
        heads.map(|(depth, name)| PatchLine::Keep(format!("{}{name}:", "  ".repeat(depth))));
    let indent = "  ".repeat(path.len());
    let lines = lines.into_iter().map(|line| match line {
        PatchLine::Add(text) => PatchLine::Add(format!("{indent}{text}")),
        PatchLine::Keep(text) => PatchLine::Keep(format!("{indent}{text}")),
        PatchLine::Remove(text) => PatchLine::Remove(format!("{indent}{text}")),
    });
    Patch { place: Place::Registry(registry.name.clone()), lines: heads.chain(lines).collect() }
}

/// The number of the line of a file that sets something, and the line.
fn line_in(path: &Path, key: &str) -> Option<(usize, String)> {
    let text = std::fs::read_to_string(path).ok()?;
    line_of(&text, key).map(|(number, line)| (number, line.to_owned()))
}

fn line_of<'a>(text: &'a str, key: &str) -> Option<(usize, &'a str)> {
    let mut section = String::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if let Some(inside) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = format!("{}.", inside.trim());
        } else if let Some((name, _)) = line.split_once('=')
            && format!("{section}{}", name.trim()) == key
        {
            return Some((number, line));
        }
    }
    None
}

/// Whole seconds, for people.
pub(super) fn shown(at: SystemTime) -> String {
    let time = OffsetDateTime::from(at);
    time.replace_nanosecond(0).unwrap_or(time).format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_setting_is_found_in_its_section() {
        let text = "# url = 1\ndata.dir = \"d\"\n\n[server]\nlisten = \"a\"\n url = \"b\" # c\n[other]\nurl = \"d\"\n";
        assert_eq!(line_of(text, "server.url"), Some((6, "url = \"b\" # c")));
        assert_eq!(line_of(text, "data.dir"), Some((2, "data.dir = \"d\"")));
        assert_eq!(line_of(text, "other.url"), Some((8, "url = \"d\"")));
        assert_eq!(line_of(text, "url"), None);
    }
}

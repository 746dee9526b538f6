//! What a person who starts the server reads first.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use portus::settings::{DatabaseKind, PublicUrl, Settings, Source};

use crate::flags::Flags;

/// What there is to say.
pub struct Greeting<'a> {
    /// Where Portus is.
    pub url: &'a PublicUrl,
    /// `host:port` of the registry beside it.
    pub registry: Option<&'a str>,
    /// The link and the line that make the first admin, as long as nobody has an account.
    pub setup: Option<(&'a str, &'a str)>,
}

impl Greeting<'_> {
    /// As it is printed; empty where there is nothing that somebody has to do.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a String does not fail.
        if let Some(registry) = self.registry {
            let _ = writeln!(text, "\nPortus is at {}, its registry at {registry}.", self.url);
        }
        if let Some((link, line)) = self.setup {
            let _ = writeln!(
                text,
                "\nNobody has an account yet. Make the first admin's in a browser\n\n  {link}\n\n\
                 or with\n\n  {line}"
            );
        }
        if let Some(registry) = self.registry {
            let _ = write!(
                text,
                "\nTo try it, with your name for NAME and any image that you have:\n\n  \
                 docker login {registry}\n  \
                 docker tag alpine {registry}/NAME/alpine\n  \
                 docker push {registry}/NAME/alpine\n\n"
            );
        }
        text
    }
}

/// The line that makes the first admin of this installation.
pub fn setup_line(flags: &Flags, settings: &Settings) -> String {
    let mut line = quoted(&program());
    if let Some(config) = &flags.config {
        let _ = write!(line, " --config {}", quoted(&config.display().to_string()));
    }
    if matches!(settings.source("data.dir"), Source::Default | Source::Flag(_)) {
        let _ = write!(line, " --data {}", quoted(&settings.data.display().to_string()));
    }
    // An address with a password is not printed; portusctl asks for `--database` then.
    if let (Some(url), DatabaseKind::Sqlite(_)) = (&flags.database, &settings.database.kind) {
        let _ = write!(line, " --database {}", quoted(url));
    }
    line + " setup"
}

/// `portusctl` as it can be typed here: beside this program, where that is not on the way.
fn program() -> String {
    let Ok(own) = std::env::current_exe() else {
        return "portusctl".into();
    };
    let beside = own.with_file_name("portusctl");
    let usual = ["/bin", "/usr/bin", "/usr/local/bin"];
    let is_usual =
        beside.parent().is_some_and(|folder| usual.iter().any(|one| folder == Path::new(one)));
    if is_usual || !beside.is_file() {
        return "portusctl".into();
    }
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    beside.strip_prefix(here).unwrap_or(&beside).display().to_string()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use portus::settings::Given;

    use super::*;

    #[test]
    fn a_first_start_names_the_next_steps_and_a_later_one_only_what_is_where() {
        let settings = Settings::load(&Given::default()).unwrap();
        let url = &settings.server.url;
        let registry = Some("localhost:5000");
        let first = Greeting {
            url,
            registry,
            setup: Some(("http://localhost:8080/setup/x", "portusctl --data d setup")),
        }
        .text();
        for line in [
            "Portus is at http://localhost:8080, its registry at localhost:5000.",
            "  http://localhost:8080/setup/x",
            "  portusctl --data d setup",
            "  docker login localhost:5000",
            "  docker tag alpine localhost:5000/NAME/alpine",
            "  docker push localhost:5000/NAME/alpine",
        ] {
            assert!(first.lines().any(|one| one == line), "{line} in {first}");
        }
        let later = Greeting { url, registry, setup: None }.text();
        assert!(!later.contains("setup") && later.contains("docker push"));
        assert_eq!(Greeting { url, registry: None, setup: None }.text(), "");
    }

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(quoted("./data"), "./data");
        assert_eq!(quoted("my data"), "'my data'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}

//! Passwords, from everywhere but the command line: that is for all to see.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use portus_auth::password_rules;
use portus_core::secret::Secret;

use crate::failure::Failure;

/// Where a new password comes from.
#[derive(Args, Debug)]
pub struct PasswordSource {
    /// Read the password from standard input
    #[arg(long, conflicts_with = "password_file")]
    password_stdin: bool,
    /// Read the password from FILE
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordSource {
    /// The password, good enough to be set; asked for twice where someone sits at a terminal.
    ///
    /// # Errors
    ///
    /// [`Failure::Input`] where there is none, or it is too weak.
    pub fn read(&self, whose: &str) -> Result<Secret, Failure> {
        let password = match &self.password_file {
            Some(path) => from_file(path)?,
            None if self.password_stdin => from_reader(std::io::stdin(), "standard input")?,
            None if std::io::stdin().is_terminal() => from_prompt(whose)?,
            None => return Err(Failure::Input(NO_TERMINAL.into())),
        };
        password_rules::check(&password).map_err(|weak| Failure::Input(weak.to_string()))?;
        Ok(password)
    }
}

fn from_file(path: &Path) -> Result<Secret, Failure> {
    let shown = format!("`{}`", path.display());
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::Input(format!("{shown} cannot be read: {error}")))?;
    from_reader(file, &shown)
}

fn from_reader(reader: impl Read, place: &str) -> Result<Secret, Failure> {
    let mut bytes = Vec::new();
    let read = reader.take(MOST_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| Failure::Input(format!("{place} cannot be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Input(format!("the password in {place} is not UTF-8")))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(Failure::Input(format!("there is no password in {place}")));
    }
    if line.contains(['\n', '\r']) {
        return Err(Failure::Input(format!("the password in {place} is more than one line")));
    }
    Ok(Secret::new(line))
}

fn from_prompt(whose: &str) -> Result<Secret, Failure> {
    let ask = |prompt: &str| {
        let typed = rpassword::prompt_password(prompt).map(Secret::new);
        typed.map_err(|error| Failure::Input(format!("no password could be asked for: {error}")))
    };
    let first = ask(&format!("Password for {whose}: "))?;
    if ask("The same again: ")? == first {
        Ok(first)
    } else {
        Err(Failure::Input("the two passwords differ".into()))
    }
}

const NO_TERMINAL: &str =
    "there is no terminal to ask for a password: use --password-stdin or --password-file FILE";

/// Far more than a password has, so that a wrong file is refused and not read whole.
const MOST_BYTES: u64 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        from_reader(text.as_bytes(), "a test").ok().map(|secret| secret.expose().into())
    }

    #[test]
    fn one_line_end_is_cut_and_nothing_else() {
        assert_eq!(read("seven herons \n").as_deref(), Some("seven herons "));
        assert_eq!(read("seven herons\r\n").as_deref(), Some("seven herons"));
        assert_eq!(read("seven herons").as_deref(), Some("seven herons"));
        for bad in ["", "\n", "two\nlines\n", "two\n\n"] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
        assert!(from_reader(&[0xff, 0xfe][..], "a test").is_err());
    }
}

//! What a new password has to be.

use std::collections::HashSet;
use std::sync::LazyLock;

use portus_core::port::WeakPassword;
use portus_core::secret::Secret;

/// Shorter ones are guessed.
const FEWEST_CHARACTERS: usize = 8;
/// bcrypt reads no further.
const MOST_BYTES: usize = 72;

/// One password a line, lower case, commonest first. Lines with `##` are for the reader.
const LIST: &str = include_str!("common_passwords.txt");

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| LIST.lines().filter(|line| !line.starts_with("##")).collect());

/// Whether a password may be set: eight characters to 72 bytes, and not one of the thousands that
/// everybody tries first.
pub fn check(password: &Secret) -> Result<(), WeakPassword> {
    let text = password.expose();
    if text.chars().count() < FEWEST_CHARACTERS {
        return Err(WeakPassword::TooShort);
    }
    if text.len() > MOST_BYTES {
        return Err(WeakPassword::TooLong { bytes: text.len() });
    }
    if text.contains('\0') {
        return Err(WeakPassword::ZeroByte);
    }
    if COMMON.contains(text.to_lowercase().as_str()) {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(password: &str) -> Result<(), WeakPassword> {
        check(&Secret::new(password))
    }

    #[test]
    fn a_password_has_eight_characters_to_72_bytes() {
        assert_eq!(verdict("kq3vZ9x"), Err(WeakPassword::TooShort));
        assert_eq!(verdict("kq3vZ9xw"), Ok(()));
        // Eight characters of sixteen bytes.
        assert_eq!(verdict("åäöåäöåø"), Ok(()));
        assert_eq!(verdict("ååååååå"), Err(WeakPassword::TooShort));
        assert_eq!(verdict(&"kq3vZ9xw".repeat(9)), Ok(()));
        let long = "kq3vZ9xw".repeat(9) + "!";
        assert_eq!(verdict(&long), Err(WeakPassword::TooLong { bytes: 73 }));
        assert_eq!(verdict("kq3v\0Z9xw"), Err(WeakPassword::ZeroByte));
    }

    #[test]
    fn a_common_password_is_refused_in_any_case() {
        for common in ["password", "PassWord", "12345678", "Portus123", "qwertyuiop", "password1!"]
        {
            assert_eq!(verdict(common), Err(WeakPassword::Common), "{common}");
        }
    }

    #[test]
    fn the_list_holds_what_could_be_set_and_nothing_twice() {
        let lines: Vec<_> = LIST.lines().filter(|line| !line.starts_with("##")).collect();
        assert!(lines.len() > 9000);
        assert_eq!(COMMON.len(), lines.len());
        for line in lines {
            assert!(line.len() >= FEWEST_CHARACTERS && line == line.to_lowercase(), "{line}");
        }
    }

    #[test]
    fn the_sentences_say_what_to_do() {
        let sentences =
            [WeakPassword::TooShort.to_string(), WeakPassword::TooLong { bytes: 80 }.to_string()];
        assert_eq!(
            sentences,
            [
                "a password has at least 8 characters",
                "a password has at most 72 bytes, and this one has 80",
            ]
        );
    }
}

//! What cannot come back goes when its name was typed.

use super::texts::Texts;

/// A name to be typed, as its form shows it.
#[derive(Default)]
pub(super) struct Confirm {
    pub(super) name: String,
    /// What was typed.
    pub(super) typed: String,
    /// What is wrong with that.
    pub(super) fault: Option<String>,
}

impl Confirm {
    /// Nothing was typed yet.
    pub(super) fn of(name: impl ToString) -> Self {
        Self { name: name.to_string(), ..Self::default() }
    }

    /// What was typed, with what is wrong with it.
    pub(super) fn typed(name: impl ToString, typed: &str, t: &Texts) -> Self {
        let (name, typed) = (name.to_string(), typed.trim().to_owned());
        let fault = (typed != name).then(|| (t.deletions.name_wrong)(&name));
        Self { name, typed, fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_name_confirms() {
        let typed = |text| Confirm::typed("Main", text, &Texts::ENGLISH);
        for text in ["Main", " Main\n"] {
            assert!(typed(text).fault.is_none(), "{text}");
        }
        for text in ["", "main", "Mai", "Main 2", "MAIN"] {
            let wrong = typed(text);
            assert_eq!(wrong.fault.as_deref(), Some("Type exactly “Main”"));
            assert_eq!(wrong.typed, text, "it is kept");
        }
    }
}

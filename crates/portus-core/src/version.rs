//! The order of tags that are versions.

use crate::tag::TagName;

impl TagName {
    /// A text whose order, byte by byte, is that of versions: `1.9` before `1.10`, `v2.0-rc.1`
    /// before `v2.0`, and what is no version before all that are.
    ///
    /// Source: Semantic Versioning 2.0.0, "11"; besides, parts that are left out count as zero, and
    /// digits within a word count as a number.
    pub fn version_key(&self) -> String {
        let text = self.as_str();
        let bare = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let Some((numbers, rest)) = split(bare) else {
            return format!("0{}", natural(text));
        };
        let mut key = String::from("1");
        for part in 0..numbers.len().max(PARTS) {
            key += &number(numbers.get(part).copied().unwrap_or("0"));
        }
        match rest.chars().next() {
            None => key.push('~'),
            // What helm writes for `+`: the same version, built again.
            Some('_') => key += &format!("~{}", natural(rest)),
            Some(_) => {
                for word in rest.trim_start_matches('-').split(['.', '-']) {
                    key += &format!(" {}", identifier(word));
                }
            }
        }
        key
    }
}

/// How many numbers a version has at least.
const PARTS: usize = 4;

/// `1.2-rc.1` is the numbers 1 and 2, and the rest `-rc.1`.
fn split(text: &str) -> Option<(Vec<&str>, &str)> {
    let mut numbers = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        if digits.is_empty() {
            return None;
        }
        numbers.push(digits);
        match after.strip_prefix('.').filter(|next| next.starts_with(|c: char| c.is_ascii_digit()))
        {
            Some(next) => rest = next,
            None => {
                rest = after;
                break;
            }
        }
    }
    // `4be19c2` is no version four.
    let is_clear = rest.is_empty() || rest.starts_with(['-', '_']) || numbers.len() > 1;
    is_clear.then_some((numbers, rest))
}

/// Numbers come before words.
fn identifier(word: &str) -> String {
    let is_number = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    if is_number { format!("0{}", number(word)) } else { format!("1{}", natural(word)) }
}

/// A number with its length before it, so that the longer is the greater.
fn number(digits: &str) -> String {
    let digits = digits.trim_start_matches('0');
    format!("{:03}{digits}", digits.len())
}

fn natural(text: &str) -> String {
    let mut key = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        key += &if digit { number(run) } else { run.to_owned() };
        rest = after;
    }
    key
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> String {
        text.parse::<TagName>().unwrap().version_key()
    }

    #[test]
    fn versions_come_in_their_order() {
        let ordered = [
            "build-9",
            "build-10",
            "latest",
            "0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "v1.0.0-rc.1",
            "1.0.0-rc2",
            "1.0.0-rc10",
            "1.0.0",
            "1.0.0_build",
            "1.0.1",
            "v1.9",
            "1.9.1",
            "1.10-alpine",
            "1.10",
            "1.10.0.1",
            "V2",
            "20240101",
        ];
        for (one, other) in ordered.iter().zip(&ordered[1..]) {
            assert!(key(one) < key(other), "{one} is not before {other}");
        }
        for (one, other) in [("1.2", "v1.2.0"), ("01.2", "1.2"), ("1", "1.0.0.0")] {
            assert_eq!(key(one), key(other));
        }
        assert!(key("4be19c2") < key("0.1"), "the start of a commit is no version");
    }

    proptest! {
        #[test]
        fn any_tag_has_a_key_that_is_not_much_longer(text in "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}") {
            prop_assert!(key(&text).len() <= 1024);
        }
    }
}

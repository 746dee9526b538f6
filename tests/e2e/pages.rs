//! Every page in the light and in the dark, on a desk and on a phone, in English and in German.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use portus_tests::pages::{self, Known, Page};
use portus_tests::{Browser, Place, Visitor, Wishes, World};

/// As much as a page with its style and script may weigh, compressed.
const BUDGET: usize = 100 * 1024;

#[test]
fn every_page_is_for_everyone_and_light() {
    tour("en", looks, weighs);
}

#[test]
fn every_page_is_in_german_where_that_is_asked_for() {
    let english = English::read();
    tour("de", |browser, page| reads(browser, page, &english), |_, _| Vec::new());
}

/// Goes to every page, as an admin where she finds it; says what is wrong with each, and with all.
fn tour(
    language: &'static str,
    each: impl Fn(&Browser, &Page) -> Vec<String>,
    all: impl Fn(&World, &Known) -> Vec<String>,
) {
    let world = World::start_with(Place::SMALL, pages::settings);
    let known = pages::fill(&world);
    let wishes = Wishes { language, ..Wishes::USUAL };
    let start = |name| Browser::start(&world.folder(name), &world.portus.url, wishes);
    let (stranger, alice) = (start("stranger"), start("alice"));
    alice.sign_in("alice");
    let mut faults = Vec::new();
    for page in pages::pages().iter().filter(|page| page.is_there()) {
        let browser = if page.is_found_by('a') { &alice } else { &stranger };
        browser.open(&page.address(&known));
        faults.extend(each(browser, page).into_iter().map(|one| format!("{}: {one}", page.name)));
    }
    faults.extend(all(&world, &known));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What is wrong with a page as it looks.
fn looks(browser: &Browser, page: &Page) -> Vec<String> {
    let mut faults = Vec::new();
    for theme in ["light", "dark"] {
        browser.prefer(theme);
        browser.photograph(&format!("page-{}-{theme}", page.name));
        faults.extend(browser.barriers().into_iter().map(|one| format!("{theme}: {one}")));
    }
    browser.prefer("light");
    browser.resize(360, 740);
    browser.photograph(&format!("page-{}-phone", page.name));
    let overhang = browser.overhang();
    if overhang > 0 {
        faults.push(format!("{overhang} pixels are beside a phone"));
    }
    browser.resize(1280, 900);
    faults.extend(browser.complaints());
    faults
}

/// What is wrong with a page in German.
fn reads(browser: &Browser, page: &Page, english: &English) -> Vec<String> {
    browser.photograph(&format!("page-{}-german", page.name));
    let mut faults = browser.barriers();
    faults.extend(english.left_on(browser).into_iter().map(|words| format!("says `{words}`")));
    faults.extend(browser.complaints());
    faults
}

fn weighs(world: &World, known: &Known) -> Vec<String> {
    let url = &world.portus.url;
    let (stranger, alice) = (Visitor::stranger(url), Visitor::signed_in(url, "alice"));
    let mut faults = Vec::new();
    for page in pages::pages().iter().filter(|page| page.is_there()) {
        let visitor = if page.is_found_by('a') { &alice } else { &stranger };
        let weight = visitor.weigh(&visitor.get(&page.address(known)).expect(200).text());
        println!("{weight:6} bytes, {}", page.name);
        if weight > BUDGET {
            faults.push(format!("{} weighs {weight} bytes", page.name));
        }
    }
    faults
}

/// What no German page says.
struct English(BTreeSet<String>);

impl English {
    /// Every text that German has another for.
    fn read() -> Self {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/portus-http/src/ui/texts");
        let (mut english, mut german) = (BTreeSet::new(), BTreeSet::new());
        for file in fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            // Folders hold what is put together from texts.
            if file.is_dir() {
                continue;
            }
            let source = fs::read_to_string(file).unwrap();
            for entry in source.split(" = \"").skip(1) {
                let Some((text, rest)) = entry.split_once("\",\n") else { continue };
                let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
                let Some((other, _)) = rest.split_once("\";") else { continue };
                english.insert(text.replace("\\\"", "\""));
                german.insert(other.replace("\\\"", "\""));
            }
        }
        assert!(english.len() > 400, "only {} texts were found", english.len());
        Self(english.difference(&german).cloned().collect())
    }

    /// What of it is on a page, in text or in what only screen readers say. What programs say is
    /// marked as theirs, and not meant, nor what people wrote.
    fn left_on(&self, browser: &Browser) -> Vec<String> {
        let said = browser.ask(
            "(() => {
              const all = [document.title.replace(/ · Portus$/, '')], not = '[lang=en], .text, .plain, code, pre, script, style, kbd';
              const walk = (root) => {
                const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
                while (texts.nextNode()) {
                  if (!texts.currentNode.parentElement?.closest(not)) all.push(texts.currentNode.data);
                }
                for (const one of root.querySelectorAll('*')) {
                  for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
                    if (one.hasAttribute(name) && !one.closest(not)) all.push(one.getAttribute(name));
                  }
                }
              };
              walk(document.body);
              for (const one of document.querySelectorAll('template')) walk(one.content);
              return all.map((text) => text.trim()).filter((text) => text);
            })()",
        );
        let said = said.as_array().unwrap().iter().map(|text| text.as_str().unwrap());
        let said: BTreeSet<&str> = said.collect();
        assert!(said.contains("Zum Inhalt"), "the page is in German: {said:?}");
        let is_left = |text: &&str| {
            let mut parts = PARTS.iter().filter(|part| text.contains(**part));
            self.0.contains(*text) || parts.next().is_some()
        };
        said.into_iter().filter(is_left).map(str::to_owned).collect()
    }
}

/// Of texts that are put together.
const PARTS: [&str; 8] =
    [" ago", "There is no", "You may", "allowed by", "denied", "Delete ", "Make the", " by "];

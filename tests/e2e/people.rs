//! Every page as each kind of person sees it, in a real Chromium, with scripts and without.

use portus_tests::pages::{self, Known, PEOPLE, Page};
use portus_tests::{Browser, Place, Wishes, World};

#[test]
fn each_kind_of_person_finds_what_is_hers_and_nothing_else() {
    walk(Wishes::USUAL);
}

#[test]
fn each_kind_of_person_finds_the_same_without_scripts() {
    walk(Wishes::PLAIN);
}

fn walk(wishes: Wishes) {
    let world = World::start_with(Place::SMALL, pages::settings);
    let known = pages::fill(&world);
    let mut faults = Vec::new();
    for (letter, name) in PEOPLE {
        let folder = world.folder(&format!("browser-{letter}"));
        let browser = Browser::start(&folder, &world.portus.url, wishes);
        if !name.is_empty() {
            browser.sign_in(name);
        }
        for page in pages::pages().iter().filter(|page| page.is_there()) {
            let found = looks(&browser, page, letter, &known);
            if wishes.scripts && page.is_found_by(letter) {
                let who = if name.is_empty() { "stranger" } else { name };
                browser.photograph(&format!("{who}-{}", page.name));
            }
            faults.extend(found.into_iter().map(|one| format!("{name}: {}: {one}", page.name)));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What is wrong with a page as someone sees it.
fn looks(browser: &Browser, page: &Page, letter: char, known: &Known) -> Vec<String> {
    let address = page.address(known);
    browser.open(&address);
    let shown = browser.text();
    let refusals = ["There is nothing here", "You may not do that"];
    let nothing = refusals.iter().any(|words| shown.contains(words));
    let is_away = browser.path() != address;
    let mut faults = Vec::new();
    if page.is_found_by(letter) {
        if nothing || is_away {
            faults.push(format!("is not there but {}", browser.path()));
        } else if !shown.contains(page.words) {
            faults.push(format!("has no `{}`:\n{shown}", page.words));
        }
        let (acts, own) = (Page::acts_on(&browser.source(), &address), page.acts_of(letter));
        faults.extend(acts.difference(&own).map(|act| format!("offers {act}")));
        faults.extend(own.difference(&acts).map(|act| format!("does not offer {act}")));
    } else if !nothing && !is_away {
        faults.push(format!("is there:\n{shown}"));
    }
    let complaints = browser.complaints().into_iter();
    let is_refusal = |one: &str| ["403", "404"].iter().any(|status| one.contains(status));
    faults.extend(complaints.filter(|one| page.is_found_by(letter) || !is_refusal(one)));
    faults
}

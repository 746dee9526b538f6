//! Markdown that people wrote, as HTML that does nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use comrak::nodes::NodeValue;
use comrak::{Arena, Options, format_html, parse_document};

/// A description as a part of a page: plain prose, lists, tables, code and links, with its headings
/// below the page's `h2` and one below the other. Pictures become links: pages show none of other hosts, and have none of
/// their own. HTML stays text.
pub(crate) fn rendered(text: &str) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &OPTIONS);
    let mut above = Vec::new();
    for node in root.descendants() {
        let value = &mut node.data_mut().value;
        match value {
            NodeValue::Heading(heading) => heading.level = nested(&mut above, heading.level),
            NodeValue::Image(link) => *value = NodeValue::Link(link.clone()),
            _ => {}
        }
    }
    let mut html = String::new();
    // Writing to a text does not fail.
    let _ = format_html(root, &OPTIONS, &mut html);
    SAFE.clean(&html).to_string()
}

/// How deep a heading is, whatever levels its writer left out: the first ones are `h3`.
fn nested(above: &mut Vec<u8>, level: u8) -> u8 {
    while above.last().is_some_and(|last| *last >= level) {
        above.pop();
    }
    above.push(level);
    (above.len() as u8 + 2).min(6)
}

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.render.escape = true;
    options
});

/// What is left, whatever was written before: no attribute but those of links and tables.
static SAFE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut safe = Builder::empty();
    safe.tags(HashSet::from([
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]))
    .tag_attributes(
        [("a", HashSet::from(["href", "title"])), ("ol", HashSet::from(["start"]))].into(),
    )
    .url_schemes(HashSet::from(["http", "https", "mailto"]))
    .url_relative(UrlRelative::Deny)
    .link_rel(Some("nofollow noopener"));
    safe
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_shown_as_it_was_meant() {
        for (text, html) in [
            ("# Title", "<h3>Title</h3>"),
            ("###### Deep", "<h3>Deep</h3>"),
            ("### A\n# B\n### C\n## D", "<h3>A</h3>\n<h3>B</h3>\n<h4>C</h4>\n<h4>D</h4>"),
            (
                "# 1\n## 2\n### 3\n#### 4\n##### 5",
                "<h3>1</h3>\n<h4>2</h4>\n<h5>3</h5>\n<h6>4</h6>\n<h6>5</h6>",
            ),
            (
                "*a* **b** `c` ~~d~~",
                "<p><em>a</em> <strong>b</strong> <code>c</code> <del>d</del></p>",
            ),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
            ("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>"),
            (
                "[x](https://example.org/?a=1&b=2 \"t\")",
                "<p><a href=\"https://example.org/?a=1&amp;b=2\" title=\"t\" rel=\"nofollow noopener\">x</a></p>",
            ),
            (
                "![alt](https://example.org/x.png)",
                "<p><a href=\"https://example.org/x.png\" rel=\"nofollow noopener\">alt</a></p>",
            ),
            ("a < b & c", "<p>a &lt; b &amp; c</p>"),
            ("```sh\nrm <x>\n```", "<pre><code>rm &lt;x&gt;\n</code></pre>"),
        ] {
            assert_eq!(rendered(text).trim(), html, "{text}");
        }
        assert!(rendered("|a|b|\n|-|-|\n|1|2|").contains("<td>1</td>"));
        assert_eq!(rendered(""), "");
    }

    /// SR17.
    #[test]
    fn sr17_nothing_of_it_runs_or_loads() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java\tscript:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](vbscript:x)",
            "![x](data:image/svg+xml,<svg onload=alert(1)>)",
            "![](https://example.org/\"onerror=alert(1)//)",
            "[x](https://example.org/\"onmouseover=alert(1)//)",
            "[x](/sign-out)",
            "[x](//evil.example)",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<https://example.org/<script>>",
            "`<script>`\n\n    <script>alert(1)</script>",
            "|<script>|\n|-|\n|<img src=x>|",
            "<!--<script>-->",
            "<math><mtext><style><img src=x onerror=alert(1)>",
            "[x]: javascript:alert(1)\n\n[x]",
        ] {
            let html = rendered(text);
            // What is text has no angle of its own.
            for tag in html.split('<').skip(1) {
                let tag = tag.split('>').next().unwrap().to_lowercase();
                let name = tag.trim_start_matches('/').split(' ').next().unwrap();
                let plain = [
                    "a", "br", "code", "em", "p", "pre", "table", "tbody", "td", "th", "thead",
                    "tr",
                ];
                assert!(plain.contains(&name), "<{tag}> of {text}: {html}");
                for live in ["javascript:", "data:", "vbscript:", " on", "=\"/", "script>"] {
                    assert!(!tag.contains(live), "<{tag}> of {text}: {html}");
                }
            }
        }
    }

    /// Whatever is nested, a page is made.
    #[test]
    fn what_is_nested_without_end_is_rendered() {
        for part in ["> ", "- ", "[", "*a ", "![", "`", "<", "**_", "1. ", "|"] {
            let text: String = part.repeat(20_000).chars().take(20_000).collect();
            assert!(rendered(&text).len() < 10_000_000);
        }
    }
}

//! A card as HTML: Markdown that any writer may push, and so is cleaned.
//!
//! Text, links, lists, tables and code are kept. Scripts, styles, forms, frames and pictures of other hosts are not: nobody
//! learns from a card who reads it.

use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// Longer cards are shown up to this byte.
const MAX_BYTES: usize = 256 * 1024;

/// The text of a card, without its front matter, as HTML that is safe in a page.
pub fn html_of(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES;
    let mut rendered = String::new();
    html::push_html(&mut rendered, without_pictures(Parser::new_ext(text, options)));
    cleaner().clean(&rendered).to_string()
}

/// A picture becomes a link to it, with its description.
fn without_pictures<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    events.map(|event| match event {
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        other => other,
    })
}

fn cleaner() -> Builder<'static> {
    let tags: HashSet<&str> = [
        "a",
        "p",
        "br",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "del",
        "sup",
        "sub",
        "kbd",
        "b",
        "i",
        "s",
    ]
    .into();
    let mut cleaner = Builder::default();
    cleaner
        .tags(tags)
        .generic_attributes(HashSet::new())
        .tag_attributes([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))].into())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    cleaner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html() {
        let html = html_of(
            "# Pets\n\nSee [here](https://example.org/a?b=1&c=2).\n\n| a | b |\n|---|---|\n| 1 | `x<y` |\n",
        );
        assert!(html.contains("<h1>Pets</h1>"), "{html}");
        assert!(
            html.contains(
                r#"<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">here</a>"#
            ),
            "{html}"
        );
        assert!(html.contains("<td><code>x&lt;y</code></td>"), "{html}");
    }

    #[test]
    fn what_runs_or_loads_is_left_out() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![p](https://evil.example/pixel.png)",
            "[x](javascript:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "<iframe src=https://evil.example></iframe>",
            "<style>body{display:none}</style>",
            "<form action=https://evil.example><input name=password></form>",
            "<a href='//evil.example' onclick='x()' style='position:fixed'>x</a>",
            "<svg onload=alert(1)><a xlink:href='javascript:x'>x</a></svg>",
            "<p class=top id=main style=color:red>x</p>",
            "<base href=https://evil.example>",
            "<meta http-equiv=refresh content='0;url=https://evil.example'>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        ] {
            let html = html_of(hostile).to_lowercase();
            for bad in [
                "<script",
                "<img",
                "onerror",
                "javascript:",
                "data:",
                "<iframe",
                "<style",
                "<form",
                "<input",
                "onclick",
                "style=",
                "<svg",
                "class=",
                "id=",
                "<base",
                "<meta",
                "\"//",
            ] {
                assert!(!html.contains(bad), "{hostile}: {html}");
            }
        }
        // A picture is shown as a link, so that the reader decides.
        let picture = html_of("![a plot](https://example.org/p.png)");
        assert!(
            picture.contains(r#"href="https://example.org/p.png""#) && picture.contains(">a plot</a>"),
            "{picture}"
        );
    }

    #[test]
    fn long_cards_end_at_a_character() {
        let html = html_of(&"ä".repeat(MAX_BYTES));
        assert!(html.len() < MAX_BYTES + 100 && html.ends_with("</p>\n"));
    }
}

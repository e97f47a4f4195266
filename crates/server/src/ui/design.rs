//! The design system on one page: what colours, spaces and types there are, and every component in both themes.
//!
//! It uses the style sheets of the interface and nothing of its own, so what is seen here is what is used.

use super::Html;
use authscope_diagram::Verdict;

/// Colours with what they are for; each is a pair, light and dark.
const COLOURS: [(&str, &str); 30] = [
    ("bg", "the page"),
    ("surface", "bars and panels"),
    ("sunken", "code and documents"),
    ("raised", "cards and menus"),
    ("ink", "text"),
    ("soft", "text beside text"),
    ("faint", "what is to come"),
    ("line", "between parts"),
    ("line-strong", "around controls"),
    ("accent", "what can be pressed, what is selected"),
    ("accent-ink", "text on the accent"),
    ("accent-soft", "under the pointer"),
    ("lifeline", "lifelines"),
    ("pass", "passed"),
    ("fail", "failed"),
    ("warn", "warning"),
    ("info", "info"),
    ("wait", "waiting, running"),
    ("skip", "skipped, interrupted"),
    ("pass-soft", "behind passed"),
    ("fail-soft", "behind failed"),
    ("warn-soft", "behind warning"),
    ("info-soft", "behind info"),
    ("wait-soft", "behind waiting"),
    ("p-you", "you, in your browser"),
    ("p-client", "authscope, the client"),
    ("p-mcp", "MCP server"),
    ("p-as", "authorization server"),
    ("p-idp", "identity provider"),
    ("p-other", "another host"),
];

/// Steps of space and of type, in pixels.
const SPACES: [(&str, u32); 6] = [
    ("s1", 4),
    ("s2", 8),
    ("s3", 12),
    ("s4", 16),
    ("s5", 24),
    ("s6", 40),
];
const TYPES: [(&str, u32); 6] = [
    ("t1", 12),
    ("t2", 13),
    ("t3", 14),
    ("t4", 16),
    ("t5", 19),
    ("t6", 30),
];

const VERDICTS: [Verdict; 8] = [
    Verdict::Pass,
    Verdict::Fail,
    Verdict::Warning,
    Verdict::Info,
    Verdict::Waiting,
    Verdict::Running,
    Verdict::Skipped,
    Verdict::Interrupted,
];

/// The page.
pub(crate) fn page() -> Html {
    let mut html = Html::default();
    html.raw("<main class=\"design\" id=\"main\"><h1>Design</h1><p class=\"lead\">Tokens and components of this interface. Colour never stands alone: ")
        .raw("every verdict has a word and a shape, every participant a place.</p>");
    for (class, title) in [("theme-light", "Light"), ("theme-dark", "Dark")] {
        html.raw("<section class=\"theme ")
            .raw(class)
            .raw("\" aria-label=\"")
            .raw(title)
            .raw("\"><h2>")
            .raw(title)
            .raw("</h2>");
        colours(&mut html);
        components(&mut html);
        html.raw("</section>");
    }
    sizes(&mut html);
    html.raw("</main>");
    html
}

fn colours(html: &mut Html) {
    html.raw("<h3>Colour</h3><ul class=\"swatches\">");
    for (name, use_) in COLOURS {
        html.raw("<li><svg viewBox=\"0 0 40 24\" aria-hidden=\"true\"><rect width=\"40\" height=\"24\" rx=\"4\" fill=\"var(--")
            .raw(name)
            .raw(")\"/></svg><code>--")
            .raw(name)
            .raw("</code><span>")
            .raw(use_)
            .raw("</span></li>");
    }
    html.raw("</ul>");
}

fn sizes(html: &mut Html) {
    html.raw("<section><h2>Space</h2><ul class=\"swatches\">");
    for (name, pixels) in SPACES {
        let width = pixels.to_string();
        html.raw("<li><svg viewBox=\"0 0 40 24\" aria-hidden=\"true\"><rect height=\"24\" fill=\"var(--accent)\" width=\"")
            .text(&width)
            .raw("\"/></svg><code>--")
            .raw(name)
            .raw("</code><span>")
            .text(&width)
            .raw(" px</span></li>");
    }
    html.raw("</ul><h2>Type</h2>");
    for (name, pixels) in TYPES {
        html.raw("<p class=\"type ")
            .raw(name)
            .raw("\">Who must change what <code>--")
            .raw(name)
            .raw("</code> ")
            .text(&pixels.to_string())
            .raw(" px</p>");
    }
    html.raw("</section>");
}

fn components(html: &mut Html) {
    html.raw("<h3>Verdicts</h3><p class=\"samples\">");
    for verdict in VERDICTS {
        html.raw("<span class=\"sample ")
            .text(verdict.id())
            .raw("\"><span class=\"dot\"></span>")
            .text(verdict.word())
            .raw("</span>");
    }
    html.raw("</p><h3>Controls</h3><p class=\"samples\">")
        .raw("<button type=\"button\">Button</button><button type=\"button\" class=\"primary\">Primary</button>")
        .raw("<button type=\"button\" class=\"quiet\">Quiet</button><button type=\"button\" disabled>Disabled</button>")
        .raw("<button type=\"button\" class=\"facet fail\" aria-pressed=\"false\">failed <b>2</b></button>")
        .raw("<button type=\"button\" class=\"facet\" aria-pressed=\"true\">Token <b>1</b></button>")
        .raw("<code class=\"chip\">files:read</code><kbd>j</kbd></p>")
        .raw("<p class=\"samples\"><input type=\"text\" aria-label=\"A field\" placeholder=\"https://example.com/mcp\"></p>")
        .raw("<h3>Verdict bar</h3><div class=\"verdict-bar fail\"><p class=\"sentence\"><b>Failed</b><span>The token is for another resource.</span></p></div>")
        .raw("<h3>Diagram</h3>");
    diagram(html);
    html.raw("<h3>Finding</h3><div class=\"card fail\"><h4>A member differs by a trailing slash</h4><dl class=\"diff\"><dt>Expected</dt>")
        .raw("<dd class=\"expected mono\">https://a.example/mcp</dd><dt>Received</dt><dd class=\"received mono\">https://a.example/mcp<mark>/</mark></dd></dl></div>")
        .raw("<h3>Document</h3><pre tabindex=\"0\">{ \"resource\": \"https://a.example/mcp\" }</pre>");
}

/// Rows as the diagram draws them: request and answer, a refusal, one that got lost, a note, a person's time.
fn diagram(html: &mut Html) {
    html.raw(
        "<div class=\"stage\"><div class=\"diagram sample-diagram\"><div class=\"participants\">",
    );
    for (class, title) in [
        ("p-you", "You"),
        ("p-client", "authscope"),
        ("p-mcp", "MCP server"),
        ("p-as", "Authorization server"),
    ] {
        html.raw("<div class=\"lane ")
            .raw(class)
            .raw("\"><b>")
            .raw(title)
            .raw("</b></div>");
    }
    html.raw("</div><ol class=\"rows\">");
    row(
        html,
        "pass",
        [
            "line solid from-client",
            "shaft solid right arrow p-client to-mcp",
        ],
        "POST /mcp · initialize",
        Some(("shaft dashed left arrow p-mcp to-mcp", "200 OK")),
    );
    row(
        html,
        "fail",
        [
            "line solid from-client",
            "shaft solid right arrow p-client to-as",
        ],
        "POST /token",
        Some((
            "shaft dashed left arrow bad p-as to-as",
            "400 invalid_grant",
        )),
    );
    html.raw("<li class=\"row is-note is-finding fail\"><p class=\"note\">The code was refused.</p></li>");
    html.raw("<li class=\"row is-note is-notch info\"><p class=\"note\"><span class=\"topic\">34 s</span> <span class=\"choice\">of your time</span></p></li>");
    row(
        html,
        "fail",
        [
            "line solid from-client",
            "shaft solid right lost p-client to-mcp",
        ],
        "GET /mcp",
        None,
    );
    html.raw("</ol></div></div>");
}

fn row(
    html: &mut Html,
    verdict: &'static str,
    [line, shaft]: [&'static str; 2],
    label: &'static str,
    answer: Option<(&'static str, &'static str)>,
) {
    html.raw("<li class=\"row is-step ")
        .raw(verdict)
        .raw("\"><div class=\"step\"><span class=\"lines\"><span class=\"")
        .raw(line);
    html.raw("\"><span class=\"label\">")
        .raw(label)
        .raw("</span></span><i class=\"")
        .raw(shaft)
        .raw("\"></i>");
    if let Some((shaft, label)) = answer {
        html.raw("<span class=\"line dashed from-client\"><span class=\"label\">")
            .raw(label)
            .raw("</span></span><i class=\"")
            .raw(shaft)
            .raw("\"></i>");
    }
    html.raw("</span></div></li>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_of_the_style_sheet_is_on_the_page() {
        let sheet = include_str!("../../../../frontend/styles/tokens.css");
        let root = sheet.split('}').next().unwrap();
        let colours: Vec<&str> = root
            .lines()
            .filter(|line| line.contains("light-dark(") && !line.contains("--shadow"))
            .filter_map(|line| line.trim().strip_prefix("--")?.split(':').next())
            .collect();
        let shown: Vec<&str> = COLOURS.iter().map(|(name, _)| *name).collect();
        assert_eq!(shown, colours);
        for (name, pixels) in SPACES.into_iter().chain(TYPES) {
            assert!(root.contains(&format!("--{name}: {pixels}px;")), "{name}");
        }
    }
}

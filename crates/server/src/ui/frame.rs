//! What stands on top of every page that is written on the server: the same mark, places to go, and theme.

use super::escape;

/// The places of the bar, with their words.
const PLACES: [(&str, &str); 5] = [
    ("rules", "Rules"),
    ("lab", "Lab"),
    ("probes", "Probes"),
    ("compare", "Compare"),
    ("matrix", "Matrix"),
];

const LOGO: &str = "<svg class=\"logo\" viewBox=\"0 0 32 32\" aria-hidden=\"true\"><rect width=\"32\" height=\"32\" rx=\"7\"/>\
    <path class=\"life\" d=\"M8 8v16M24 8v16\"/><path d=\"M9 13h12m-4-3.5 4 3.5-4 3.5\"/>\
    <path class=\"back\" d=\"M23 20H11m4-3.5L11 20l4 3.5\"/></svg>";

/// Without its script the button could do nothing: the script shows it.
const THEME: &str = "<button type=\"button\" class=\"theme\" data-theme-switch hidden><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">\
    <path d=\"M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M12 18a6 6 0 0 0 0-12v12z\"/></svg></button>";

/// Elements of the head: icon, style of the bar, and the script that sets the theme before anything is drawn.
pub(crate) fn head(base: &str) -> String {
    let base = escape(base);
    format!(
        "<link rel=\"icon\" href=\"{base}static/favicon.svg\" type=\"image/svg+xml\">\n\
         <link rel=\"stylesheet\" href=\"{base}static/frame.css\">\n\
         <script src=\"{base}static/frame.js\"></script>\n"
    )
}

/// The bar of the app while it loads: the same height and mark.
pub(crate) fn bare(base: &str) -> String {
    let base = escape(base);
    format!(
        "<header class=\"top\"><a class=\"brand\" href=\"{base}\" aria-label=\"authscope, start page\">{LOGO}<span>authscope</span></a></header>"
    )
}

/// The bar; `section` is the place where the reader is.
pub(crate) fn header(base: &str, section: &str) -> String {
    let base = escape(base);
    let links: String = PLACES
        .iter()
        .map(|(path, words)| {
            let here = if *path == section {
                " aria-current=\"page\""
            } else {
                ""
            };
            format!("<a href=\"{base}{path}\"{here}>{words}</a>")
        })
        .collect();
    format!(
        "<a class=\"skip-link\" href=\"#main\">Skip to the content</a>\
         <header class=\"top frame\"><a class=\"brand\" href=\"{base}\" aria-label=\"authscope, start page\">{LOGO}<span>authscope</span></a>\
         <nav aria-label=\"Pages\">{links}</nav>{THEME}</header>"
    )
}

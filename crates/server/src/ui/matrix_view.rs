//! The matrix pages: what to run, the table of verdicts, and what a move to the newest revision would break.

use super::Html;
use super::compare_view::findings::{advice, badge};
use authscope_compare::{FindingRow, Mark};
use authscope_model::api::{Matrix, MatrixCell};
use authscope_model::{RegistrationChoice, Revision, matrix};

/// The revision an upgrade leads to.
fn newest() -> Revision {
    Revision::ALL.into_iter().max().unwrap_or(Revision::DEFAULT)
}

/// The form that starts a matrix.
pub(crate) fn form() -> Html {
    let mut html = Html::default();
    html.raw("<main class=\"home pick\" id=\"main\" tabindex=\"-1\"><header><h1>One server under every revision and registration</h1><p class=\"lead\">Each cell of the table is a session of its own. Combinations that make no sense are not run, and say why.</p></header>")
        .raw("<form class=\"start\" data-post=\"api/matrix\" data-next=\"matrix/\"><div class=\"field\"><label for=\"server\">MCP server URL</label><input id=\"server\" name=\"server\" class=\"mono\" type=\"url\" required placeholder=\"https://example.com/mcp\" data-testid=\"matrix-url\"></div>")
        .raw("<fieldset><legend>Revisions</legend>");
    for revision in Revision::ALL {
        check(&mut html, "revision", revision.as_str(), revision.as_str());
    }
    html.raw("</fieldset><fieldset><legend>Ways of registration</legend>");
    for way in matrix::WAYS {
        check(&mut html, "registration", matrix::name(way), title(way));
    }
    html.raw(REST).raw("</form></main>");
    html
}

/// What the form has below its boxes.
const REST: &str = "</fieldset><div class=\"two\"><div class=\"field\"><label for=\"client_id\">Client id, for a pre-registered client</label><input id=\"client_id\" name=\"client_id\" class=\"mono\" autocomplete=\"off\"></div>\
    <div class=\"field\"><label for=\"client_secret\">Client secret, if it has one</label><input id=\"client_secret\" name=\"client_secret\" type=\"password\" autocomplete=\"off\"></div></div>\
    <fieldset class=\"legs\"><legend>Signing in</legend><label class=\"check\"><input type=\"radio\" name=\"leg\" value=\"follow\" checked> <span>Follow plain redirects<span class=\"hint\">For servers that consent by themselves. Where a page wants a person, the cell waits for you.</span></span></label>\
    <label class=\"check\"><input type=\"radio\" name=\"leg\" value=\"person\"> <span>I sign in for each cell<span class=\"hint\">Up to ten times.</span></span></label></fieldset>\
    <p class=\"problem\" role=\"alert\"></p><p><button class=\"primary\" type=\"submit\" data-testid=\"matrix-start\">Run the matrix</button></p>";

fn check(html: &mut Html, name: &'static str, value: &str, words: &str) {
    html.raw("<label class=\"check\"><input type=\"checkbox\" checked name=\"")
        .raw(name)
        .raw("\" value=\"")
        .text(value)
        .raw("\"> <span>")
        .text(words)
        .raw("</span></label> ");
}

/// A way of registration in words.
const fn title(way: RegistrationChoice) -> &'static str {
    match way {
        RegistrationChoice::Auto => "Automatic",
        RegistrationChoice::Cimd => "Client id metadata document",
        RegistrationChoice::Dcr => "Dynamic registration",
        RegistrationChoice::Preregistered => "Pre-registered",
    }
}

/// The button that runs a session again under the newest revision and compares.
pub(crate) fn upgrade(html: &mut Html, id: &str) {
    html.raw("<form data-post=\"api/sessions/")
        .text(id)
        .raw("/again\" data-next=\"compare/")
        .text(id)
        .raw("/\"><input type=\"hidden\" name=\"revision\" value=\"")
        .text(newest().as_str())
        .raw("\"><button type=\"submit\" data-testid=\"upgrade\">What would break if you moved to ")
        .text(newest().as_str())
        .raw("?</button> <span class=\"hint\">Runs it again under that revision; you may have to sign in.</span><p class=\"problem\" role=\"alert\"></p></form>");
}

/// Whether more may come for a cell.
pub(crate) fn is_open(cell: &MatrixCell) -> bool {
    matches!(
        cell.level.as_str(),
        "ready" | "running" | "paused" | "your_turn"
    )
}

/// A move to the newest revision, and what it changes.
pub(crate) struct Move {
    /// The revision it starts from.
    pub(crate) from: Revision,
    /// The way of registration.
    pub(crate) way: RegistrationChoice,
    /// Session under the old revision.
    pub(crate) before: String,
    /// Session under the newest one.
    pub(crate) after: String,
    /// Findings of both.
    pub(crate) findings: Vec<FindingRow>,
}

/// The moves that both sides are there and run to an end for: from, its session, the session of the newest, the way.
pub(crate) fn moves(it: &Matrix) -> Vec<((Revision, String), String, RegistrationChoice)> {
    let done = |cell: &&MatrixCell| cell.session.is_some() && !is_open(cell);
    let mut moves = Vec::new();
    for after in it.cells.iter().filter(done) {
        let earlier = it.cells.iter().filter(done).filter(|before| {
            after.revision == newest()
                && before.revision != newest()
                && before.registration == after.registration
        });
        for before in earlier.rev() {
            if let (Some(old), Some(new)) = (&before.session, &after.session) {
                let from = (before.revision, old.clone());
                moves.push((from, new.clone(), after.registration));
            }
        }
    }
    moves
}

/// The table, and the moves below it.
pub(crate) fn table(it: &Matrix, moves: &[Move]) -> Html {
    let mut html = Html::default();
    html.raw("<main class=\"home pick wide\" id=\"main\" tabindex=\"-1\"><header><h1>Every revision at once</h1><p class=\"mono lead\">")
        .text(&it.server_url)
        .raw("</p><p class=\"tally\" role=\"status\" data-testid=\"tally\">")
        .text(&tally(it))
        .raw("</p>");
    interrupted(&mut html, it);
    html.raw("</header><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Verdicts\"><table class=\"matrix\" data-testid=\"matrix\"><thead><tr><th scope=\"col\">Revision</th>");
    let ways: Vec<_> = matrix::WAYS
        .into_iter()
        .filter(|way| it.cells.iter().any(|cell| cell.registration == *way))
        .collect();
    for way in &ways {
        html.raw("<th scope=\"col\">").raw(title(*way)).raw("</th>");
    }
    html.raw("</tr></thead><tbody>");
    for revision in Revision::ALL {
        row(&mut html, it, revision, &ways);
    }
    html.raw("</tbody></table></div>");
    upgrades(&mut html, moves);
    html.raw("</main>");
    html
}

/// Cells that wait while none is at work: the process that ran them was restarted.
fn interrupted(html: &mut Html, it: &Matrix) {
    if !it.interrupted {
        return;
    }
    html.raw("<form data-post=\"api/matrix/")
        .text(&it.id)
        .raw("/run\" data-next=\"matrix/\"><p>authscope was restarted before every cell had run.</p><p><button class=\"primary\" type=\"submit\" data-testid=\"matrix-resume\">Run the rest</button></p><p class=\"problem\" role=\"alert\"></p></form>");
}

/// How many cells went how.
fn tally(it: &Matrix) -> String {
    let count = |levels: &[&str]| {
        let cells = it.cells.iter();
        cells
            .filter(|cell| levels.contains(&cell.level.as_str()))
            .count()
    };
    let counts = [
        (count(&["pass"]), "pass"),
        (count(&["warning"]), "with warnings"),
        (count(&["failure"]), "with failures"),
        (count(&["your_turn"]), "waiting for you"),
        (count(&["ready", "running", "paused"]), "still to come"),
        (count(&["incomplete", "stopped"]), "not run to an end"),
        (count(&["skipped"]), "make no sense"),
    ];
    let parts = counts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts
        .map(|(number, words)| format!("{number} {words}"))
        .collect();
    parts.join(" · ")
}

fn row(html: &mut Html, it: &Matrix, revision: Revision, ways: &[RegistrationChoice]) {
    let cells = it.cells.iter().filter(|cell| cell.revision == revision);
    let cells: Vec<&MatrixCell> = cells.collect();
    if cells.is_empty() {
        return;
    }
    html.raw("<tr><th scope=\"row\">")
        .text(revision.as_str())
        .raw("</th>");
    for way in ways {
        let found = cells.iter().find(|cell| cell.registration == *way);
        cell(html, found.copied());
    }
    html.raw("</tr>");
}

fn cell(html: &mut Html, cell: Option<&MatrixCell>) {
    let Some(cell) = cell else {
        html.raw("<td class=\"skip\"><span class=\"soft\">Not asked for</span></td>");
        return;
    };
    let (class, word) = match cell.level.as_str() {
        "pass" => ("pass", "✓ Pass"),
        "warning" => ("warn", "▲ Warning"),
        "failure" => ("fail", "✗ Failure"),
        "your_turn" => ("wait", "● Your turn"),
        "ready" => ("skip", "○ Not run yet"),
        "running" | "paused" => ("run", "… Running"),
        "skipped" => ("skip", "– Makes no sense"),
        _ => ("stop", "■ Not run to its end"),
    };
    html.raw("<td class=\"")
        .raw(class)
        .raw("\" data-testid=\"cell-");
    html.text(cell.revision.as_str())
        .raw("-")
        .text(matrix::name(cell.registration))
        .raw("\">");
    match &cell.session {
        Some(id) => html
            .raw("<a href=\"sessions/")
            .text(id)
            .raw("\"><b>")
            .raw(word)
            .raw("</b></a><p class=\"soft\">")
            .prose(&cell.sentence),
        None => html
            .raw("<b>")
            .raw(word)
            .raw("</b><p class=\"soft\">")
            .text(cell.skipped.as_deref().unwrap_or_default()),
    };
    html.raw("</p></td>");
}

/// What a move to the newest revision would break.
fn upgrades(html: &mut Html, moves: &[Move]) {
    html.raw(
        "<section class=\"moves\" data-testid=\"moves\"><h2>What would break if you moved to ",
    )
    .text(newest().as_str())
    .raw("?</h2>");
    if moves.is_empty() {
        html.raw("<p class=\"hint\">To say that, a run under that revision and one under an older one have to come to an end, with the same way of registration.</p>");
    }
    moves.iter().for_each(|it| one_move(html, it));
    html.raw("</section>");
}

fn one_move(html: &mut Html, it: &Move) {
    let marked = |mark: Mark| it.findings.iter().filter(move |row| row.mark == mark);
    let (new, gone) = (marked(Mark::Added).count(), marked(Mark::Removed).count());
    html.raw("<article class=\"move\"><header><h3>From ")
        .text(it.from.as_str())
        .raw(", ")
        .text(&title(it.way).to_lowercase())
        .raw("</h3><p class=\"")
        .raw(if new > 0 { "fail" } else { "pass" })
        .raw("\"><b class=\"level\">")
        .text(&match (new, gone) {
            (0, 0) => "Nothing changes".to_owned(),
            (0, gone) => format!("Nothing breaks, {gone} mended"),
            (new, 0) => format!("{new} new"),
            (new, gone) => format!("{new} new, {gone} gone"),
        })
        .raw("</b></p><a class=\"button\" data-testid=\"move\" href=\"compare/")
        .text(&it.before)
        .raw("/")
        .text(&it.after)
        .raw("\">Compare step by step</a></header>");
    if new > 0 {
        html.raw("<ul>");
        marked(Mark::Added).for_each(|row| broken(html, row));
        html.raw("</ul>");
    }
    html.raw("</article>");
}

fn broken(html: &mut Html, row: &FindingRow) {
    let Some(side) = &row.b else { return };
    html.raw("<li class=\"cmp-finding added\"><p>");
    badge(html, row, side.level);
    html.prose(&side.message)
        .raw(" <a class=\"rule\" href=\"rules/")
        .text(&row.rule)
        .raw("\"><code>")
        .text(&row.rule)
        .raw("</code></a></p>");
    advice(html, row);
    html.raw("</li>");
}

//! A required member is missing.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "as-metadata-member-missing",
    summary: "The authorization server metadata lacks a required member",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadata,
    references: &["RFC8414-2", "RFC8414-3.2"],
    explains: &[
        "pkce-support-not-advertised",
        "registration-not-possible",
        "as-metadata-not-found",
        "oidc-members-missing",],
    corpus: &["ASM-03", "ASM-05"],
    requirements: &["AS-11"],
    clients: Some("clients that validate the document by a schema"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let document = context.metadata();
    let Some(document) = document else { return Vec::new() };
    let raw = &document.value.raw;
    let url = &document.exchange.request.url;
    if !document.is_usable() {
        let received = if raw.as_object().is_some_and(serde_json::Map::is_empty) { "{}" } else { "an unrelated JSON object" };
        return vec![
            Hit::new(
                at::body(document.exchange),
                format!("{} answers 200 with {received}{}: `issuer`, `authorization_endpoint` and `token_endpoint` are all missing.", code(url), if received == "{}" { String::new() } else { words::members(raw) }),
            )
            .expected("authorization server metadata, or 404")
            .received(received)
            .fix(format!("Let {} answer with the metadata, or with 404 (a gateway that cannot read the metadata behind it must not make up an empty one).", code(url))),
        ];
    }
    let no_code = super::is_client_credentials_only(context, document);
    let required = ["issuer", "authorization_endpoint", "token_endpoint", "response_types_supported"];
    let missing = required.iter().filter(|m| raw.get(**m).is_none_or(Value::is_null));
    missing
        .filter(|m| !(no_code && matches!(**m, "authorization_endpoint" | "response_types_supported")))
        .map(|member| hit(context, document, member))
        .collect()
}

fn hit(context: &Context<'_>, document: &crate::context::AsDocument<'_>, member: &str) -> Hit {
    let url = &document.exchange.request.url;
    let example = match member {
        "response_types_supported" => serde_json::json!(["code"]),
        "issuer" => context.issuer().unwrap_or_default().into(),
        "token_endpoint" => "https://…/token".into(),
        _ => "https://…/authorize".into(),
    };
    let near = words::near_member(&document.value.raw, member);
    let spot = near.map_or_else(|| format!("/{member}"), |name| format!("/{name}"));
    let inside = words::envelope(&document.value.raw, &[member]);
    let seen = match (near, inside) {
        (Some(name), _) => format!("; there is a member {}, which no client reads", code(name)),
        (None, Some(name)) => format!("; it is inside the member {}, where no client looks", code(name)),
        (None, None) => String::new(),
    };
    let hit = Hit::new(
        at::json(document.exchange, &spot),
        format!("The authorization server metadata at {} has no `{member}`, which RFC 8414 requires{seen}.", code(url)),
    )
    .expected(format!("\"{member}\": {example}"))
    .received(near.unwrap_or("no such member"))
    .fix(match near {
        Some(name) => format!("Name the member `{member}`, not {}.", code(name)),
        None => format!("Add `{member}` to the document."),
    })
    .snippets(vec![snippets::member(member, &example)]);
    // A flow goes through without this one; clients that validate by a schema stop.
    if member == "response_types_supported" && context.works() { hit.level(Level::Warning) } else { hit }
}

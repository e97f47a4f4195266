//! Clients whose id is the URL of their metadata document (client id metadata documents).

use serde_json::Value;
use url::Url;

use crate::authz::AuthServer;
use crate::authz::client::{Client, Keys};
use crate::authz::redirect_uri;
use crate::authz::state::KeptDocument;
use crate::target::Target;

/// How documents are fetched and judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct DocumentBehaviour {
    /// Refuses every URL client id with this description.
    pub(crate) refused: Option<&'static str>,
    /// Leaves out the comparison of the document's `client_id` with its URL.
    pub(crate) mismatch_accepted: bool,
}

pub(crate) fn is_url(client_id: &str) -> bool {
    client_id.starts_with("https://") || client_id.starts_with("http://")
}

/// The client behind a URL, from the cache or fetched. The error is a fragment for an error page.
pub(crate) async fn load(target: &Target, server: &AuthServer, id: &str) -> Result<Client, String> {
    let behaviour = &target.behaviour.clients.documents;
    if let Some(why) = behaviour.refused {
        return Err(why.to_owned());
    }
    if !target.behaviour.metadata.client_documents {
        return Err(format!("unknown client_id {id}"));
    }
    let now = target.now();
    if let Some(kept) = server
        .state()
        .documents
        .get(id)
        .filter(|kept| kept.until > now)
    {
        return Ok(kept.client.clone());
    }
    check_url(id)?;
    let fetched = target
        .shared
        .fetcher
        .json(id)
        .await
        .map_err(|why| format!("client_id metadata document: {why}"))?;
    let client = read(id, &fetched.document, behaviour.mismatch_accepted)?;
    if fetched.max_age > 0 {
        let kept = KeptDocument {
            client: client.clone(),
            until: now + fetched.max_age,
        };
        server.state().documents.insert(id.to_owned(), kept);
    }
    Ok(client)
}

fn check_url(id: &str) -> Result<(), String> {
    let url = Url::parse(id).map_err(|error| format!("client_id is not a URL: {error}"))?;
    if url.scheme() == "http"
        && !matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    {
        return Err("a client_id URL must be https".to_owned());
    }
    if url.path() == "/" {
        return Err("a client_id URL must have a path".to_owned());
    }
    if id.contains('#') || !url.username().is_empty() || url.password().is_some() {
        return Err("a client_id URL must have neither fragment nor user name".to_owned());
    }
    if id.contains("/../") || id.contains("/./") {
        return Err("a client_id URL must not have dot segments".to_owned());
    }
    Ok(())
}

fn read(id: &str, document: &Value, mismatch_accepted: bool) -> Result<Client, String> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let named = text("client_id").ok_or("the client metadata document has no client_id")?;
    if named != id && !mismatch_accepted {
        return Err(format!(
            "the client metadata document says client_id {named}, its URL is {id}"
        ));
    }
    let name = text("client_name").ok_or("the client metadata document has no client_name")?;
    let redirect_uris = strings(document.get("redirect_uris"));
    if redirect_uris.is_empty() {
        return Err("the client metadata document has no redirect_uris".to_owned());
    }
    for uri in &redirect_uris {
        redirect_uri::may_register(uri, false)?;
    }
    let method = text("token_endpoint_auth_method").unwrap_or("none");
    if method.starts_with("client_secret") || document.get("client_secret").is_some() {
        return Err("a client metadata document cannot use a shared secret".to_owned());
    }
    Ok(Client {
        id: id.to_owned(),
        name: name.to_owned(),
        redirect_uris,
        any_loopback: false,
        auth_methods: vec![method.to_owned()],
        secret: None,
        keys: keys(document),
        grant_types: grant_types(document),
        scope: text("scope").map(str::to_owned),
        metadata: document.clone(),
        management_token: None,
    })
}

/// The client's keys, given or pointed at.
pub(crate) fn keys(metadata: &Value) -> Keys {
    match (
        metadata.get("jwks"),
        metadata.get("jwks_uri").and_then(Value::as_str),
    ) {
        (Some(jwks), _) => Keys::Inline(jwks.clone()),
        (None, Some(uri)) => Keys::At(uri.to_owned()),
        (None, None) => Keys::None,
    }
}

/// Registered grant types; the default is that of RFC 7591 §2.
pub(crate) fn grant_types(metadata: &Value) -> Vec<String> {
    match metadata.get("grant_types") {
        Some(listed) => strings(Some(listed)),
        None => vec!["authorization_code".to_owned()],
    }
}

pub(crate) fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_must_name_its_own_url() {
        let url = "https://client.example/app.json";
        let document = json!({ "client_id": "https://other.example/app.json", "client_name": "x",
            "redirect_uris": ["https://client.example/cb"] });
        assert!(
            read(url, &document, false)
                .unwrap_err()
                .contains("says client_id https://other.example/app.json")
        );
        assert!(read(url, &document, true).is_ok());
    }

    #[test]
    fn a_document_cannot_use_a_shared_secret() {
        let url = "https://client.example/app.json";
        let document = json!({ "client_id": url, "client_name": "x", "redirect_uris": ["https://client.example/cb"],
            "token_endpoint_auth_method": "client_secret_basic" });
        assert!(read(url, &document, false).is_err());
    }

    #[test]
    fn urls_that_cannot_be_client_ids_are_refused() {
        for url in [
            "https://client.example",
            "http://client.example/app.json",
            "https://client.example/a#b",
        ] {
            assert!(check_url(url).is_err(), "{url}");
        }
        assert!(check_url("http://127.0.0.1:4000/app.json").is_ok());
    }
}

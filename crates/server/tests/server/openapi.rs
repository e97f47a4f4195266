//! The description of the API, as it was last looked at.

use crate::app::{App, json};
use std::path::Path;

#[tokio::test]
async fn the_description_is_the_golden_one() {
    let description = authscope_server::openapi();
    let mut current = serde_json::to_string_pretty(&description).unwrap();
    current.push('\n');
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &current).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        current == expected,
        "the API differs from docs/openapi.json; look at the difference, then run with UPDATE_GOLDEN=1"
    );
}

#[tokio::test]
async fn the_description_is_served() {
    let served = json(App::new().get("/api/openapi.json").await).await;
    let description = serde_json::to_value(authscope_server::openapi()).unwrap();
    assert_eq!(served, description);
    for path in ["/api/info", "/api/sessions", "/api/sessions/{id}/events"] {
        assert!(served["paths"][path].is_object(), "{path}");
    }
}

//! Several faults in one server: made by the first request, the same at both origins.

use authscope_lab::{Lab, LabConfig};
use serde_json::Value;

async fn json(url: &str) -> Value {
    let response = reqwest::get(url).await.unwrap();
    assert!(
        response.status().is_success(),
        "{url}: {}",
        response.status()
    );
    response.json().await.unwrap()
}

#[tokio::test]
async fn faults_named_together_are_in_one_server() {
    let lab = Lab::start(LabConfig::default()).await.unwrap();
    let base = lab.base_url();
    let id = "prm-resource-slash+issuer-extra-slash";
    let healthy = lab.target("healthy").unwrap();
    let authorization = healthy.issuer.strip_suffix("/healthy").unwrap();
    let prm = json(&format!(
        "{base}/.well-known/oauth-protected-resource/{id}/mcp"
    ))
    .await;
    assert_eq!(prm["resource"], format!("{base}/{id}/mcp/"));
    let metadata = format!("{authorization}/.well-known/oauth-authorization-server/{id}");
    assert_eq!(
        json(&metadata).await["issuer"],
        format!("{authorization}/{id}/")
    );
    let unknown = reqwest::get(format!("{base}/healthy+nope/mcp"))
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
    lab.shutdown().await;
}

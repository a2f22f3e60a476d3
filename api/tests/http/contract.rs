//! The OpenAPI document and the routes are the same.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;

use crate::{schema::document, server::Server};

/// Paths and methods of the document.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let paths = document()["paths"].as_object().unwrap();
    let methods = |item: &serde_json::Value| {
        let methods = item.as_object().unwrap().keys();
        methods.map(|method| method.to_uppercase()).collect()
    };
    let paths = paths.iter();
    paths
        .map(|(path, item)| (path.clone(), methods(item)))
        .collect()
}

#[tokio::test]
async fn the_document_has_exactly_the_paths_and_methods_that_are_served() {
    let server = Server::start().await;
    let mut found = BTreeMap::new();
    for path in api::routes::paths() {
        let asked = path
            .replace("{resourceId}", "studio-a")
            .replace("{utcDate}", "2031-03-03")
            .replace("{bookingId}", "00000000-0000-8000-8000-000000000000");
        let refused = server.send(Method::TRACE, &asked, |request| request).await;
        let refused = refused.problem(405, "method_not_allowed");
        let allowed = refused.header("allow");
        // Where there is GET, HEAD comes by itself.
        let allowed = allowed.split(',').filter(|method| *method != "HEAD");
        let allowed: BTreeSet<String> = allowed.map(str::to_owned).collect();
        found.insert(path.to_owned(), allowed);
    }
    assert_eq!(found, documented());
}

#[tokio::test]
async fn the_server_serves_its_document() {
    let server = Server::start().await;
    let answer = server.get("/openapi.json").await.expect(200);
    assert_eq!(&answer.body, document());
    for scheme in ["session", "adminKey", "auditorKey", "manageToken"] {
        let schemes = &answer.body["components"]["securitySchemes"];
        assert!(schemes[scheme].is_object(), "{scheme}");
    }
}

#[test]
fn the_document_changes_only_on_purpose() {
    insta::assert_snapshot!("openapi", api::openapi::text());
}

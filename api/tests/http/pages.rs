//! The pages for people. A program that was built after them has them, one that was
//! built without Node has none and says so: these tests hold either to its word.

use std::{fs, path::Path};

use reqwest::{Method, RequestBuilder, Response, StatusCode};

use crate::server::Server;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Addresses of pages and the files that they are, the root's besides.
const PAGES: [(&str, &str); 4] = [
    ("/r/studio-a", "index.html"),
    (
        "/b/00000000-0000-8000-8000-000000000000?from=mail",
        "index.html",
    ),
    ("/operator", "operator.html"),
    ("/embed-demo", "embed-demo.html"),
];

/// A file of the pages' build; none, when they were not built.
fn built(file: &str) -> Option<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/dist");
    fs::read(folder.join(file)).ok()
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

async fn got(server: &Server, path: &str) -> Response {
    sent(server.request(Method::GET, path)).await
}

async fn accepting(server: &Server, path: &str, coding: &str) -> Response {
    let request = server.request(Method::GET, path);
    sent(request.header("Accept-Encoding", coding)).await
}

#[track_caller]
fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    let value = answer.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

/// The files of the build that a page names.
fn named_in(page: &[u8]) -> Vec<String> {
    let text = String::from_utf8(page.to_vec()).unwrap();
    let attributes = text.split(['"', '\'']).skip(1).step_by(2);
    let paths = attributes.filter_map(|value| value.strip_prefix('/'));
    paths.map(str::to_owned).collect()
}

/// Fails unless the file is at the path as it was built, or is said not to be there.
async fn check(server: &Server, path: &str, file: &str, kind: &str, kept: &str) {
    let answer = got(server, path).await;
    let Some(bytes) = built(file) else {
        server.get(path).await.problem(404, "not_found");
        return;
    };
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    assert_eq!(header(&answer, "content-type"), kind, "{path}");
    assert_eq!(header(&answer, "cache-control"), kept, "{path}");
    assert_eq!(header(&answer, "vary"), "accept-encoding", "{path}");
    assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
    assert_eq!(header(&answer, "referrer-policy"), "no-referrer", "{path}");
    assert_eq!(header(&answer, "content-encoding"), "", "{path}");
    assert_eq!(answer.bytes().await.unwrap(), bytes, "{path}");
}

#[tokio::test]
async fn people_find_the_booker_at_the_root_or_what_became_of_it() {
    let server = Server::start().await;
    let home = got(&server, "/").await;
    assert_eq!(home.status(), StatusCode::OK);
    assert_eq!(header(&home, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&home, "content-security-policy"), POLICY);
    let text = home.text().await.unwrap();
    match built("index.html") {
        Some(page) => assert_eq!(text.as_bytes(), page),
        None => assert!(text.contains("built without its pages"), "{text}"),
    }
}

#[tokio::test]
async fn each_page_comes_as_it_was_built_under_a_strict_policy() {
    let server = Server::start().await;
    for (path, file) in PAGES {
        check(&server, path, file, "text/html; charset=utf-8", "no-cache").await;
        let answer = got(&server, path).await;
        if answer.status() == StatusCode::OK {
            assert_eq!(header(&answer, "content-security-policy"), POLICY);
            assert_eq!(header(&answer, "cross-origin-opener-policy"), "same-origin");
            assert_eq!(
                header(&answer, "cross-origin-resource-policy"),
                "same-origin"
            );
        }
    }
}

#[tokio::test]
async fn what_a_page_names_is_there_and_kept_for_good_when_its_name_has_a_hash() {
    let server = Server::start().await;
    let script = "text/javascript; charset=utf-8";
    for file in ["embed.js", "timer-worker.js"] {
        check(&server, &format!("/{file}"), file, script, "no-cache").await;
    }
    for page in ["index.html", "operator.html", "embed-demo.html"] {
        for file in named_in(&built(page).unwrap_or_default()) {
            let kind = match file.rsplit_once('.').unwrap().1 {
                "js" => script,
                "css" => "text/css; charset=utf-8",
                "svg" => "image/svg+xml",
                other => panic!("{page} names {file}: what is {other}?"),
            };
            let kept = if file.starts_with("assets/") {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            };
            check(&server, &format!("/{file}"), &file, kind, kept).await;
        }
    }
}

#[tokio::test]
async fn what_is_accepted_compressed_comes_so_and_once() {
    let server = Server::start().await;
    let mut tags = vec![header(&got(&server, "/operator").await, "etag").to_owned()];
    for (accepted, coding, ending) in [("gzip, deflate, br", "br", "br"), ("gzip", "gzip", "gz")] {
        let Some(bytes) = built(&format!("operator.html.{ending}")) else {
            server.get("/operator").await.problem(404, "not_found");
            return;
        };
        let answer = accepting(&server, "/operator", accepted).await;
        assert_eq!(header(&answer, "content-encoding"), coding);
        let tag = header(&answer, "etag").to_owned();
        assert!(tag.starts_with('"') && !tags.contains(&tag), "{tag}");
        assert_eq!(answer.bytes().await.unwrap(), bytes);

        let asking = server.request(Method::GET, "/operator");
        let asking = asking.header("Accept-Encoding", accepted);
        let same = sent(asking.header("If-None-Match", &tag)).await;
        assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(&same, "etag"), tag);
        assert!(same.bytes().await.unwrap().is_empty());
        tags.push(tag);
    }
}

#[tokio::test]
async fn other_origins_may_load_the_element_and_no_other_file() {
    let server = Server::start().await;
    let element = got(&server, "/embed.js").await;
    let (origin, whose) = match built("embed.js") {
        Some(_) => ("*", "cross-origin"),
        None => ("", ""),
    };
    assert_eq!(header(&element, "access-control-allow-origin"), origin);
    assert_eq!(header(&element, "cross-origin-resource-policy"), whose);
    let worker = got(&server, "/timer-worker.js").await;
    assert_eq!(header(&worker, "access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_head_tells_how_much_there_is_and_sends_none_of_it() {
    let server = Server::start().await;
    let whole = got(&server, "/").await;
    let head = sent(server.request(Method::HEAD, "/")).await;
    assert_eq!(head.status(), StatusCode::OK);
    let length = header(&head, "content-length").to_owned();
    assert!(head.bytes().await.unwrap().is_empty());
    assert_eq!(length, whole.bytes().await.unwrap().len().to_string());
}

#[tokio::test]
async fn nothing_else_is_at_the_paths_beside_the_pages() {
    let server = Server::start().await;
    for path in [
        "/index.html",
        "/index.html.br",
        "/operator.html",
        "/embed.js.gz",
        "/icon.svg.br",
        "/assets",
        "/assets/",
        "/assets/nothing.js",
        "/assets/..%2Findex.html",
        "/r",
        "/r/",
        "/r/studio-a/slots",
        "/b/",
    ] {
        server.get(path).await.problem(404, "not_found");
    }
    for path in ["/", "/r/studio-a", "/embed.js"] {
        let refused = server.send(Method::POST, path, |request| request).await;
        let refused = refused.problem(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), "GET,HEAD");
    }
}

/// Who follows a link that was cut off is told so in words; programs, and all of the API,
/// are told by a problem.
#[tokio::test]
async fn a_wrong_link_is_answered_with_a_page_to_who_asks_for_pages() {
    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let server = Server::start().await;
    let accepting = async |method: Method, path: &str, kinds: &str| {
        let request = server.request(method, path);
        sent(request.header("Accept", kinds)).await
    };
    for path in ["/r/", "/b/", "/r/x/y", "/r", "/nowhere"] {
        for kinds in [BROWSER, "TEXT/HTML"] {
            let answer = accepting(Method::GET, path, kinds).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            let kind = header(&answer, "content-type").to_owned();
            match built("index.html") {
                Some(page) => {
                    assert_eq!(header(&answer, "content-security-policy"), POLICY);
                    assert_eq!(kind, "text/html; charset=utf-8", "{path}");
                    assert_eq!(answer.bytes().await.unwrap(), page);
                }
                None => assert_eq!(kind, "application/problem+json", "{path}"),
            }
        }
        for kinds in ["application/json", "*/*", "image/avif,*/*"] {
            let answer = accepting(Method::GET, path, kinds).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
            assert_eq!(header(&answer, "content-type"), "application/problem+json");
            assert!(header(&answer, "vary").contains("accept"));
        }
        let answer = accepting(Method::POST, path, BROWSER).await;
        assert_ne!(header(&answer, "content-type"), "text/html; charset=utf-8");
    }
    for path in ["/v1/nowhere", "/v1/"] {
        let answer = accepting(Method::GET, path, BROWSER).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(header(&answer, "content-type"), "application/problem+json");
    }
}

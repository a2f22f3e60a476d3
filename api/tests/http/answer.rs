//! Answers, each held to the OpenAPI document as it comes in.

use reqwest::{Method, Response, StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::schema;

/// An answer, read in full.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Null when there was no JSON.
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    /// Reads an answer and holds it to the document.
    pub(crate) async fn read(method: Method, path: &str, response: Response) -> Self {
        let status = response.status();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let json = headers
            .get("content-type")
            .is_some_and(|kind| kind.to_str().unwrap().contains("json"));
        let body = if json {
            serde_json::from_str(&text).unwrap()
        } else {
            Value::Null
        };
        let answer = Self {
            status,
            headers,
            body,
            text,
        };
        assert!(answer.headers.contains_key("x-request-id"), "{answer:?}");
        schema::hold_to_document(&method, path, &answer);
        answer
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }

    /// The answer, which must be this problem.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status.as_u16(), self.body["code"].as_str()),
            (status, Some(code)),
            "{self:?}"
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["instance"], self.header("x-request-id"));
        self
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> String {
        let value = self.headers.get(name);
        let value = value.unwrap_or_else(|| panic!("no {name} in {self:?}"));
        value.to_str().unwrap().to_owned()
    }

    /// The position of what was written or is shown.
    #[track_caller]
    pub(crate) fn position(&self) -> String {
        self.header("slotkeeper-position")
    }

    #[track_caller]
    pub(crate) fn text_of(&self, field: &str) -> String {
        let value = self.body[field].as_str();
        value
            .unwrap_or_else(|| panic!("no {field} in {self:?}"))
            .to_owned()
    }
}

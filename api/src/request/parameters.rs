use std::{convert::Infallible, fmt, str::FromStr};

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};

use crate::problem::{Code, Problem};

/// The parameters of a query, taken out one by one; what is left over in the
/// end is refused, so that a mistyped name does not pass for an absent one.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The parameter, if it is there.
    ///
    /// # Errors
    ///
    /// `repeated_parameter`.
    pub(crate) fn optional(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let (mut taken, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|(present, _)| present == name);
        self.0 = rest;
        let value = taken.pop().map(|(_, value)| value);
        if taken.is_empty() {
            Ok(value)
        } else {
            Err(about(
                Code::RepeatedParameter,
                name,
                "is there more than once",
            ))
        }
    }

    /// The parameter.
    ///
    /// # Errors
    ///
    /// `missing_parameter`, `repeated_parameter`.
    pub(crate) fn required(&mut self, name: &str) -> Result<String, Problem> {
        self.optional(name)?
            .ok_or_else(|| about(Code::MissingParameter, name, "is needed"))
    }

    /// The parameter read as a `T`, if it is there.
    ///
    /// # Errors
    ///
    /// `repeated_parameter`; `code` when it does not read.
    pub(crate) fn parsed<T: FromStr>(
        &mut self,
        name: &str,
        code: Code,
        right: impl fmt::Display,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.optional(name)? else {
            return Ok(None);
        };
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(Problem::value(code, name, text, right)),
        }
    }

    /// How many entries a page of a list is to have.
    ///
    /// # Errors
    ///
    /// `repeated_parameter`; `invalid_limit` unless it is 1 to `most`.
    pub(crate) fn limit(&mut self, default: u32, most: u32, of: &str) -> Result<u32, Problem> {
        let right = format!("pages have 1 to {most} {of}");
        let limit = self.parsed("limit", Code::InvalidLimit, &right)?;
        let limit = limit.unwrap_or(default);
        if (1..=most).contains(&limit) {
            Ok(limit)
        } else {
            Err(Problem::value(Code::InvalidLimit, "limit", limit, right))
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// `unknown_parameter` when anything is left.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(about(
                Code::UnknownParameter,
                &crate::problem::shortened(name),
                "is not a parameter here",
            )),
        }
    }
}

fn about(code: Code, name: &str, what: &str) -> Problem {
    Problem::new(code, format!("{name} {what}")).member("field", name)
}

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Decoding a query into text pairs can't fail: bytes that are not UTF-8
        // are replaced, and then refused by whoever reads the value.
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        Ok(Self(pairs.map(|Query(pairs)| pairs).unwrap_or_default()))
    }
}

/// For a route that has no parameters: what a client puts into the query all the
/// same, a token perhaps, is refused and not overlooked.
#[derive(Debug)]
pub(crate) struct NoParameters;

impl<S: Sync> FromRequestParts<S> for NoParameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Parameters::from_request_parts(parts, state).await {
            Ok(parameters) => parameters.finish().map(|()| Self),
            Err(never) => match never {},
        }
    }
}

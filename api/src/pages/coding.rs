use axum::http::{HeaderMap, header};

/// How a file was compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    /// All of them, the smallest outcome first.
    pub(super) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// As `Accept-Encoding` and `Content-Encoding` have it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// What a compressed file's name ends in.
    pub(super) const fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// How the file of this path is compressed, if it is.
    pub(super) fn of_file(path: &str) -> Option<Self> {
        let ends = |coding: &Self| path.ends_with(coding.ending());
        Self::ALL.into_iter().find(ends)
    }

    /// Whether an answer to the request may be coded so. Any weight above nothing
    /// will do: ours is the order of preference, since it is ours to say what is small.
    pub(super) fn is_accepted_by(self, request: &HeaderMap) -> bool {
        let values = request.get_all(header::ACCEPT_ENCODING).iter();
        let values: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        let named = |name: &str| {
            let mut codings = values.iter().flat_map(|value| value.split(','));
            codings.find_map(|coding| weight_of(coding, name))
        };
        // What is named by itself is no part of "any other".
        named(self.name()).or_else(|| named("*")).unwrap_or(false)
    }
}

/// Whether one element of the header wants `name`; nothing when it is of another.
fn weight_of(coding: &str, name: &str) -> Option<bool> {
    let mut parts = coding.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case(name) {
        return None;
    }
    let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
    let weight = weight.map_or(Ok(1.0), str::parse::<f32>);
    Some(weight.is_ok_and(|weight| weight > 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_accepted_when_it_is_named_or_any_is_and_it_is_not_refused() {
        for (header, brotli, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("gzip", false, true),
            ("GZIP;q=0.5", false, true),
            ("br;q=0, *", false, true),
            ("*;q=0", false, false),
            ("br;q=0.000, gzip;q=0.001", false, true),
            ("br; q=1.0", true, false),
            ("br;q=nonsense", false, false),
            ("identity", false, false),
            ("brotli", false, false),
            ("", false, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, header.parse().expect("a value"));
            let accepted = Coding::ALL.map(|coding| coding.is_accepted_by(&headers));
            assert_eq!(accepted, [brotli, gzip], "{header:?}");
        }
        let none = HeaderMap::new();
        assert!(!Coding::Brotli.is_accepted_by(&none) && !Coding::Gzip.is_accepted_by(&none));
    }
}

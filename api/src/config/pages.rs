/// The pages for people.
#[derive(Debug, Clone, clap::Args)]
pub struct PageSettings {
    /// Origins whose pages may show the booker and a booking in a frame, like
    /// https://example.com or https://*.example.com, separated by spaces. Absent: none, so
    /// that nobody can lay another page over them. The operator's page is never framed.
    #[arg(
        long,
        env = "SLOTKEEPER_FRAME_ANCESTORS",
        value_name = "ORIGINS",
        value_parser = origins
    )]
    pub frame_ancestors: Option<String>,
}

/// Origins as a policy has them: a scheme, a host and perhaps a port, and nothing that
/// would end the directive.
fn origins(text: &str) -> Result<String, String> {
    let origins: Vec<&str> = text.split_ascii_whitespace().collect();
    if origins.is_empty() {
        return Err("an origin is needed, like https://example.com".into());
    }
    match origins.iter().find(|origin| !is_origin(origin)) {
        None => Ok(origins.join(" ")),
        Some(other) => Err(format!(
            "{other} is no origin; one is like https://example.com or https://*.example.com:8443"
        )),
    }
}

fn is_origin(text: &str) -> bool {
    let scheme = text.split_once("://");
    let Some(("https" | "http", place)) = scheme else {
        return false;
    };
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (place, None),
    };
    let host = host.strip_prefix("*.").unwrap_or(host);
    let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let label = |label: &str| !label.is_empty() && label.bytes().all(part);
    host.split('.').all(label) && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_and_nothing_else() {
        let several = "https://example.com  http://localhost:5173 https://*.example.com:8443";
        let read = "https://example.com http://localhost:5173 https://*.example.com:8443";
        assert_eq!(origins(several), Ok(read.into()));
        for wrong in [
            "",
            " ",
            "*",
            "example.com",
            "https://",
            "https://example.com/",
            "https://example.com;script-src *",
            "https://a,b",
            "https://exa mple.com",
            "https://example.com:99999",
            "'self'",
            "ftp://example.com",
            "https://*.",
        ] {
            assert!(origins(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_character_that_could_end_the_directive_is_taken() {
        for character in (0..=u8::MAX).map(char::from) {
            let taken = origins(&format!("https://exam{character}ple.com"));
            let harmless = character.is_ascii_alphanumeric() || "-.".contains(character);
            assert_eq!(taken.is_ok(), harmless, "{character:?} {taken:?}");
        }
    }
}

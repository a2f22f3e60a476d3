//! The address of a database, as people write it.

use sqlx::postgres::PgConnectOptions;

/// An address that names no one database. Never quotes it: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseUrlError {
    /// It is of another form.
    #[error("DATABASE_URL is not of the form postgres://USER:PASSWORD@HOST/DATABASE")]
    Malformed(#[source] Option<sqlx::Error>),
    /// It names several hosts.
    #[error(
        "DATABASE_URL names several hosts: name one, and let a proxy such as HAProxy behind \
         that name find the primary"
    )]
    SeveralHosts,
}

/// Reads the address of a database.
///
/// Several hosts are refused: who connects to one and then to another must find the
/// primary again for each connection, and would keep those to a server that has become a
/// standby. A proxy does this for all connections at once, and cuts what leads elsewhere.
///
/// # Errors
///
/// [`DatabaseUrlError`].
pub fn parse_database_url(url: &str) -> Result<PgConnectOptions, DatabaseUrlError> {
    // The parser itself takes any scheme.
    let rest = url
        .strip_prefix("postgres://")
        .or_else(|| url.strip_prefix("postgresql://"))
        .ok_or(DatabaseUrlError::Malformed(None))?;
    if names_several_hosts(rest) {
        return Err(DatabaseUrlError::SeveralHosts);
    }
    url.parse()
        .map_err(|error| DatabaseUrlError::Malformed(Some(error)))
}

/// Whether the part behind the scheme has a comma where hosts stand.
fn names_several_hosts(rest: &str) -> bool {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = place.split('/').next().unwrap_or(place);
    let hosts = authority
        .rsplit_once('@')
        .map_or(authority, |(_, hosts)| hosts);
    let by_query = query.split('&').any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        matches!(name, "host" | "hostaddr" | "port")
            && (value.contains(',') || value.to_ascii_lowercase().contains("%2c"))
    });
    hosts.contains(',') || by_query
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_several(url: &str) -> bool {
        matches!(parse_database_url(url), Err(DatabaseUrlError::SeveralHosts))
    }

    #[test]
    fn several_hosts_are_refused_by_name_wherever_they_stand() {
        assert!(is_several("postgres://u:p@a:5432,b:5432/d"));
        assert!(is_several(
            "postgresql://a,b/d?target_session_attrs=read-write"
        ));
        assert!(is_several("postgres:///d?host=a,b"));
        assert!(is_several("postgres://u@/d?user=u&host=a%2Cb"));
    }

    #[test]
    fn one_host_is_taken_though_the_password_has_a_comma() {
        let options = parse_database_url("postgres://u:p,q@a:5433/d?sslmode=disable");
        let options = options.map(|options| (options.get_host().to_owned(), options.get_port()));
        assert!(matches!(options, Ok((host, 5433)) if host == "a"));
    }

    #[test]
    fn another_scheme_is_malformed() {
        let refused = parse_database_url("mysql://a/d");
        assert!(matches!(refused, Err(DatabaseUrlError::Malformed(None))));
    }
}

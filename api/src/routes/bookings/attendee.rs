use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{Code, Problem};

/// The longest name, in characters: the longest that passports print is 39.
const NAME_CHARS_MAX: usize = 200;
/// The longest e-mail address, in bytes: RFC 5321 has no longer path.
const EMAIL_BYTES_MAX: usize = 254;
/// The longest notes, in characters: a page.
const NOTES_CHARS_MAX: usize = 2_000;

/// Who a booking is for. Lies sealed in the log, and leaves the server only to
/// those who may manage the booking.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Attendee {
    /// 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) name: String,
    /// At most 254 bytes, with one `@` and a domain.
    #[schema(format = Email, max_length = 254)]
    pub(super) email: String,
    /// At most 2,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    pub(super) notes: Option<String>,
}

impl std::fmt::Debug for Attendee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attendee(…)")
    }
}

impl Attendee {
    /// Checks what is written against what may be; the refusal names the field
    /// and not its value, which is personal.
    ///
    /// # Errors
    ///
    /// `invalid_attendee`.
    pub(super) fn checked(self) -> Result<Self, Problem> {
        let name_chars = self.name.chars().count();
        let blank = self.name.trim().is_empty();
        if blank || name_chars > NAME_CHARS_MAX || self.name.chars().any(char::is_control) {
            let right = "is to have 1 to 200 characters, not only blanks, no control characters";
            return Err(refused("attendee.name", right));
        }
        if !is_plausible(&self.email) {
            let right = "is to be an address like ann@example.com, of at most 254 bytes";
            return Err(refused("attendee.email", right));
        }
        let notes = self.notes.as_deref().unwrap_or_default();
        let layout = |char: char| matches!(char, '\n' | '\r' | '\t');
        let odd = |char: char| char.is_control() && !layout(char);
        if notes.chars().count() > NOTES_CHARS_MAX || notes.chars().any(odd) {
            let right =
                "are to have at most 2000 characters, no control characters but line breaks";
            return Err(refused("attendee.notes", right));
        }
        Ok(self)
    }
}

fn refused(field: &str, right: &str) -> Problem {
    Problem::new(Code::InvalidAttendee, format!("{field} {right}")).member("field", field)
}

/// Whether mail could go there; only sending some would tell whether it arrives.
fn is_plausible(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return false;
    };
    let plain = |char: char| !char.is_whitespace() && !char.is_control() && char != '@';
    let dotted = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    email.len() <= EMAIL_BYTES_MAX
        && !local.is_empty()
        && local.chars().all(plain)
        && domain.chars().all(plain)
        && dotted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attendee(name: &str, email: &str, notes: Option<&str>) -> Attendee {
        Attendee {
            name: name.into(),
            email: email.into(),
            notes: notes.map(Into::into),
        }
    }

    #[test]
    fn an_attendee_has_a_name_and_an_address_that_mail_could_go_to() {
        let long = format!("{}@example.com", "x".repeat(250));
        let cases = [
            ("", "ann@example.com", "attendee.name"),
            ("  ", "ann@example.com", "attendee.name"),
            ("A\0nn", "ann@example.com", "attendee.name"),
            ("Ann", "ann", "attendee.email"),
            ("Ann", "ann@", "attendee.email"),
            ("Ann", "@example.com", "attendee.email"),
            ("Ann", "a@b@example.com", "attendee.email"),
            ("Ann", "ann@example..com", "attendee.email"),
            ("Ann", "an n@example.com", "attendee.email"),
            ("Ann", &long, "attendee.email"),
        ];
        for (name, email, field) in cases {
            let problem = attendee(name, email, None).checked().expect_err(email);
            assert_eq!(problem.code(), Code::InvalidAttendee);
            assert_eq!(problem.field(), Some(field), "{name:?} {email:?}");
        }
        assert!(
            attendee("Ann", "ann@example.com", Some("a\nb"))
                .checked()
                .is_ok()
        );
        assert!(
            attendee("é".repeat(200).as_str(), "ann+x@mail.example.com", None)
                .checked()
                .is_ok()
        );
        let long = "x".repeat(2001);
        assert!(
            attendee("Ann", "ann@example.com", Some(&long))
                .checked()
                .is_err()
        );
    }

    #[test]
    fn a_refusal_does_not_quote_what_is_personal() {
        let problem = attendee("Ann", "secret", None)
            .checked()
            .expect_err("no address");
        assert!(!format!("{problem:?}").contains("secret"));
    }
}

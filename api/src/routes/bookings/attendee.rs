use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    problem::{Code, Problem},
    request::is_readable,
};

use super::email::is_deliverable;

/// The longest name, in characters: the longest that passports print is 39.
const NAME_CHARS_MAX: usize = 200;
/// The longest notes, in characters: a page.
const NOTES_CHARS_MAX: usize = 2_000;

/// Who a booking is for. Lies sealed in the log, and leaves the server only to
/// those who may manage the booking.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Attendee {
    /// 1 to 200 characters, of which something shows and none hides.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) name: String,
    /// At most 254 bytes, as a mail server takes it: no name and no brackets around it.
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
        if name_chars > NAME_CHARS_MAX || !is_readable(&self.name) {
            let right = "is to have 1 to 200 characters, of which something shows and none hides";
            return Err(refused("attendee.name", right));
        }
        if !is_deliverable(&self.email) {
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

    /// What the pages take too: their tests read the same list.
    const PEOPLE: &str = include_str!("../../../../web/test/fixtures/attendees.json");

    #[derive(Deserialize)]
    struct People {
        emails: Verdicts,
        names: Verdicts,
    }

    #[derive(Deserialize)]
    struct Verdicts {
        taken: Vec<String>,
        refused: Vec<String>,
    }

    #[test]
    fn addresses_that_mail_goes_to_and_names_that_show_are_taken_and_no_others() {
        let People { emails, names } = serde_json::from_str(PEOPLE).expect("a list");
        let field = |name: &str, email: &str| {
            let checked = attendee(name, email, None).checked();
            checked
                .err()
                .and_then(|problem| problem.field().map(str::to_owned))
        };
        for email in emails.taken {
            assert_eq!(field("Ann", &email), None, "{email:?}");
        }
        for email in emails.refused {
            let refused = field("Ann", &email);
            assert_eq!(refused.as_deref(), Some("attendee.email"), "{email:?}");
        }
        for name in names.taken {
            assert_eq!(field(&name, "ann@example.com"), None, "{name:?}");
        }
        for name in names.refused {
            let refused = field(&name, "ann@example.com");
            assert_eq!(refused.as_deref(), Some("attendee.name"), "{name:?}");
        }
    }

    /// What brackets, separators and hidden characters do, wherever they are.
    #[test]
    fn no_address_has_a_character_that_means_something_to_who_reads_it() {
        for char in "<>()[],;:\\\"\u{200b}\u{feff}\u{202e}\u{2066}\u{ad} \t\n\r\0".chars() {
            for place in 0..="ann@example.com".len() {
                let mut email = "ann@example.com".to_owned();
                email.insert(place, char);
                assert!(!is_deliverable(&email), "{email:?}");
            }
        }
        for char in "?#/&=%".chars() {
            for place in "ann@".len()..="ann@example.com".len() {
                let mut email = "ann@example.com".to_owned();
                email.insert(place, char);
                assert!(!is_deliverable(&email), "{email:?}");
            }
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

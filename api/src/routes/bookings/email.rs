//! Addresses that a mail server would take.

use email_address::{EmailAddress, Options};
use icu_properties::{
    CodePointMapData,
    props::{GeneralCategory, GeneralCategoryGroup},
};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::request::Look;

/// The longest address, in bytes: RFC 5321 has no longer path.
const BYTES_MAX: usize = 254;

/// What RFC 5322 has in the part before the `@` beside letters and digits.
const LOCAL_SIGNS: &str = "!#$%&'*+-/=?^_`{|}~.";

/// Whether mail could go there; only sending some would tell whether it arrives.
///
/// Of the two ways to write the part before the `@`, the one without quotes. The domain is
/// a host's name with a dot, of any language.
pub(super) fn is_deliverable(email: &str) -> bool {
    let options = Options::default()
        .without_display_text()
        .without_domain_literal()
        .with_required_tld();
    let Ok(address) = EmailAddress::parse_with_options(email, options) else {
        return false;
    };
    let local = |char: char| LOCAL_SIGNS.contains(char) || is_of_words(char);
    email.len() <= BYTES_MAX && address.local_part().chars().all(local) && is_host(address.domain())
}

/// Whether it is the name of a host below some other.
fn is_host(domain: &str) -> bool {
    let labels = |char: char| matches!(char, '.' | '-') || is_of_words(char);
    if !domain.chars().all(labels) {
        return false;
    }
    let ascii = Uts46::new().to_ascii(
        domain.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
        DnsLength::Verify,
    );
    // The last label is no number: that would be an address of the network.
    let last = ascii.as_deref().ok().and_then(|name| name.rsplit_once('.'));
    last.is_some_and(|(_, last)| !last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a character is a letter, a mark on one, or a digit, of any language.
fn is_of_words(char: char) -> bool {
    if char.is_ascii() {
        return char.is_ascii_alphanumeric();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(char);
    let words = GeneralCategoryGroup::Letter
        .union(GeneralCategoryGroup::Mark)
        .union(GeneralCategoryGroup::Number);
    words.contains(category) && Look::of(char) == Look::Shown
}

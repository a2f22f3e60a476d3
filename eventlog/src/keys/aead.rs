//! ChaCha20-Poly1305, and its form with a longer nonce.

use chacha20::{cipher::consts::U10, hchacha};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::KeyError;

/// Bytes of a nonce of ChaCha20-Poly1305: for keys that seal once.
pub(super) const NONCE_BYTES: usize = 12;
/// Bytes of a nonce of XChaCha20-Poly1305: long enough to be drawn at random under
/// one key for ever.
pub(super) const LONG_NONCE_BYTES: usize = 24;
/// Bytes of what tells that nothing was changed.
pub(super) const TAG_BYTES: usize = 16;

/// Under which key and nonce something is sealed.
pub(super) struct Sealer {
    key: LessSafeKey,
    nonce: [u8; NONCE_BYTES],
}

impl Sealer {
    /// ChaCha20-Poly1305 (RFC 8439).
    pub(super) fn new(key: &[u8; 32], nonce: [u8; NONCE_BYTES]) -> Self {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).expect("the cipher takes 32 bytes");
        Self {
            key: LessSafeKey::new(key),
            nonce,
        }
    }

    /// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, section 2.3): the first 16
    /// bytes of the nonce make a key of its own, the others are the nonce under it.
    pub(super) fn long(key: &[u8; 32], nonce: &[u8; LONG_NONCE_BYTES]) -> Self {
        let (of_key, rest) = nonce.split_at(16);
        let subkey = hchacha::<U10>(key.into(), of_key.into());
        let subkey: Zeroizing<[u8; 32]> = Zeroizing::new(subkey.into());
        let mut short = [0; NONCE_BYTES];
        short[4..].copy_from_slice(rest);
        Self::new(&subkey, short)
    }

    fn nonce(&self) -> Nonce {
        Nonce::assume_unique_for_key(self.nonce)
    }

    /// Encrypts `plain` and binds it to `bound`; returns `head`, the ciphertext and
    /// its tag.
    ///
    /// # Panics
    ///
    /// On more than 256 GiB.
    pub(super) fn close(&self, head: &[u8], bound: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(head.len() + plain.len() + TAG_BYTES);
        sealed.extend_from_slice(head);
        sealed.extend_from_slice(plain);
        let text = &mut sealed[head.len()..];
        let tag = self
            .key
            .seal_in_place_separate_tag(self.nonce(), Aad::from(bound), text)
            .expect("what is sealed here is far below the 256 GiB that the cipher takes");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Decrypts a ciphertext with its tag.
    ///
    /// # Errors
    ///
    /// [`KeyError::DoesNotOpen`] when they are not of this seal or not bound to
    /// `bound`.
    pub(super) fn open(&self, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut text = sealed.to_vec();
        let opened = self
            .key
            .open_in_place(self.nonce(), Aad::from(bound), &mut text);
        let length = opened.map_err(|_| KeyError::DoesNotOpen)?.len();
        text.truncate(length);
        Ok(text)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use super::*;

    /// What both documents seal.
    const PLAIN: &[u8] =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the \
future, sunscreen would be it.";
    const BOUND: &str = "50515253c0c1c2c3c4c5c6c7";

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        from_hex(hex).try_into().unwrap()
    }

    fn from_hex(hex: &str) -> Vec<u8> {
        let pairs = hex.as_bytes().chunks_exact(2);
        pairs
            .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    fn key() -> [u8; 32] {
        bytes("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")
    }

    fn assert_seals(seal: &Sealer, begins: &str, tag: &str) {
        let bound = from_hex(BOUND);
        let mut sealed = seal.close(&[], &bound, PLAIN);
        assert!(sealed.starts_with(&from_hex(begins)));
        assert_eq!(sealed[PLAIN.len()..], from_hex(tag));
        assert_eq!(seal.open(&bound, &sealed).unwrap(), PLAIN);
        sealed[0] ^= 1;
        assert_eq!(seal.open(&bound, &sealed), Err(KeyError::DoesNotOpen));
    }

    #[test]
    fn chacha20_poly1305_is_as_rfc_8439_says_in_section_2_8_2() {
        let seal = Sealer::new(&key(), bytes("070000004041424344454647"));
        let begins = "d31a8d34648e60db7b86afbc53ef7ec2";
        assert_seals(&seal, begins, "1ae10b594f09e26a7e902ecbd0600691");
    }

    #[test]
    fn xchacha20_poly1305_is_as_its_draft_says_in_appendix_a_3_1() {
        let nonce = bytes("404142434445464748494a4b4c4d4e4f5051525354555657");
        let seal = Sealer::long(&key(), &nonce);
        let begins = "bd6d179d3e83d43b9576579493c0e939";
        assert_seals(&seal, begins, "c0875924c1c7987947deafd8780acf49");
    }
}

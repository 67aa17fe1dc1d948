//! Sealing: secrets of users at rest, AES-256-GCM under a key of this server, bound to whose they are.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

/// Seals and opens.
pub struct Seal(RandomizedNonceKey);

impl Seal {
    /// A seal under 256 bits.
    pub fn new(key: &[u8]) -> Option<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, key).ok().map(Self)
    }

    /// Seals a text for `owner`: nonce, then ciphertext with its tag. `None` only if the system has no randomness.
    pub fn seal(&self, owner: &str, text: &str) -> Option<Vec<u8>> {
        let mut bytes = text.as_bytes().to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(owner), &mut bytes);
        let mut sealed = nonce.ok()?.as_ref().to_vec();
        sealed.append(&mut bytes);
        Some(sealed)
    }

    /// Opens what was sealed for `owner`; `None` if it was not, or not under this key.
    pub fn open(&self, owner: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, bytes) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = bytes.to_vec();
        let text = self
            .0
            .open_in_place(nonce, Aad::from(owner), &mut bytes)
            .ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_owner_alone() {
        let seal = Seal::new(&[7; 32]).expect("a key");
        let sealed = seal.seal("anna", "session key").expect("sealed");
        assert!(!sealed.windows(7).any(|part| part == b"session"));
        assert_eq!(seal.open("anna", &sealed).as_deref(), Some("session key"));
        assert_eq!(seal.open("berta", &sealed), None);
        assert_eq!(
            Seal::new(&[8; 32]).expect("a key").open("anna", &sealed),
            None
        );
        let mut bent = sealed;
        bent[15] ^= 1;
        assert_eq!(seal.open("anna", &bent), None);
        assert_eq!(seal.open("anna", b"short"), None);
    }
}

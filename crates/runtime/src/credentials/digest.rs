//! SHA-256 and HMAC-SHA256 from the cryptography that the build has anyway: ring below rustls, else RustCrypto.

#[cfg(feature = "rustls")]
mod library {
    use ring::{digest, hmac};

    pub(super) fn sha256(data: &[u8]) -> impl AsRef<[u8]> {
        digest::digest(&digest::SHA256, data)
    }

    pub(super) fn hmac_sha256(key: &[u8], data: &[u8]) -> impl AsRef<[u8]> {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data)
    }
}

#[cfg(not(feature = "rustls"))]
mod library {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::{Digest, Sha256};

    pub(super) fn sha256(data: &[u8]) -> impl AsRef<[u8]> {
        Sha256::digest(data)
    }

    pub(super) fn hmac_sha256(key: &[u8], data: &[u8]) -> impl AsRef<[u8]> {
        // A key of any length will do, which the type of the error does not say; without a code the signature is empty and refused.
        let mac = Hmac::<Sha256>::new_from_slice(key);
        mac.map(|mac| mac.chain_update(data).finalize().into_bytes().to_vec()).unwrap_or_default()
    }
}

/// Appends the SHA-256 of `data` in hexadecimal.
pub(super) fn push_sha256(data: &[u8], out: &mut String) {
    push_hex(library::sha256(data).as_ref(), out);
}

/// Appends the HMAC-SHA256 of `data` under `key` in hexadecimal.
pub(super) fn push_hmac_sha256(key: &[u8], data: &[u8], out: &mut String) {
    push_hex(library::hmac_sha256(key, data).as_ref(), out);
}

fn push_hex(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    // Collected before they are appended, because a text that grows by each digit is asked for space by each digit.
    let mut digits = [[0; 2]; 32];
    for (pair, byte) in digits.iter_mut().zip(bytes) {
        *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
    let written = digits.as_flattened().get(..2 * bytes.len()).unwrap_or_default();
    out.push_str(std::str::from_utf8(written).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        let mut text = String::new();
        push_sha256(b"", &mut text);
        assert_eq!(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        text.clear();
        push_sha256(b"abc", &mut text);
        assert_eq!(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    /// RFC 4231, the second and the sixth test case: a short key, and one that is longer than a block.
    #[test]
    fn known_codes() {
        let mut text = String::new();
        push_hmac_sha256(b"Jefe", b"what do ya want for nothing?", &mut text);
        assert_eq!(text, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        text.clear();
        push_hmac_sha256(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First", &mut text);
        assert_eq!(text, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }
}

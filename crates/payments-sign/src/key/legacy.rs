//! The old OpenSSL way of encrypting a key inside PEM text: a `DEK-Info` header, and a key made from
//! the passphrase by MD5. Weak by any measure of today; read because banks' instructions lead to it.

use aes::{Aes128, Aes192, Aes256};
use cbc::{
    Decryptor,
    cipher::{BlockCipher, BlockDecryptMut, KeyInit, KeyIvInit as _, block_padding::Pkcs7},
};
use des::TdesEde3;
use md5::{Digest as _, Md5};
use payments_core::Secret;
use zeroize::Zeroizing;

use super::{KeyError, Wiped};

/// Decrypts the body of a PEM block by its `DEK-Info` header.
pub(super) fn decrypt(body: &[u8], info: &str, passphrase: &Secret) -> Result<Wiped, KeyError> {
    let unsupported = || KeyError::unsupported("des-ede3, aes-128, aes-192 or aes-256 in cbc");
    let (cipher, iv) = info.split_once(',').ok_or_else(unsupported)?;
    let iv = crate::hex::decode(iv.trim(), <[u8]>::to_vec).ok_or_else(unsupported)?;
    let open = match cipher.trim() {
        "DES-EDE3-CBC" => cbc::<TdesEde3>,
        "AES-128-CBC" => cbc::<Aes128>,
        "AES-192-CBC" => cbc::<Aes192>,
        "AES-256-CBC" => cbc::<Aes256>,
        _ => return Err(unsupported()),
    };
    open(body, &iv, passphrase.expose().as_bytes())
}

fn cbc<C>(body: &[u8], iv: &[u8], passphrase: &[u8]) -> Result<Wiped, KeyError>
where
    C: BlockCipher + BlockDecryptMut + KeyInit,
{
    let salt =
        iv.get(..8).ok_or_else(|| KeyError::unsupported("a vector of eight bytes or more"))?;
    let key = derive(passphrase, salt, C::key_size());
    let cipher = Decryptor::<C>::new_from_slices(&key, iv)
        .map_err(|_| KeyError::unsupported("a vector as long as the cipher's block"))?;
    let mut buffer = Zeroizing::new(body.to_vec());
    let length = cipher
        .decrypt_padded_mut::<Pkcs7>(&mut buffer)
        .map_err(|_| KeyError::wrong_passphrase())?
        .len();
    buffer.truncate(length);
    Ok(buffer)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round.
fn derive(passphrase: &[u8], salt: &[u8], length: usize) -> Wiped {
    let mut key = Zeroizing::new(Vec::with_capacity(length + 16));
    while key.len() < length {
        let last = key.len().saturating_sub(16);
        let block = Md5::new()
            .chain_update(key.get(last..).unwrap_or_default())
            .chain_update(passphrase)
            .chain_update(salt)
            .finalize();
        key.extend_from_slice(&Zeroizing::new(<[u8; 16]>::from(block))[..]);
    }
    key.truncate(length);
    key
}

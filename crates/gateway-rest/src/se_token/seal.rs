//! The making of a `seToken`.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use payments_core::{
    Error, Invalid, Secret,
    card::Cvc,
    id::{BindingId, OrderId},
    limit,
    time::{LocalDateTime, UnixMillis},
};
use payments_sign::{CardDataKey, KeyError, PublicKey};

use crate::order::pay::{Card, SeToken};

/// When a token was made, and its own number. Both are the caller's to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stamp {
    /// The moment: by the platform's other banks at most half an hour from the bank's own clock.
    pub at: UnixMillis,
    /// The number of a UUID, new for each token: 128 random bits with the version's marks in them.
    pub uuid: u128,
}

impl Stamp {
    /// Takes the moment and the UUID's number.
    pub const fn new(at: UnixMillis, uuid: u128) -> Self {
        Self { at, uuid }
    }

    /// `timestamp/UUID`: the moment as Moscow's clocks show it, with its offset.
    fn text(self) -> Result<String, Invalid> {
        let at = LocalDateTime::in_moscow(self.at)?;
        let hex = format!("{:032x}", self.uuid);
        // 32 ASCII digits by construction.
        let uuid = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
        Ok(format!("{at}+03:00/{uuid}"))
    }
}

/// Makes tokens with one of the bank's keys.
#[derive(Clone)]
pub struct Sealer(CardDataKey);

impl Sealer {
    /// Takes the bank's key, fetched ([`BankKeys::newest`](super::keys::BankKeys::newest)) or given.
    ///
    /// # Errors
    ///
    /// The key has fewer than 2048 bits, or is none.
    pub fn new(key: &PublicKey) -> Result<Self, KeyError> {
        CardDataKey::new(key).map(Self)
    }

    /// Encrypts a card for the payment of one order:
    /// `timestamp/UUID/PAN/CVV/EXPDATE/MDORDER`, the code's place empty where there is none.
    ///
    /// # Errors
    ///
    /// The order's id or the moment cannot stand there, or nothing could be encrypted. Nothing was
    /// sent, and the error holds no card data.
    pub fn card(&self, stamp: Stamp, order: &OrderId, card: &Card) -> Result<SeToken, Error> {
        let expiry = Secret::<String>::new(card.expiry.yyyymm());
        let order = plain("MDORDER", order.as_str())?;
        let fields = [card.pan.expose(), code(card.cvc.as_ref())?, expiry.expose(), order];
        Ok(SeToken::new(self.seal(stamp, &fields)?, card.holder.clone()))
    }

    /// Encrypts a stored card for the payment of one order:
    /// `timestamp/UUID//CVV//MDORDER/bindingId`. It goes into
    /// [`PayByBinding`](crate::bindings::PayByBinding).
    ///
    /// # Errors
    ///
    /// As for [`card`](Self::card).
    pub fn stored(
        &self,
        stamp: Stamp,
        order: &OrderId,
        binding: &BindingId,
        cvc: Option<&Cvc>,
    ) -> Result<Secret, Error> {
        let order = plain("mdOrder", order.as_str())?;
        let fields = ["", code(cvc)?, "", order, plain("bindingId", binding.as_str())?];
        self.seal(stamp, &fields)
    }

    fn seal(&self, stamp: Stamp, fields: &[&str]) -> Result<Secret, Error> {
        let stamp = stamp.text()?;
        let length = fields.iter().map(|field| field.len() + 1).sum::<usize>() + stamp.len();
        let room = self.0.room();
        limit::ensure(length <= room, "seToken", || format!("must have at most {room} bytes"))?;
        // Of the right size from the start: a text that grows leaves its beginnings behind.
        let mut text = String::with_capacity(length);
        text.push_str(&stamp);
        for field in fields {
            text.push('/');
            text.push_str(field);
        }
        let sealed = self.0.encrypt(&Secret::new(text)).map_err(Error::signing)?;
        Ok(Secret::new(STANDARD.encode(sealed)))
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Sealer({:?})", self.0)
    }
}

/// The card's code, which the gateway takes with three digits.
fn code(cvc: Option<&Cvc>) -> Result<&str, Invalid> {
    let code = cvc.map_or("", Cvc::expose);
    limit::ensure(matches!(code.len(), 0 | 3), "$CVC", || "must be three digits".into())?;
    Ok(code)
}

/// A field in which no slash begins another one.
fn plain<'a>(name: &'static str, field: &'a str) -> Result<&'a str, Invalid> {
    let fits = !field.is_empty() && !field.contains('/');
    limit::ensure(fits, name, || "must not be empty and hold no slash in a seToken".into())?;
    Ok(field)
}

#[cfg(test)]
mod tests {
    use payments_core::card::{Cardholder, Expiry, Pan};

    use super::*;

    const KEY: &str = include_str!("../../../../testdata/keys/rsa.spki.pem");
    const WEAK: &str = include_str!("../../../../testdata/keys/weak.spki.pem");

    fn sealer() -> Sealer {
        let key = PublicKey::from_pem(KEY.as_bytes()).expect("a key of the test data");
        Sealer::new(&key).expect("large enough")
    }

    fn card() -> Card {
        let pan = Pan::new("4000001111111118").expect("the samples' test card");
        let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
        Card::new(
            pan,
            Expiry::new(2030, 12).expect("valid"),
            Cvc::new("123").expect("valid"),
            holder,
        )
    }

    const STAMP: Stamp =
        Stamp::new(UnixMillis::new(1_725_347_424_000), 0x13a4_713c_bf5e_47d5_b986_7488_7875_b02e);

    fn refused<T: fmt::Debug>(result: Result<T, Error>) -> String {
        result.expect_err("breaks a rule").as_invalid().expect("before sending").to_string()
    }

    /// Moment and UUID of another bank's printed sample.
    #[test]
    fn the_stamp_is_written_as_printed() {
        let want = "2024-09-03T10:10:24+03:00/13a4713c-bf5e-47d5-b986-74887875b02e";
        assert_eq!(STAMP.text().as_deref(), Ok(want));
        assert!(Stamp::new(UnixMillis::new(i64::MAX), 0).text().is_err());
    }

    #[test]
    fn what_cannot_stand_in_a_token_is_refused() {
        let order = OrderId::from_bank("a/b");
        let slash = "must not be empty and hold no slash in a seToken";
        assert_eq!(refused(sealer().card(STAMP, &order, &card())), format!("MDORDER: {slash}"));
        let (order, binding) = (OrderId::from_bank("a"), BindingId::from_bank("b/c"));
        let stored = |binding| refused(sealer().stored(STAMP, &order, &binding, None));
        assert_eq!(stored(binding), format!("bindingId: {slash}"));
        let room = "seToken: must have at most 245 bytes";
        assert_eq!(stored(BindingId::from_bank("b".repeat(255))), room);
        let four = card().with(|card| card.cvc = Some(Cvc::new("1234").expect("four")));
        assert_eq!(refused(sealer().card(STAMP, &order, &four)), "$CVC: must be three digits");
        let weak = PublicKey::from_pem(WEAK.as_bytes()).expect("a key");
        assert!(Sealer::new(&weak).expect_err("too small").is_too_small());
    }

    #[test]
    fn a_marker_never_shows() {
        let order = OrderId::from_bank("MARKER/");
        let token = sealer().card(STAMP, &OrderId::from_bank("a"), &card()).expect("seals");
        let error = sealer().card(STAMP, &order, &card()).expect_err("a slash");
        let text = format!("{:?} {token:?} {error:?} {error}", sealer());
        assert!(!text.contains("4000001111111118") && !text.contains("MARKER"), "{text}");
        assert!(!text.contains(token.token.expose().as_str()) && !text.contains("CARDHOLDER"));
        // Base64 of one RSA block, on one line.
        assert_eq!(token.token.expose().len(), 344);
        let again = sealer().card(STAMP, &OrderId::from_bank("a"), &card()).expect("seals");
        assert_ne!(token.token.expose(), again.token.expose(), "random padding");
    }
}

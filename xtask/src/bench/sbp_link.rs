//! A link of SBP taken apart and checked, against the bare CRC over the bytes that it covers.

use std::{error::Error, hint::black_box};

use payments_core::{
    Minor,
    sbp::{Check, Link, check_digits},
};

use super::measure::{Measured, compare};

/// The sample of documents/003 with its masked digits put back: 102 bytes.
const LINK: &str = "https://qr.nspk.ru/BD20002GIO8T8C8L8KI8QTTJ9O5R94IS?type=02&bank=100000000008\
                    &sum=100&cur=RUB&crc=62F1";

pub(super) fn measure() -> Result<Measured, Box<dyn Error>> {
    let covered = LINK.split_once("&crc=").ok_or("the link has check digits")?.0;
    let ours = || {
        let link = Link::parse(black_box(LINK)).expect("the link is right");
        assert!(link.check() == Check::Right && link.sum() == Some(Minor::new(100)));
        black_box((link.id(), link.kind(), link.bank(), link.money()));
    };
    let plain = || assert_eq!(check_digits(black_box(covered)), 0x62f1);
    Ok(compare(ours, plain))
}

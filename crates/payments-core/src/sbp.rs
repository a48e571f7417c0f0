//! The fast payment system (SBP): links of QR codes, its members, what pays without a payer.
//!
//! documents/004; the form of the links, their check digits and the list of members come from public
//! samples and NSPK's published list, since the documents show no more than the links themselves.
//! What is read between the lines stands in `docs/unverified.md`.
//!
//! ```
//! use payments_core::sbp::{Check, Link, LinkKind, Members};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let text = "https://qr.nspk.ru/AD10001RQ10OT70E8LEOT61G16J41I09?type=02&bank=100000000111\
//!             &sum=1400&cur=RUB&crc=62E3";
//! let link = Link::parse(text)?;
//! assert_eq!((link.kind(), link.check()), (Some(LinkKind::Dynamic), Check::Right));
//! assert_eq!(link.money().map(|money| money.to_string()).as_deref(), Some("14.00 RUB"));
//!
//! let members = Members::built_in();
//! let bank = members.find("100000000004").ok_or("not a member")?;
//! assert!(bank.deep_link(&link).starts_with("bank100000000004://qr.nspk.ru/AD10001RQ10OT"));
//! # Ok(())
//! # }
//! ```

mod answer;
mod crc;
mod deep_link;
mod link;
mod members;
mod payment;
mod rendered_qr;
mod size;
mod subscription;

pub use self::{
    answer::{Qr, Rejection},
    crc::check_digits,
    link::{Check, Host, Link, LinkError, LinkKind},
    members::{Member, Members, MembersError},
    payment::SbpC2bInfo,
    rendered_qr::RenderedQr,
    size::QrSize,
    subscription::{Creation, Patience, SbpSubscription},
};

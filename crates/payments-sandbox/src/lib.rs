//! Plays the payment gateway, its payment page and its ACS on one machine.
//!
//! [`Bank`] is a pure function of a request and a moment. [`Sandbox`] puts a clock beside it and is
//! a `tower::Service`, so that a client's test needs no socket:
//!
//! ```
//! use payments_sandbox::{Sandbox, Settings};
//!
//! let sandbox = Sandbox::new(Settings::default());
//! let request = http::Request::post("https://bank.example/payment/rest/register.do")
//!     .body("userName=test_user&password=test_user_password&orderNumber=1&amount=2000\
//!            &returnUrl=https://shop.example/back".into())?;
//! let handled = sandbox.handle(&request);
//! assert!(handled.response.body().starts_with(b"{\"orderId\":"));
//! assert_eq!(sandbox.with_bank(|bank| bank.order_count()), 1);
//! # Ok::<(), http::Error>(())
//! ```
//!
//! # What it plays
//!
//! The banks' own paths at the root of one address: the merchant API below `/payment/rest/`, the
//! payment page (`formUrl`), the simple redirect `/payment/acsRedirect.do`, and the issuer's pages
//! below `/acs/`. The rules are those of documents/003, kept here a second time and not taken from
//! the client's crates: [`journal`] tells what happened, [`ledger`] where the money is. What a
//! payment leads to is up to the card: see [`cards`]. What a merchant may do is in [`settings`],
//! and what goes wrong on the way in [`faults`].
//!
//! The pages can be driven by one request each, without a browser: `POST
//! /payment/merchants/ecom/pay` with `mdOrder`, `pan`, `expiry`, `cvc` and `cardholder`, then
//! `POST /acs/challenge` with `acsTransID` (a hidden field of the issuer's page) and `code`
//! ([`cards::ACS_CODE`]) or `cancel`. A card whose issuer looks at the browser first needs one more
//! in between: `POST /payment/merchants/ecom/method` with `mdOrder`. What a QR code of SBP says is the address of its payer's page;
//! `POST` there with `/answer` behind its path, `answer=pay` or `answer=refuse`. A payment link leads
//! to `GET /sc/<templateId>`; `POST` there with `amount`, if the payer chooses it, and the link's own
//! fields registers an order and leads on to its payment page.
//!
//! # The router
//!
//! `/v1/` is the router of documents 000, 001 and 004, in front of three simulated banks: see
//! [`router`]. Its calls take JSON with login and password inside; programs that send forms are
//! understood, too. The banks stand at the same listener below `/banks/tbank`, `/banks/alfabank` and
//! `/banks/vtb`, each with its own orders, [`ledger`] and [`journal`], its payment page, and its pages
//! for payers: a QR code of SBP leads to `/banks/<bank>/sbp/<qrId>`, T-Pay to `/banks/tbank/tpay/<id>`,
//! Alfa Pay to a page of Alfa-Bank's where a card is chosen. The router's own page (`formUrl`,
//! `/wl/payment.html`) asks by which of these ways to pay. [`Partner`] says which bank serves what.
//!
//! # The control address
//!
//! For programs in other languages. Parameters are form fields, a query or a JSON object.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /sandbox/orders` | orders with status and books; `orderId` or `orderNumber` picks one |
//! | `GET /sandbox/journal` | what happened, oldest first; `orderId` or `orderNumber` picks one |
//! | `GET /sandbox/ledger` | the totals, and whether the books balance |
//! | `GET /sandbox/cards` | the test cards |
//! | `GET /sandbox/callback-key` | the public key (PEM) of callbacks that are signed with RSA |
//! | `GET /sandbox/clock` | the bank's time in milliseconds |
//! | `POST /sandbox/clock` | moves the time forward by `ms` |
//! | `POST /sandbox/faults` | `fault` for the next request whose path ends in `path` (any without): `lostRequest`, `lostAnswer`, `lateAnswer` and `lateExecution` by `ms`, `status` with `status`, `html`, `error`, `pass`; `acted` says whether the bank acts all the same. Or `callback` for the next callback: `lost`, `doubled`, `late` by `ms`, `pass` |
//! | `POST /sandbox/faults/clear` | takes all faults back |
//! | `GET /sandbox/sbp` | the QR codes of SBP with status and content; `orderId` picks one order's |
//! | `POST /sandbox/sbp` | answers for the payer of the code `qrId`, or of the latest one of `orderId`: `answer` is `pay`, `confirm` (the money is on its way), `refuse` or `decline` (the payer's bank says no); `memberId` is the payer's bank |
//! | `GET /sandbox/templates` | the payment links with status, content and modules of their QR codes, and the orders that came of them |
//! | `POST /sandbox/receipt-fails` | lets the next receipt fail at the fiscaliser |
//! | `POST /sandbox/chargeback` | takes `amount` (all without) of `orderId` back |
//! | `POST /sandbox/reversal-fails` | lets the next reversal fail |
//! | `GET /sandbox/router/orders` | the router's orders with state, bank, way and the bank's own number; `orderId` or `orderNumber` picks one |
//! | `GET /sandbox/router/ledger` | whether the books of every bank balance and no order was paid at two, and each bank's totals |
//! | `POST /sandbox/router/answer` | answers for the payer of `orderId` (the router's) by the way that was asked for last: `answer` is `pay` or `refuse`; for SBP also `confirm` and `decline`, with `memberId` and `link` (`false`: the account is not to be linked); for Alfa Pay `card` is a place in the list of cards |
//! | `POST /sandbox/router/settings` | changes how partners are set up (`userName` picks one): `statusShape`, `bindingPlace`, `walletRefusal`, `sbpBank`, `subscriptionDelaySecs`, `orderLifetimeSecs`, `nspkLinks`; see [`Partner`] |
//! | `/banks/<bank>/sandbox/…` | the same addresses of one bank behind the router, with the bank's own order numbers |

mod answer;
mod bank;
pub mod cards;
pub mod faults;
mod ids;
pub mod journal;
mod json;
pub mod ledger;
mod pages;
mod parse;
mod qr;
pub mod router;
mod sandbox;
pub mod serve;
pub mod settings;
mod texts;

pub use bank::{Bank, Delivery, DeliveryId, Handled};
pub use faults::{CallbackFault, Carriage, Fault, Faults};
pub use router::Router;
pub use sandbox::{Broken, Sandbox};
pub use serve::{Running, ServeConfig, Server};
pub use settings::{Merchant, Partner, Settings};

/// Public half of the key that signs callbacks with [`Checksum::Rsa`](settings::Checksum::Rsa), PEM.
///
/// Its private half is in this crate for everyone to read: never trust it outside of tests.
pub const PUBLIC_KEY: &str = include_str!("../keys/callback.pub.pem");

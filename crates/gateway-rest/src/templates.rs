//! Payment links: templates of orders, each with an address and a QR code that lead payers to a
//! payment page.
//!
//! These calls take JSON, and answer `status` where others answer `errorCode` (documents/003,
//! "Payment links API"; rules G-226 to G-241).

mod answer;
mod body;
pub mod create;
pub mod list;
pub mod parts;
pub mod read;
pub mod spelling;
pub mod update;

#[cfg(test)]
mod tests;

pub use answer::{LinkCurrency, LinkQr, TemplateFault};
pub use create::{CreateTemplate, CreatedTemplate};
pub use list::{ListTemplates, ListedTemplate, TemplateList};
pub use parts::{AdditionalParam, Commission, ParamChange, QrTemplate, TemplateAmount, Validity};
pub use read::{ReadTemplate, TemplateReport};
pub use spelling::{CurrencySpelling, MerchantLoginSpelling, TemplateSpelling};
pub use update::{UpdateTemplate, UpdatedTemplate};

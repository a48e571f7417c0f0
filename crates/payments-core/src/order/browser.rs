//! The payer's browser, for 3-D Secure risk checks (documents/003, `clientBrowserInfo`).

use serde::Serialize;

use super::write;
use crate::{Invalid, limit};

/// The payer's browser; the gateway takes it only with a merchant setting (G-106).
///
/// Where the table and its sample disagree about text and number, the sample is followed:
/// `colorDepth`, `browserTimeZoneOffset` and `fingerprint` as numbers, the screen's sides as text.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClientBrowserInfo {
    /// The browser's own name, 1 to 2048 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Fingerprint of the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// Operating system.
    #[serde(rename = "OS", skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// Version of the operating system.
    #[serde(rename = "OSVersion", skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
    /// Whether the device is mobile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_mobile: Option<bool>,
    /// Resolution, colour depth and other figures of the screen in one text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screen_print: Option<String>,
    /// Colour depth in bits, at most two digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color_depth: Option<u8>,
    /// Height of the screen in pixels, at most 6 digits.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write::opt_quoted")]
    pub screen_height: Option<u32>,
    /// Width of the screen in pixels, at most 6 digits.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write::opt_quoted")]
    pub screen_width: Option<u32>,
    /// The browser's plug-ins, separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugins: Option<String>,
    /// Whether Java is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub java_enabled: Option<bool>,
    /// Whether JavaScript is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub javascript_enabled: Option<bool>,
    /// Language of the browser, 1 to 8 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser_language: Option<String>,
    /// Time zone by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser_time_zone: Option<String>,
    /// Minutes from the payer's time to UTC, negative east of it, at most five characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser_time_zone_offset: Option<i16>,
    /// The `Accept` header, 1 to 2048 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser_accept_header: Option<String>,
    /// The browser's address, 1 to 45 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser_ip_address: Option<String>,
    /// Model and version of the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Kind of device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_type: Option<String>,
}

/// Fingerprint of a browser: text in the table, a number in its sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Fingerprint {
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
}

impl From<u64> for Fingerprint {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Fingerprint {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl ClientBrowserInfo {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit, by its wire path under `path`.
    pub fn validate(&self, path: &str) -> Result<(), Invalid> {
        self.check().map_err(|wrong| wrong.under(path))
    }

    fn check(&self) -> Result<(), Invalid> {
        limit::opt_chars("userAgent", &self.user_agent, 1, 2048)?;
        limit::opt_chars("browserAcceptHeader", &self.browser_accept_header, 1, 2048)?;
        limit::opt_chars("browserIpAddress", &self.browser_ip_address, 1, 45)?;
        limit::opt_chars("browserLanguage", &self.browser_language, 1, 8)?;
        let depth = self.color_depth.is_none_or(|depth| depth <= 99);
        limit::ensure(depth, "colorDepth", || "must have at most 2 digits".into())?;
        let offset = self.browser_time_zone_offset.is_none_or(|offset| offset >= -9999);
        let text = || "must have at most 5 characters".into();
        limit::ensure(offset, "browserTimeZoneOffset", text)?;
        let side = |side: Option<u32>| side.is_none_or(|pixels| pixels <= 999_999);
        let text = || "must have at most 6 digits".into();
        limit::ensure(side(self.screen_height), "screenHeight", text)?;
        limit::ensure(side(self.screen_width), "screenWidth", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G-106: the document's sample, types and order as printed.
    #[test]
    fn the_sample() {
        let info = ClientBrowserInfo::new().with(|info| {
            info.user_agent = Some("Mozilla/5.0".into());
            info.fingerprint = Some(850_891_523.into());
            info.os = Some("Windows".into());
            info.os_version = Some("10".into());
            info.is_mobile = Some(false);
            info.screen_print = Some("Current Resolution: 1536x864".into());
            info.color_depth = Some(24);
            info.screen_height = Some(864);
            info.screen_width = Some(1536);
            info.plugins = Some("PDF Viewer, Chrome PDF Viewer".into());
            info.java_enabled = Some(false);
            info.javascript_enabled = Some(true);
            info.browser_language = Some("it-IT".into());
            info.browser_time_zone = Some("Europe/Rome".into());
            info.browser_time_zone_offset = Some(-120);
            info.browser_accept_header = Some("gzip".into());
            info.browser_ip_address = Some("x.x.x.x".into());
        });
        assert_eq!(info.validate("clientBrowserInfo"), Ok(()));
        insta::assert_snapshot!(
            serde_json::to_string(&info).expect("writes"),
            @r#"{"userAgent":"Mozilla/5.0","fingerprint":850891523,"OS":"Windows","OSVersion":"10","isMobile":false,"screenPrint":"Current Resolution: 1536x864","colorDepth":24,"screenHeight":"864","screenWidth":"1536","plugins":"PDF Viewer, Chrome PDF Viewer","javaEnabled":false,"javascriptEnabled":true,"browserLanguage":"it-IT","browserTimeZone":"Europe/Rome","browserTimeZoneOffset":-120,"browserAcceptHeader":"gzip","browserIpAddress":"x.x.x.x"}"#
        );
    }

    #[test]
    fn limits() {
        type Change = fn(&mut ClientBrowserInfo);
        let table: [(Change, &str); 4] = [
            (|it| it.color_depth = Some(100), "clientBrowserInfo.colorDepth"),
            (|it| it.screen_width = Some(1_000_000), "clientBrowserInfo.screenWidth"),
            (
                |it| it.browser_time_zone_offset = Some(-10_000),
                "clientBrowserInfo.browserTimeZoneOffset",
            ),
            (
                |it| it.browser_language = Some("too-long-a-name".into()),
                "clientBrowserInfo.browserLanguage",
            ),
        ];
        for (change, field) in table {
            let info = ClientBrowserInfo::new().with(change);
            assert_eq!(info.validate("clientBrowserInfo").expect_err(field).field(), field);
        }
    }
}

//! The members of SBP: banks whose apps open a link.

use serde::Deserialize;

use crate::wire::{opt_parsed, opt_text};

/// Fifteen large members as NSPK's list had them in September 2026, in that list's own form.
const BUILT_IN: &[u8] = include_bytes!("members.json");

/// A list of members.
///
/// NSPK publishes the list at `https://qr.nspk.ru/proxyapp/c2bmembers.json` and changes it without
/// notice: about 190 banks in 2026. [`Members::built_in`] holds a few large ones;
/// [`Members::from_json`] takes the file as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    version: Option<String>,
    members: Vec<Member>,
    left_out: usize,
}

/// A member of SBP.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// The member's number: 12 digits in all that are known, read off the scheme.
    pub id: String,
    /// Name for payers, in Russian (`bankName`).
    pub name: String,
    /// Address of the logo (`logoURL`).
    pub logo_url: Option<String>,
    /// Scheme that opens the bank's app (`schema`), such as `bank100000000111`.
    pub scheme: String,
    /// Name of the app for Android (`package_name`).
    pub package_name: Option<String>,
    /// Page of the bank for payers without its app (`webClientUrl`), if it is in use.
    pub web_client_url: Option<String>,
    /// `isDrActive` as it came; no source says what it means.
    pub is_dr_active: Option<bool>,
}

/// The text is no list of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of members of sbp, at line {line} column {column}")]
#[non_exhaustive]
pub struct MembersError {
    /// Line, from 1; 0 where a list was read and holds no member.
    pub line: usize,
    /// Column, from 1; 0 where a list was read and holds no member.
    pub column: usize,
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(default, deserialize_with = "opt_text")]
    version: Option<String>,
    #[serde(borrow)]
    dictionary: Vec<&'a serde_json::value::RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(deserialize_with = "opt_text")]
    bank_name: Option<String>,
    #[serde(default, rename = "logoURL", deserialize_with = "opt_text")]
    logo_url: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    schema: Option<String>,
    #[serde(default, rename = "package_name", deserialize_with = "opt_text")]
    package_name: Option<String>,
    #[serde(default, deserialize_with = "opt_parsed")]
    is_dr_active: Option<bool>,
    #[serde(default, deserialize_with = "opt_parsed")]
    is_web_client_active: Option<bool>,
    #[serde(default, deserialize_with = "opt_text")]
    web_client_url: Option<String>,
}

impl Members {
    /// The members that this crate brings along: fifteen large ones, as of September 2026. Addresses
    /// and names of apps grow old; take a newer list for payers.
    pub fn built_in() -> Self {
        #[expect(clippy::expect_used, reason = "the file beside this one is tested")]
        Self::from_json(BUILT_IN).expect("the file beside this one")
    }

    /// Reads a list in the form of NSPK's `c2bmembers.json`.
    ///
    /// An entry that is no use is left out: without a name, or with a scheme other than `bank` and
    /// digits, which might open something else than a bank. [`left_out`](Self::left_out) counts them.
    ///
    /// # Errors
    ///
    /// The text is no such list, or not one of its entries is of use.
    pub fn from_json(json: &[u8]) -> Result<Self, MembersError> {
        let file: File<'_> = serde_json::from_slice(json)
            .map_err(|error| MembersError { line: error.line(), column: error.column() })?;
        let read = |raw: &&serde_json::value::RawValue| {
            serde_json::from_str(raw.get()).ok().and_then(Member::of)
        };
        let members: Vec<Member> = file.dictionary.iter().filter_map(read).collect();
        if members.is_empty() {
            return Err(MembersError { line: 0, column: 0 });
        }
        let left_out = file.dictionary.len() - members.len();
        Ok(Self { version: file.version, members, left_out })
    }

    /// The list's version, if it names one.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The members, in the list's order: NSPK's puts the large ones first.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.members.iter()
    }

    /// The member with a number, such as the `sbpMemberId` of a subscription.
    pub fn find(&self, id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    /// How many entries were of no use.
    pub const fn left_out(&self) -> usize {
        self.left_out
    }
}

impl Member {
    fn of(entry: Entry) -> Option<Self> {
        let scheme = entry.schema?;
        let id = scheme.strip_prefix("bank")?;
        if id.is_empty() || id.len() > 12 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let web = entry.web_client_url.filter(|_| entry.is_web_client_active == Some(true));
        Some(Self {
            id: id.to_owned(),
            name: entry.bank_name.filter(|name| !name.trim().is_empty())?,
            logo_url: entry.logo_url.filter(|url| is_web_address(url)),
            package_name: entry.package_name.filter(|name| is_package(name)),
            web_client_url: web.filter(|url| is_web_address(url)),
            is_dr_active: entry.is_dr_active,
            scheme,
        })
    }
}

/// Whether a text is an `https` address that cannot break out of a page or an attribute.
fn is_web_address(url: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&byte);
    url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(plain))
}

/// Whether a text is the name of an Android package: it stands inside an intent.
fn is_package(name: &str) -> bool {
    name.contains('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_built_in_list_is_whole() {
        let members = Members::built_in();
        assert_eq!((members.iter().count(), members.left_out()), (15, 0));
        let ids: BTreeSet<&str> = members.iter().map(|member| member.id.as_str()).collect();
        assert_eq!(ids.len(), 15);
        for member in members.iter() {
            assert_eq!(
                (member.id.len(), member.scheme.as_str()),
                (12, &*format!("bank{}", member.id))
            );
            assert!(member.logo_url.is_some(), "{member:?}");
        }
        // The only one whose number does not begin with 1000.
        assert!(members.find("110000000005").is_some_and(|vtb| vtb.name.contains("ВТБ")));
        let sber = members.find("100000000111").expect("a member");
        assert_eq!(sber.package_name.as_deref(), Some("ru.sberbankmobile"));
        assert_eq!(sber.web_client_url, None);
        assert_eq!(members.find("100000000999"), None);
    }

    #[test]
    fn a_newer_list_is_read_as_nspk_writes_it() {
        let list = r#"{"version":"1.0","dictionary":[
            {"bankName":"Один","logoURL":"https://qr.nspk.ru/proxyapp/logo/bank100000000078.png",
             "schema":"bank100000000078","package_name":"com.one.app","isDrActive":true,
             "isWebClientActive":"true","webClientUrl":"https://one.example/sbp","later":{"a":[1]}},
            {"bankName":"Два","schema":"bank120000000288","package_name":"","isDrActive":"false",
             "isWebClientActive":false,"webClientUrl":"https://two.example/sbp"},
            {"bankName":"Три","schema":"bank100000000117","package_name":null,
             "isWebClientActive":true,"webClientUrl":"https://three.example:5555/#/c2b?i=deeplink/qr"}
        ]}"#;
        let members = Members::from_json(list.as_bytes()).expect("a list");
        assert_eq!((members.version(), members.left_out()), (Some("1.0"), 0));
        let [one, two, three] = members.members.as_slice() else { panic!("three") };
        assert_eq!(one.web_client_url.as_deref(), Some("https://one.example/sbp"));
        assert_eq!((one.is_dr_active, two.is_dr_active), (Some(true), Some(false)));
        assert_eq!((&two.package_name, &two.web_client_url), (&None, &None), "not in use");
        assert!(three.web_client_url.is_some() && three.package_name.is_none());
    }

    /// An entry might come from anywhere: nothing of it opens anything but a bank.
    #[test]
    fn an_entry_of_no_use_is_left_out() {
        let list = |entries: &str| format!("{{\"dictionary\":[{entries}]}}");
        let good = r#"{"bankName":"A","schema":"bank100000000001"}"#;
        for bad in [
            r#"{"bankName":"A","schema":"javascript"}"#,
            r#"{"bankName":"A","schema":"bank"}"#,
            r#"{"bankName":"A","schema":"bank1;x"}"#,
            r#"{"bankName":"A","schema":"bank1000000000011"}"#,
            r#"{"bankName":" ","schema":"bank100000000002"}"#,
            r#"{"bankName":"A"}"#,
            r#"{"bankName":{},"schema":"bank100000000002"}"#,
            "7",
        ] {
            let members = Members::from_json(list(&format!("{good},{bad}")).as_bytes());
            let members = members.expect("one is good");
            assert_eq!((members.iter().count(), members.left_out()), (1, 1), "{bad}");
        }
        let sly = r#"{"bankName":"A","schema":"bank100000000001","package_name":"a.b;end",
            "isWebClientActive":true,"webClientUrl":"javascript:alert(1)","logoURL":"https://a\" onload="}"#;
        let members = Members::from_json(list(sly).as_bytes()).expect("of use");
        let one = members.find("100000000001").expect("there");
        assert_eq!((&one.package_name, &one.web_client_url, &one.logo_url), (&None, &None, &None));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for wrong in ["", "{", "[]", "{}", r#"{"dictionary":7}"#, r#"{"dictionary":[]}"#] {
            assert!(Members::from_json(wrong.as_bytes()).is_err(), "{wrong}");
        }
        let error = Members::from_json(b"{\n\"a\":").expect_err("cut");
        assert_eq!(error.to_string(), "not a list of members of sbp, at line 2 column 4");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = Members::from_json(&bytes);
        }
    }
}

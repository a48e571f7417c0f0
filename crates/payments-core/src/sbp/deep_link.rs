//! Addresses that open a link in the app of the payer's bank.

use super::{Link, Member};

impl Member {
    /// The link with the scheme of the bank's app in place of `https`, for a native app or a page on
    /// a phone. Nothing happens where the app is not installed.
    pub fn deep_link(&self, link: &Link<'_>) -> String {
        format!("{}://{}", self.scheme, link.behind_scheme())
    }

    /// The same as an intent for Android's browsers, which names the app; none without the app's
    /// name.
    pub fn android_intent(&self, link: &Link<'_>) -> Option<String> {
        let package = self.package_name.as_deref()?;
        let (scheme, rest) = (&self.scheme, link.behind_scheme());
        Some(format!("intent://{rest}#Intent;scheme={scheme};package={package};end"))
    }

    /// The bank's page for payers without its app, as on iOS; none where the bank has none in use.
    pub fn web_client(&self, link: &Link<'_>) -> Option<String> {
        let page = self.web_client_url.as_deref()?;
        Some(format!("{}/{}", page.trim_end_matches('/'), link.id()))
    }
}

#[cfg(test)]
mod tests {
    use crate::sbp::{Link, Members};

    const LINK: &str = "https://qr.nspk.ru/AD10001RQ10OT70E8LEOT61G16J41I09?type=02&bank=100000000111&sum=1400&cur=RUB&crc=62E3";

    /// R-042, R-052, R-053, R-054: what the payer follows once a bank is chosen.
    #[test]
    fn three_ways_into_the_bank() {
        let link = Link::parse(LINK).expect("published");
        let members = Members::built_in();
        let t_bank = members.find("100000000004").expect("a member");
        assert_eq!(
            t_bank.deep_link(&link),
            "bank100000000004://qr.nspk.ru/AD10001RQ10OT70E8LEOT61G16J41I09?type=02&bank=100000000111&sum=1400&cur=RUB&crc=62E3"
        );
        assert_eq!(
            t_bank.android_intent(&link).as_deref(),
            Some(
                "intent://qr.nspk.ru/AD10001RQ10OT70E8LEOT61G16J41I09?type=02&bank=100000000111&sum=1400&cur=RUB&crc=62E3#Intent;scheme=bank100000000004;package=com.idamob.tinkoff.android;end"
            )
        );
        assert_eq!(
            t_bank.web_client(&link).as_deref(),
            Some(
                "https://www.tbank-online.com/mybank/payments/qr-pay/AD10001RQ10OT70E8LEOT61G16J41I09"
            )
        );
        let sber = members.find("100000000111").expect("a member");
        assert_eq!(sber.web_client(&link), None);
        let ozon = members.find("100000000273").expect("a member");
        assert_eq!(ozon.android_intent(&link), None);
    }

    #[test]
    fn a_page_may_end_with_a_slash() {
        let list = br#"{"dictionary":[{"bankName":"A","schema":"bank100000000087",
            "isWebClientActive":true,"webClientUrl":"https://dbo.example/fps/c2b/"}]}"#;
        let members = Members::from_json(list).expect("a list");
        let link = Link::parse("https://qr.nspk.ru/7eeee1bf3c784d0a8e593ab073bcac4b").expect("one");
        let page = members.find("100000000087").and_then(|member| member.web_client(&link));
        let want = "https://dbo.example/fps/c2b/7eeee1bf3c784d0a8e593ab073bcac4b";
        assert_eq!(page.as_deref(), Some(want));
    }
}

//! The pages of the router and of the banks' applications in Chromium, on a phone and on a desktop,
//! with scripts and without.

use std::fs;

use http::Request;
use payments_sandbox::cards::ACS_CODE;
use serde_json::{Value, json};

use crate::pages::{Scene, keep, looks_good, screens};
use crate::webdriver::Screen;

impl Scene {
    /// Calls a method of the router.
    fn ask(&self, path: &str, mut body: Value) -> Value {
        body["userName"] = "test_user".into();
        body["password"] = "test_user_password".into();
        let request = Request::post(format!("/v1/{path}")).body(body.to_string().into());
        let handled = self.bank.sandbox().handle(&request.expect("valid"));
        serde_json::from_slice(handled.response.body()).expect("JSON")
    }

    /// Registers an order of the router's; its number and the page that asks by which way to pay.
    fn routed(&self, number: &str, more: &[(&str, Value)]) -> (String, String) {
        let mut body = json!({
            "orderNumber": number, "amount": 123_456, "clientId": "c1", "language": "ru",
            "description": "Две книги и доставка", "returnUrl": self.at_shop("back?cart=7"),
            "failUrl": self.at_shop("fail"),
        });
        for (name, value) in more {
            body[*name] = value.clone();
        }
        let answer = self.ask("register.do", body);
        let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{answer}"));
        (text("orderId").to_owned(), text("formUrl").to_owned())
    }

    fn state(&self, order: &str) -> String {
        let answer = self.ask("getOrderStatusExtended.do", json!({ "orderId": order }));
        answer["state"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// The link of T-Pay or Alfa Pay.
    fn link(&self, path: &str, order: &str, device: &str) -> String {
        let body = json!({
            "orderId": order, "device": device, "browser": "Chrome", "os": "Linux",
            "webView": false,
        });
        let answer = self.ask(path, body);
        let link = answer["data"]["redirect"].as_str();
        link.unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// The payer chooses a way on the router's page.
    fn choose(&self, way: &str) {
        self.browser.click(&format!("button[value={way}]"));
    }
}

/// The purpose that a subscription needs.
fn subscribes() -> (&'static str, Value) {
    ("jsonParams", json!({"subscriptionPurpose": "Каждый месяц"}))
}

/// The payer chooses SBP, scans or taps, and confirms, refuses, or pays without linking the account.
async fn sbp(scripts: bool) {
    let test = if scripts { "router-sbp-scripts" } else { "router-sbp-no-scripts" };
    let scene = Scene::new(test, scripts).await;
    for (screen, said, state, linked) in [
        (Screen::Desktop, "pay", "DEPOSITED", true),
        (Screen::Phone, "pay-only", "DEPOSITED", false),
        (Screen::Phone, "refuse", "CREATED", false),
    ] {
        scene.browser.resize(screen);
        let (order, page) = scene.routed(said, &[subscribes(), ("clientId", said.into())]);
        scene.open(&page);
        scene.choose("SBP_C2B");
        assert!(scene.browser.text(".sum").contains("1 234,56"));
        let scan = scene.browser.url();
        scene.browser.click("button[type=submit]");
        assert!(scene.browser.url().contains("/wl/scan.html?"), "not paid yet");
        scene.browser.click("#open");
        assert_eq!(scene.state(&order), "CREATED", "nobody pays by looking");
        assert!(scene.browser.text("#link").contains("привязать"));
        scene.browser.click(&format!("button[value={said}]"));
        assert_eq!(scene.state(&order), state, "{said}");
        scene.open(&scan);
        if state == "DEPOSITED" {
            scene.is_back("back?cart=7&", &order, scripts);
        } else {
            assert!(scene.browser.url().contains("/wl/scan.html?"), "another try is left");
        }
        let listed = scene.ask("sbp_c2b/getBindings.do", json!({"clientId": said}));
        assert_eq!(listed["bindings"].as_array().map(Vec::len), Some(usize::from(linked)));
    }
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_with_scripts_pays_by_sbp_at_the_router() {
    sbp(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_without_scripts_pays_by_sbp_at_the_router() {
    sbp(false).await;
}

/// T-Pay: a code on the desktop that a phone scans, the application on the phone itself.
async fn tpay(scripts: bool) {
    let test = if scripts { "tpay-scripts" } else { "tpay-no-scripts" };
    let scene = Scene::new(test, scripts).await;
    let (order, _) = scene.routed("desktop", &[]);
    scene.browser.resize(Screen::Desktop);
    let link = scene.link("tpay/paymentOrder.do", &order, "Desktop");
    scene.open(&link);
    assert!(scene.browser.text(".sum").contains("1 234,56"));
    scene.browser.click("button[type=submit]");
    assert_eq!(scene.browser.url().trim_end_matches('?'), link, "not paid yet");
    scene.browser.resize(Screen::Phone);
    scene.browser.click("#open");
    scene.browser.click("button[value=pay]");
    assert_eq!(scene.browser.text("h1"), "Оплачено");
    assert_eq!(scene.state(&order), "DEPOSITED");
    scene.browser.resize(Screen::Desktop);
    scene.open(&link);
    scene.is_back("back?cart=7&", &order, scripts);

    for (said, back, state) in
        [("pay", "back?cart=7&", "DEPOSITED"), ("refuse", "fail?", "DECLINED")]
    {
        let (order, page) = scene.routed(said, &[]);
        scene.browser.resize(Screen::Phone);
        scene.open(&page);
        scene.open(&scene.link("tpay/paymentOrder.do", &order, "Mobile"));
        scene.browser.click(&format!("button[value={said}]"));
        if said == "refuse" {
            assert_eq!(scene.state(&order), "CREATED", "another try is left");
            scene.open(&scene.link("tpay/paymentOrder.do", &order, "Mobile"));
            scene.browser.click("button[value=refuse]");
        }
        scene.is_back(back, &order, scripts);
        assert_eq!(scene.state(&order), state);
    }
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_with_scripts_pays_by_tpay() {
    tpay(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_without_scripts_pays_by_tpay() {
    tpay(false).await;
}

/// Alfa Pay: a card is chosen, the issuer may ask, the shop comes last.
async fn alfapay(scripts: bool) {
    let test = if scripts { "alfapay-scripts" } else { "alfapay-no-scripts" };
    let scene = Scene::new(test, scripts).await;
    for (screen, card, challenged) in
        [(Screen::Phone, 0, false), (Screen::Desktop, 1, true), (Screen::Phone, 2, true)]
    {
        scene.browser.resize(screen);
        let (order, _) = scene.routed(&format!("card-{card}"), &[]);
        scene.open(&scene.link("alfapay/paymentOrder.do", &order, "Mobile"));
        scene.browser.press(&format!("input[value=\"{card}\"]"));
        scene.browser.click("button[value=pay]");
        if challenged {
            assert_eq!(scene.state(&order), "PENDING");
            scene.confirm("0");
            assert!(!scene.browser.text("#code-wrong").is_empty());
            scene.confirm(ACS_CODE);
        }
        scene.is_back("back?cart=7&", &order, scripts);
        assert_eq!(scene.state(&order), "DEPOSITED");
    }
    let (order, page) = scene.routed("refused", &[]);
    scene.open(&page);
    scene.choose("ALFAPAY");
    for _ in 0..2 {
        scene.browser.click("button[value=refuse]");
    }
    scene.is_back("fail?", &order, scripts);
    assert_eq!(scene.state(&order), "DECLINED");
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_with_scripts_pays_by_alfa_pay() {
    alfapay(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_without_scripts_pays_by_alfa_pay() {
    alfapay(false).await;
}

/// A payer who types a card at the bank that the router chose, and comes back to the shop.
#[tokio::test(flavor = "multi_thread")]
async fn a_payer_types_a_card_behind_the_router() {
    let scene = Scene::new("router-card", true).await;
    let (order, page) = scene.routed("1", &[]);
    scene.open(&page);
    scene.choose("CARD");
    scene.browser.press("summary");
    scene.browser.click("tbody tr:nth-child(3) a");
    assert_eq!(scene.browser.value("#pan"), "4000001111111118");
    scene.browser.click("button[type=submit]");
    while !scene.browser.url().contains("/acs/") {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    scene.confirm(ACS_CODE);
    scene.is_back("back?cart=7&", &order, true);
    assert_eq!(scene.state(&order), "DEPOSITED");
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_router_fit_and_can_be_read() {
    let scene = Scene::new("router-looks", true).await;
    let browser = &scene.browser;
    let long = "Неразрывноеоченьдлинноеслово".repeat(12);
    for (number, language, text) in [
        ("2026-000123", "ru", "Две книги и доставка"),
        ("12345678901234567890123456789012345", "en", long.as_str()),
    ] {
        let more = [("language", language.into()), ("description", text.into()), subscribes()];
        let named = |way: &str| format!("{}{way}", number.chars().take(34).collect::<String>());
        let (_, page) = scene.routed(&named("a"), &more);
        scene.open(&page);
        looks_good(browser, "ways");
        scene.choose("SBP_C2B");
        looks_good(browser, "code of SBP");
        browser.click("#open");
        looks_good(browser, "SBP with a subscription");
        browser.click("button[value=pay]");
        looks_good(browser, "paid by SBP");

        let (order, _) = scene.routed(&named("b"), &more);
        scene.open(&scene.link("tpay/paymentOrder.do", &order, "Desktop"));
        looks_good(browser, "T-Pay on a desktop");
        browser.click("#open");
        looks_good(browser, "T-Pay's application");

        let (order, _) = scene.routed(&named("c"), &more);
        scene.open(&scene.link("alfapay/paymentOrder.do", &order, "Mobile"));
        looks_good(browser, "Alfa Pay");

        let zero = [("amount", 0.into()), ("features", json!(["VERIFY"]))];
        let (_, page) = scene.routed(&named("d"), &[&more[..], &zero].concat());
        scene.open(&page);
        scene.choose("SBP_C2B");
        browser.click("#open");
        looks_good(browser, "an account without a payment");
    }
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screenshots_of_the_router_s_pages_on_both_screens() {
    let scene = Scene::new("router-screenshots", true).await;
    let (browser, folder) = (&scene.browser, screens());
    fs::create_dir_all(&folder).expect("a folder");
    for (screen, name, language, text) in [
        (Screen::Phone, "phone", "ru", "Две книги и доставка"),
        (Screen::Desktop, "desktop", "en", "Two books and delivery"),
    ] {
        browser.resize(screen);
        let shot = |page: &str| keep(browser, &folder.join(format!("{page}-{name}.png")));
        let more = [("language", language.into()), ("description", text.into()), subscribes()];
        let (_, page) = scene.routed(&format!("{name}-1"), &more);
        scene.open(&page);
        shot("router");
        scene.choose("SBP_C2B");
        shot("router-sbp");
        browser.click("#open");
        shot("router-subscription");
        let (order, _) = scene.routed(&format!("{name}-2"), &more);
        scene.open(&scene.link("tpay/paymentOrder.do", &order, "Desktop"));
        shot("tpay-code");
        browser.click("#open");
        shot("tpay");
        let (order, _) = scene.routed(&format!("{name}-3"), &more);
        scene.open(&scene.link("alfapay/paymentOrder.do", &order, "Mobile"));
        shot("alfapay");
    }
    scene.bank.shutdown().await;
}

//! The sandbox's pages in Chromium: a payer's way over TLS, with scripts and without, on a phone
//! and on a desktop.

use std::{
    env, fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use http::Request;
use payments_sandbox::{
    Merchant, Running, Sandbox, ServeConfig, Server, Settings, cards::ACS_CODE, serve::system_clock,
};
use serde_json::Value;

use crate::webdriver::{Browser, Screen, Wish};

/// A bank on sockets, a shop to come back to, and a browser that trusts the bank's certificate.
pub(crate) struct Scene {
    pub(crate) bank: Running,
    shop: SocketAddr,
    pub(crate) browser: Browser,
}

impl Scene {
    pub(crate) async fn new(test: &str, scripts: bool) -> Self {
        let merchant = Merchant::new("test_user", "test_user_password").with(|merchant| {
            merchant.full_name = "Книжный магазин «Полка»".into();
            merchant.attempts = 2;
        });
        let settings = Settings::new(vec![merchant]);
        let sandbox = Sandbox::with_clock(settings, system_clock);
        let bank = Server::start(sandbox, ServeConfig::default()).await.expect("starts");
        let trusts = Some(bank.spki_sha256());
        let browser = Browser::open(Wish { test, trusts, scripts });
        Self { shop: shop(), browser, bank }
    }

    fn call(&self, method: &str, parameters: &[(&str, &str)]) -> Value {
        let login = [("userName", "test_user"), ("password", "test_user_password")];
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(login.iter().chain(parameters))
            .finish();
        let request = Request::post(format!("/payment/rest/{method}.do")).body(body.into());
        let handled = self.bank.sandbox().handle(&request.expect("valid"));
        serde_json::from_slice(handled.response.body()).expect("JSON")
    }

    /// Registers an order; its identifier and its payment page.
    fn order(&self, number: &str, more: &[(&str, &str)]) -> (String, String) {
        let (back, fail) = (self.at_shop("back?cart=7"), self.at_shop("fail"));
        let basic = [
            ("orderNumber", number),
            ("amount", "123456"),
            ("returnUrl", &back),
            ("failUrl", &fail),
        ];
        let answer = self.call("registerPreAuth", &[&basic[..], more].concat());
        let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{answer}"));
        (text("orderId").to_owned(), text("formUrl").to_owned())
    }

    /// Registers an order that is paid at once and gets its QR code; the order, and the payer's page.
    fn code(&self, number: &str, more: &[(&str, &str)], wish: &[(&str, &str)]) -> (String, String) {
        let back = self.at_shop("back");
        let basic = [("orderNumber", number), ("amount", "123456"), ("returnUrl", &back)];
        let answer = self.call("register", &[&basic[..], more].concat());
        let order = answer["orderId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        let code = [&[("mdOrder", order.as_str())][..], wish].concat();
        let answer = self.call("sbp/c2b/qr/dynamic/get", &code);
        let page = answer["payload"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        (order, page)
    }

    pub(crate) fn at_shop(&self, path: &str) -> String {
        format!("http://{}/{path}", self.shop)
    }

    fn status(&self, order: &str) -> u64 {
        let answer = self.call("getOrderStatusExtended", &[("orderId", order)]);
        answer["orderStatus"].as_u64().unwrap_or_else(|| panic!("{answer}"))
    }

    pub(crate) fn open(&self, url: &str) {
        assert!(url.starts_with("https://"), "{url}");
        self.browser.go(url).expect("opens");
    }

    fn pay(&self, pan: &str) {
        for (field, text) in [("#pan", pan), ("#expiry", "1234"), ("#cvc", "123")] {
            self.browser.fill(field, text);
        }
        self.browser.click("button[type=submit]");
    }

    pub(crate) fn confirm(&self, code: &str) {
        self.browser.fill("#code", code);
        self.browser.click("button[type=submit]:not([name])");
    }

    /// Makes sure that the browser stands at the shop, and that scripts ran there or did not.
    pub(crate) fn is_back(&self, path: &str, order: &str, scripts: bool) {
        let url = self.browser.url();
        assert!(url.starts_with(&self.at_shop(path)), "{url}");
        assert!(url.to_lowercase().contains(&format!("orderid={order}")), "{url}");
        assert_eq!(self.browser.title(), if scripts { "scripts" } else { "no scripts" });
    }
}

/// A shop's own site: one page for every address, which tells whether scripts run. Addresses below
/// `/acs` carry a form for the issuer in their query.
fn shop() -> SocketAddr {
    const PAGE: &str = "<!DOCTYPE html><title>no scripts</title><h1>The shop</h1>\
                        <script>document.title = 'scripts'</script>";
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let at = listener.local_addr().expect("bound");
    thread::spawn(move || {
        for mut tcp in listener.incoming().map_while(Result::ok) {
            // Browsers open connections that they never use: each gets a thread.
            thread::spawn(move || {
                let mut bytes = [0; 16 * 1024];
                let count = tcp.read(&mut bytes).unwrap_or(0);
                let head = String::from_utf8_lossy(&bytes[..count]).into_owned();
                let target = head.split(' ').nth(1).unwrap_or_default();
                let page = match target.strip_prefix("/acs?") {
                    Some(query) => issuer_form(query),
                    None => PAGE.to_owned(),
                };
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\
                     content-length: {}\r\nconnection: close\r\n\r\n{page}",
                    page.len()
                );
                let _ = tcp.write_all(answer.as_bytes());
            });
        }
    });
    at
}

/// What a shop with a card form of its own shows after `paymentorder`.
fn issuer_form(query: &str) -> String {
    let fields: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let action = fields.iter().find(|(name, _)| name == "acsUrl").expect("an issuer");
    let inputs: String = fields
        .iter()
        .map(|(name, value)| format!("<input type=hidden name={name} value=\"{value}\">"))
        .collect();
    format!("<!DOCTYPE html><form method=post action=\"{}\">{inputs}<button>On</button>", action.1)
}

/// The way of a payer through both protocols: a wrong code, the right one, back at the shop.
async fn challenge(scripts: bool) {
    let test = if scripts { "challenge-scripts" } else { "challenge-no-scripts" };
    let scene = Scene::new(test, scripts).await;
    for (pan, language) in [("5555 5555 5555 5599", "ru"), ("2200000000000004", "en")] {
        let (order, page) = scene.order(language, &[("language", language)]);
        scene.open(&page);
        assert!(scene.browser.text(".sandbox").contains(if language == "ru" {
            "Песочница"
        } else {
            "Sandbox"
        }));
        scene.pay(pan);
        assert!(scene.browser.url().starts_with(&format!("{}/acs/", scene.bank.https_url())));
        assert_eq!(scene.status(&order), 5);
        assert!(scene.browser.text("#hint").contains(ACS_CODE));
        scene.confirm("00000000");
        assert!(!scene.browser.text("#code-wrong").is_empty());
        assert_eq!(scene.browser.value("#code"), "");
        scene.confirm(ACS_CODE);
        scene.is_back("back?cart=7&", &order, scripts);
        assert_eq!(scene.status(&order), 1);
    }
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_with_scripts_passes_the_challenge() {
    challenge(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_without_scripts_passes_the_challenge() {
    challenge(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_corrects_himself_and_changes_his_mind() {
    let scene = Scene::new("corrections", true).await;

    let (order, page) = scene.order("1", &[]);
    scene.open(&page);
    scene.pay("4242 4242 4242 4243");
    assert!(!scene.browser.text("#pan-wrong").is_empty());
    assert!(!scene.browser.source().contains("4242"), "what was typed does not come back");
    assert_eq!(scene.status(&order), 0);
    scene.pay("4000000000000119");
    assert!(scene.browser.text("[role=alert]").contains("средств"));
    scene.browser.press("summary");
    scene.browser.click("tbody tr:first-child a");
    assert_eq!(scene.browser.value("#pan"), "4111111111111111");
    scene.browser.click("button[type=submit]");
    scene.is_back("back?cart=7&", &order, true);
    assert_eq!(scene.status(&order), 1);

    let (order, page) = scene.order("2", &[]);
    for _ in 0..2 {
        scene.open(&page);
        scene.pay("4000000000000135");
    }
    scene.is_back("fail?", &order, true);
    assert_eq!(scene.status(&order), 6);

    let (order, page) = scene.order("3", &[]);
    for _ in 0..2 {
        scene.open(&page);
        scene.pay("5555555555555599");
        scene.browser.click("button[name=cancel]");
    }
    scene.is_back("fail?", &order, true);
    assert_eq!(scene.status(&order), 6);
    scene.bank.shutdown().await;
}

/// The issuer looks at the browser in a hidden frame; then the page goes on by itself, or by its
/// button where scripts are off.
async fn method_frame(scripts: bool) {
    let test = if scripts { "method-scripts" } else { "method-no-scripts" };
    let scene = Scene::new(test, scripts).await;
    let (order, page) = scene.order("1", &[("language", "en")]);
    scene.open(&page);
    let typed = Instant::now();
    scene.pay("4000001111111118");
    if scripts {
        while !scene.browser.url().contains("/acs/") {
            // Five seconds after it was shown the page goes on without the frame.
            assert!(typed.elapsed() < Duration::from_secs(30), "{}", scene.browser.url());
            thread::sleep(Duration::from_millis(20));
        }
    } else {
        assert_eq!(scene.status(&order), 0, "not before the button is pressed");
        scene.browser.click("button[type=submit]");
    }
    assert!(scene.browser.url().starts_with(&format!("{}/acs/", scene.bank.https_url())));
    eprintln!("to the issuer after {:?}", typed.elapsed());
    scene.confirm(ACS_CODE);
    scene.is_back("back?cart=7&", &order, scripts);
    assert_eq!(scene.status(&order), 1);
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_with_scripts_is_looked_at_in_a_frame() {
    method_frame(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_without_scripts_goes_on_past_the_frame() {
    method_frame(false).await;
}

/// The payer opens what a QR code says, and pays or refuses; with scripts and without.
async fn sbp(scripts: bool) {
    let test = if scripts { "sbp-scripts" } else { "sbp-no-scripts" };
    let scene = Scene::new(test, scripts).await;
    let (order, page) = scene.code("1", &[("language", "ru")], &[]);
    scene.open(&page);
    assert!(scene.browser.text(".sum").contains("1 234,56"));
    assert_eq!(scene.status(&order), 0, "nobody pays by looking");
    scene.browser.click("button[value=pay]");
    assert_eq!(scene.browser.text("h1"), "Оплачено");
    assert_eq!(scene.status(&order), 2);
    scene.open(&page);
    assert_eq!(scene.browser.text("h1"), "QR-код закрыт");

    let back = scene.at_shop("after");
    let wish = [("redirectUrl", back.as_str()), ("createSubscription", "true")];
    let more = [("language", "en"), ("clientId", "c1")];
    let (order, page) = scene.code("2", &more, &wish);
    scene.open(&page);
    assert!(scene.browser.text("#link").contains("linked"));
    scene.browser.click("button[value=refuse]");
    assert_eq!(scene.browser.url(), back);
    assert_eq!(scene.status(&order), 0, "another try is left");
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_with_scripts_answers_a_qr_code() {
    sbp(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_without_scripts_answers_a_qr_code() {
    sbp(false).await;
}

/// The issuer's page sends its answer to a shop with a card form of its own: by its one script, or
/// by a button.
async fn own_card_form(scripts: bool) {
    let test = if scripts { "own-form-scripts" } else { "own-form-no-scripts" };
    let scene = Scene::new(test, scripts).await;
    let (order, _) = scene.order("1", &[]);
    let card = [
        ("MDORDER", order.as_str()),
        ("$PAN", "2200000000000004"),
        ("$CVC", "123"),
        ("$EXPIRY", "203412"),
        ("TEXT", "TEST"),
        ("language", "en"),
    ];
    let answer = scene.call("paymentorder", &card);
    let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{answer}"));
    let back = scene.at_shop(&format!("term?orderId={order}"));
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("acsUrl", text("acsUrl"))
        .append_pair("PaReq", text("paReq"))
        .append_pair("MD", &order)
        .append_pair("TermUrl", &back)
        .finish();
    scene.browser.go(&scene.at_shop(&format!("acs?{query}"))).expect("opens");
    scene.browser.click("button");
    scene.confirm(ACS_CODE);
    if !scripts {
        assert!(scene.browser.url().ends_with("/acs/challenge"), "{}", scene.browser.url());
        scene.browser.click("button");
    }
    scene.browser.text("h1");
    scene.is_back("term?", &order, scripts);
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_s_answer_is_sent_on_by_a_script() {
    own_card_form(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_s_answer_is_sent_on_by_a_button() {
    own_card_form(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_does_not_know_the_certificate_refuses() {
    let sandbox = Sandbox::new(Settings::default());
    let bank = Server::start(sandbox, ServeConfig::default()).await.expect("starts");
    let browser = Browser::open(Wish { test: "stranger", trusts: None, scripts: true });
    // Depending on the version, the driver reports an error or shows the browser's warning.
    let seen = browser.go(bank.https_url()).err().unwrap_or_else(|| browser.source());
    assert!(seen.contains("ERR_CERT_AUTHORITY_INVALID"), "{seen}");
    assert!(!seen.contains("no such page"), "the bank's own words");
    bank.shutdown().await;
}

/// Texts below 4.5 to 1 (3 to 1 from 24 px on), fields without a label, wrong outlines.
const FLAWS: &str = r##"(() => {
    const flaws = [];
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) {
        flaws.push(`${page.scrollWidth} wide on ${page.clientWidth}`);
    }
    const channels = color => color.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b]
        .map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = element => {
        for (let e = element; e; e = e.parentElement) {
            const color = channels(getComputedStyle(e).backgroundColor);
            if (color.length === 3 || color[3] === 1) return color;
        }
        return [255, 255, 255];
    };
    let texts = 0;
    for (const element of document.body.querySelectorAll("*")) {
        const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!own && element.tagName !== "INPUT" || element.getClientRects().length === 0) continue;
        texts += 1;
        const style = getComputedStyle(element);
        const pair = [light(channels(style.color)), light(behind(element))].sort((a, b) => b - a);
        const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
        const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
        if (ratio < least) flaws.push(`${ratio.toFixed(2)} to 1: ${element.outerHTML.slice(0, 90)}`);
        const box = element.getBoundingClientRect();
        if (box.right > page.clientWidth + 1) flaws.push(`cut off: ${element.outerHTML.slice(0, 90)}`);
        if (element.matches("button, input, summary") && box.height < 24) {
            flaws.push(`hard to hit: ${element.outerHTML.slice(0, 90)}`);
        }
    }
    if (texts < 3) flaws.push(`only ${texts} texts`);
    for (const field of document.querySelectorAll("input:not([type=hidden])")) {
        if (!field.labels.length) flaws.push(`no label: ${field.name}`);
    }
    if (!page.lang) flaws.push("no language");
    if (document.querySelectorAll("h1").length !== 1) flaws.push("not one heading");
    return flaws;
})()"##;

/// A page in both sizes and both colour schemes.
pub(crate) fn looks_good(browser: &Browser, page: &str) {
    for screen in [Screen::Phone, Screen::Desktop] {
        browser.resize(screen);
        for scheme in ["light", "dark"] {
            browser.prefer(scheme);
            let flaws = browser.evaluate(FLAWS);
            assert_eq!(flaws, Value::Array(Vec::new()), "{page}, {screen:?}, {scheme}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_fit_a_phone_and_a_desktop_and_can_be_read() {
    let scene = Scene::new("looks", true).await;
    let browser = &scene.browser;
    let long = "Неразрывноеоченьдлинноеслово".repeat(12);
    for (number, language, description) in [
        ("2026-000123", "ru", "Две книги и доставка"),
        ("123456789012345678901234567890123456", "en", long.as_str()),
    ] {
        let more = [
            ("language", language),
            ("description", description),
            ("jsonParams", r#"{"backToShopUrl":"https://shop.example/cart"}"#),
        ];
        let (_, page) = scene.order(number, &more);
        scene.open(&page);
        looks_good(browser, "payment");
        browser.press("summary");
        looks_good(browser, "payment with test cards");
        scene.pay("1");
        looks_good(browser, "payment with a mistake");
        scene.pay("4000000000000119");
        looks_good(browser, "payment after a decline");
        scene.pay("5555555555555599");
        looks_good(browser, "challenge");
        scene.confirm("1");
        looks_good(browser, "challenge with a mistake");
        let more = [("language", language), ("description", description), ("clientId", "c1")];
        let number = format!("q{}", &number[..10]);
        let (_, page) = scene.code(&number, &more, &[("createSubscription", "true")]);
        scene.open(&page);
        looks_good(browser, "payment by a QR code");
        scene.browser.click("button[value=pay]");
        looks_good(browser, "paid by a QR code");
    }
    let (order, _) = scene.order("3", &[]);
    scene.open(&format!("{}/payment/acsRedirect.do?orderId={order}", scene.bank.https_url()));
    looks_good(browser, "notice");
    scene.bank.shutdown().await;
}

/// Where screenshots go: a folder that is thrown away, unless `cargo xtask test-external --screens`
/// names another.
pub(crate) fn screens() -> PathBuf {
    env::var_os("PAYMENTS_SCREENS").map_or_else(|| crate::folder("screens"), PathBuf::from)
}

/// Keeps what the window shows; small enough to be committed.
pub(crate) fn keep(browser: &Browser, path: &Path) {
    let png = browser.screenshot();
    assert!(png.len() < 150_000, "{} has {} bytes", path.display(), png.len());
    fs::write(path, png).expect("a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn screenshots_of_the_pages_on_both_screens() {
    let scene = Scene::new("screenshots", true).await;
    let folder = screens();
    fs::create_dir_all(&folder).expect("a folder");
    for (screen, name, language, number, text) in [
        (Screen::Phone, "phone", "ru", "2026-000123", "Две книги и доставка"),
        (Screen::Desktop, "desktop", "en", "2026-000124", "Two books and delivery"),
    ] {
        let more = [("language", language), ("description", text)];
        let (_, page) = scene.order(number, &more);
        scene.browser.resize(screen);
        scene.open(&page);
        keep(&scene.browser, &folder.join(format!("payment-{name}.png")));
        scene.pay("5555555555555599");
        keep(&scene.browser, &folder.join(format!("challenge-{name}.png")));
        let more = [("language", language), ("description", text), ("clientId", "c1")];
        let number = format!("{number}-2");
        let (_, page) = scene.code(&number, &more, &[("createSubscription", "true")]);
        scene.open(&page);
        keep(&scene.browser, &folder.join(format!("sbp-{name}.png")));
    }
    scene.bank.shutdown().await;
}

/// A payment link, its address.
fn link(scene: &Scene, template: &Value) -> String {
    let body = serde_json::json!({
        "username": "test_user", "password": "test_user_password", "template": template,
    });
    let request = Request::post("/payment/rest/templates/create.do").body(body.to_string().into());
    let handled = scene.bank.sandbox().handle(&request.expect("valid"));
    let answer: Value = serde_json::from_slice(handled.response.body()).expect("JSON");
    let address = answer["template"]["qrTemplate"]["payload"].as_str();
    address.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// A link on which the payer chooses the amount and fills in two fields.
fn open_link(scene: &Scene) -> String {
    link(
        scene,
        &serde_json::json!({
            "type": "ECOM", "name": "gift", "nameForClient": "Подарочная карта",
            "descriptionForClient": "Придёт на почту в течение часа",
            "singlePayment": true,
            "commission": {"fixedAmount": "5000"},
            "additionalParams": [
                {"label": "Кому", "name": "who", "required": true, "visible": true,
                 "placeholder": "Имя на карте"},
                {"label": "Телефон", "name": "phone", "regexp": "\\+[0-9]{11}",
                 "required": false, "visible": true, "placeholder": "+79161234567"},
            ],
        }),
    )
}

/// A payer opens a link, corrects himself, pays, and finds the link used up.
async fn by_link(scripts: bool) {
    let test = if scripts { "link-scripts" } else { "link-no-scripts" };
    let scene = Scene::new(test, scripts).await;
    let (browser, address) = (&scene.browser, open_link(&scene));
    scene.open(&address);
    assert_eq!(browser.text("h1"), "Подарочная карта");
    browser.fill("#amount", "0");
    browser.fill("#field-phone", "8916");
    browser.click("button[type=submit]");
    for wrong in ["#amount-wrong", "#wrong-who", "#wrong-phone"] {
        assert!(!browser.text(wrong).is_empty(), "{wrong}");
    }
    assert_eq!(browser.value("#field-phone"), "8916", "nobody types it twice");
    for (field, text) in
        [("#amount", "1 234,5"), ("#field-who", "Аня \"<b>\""), ("#field-phone", "+79161234567")]
    {
        browser.fill(field, text);
    }
    browser.click("button[type=submit]");
    let sum = browser.text(".sum").replace('\u{a0}', " ");
    assert!(sum.contains("1 284,50"), "{sum}");
    scene.pay("4111111111111111");
    assert_eq!(browser.text("h1"), "Оплачено");
    scene.open(&address);
    assert_eq!(browser.text("h1"), "Ссылка не работает");
    scene.bank.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_with_scripts_pays_by_a_link() {
    by_link(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_without_scripts_pays_by_a_link() {
    by_link(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_link_fits_and_can_be_read() {
    let scene = Scene::new("link-looks", true).await;
    let address = open_link(&scene);
    scene.open(&address);
    looks_good(&scene.browser, "link");
    let folder = screens();
    fs::create_dir_all(&folder).expect("a folder");
    for (screen, name) in [(Screen::Phone, "phone"), (Screen::Desktop, "desktop")] {
        scene.browser.resize(screen);
        scene.browser.prefer("light");
        keep(&scene.browser, &folder.join(format!("link-{name}.png")));
    }
    scene.browser.fill("#amount", "x");
    scene.browser.click("button[type=submit]");
    looks_good(&scene.browser, "link with mistakes");
    let fixed = serde_json::json!({"type": "ECOM", "name": "n", "amount": 123_456,
        "nameForClient": "Неразрывноеоченьдлинноеслово".repeat(8),
        "commission": {"feeMin": 1, "feeMax": 99_999, "feePercentage": 2.5}});
    let fixed = link(&scene, &fixed);
    scene.open(&fixed);
    looks_good(&scene.browser, "link with a fixed sum");
    scene.bank.shutdown().await;
}

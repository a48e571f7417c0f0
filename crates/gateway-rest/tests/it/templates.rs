//! Payment links by the real client: made, opened by a payer, paid, used up.

use bytes::Bytes;
use gateway_rest::{
    Client, Credentials, Profile,
    order::status::OrderStatus,
    profile::UserNameSpelling,
    templates::{
        AdditionalParam, Commission, CreateTemplate, ListTemplates, MerchantLoginSpelling,
        ParamChange, QrTemplate, ReadTemplate, TemplateAmount, TemplateSpelling, UpdateTemplate,
        Validity,
    },
};
use http::{Request, Response, StatusCode};
use payments_core::{
    Currency, Effect, Minor,
    id::{MerchantLogin, OrderId, TemplateId},
    order::{Decimal, TemplateStatus},
};
use payments_http::Transport;
use payments_sandbox::{Fault, Merchant, Sandbox, Settings};

fn bank() -> Sandbox {
    let parent = Merchant::new("test_user", "test_user_password")
        .with(|it| it.children = vec!["child".into()]);
    Sandbox::new(Settings::new(vec![parent, Merchant::new("child", "secret")]))
}

fn client_of(bank: &Sandbox, templates: TemplateSpelling, login: [&str; 2]) -> Client {
    let profile = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
    let profile = profile.with(|it| it.templates = templates);
    let credentials = Credentials::login(login[0], login[1]).expect("valid");
    let clock = bank.clone();
    Client::builder(profile, credentials, Transport::new(bank.clone()))
        .clock(move || clock.now())
        .build()
}

fn client(bank: &Sandbox) -> Client {
    client_of(bank, TemplateSpelling::default(), ["test_user", "test_user_password"])
}

fn submit(bank: &Sandbox, address: &str, fields: &[(&str, &str)]) -> Response<Bytes> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    bank.handle(&Request::post(address).body(body.into()).expect("valid")).response
}

fn gift() -> CreateTemplate {
    let amount = TemplateAmount::exactly(Minor::new(2000)).expect("more than zero");
    CreateTemplate::new("gift", "A gift", amount)
}

async fn address(client: &Client, link: &TemplateId) -> String {
    let found = client.call(&ReadTemplate::new(link.clone())).await.expect("there");
    found.into_inner().template.qr_template.and_then(|qr| qr.payload).expect("an address")
}

/// The order that comes of opening a link.
fn order(bank: &Sandbox, address: &str, fields: &[(&str, &str)]) -> OrderId {
    let on = submit(bank, address, fields);
    assert_eq!(on.status(), StatusCode::SEE_OTHER);
    let page = on.headers()["location"].to_str().expect("text").to_owned();
    OrderId::from_bank(page.rsplit_once("mdOrder=").expect("an order").1)
}

fn pay(bank: &Sandbox, order: &OrderId) {
    let id = order.as_str();
    let card = [("mdOrder", id), ("pan", "4111111111111111"), ("expiry", "1230"), ("cvc", "123")];
    submit(bank, "https://bank.example/payment/merchants/ecom/pay", &card);
}

/// G-227, G-229, G-231, G-232: everything that a link can ask, through the payer's page to the
/// order's status.
#[tokio::test(start_paused = true)]
async fn a_link_from_its_making_to_its_payment() {
    let bank = bank();
    let client = client(&bank);
    let request = CreateTemplate::new("gift", "A gift", TemplateAmount::PayerChooses).with(|it| {
        it.single_payment = Some(true);
        it.pre_auth = Some(true);
        it.currency = Some(Currency::EUR);
        it.commission =
            Some(Commission::percentage(Minor::new(10), Minor::new(1000), Decimal::new(15, 1)));
        it.additional_params = vec![AdditionalParam::new("Size", "size", true).with(|it| {
            it.regexp = Some("[0-9]+".into());
            it.visible = Some(true);
        })];
        it.qr_template = Some(QrTemplate::png(100, 120));
    });
    let made = client.call(&request).await.expect("made").into_inner().template;
    let png = made.qr_template.as_ref().and_then(|qr| qr.png()).expect("a picture");
    assert_eq!(png[16..24], [0, 0, 0, 100, 0, 0, 0, 120]);
    let address = address(&client, &made.template_id).await;
    let wrong = submit(&bank, &address, &[("amount", "20"), ("size", "large")]);
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let order = order(&bank, &address, &[("amount", "20"), ("size", "42")]);
    pay(&bank, &order);
    let report = client.call(&OrderStatus::of_order(order)).await.expect("there");
    assert!(report.is_paid());
    assert_eq!((report.amount, report.currency), (Some(Minor::new(2030)), Some(Currency::EUR)));
    let size = report.merchant_order_params.iter().find(|pair| pair.name == "size");
    assert_eq!(size.map(|pair| pair.value.as_str()), Some("42"));
    let used = client.call(&ReadTemplate::new(made.template_id.clone())).await.expect("there");
    assert_eq!(used.template.status, Some(TemplateStatus::Used));
    let list = client.call(&ListTemplates::of_status(TemplateStatus::Used)).await.expect("listed");
    assert_eq!(list.templates[0].template_id, made.template_id);
    assert_eq!(
        list.templates[0].currency.as_ref().and_then(|it| it.currency()),
        Some(Currency::EUR)
    );
}

/// G-228, G-237, G-238: an update changes what it names and nothing else.
#[tokio::test(start_paused = true)]
async fn an_update_changes_what_it_names() {
    let bank = bank();
    let client = client(&bank);
    let made = client.call(&gift()).await.expect("made").into_inner().template.template_id;
    let end = Some("2026-01-01T04:00:00".parse().expect("a date"));
    let update = UpdateTemplate::new(made.clone()).with(|it| {
        it.amount = Some(TemplateAmount::PayerChooses);
        it.validity = Some(Validity::Dates { start: None, end });
        it.additional_params = vec![
            ParamChange::add(AdditionalParam::new("Size", "size", false)),
            ParamChange::add(AdditionalParam::new("Note", "note", false)),
            ParamChange::remove("size"),
        ];
    });
    client.call(&update).await.expect("changed");
    let found = client.call(&ReadTemplate::new(made.clone())).await.expect("there").into_inner();
    let found = found.template;
    assert_eq!((found.amount, found.end_date, found.name.as_deref()), (None, end, Some("gift")));
    let names: Vec<_> = found.additional_params.iter().map(|it| it.name.as_deref()).collect();
    assert_eq!(names, [Some("note")]);
    bank.advance(std::time::Duration::from_secs(3600));
    let late = client.call(&ReadTemplate::new(made.clone())).await.expect("there");
    assert_eq!(late.template.status, Some(TemplateStatus::Expired));
    let endless =
        UpdateTemplate::new(made.clone()).with(|it| it.validity = Some(Validity::Indefinite));
    client.call(&endless).await.expect("changed");
    let open = client.call(&ReadTemplate::new(made)).await.expect("there");
    assert_eq!(
        (open.template.status.clone(), open.template.end_date),
        (Some(TemplateStatus::Active), None)
    );
}

/// G-236: a refusal tells its code, its meaning and what it says about the bank; a lost answer of a
/// new link is not sent again.
#[tokio::test(start_paused = true)]
async fn what_may_go_wrong() {
    let bank = bank();
    let client = client(&bank);
    let unknown = ReadTemplate::new(TemplateId::from_bank("unknown"));
    let refused = client.call(&unknown).await.expect_err("unknown");
    assert!(refused.is_not_found() && refused.effect() == Effect::No);
    assert_eq!(refused.refusal().expect("refused").code, "6");
    bank.with_bank(|bank| {
        bank.faults().next("create.do", Fault::LostAnswer);
    });
    let lost = client.call(&gift()).await.expect_err("lost");
    assert_eq!(lost.effect(), Effect::Maybe);
    let list = client.call(&ListTemplates::active()).await.expect("listed");
    let named = list.templates.iter().filter(|link| link.name.as_deref() == Some("gift"));
    assert_eq!(named.count(), 1, "made once");
    let none = client.resolve(&gift(), lost.sent_at().expect("sent")).await;
    assert!(none.expect_err("no trail").is_invalid());
    bank.with_bank(|bank| bank.merchant("test_user").expect("known").permissions.links = false);
    assert!(client.call(&gift()).await.expect_err("refused").is_access_denied());
}

/// G-018, G-239, G-240: a parent sees a child's links, by either spelling; a program with the samples'
/// spellings is answered alike.
#[tokio::test(start_paused = true)]
async fn links_of_a_child() {
    let bank = bank();
    let child = client_of(&bank, TemplateSpelling::SAMPLES, ["child", "secret"]);
    let made = child.call(&gift().with(|it| it.currency = Some(Currency::EUR))).await;
    let made = made.expect("made").into_inner().template.template_id;
    let login = || MerchantLogin::new("child").expect("fits");
    for (spelling, user_name) in [
        (MerchantLoginSpelling::MerchantLogin, UserNameSpelling::UserName),
        (MerchantLoginSpelling::WithUnderscore, UserNameSpelling::Username),
    ] {
        let mut templates = TemplateSpelling::default();
        (templates.merchant_login, templates.user_name) = (spelling, Some(user_name));
        let parent = client_of(&bank, templates, ["test_user", "test_user_password"]);
        assert_eq!(parent.call(&ListTemplates::active()).await.expect("listed").templates, []);
        let of_child = ListTemplates::active().with(|it| it.merchant_login = Some(login()));
        let list = parent.call(&of_child).await.expect("listed");
        assert_eq!(list.templates[0].template_id, made);
    }
    let parent = client(&bank);
    let of_child = ListTemplates::active().with(|it| it.merchant_login = Some(login()));
    assert!(child.call(&of_child).await.is_ok(), "oneself");
    let stranger = ListTemplates::active()
        .with(|it| it.merchant_login = Some(MerchantLogin::new("stranger").expect("fits")));
    assert!(parent.call(&stranger).await.expect_err("refused").is_access_denied());
}

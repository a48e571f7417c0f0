//! Requests with every documented field set. Where fields exclude each other, several requests.

use gateway_rest::{
    Context, Credentials, FullUrl, Profile,
    order::{
        decline::Decline,
        deposit::Deposit,
        language::Language,
        params::Params,
        pay::{Card, ExpiryForm, ExternalThreeDs, Means, PaymentOrder, SbpSubscription, SeToken},
        refund::Refund,
        register::Register,
        register_pre_auth::RegisterPreAuth,
        reverse::Reverse,
        status::OrderStatus,
    },
    three_ds::{
        finish::Finish3dsPayment, finish_v2::Finish3dsVer2Payment, proceed::Continue3ds,
        redirect::acs_redirect,
    },
};
use payments_core::{
    Currency, Endpoint, Minor, Part, Prepared, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{
        BindingId, ClientId, MerchantLogin, OrderId, OrderNumber, RefundId, ThreeDsServerTransId,
    },
    order::{AddressMatchIndicator, Feature, ScaExemption, TaxSystem, ThreeDsProtocolVersion, Tii},
};

use super::{bindings, blocks, now, receipts, sbp};

/// What one request sends: names and values, decoded.
pub(crate) type Pairs = Vec<(String, String)>;

/// Every method that there is, under its path in the tables, with requests that together set every
/// documented field.
pub(crate) fn all() -> Vec<(&'static str, Vec<Pairs>)> {
    vec![
        ("rest/register.do", registers()),
        ("rest/registerPreAuth.do", pre_auths()),
        ("rest/paymentorder.do", payments()),
        ("rest/paymentorder.do#external3ds", external_payments()),
        ("acsRedirect.do", redirects()),
        ("rest/getOrderStatusExtended.do", statuses()),
        ("rest/deposit.do", deposits()),
        ("rest/reverse.do", reverses()),
        ("rest/refund.do", refunds()),
        ("rest/decline.do", declines()),
        ("rest/paymentOrderBinding.do", bindings::payments()),
        ("rest/getBindings.do", bindings::lists()),
        ("rest/getBindingsByCardOrId.do", bindings::lists_by_card()),
        ("rest/unBindCard.do", bindings::unbind()),
        ("rest/bindCard.do", bindings::bind()),
        ("rest/extendBinding.do", bindings::extend()),
        ("rest/createBindingNoPayment.do", bindings::creations()),
        ("rest/sbp/c2b/qr/dynamic/get.do", sbp::dynamic_qr()),
        ("rest/sbp/c2b/qr/status.do", sbp::check_qr()),
        ("rest/sbp/c2b/qr/dynamic/reject.do", sbp::reject_qr()),
        ("rest/sbp/c2b/getBindings.do", sbp::subscriptions()),
        ("rest/sbp/c2b/unBind.do", sbp::unsubscribe()),
        ("rest/finish3dsPayment.do", finishes()),
        ("rest/finish3dsVer2Payment.do", finishes_of_version_2()),
        ("rest/3ds/continue.do", continues()),
        ("rest/closeOfdReceipt.do", receipts::closings()),
        ("rest/getReceiptStatus.do", receipts::statuses()),
    ]
}

/// Every method with the request that its constructor makes, nothing set behind it.
pub(crate) fn smallest() -> Vec<(&'static str, Pairs)> {
    let back = || url("https://shop.example/back");
    let by = &login();
    let payment = prepared(by, &PaymentOrder::new(order(), card(), Language::English));
    vec![
        ("rest/register.do", prepared(by, &Register::new(number(), blocks::TOTAL, back()))),
        (
            "rest/registerPreAuth.do",
            prepared(by, &RegisterPreAuth::new(number(), blocks::TOTAL, back())),
        ),
        ("rest/paymentorder.do", payment.clone()),
        ("rest/paymentorder.do#external3ds", payment),
        ("rest/getOrderStatusExtended.do", prepared(by, &OrderStatus::of_order(order()))),
        ("rest/deposit.do", prepared(by, &Deposit::new(order(), Part::Whole))),
        ("rest/reverse.do", prepared(by, &Reverse::new(order(), Part::Whole))),
        ("rest/refund.do", prepared(by, &Refund::without_key(order(), Part::Whole))),
        ("rest/decline.do", prepared(by, &Decline::new(order(), number()))),
        ("rest/paymentOrderBinding.do", bindings::smallest_payment()),
        ("rest/getBindings.do", bindings::smallest_list()),
        ("rest/getBindingsByCardOrId.do", bindings::smallest_list_by_card()),
        ("rest/unBindCard.do", bindings::unbind().remove(0)),
        ("rest/bindCard.do", bindings::bind().remove(0)),
        ("rest/extendBinding.do", bindings::extend().remove(0)),
        ("rest/createBindingNoPayment.do", bindings::smallest_creation()),
        ("rest/sbp/c2b/qr/dynamic/get.do", sbp::smallest_dynamic_qr()),
        ("rest/sbp/c2b/qr/status.do", sbp::smallest_check_qr()),
        ("rest/sbp/c2b/qr/dynamic/reject.do", sbp::smallest_reject_qr()),
        ("rest/sbp/c2b/getBindings.do", sbp::smallest_subscriptions()),
        ("rest/sbp/c2b/unBind.do", sbp::unsubscribe().remove(0)),
        ("rest/finish3dsPayment.do", finishes().remove(0)),
        ("rest/finish3dsVer2Payment.do", finishes_of_version_2().remove(0)),
        ("rest/3ds/continue.do", prepared(by, &Continue3ds::new(order()))),
        ("rest/closeOfdReceipt.do", receipts::smallest_closing()),
        ("rest/getReceiptStatus.do", receipts::smallest_status()),
    ]
}

pub(super) fn prepared<E>(credentials: &Credentials, request: &E) -> Pairs
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let profile = Profile::vtb_test();
    match request.prepare(&Context::new(&profile, credentials, now())).expect("breaks no rule") {
        Prepared::Ready(outgoing) => {
            form_urlencoded::parse(outgoing.request().body()).into_owned().collect()
        }
        Prepared::ToSign(_) => panic!("nothing is to be signed"),
    }
}

pub(super) fn login() -> Credentials {
    Credentials::login("test_user", "test_user_password").expect("valid")
}

fn token() -> Credentials {
    Credentials::token("test_token").expect("valid")
}

fn url(text: &str) -> FullUrl {
    FullUrl::new(text).expect("valid")
}

pub(super) fn order() -> OrderId {
    OrderId::from_bank("64d3b8c2-5d87-7d92-bd20-d8db011b4f5b")
}

fn number() -> OrderNumber {
    OrderNumber::new("1234567890ABCDEF").expect("valid")
}

fn merchant() -> MerchantLogin {
    MerchantLogin::new("merch_child").expect("valid")
}

fn authentication() -> ThreeDsServerTransId {
    ThreeDsServerTransId::new("5802746e-3393-40c3-929a-dc966ebf08c6").expect("valid")
}

fn params() -> Params {
    Params::from_iter([("backToShopUrl", "https://shop.example")])
}

fn total() -> Part {
    Part::exactly(blocks::TOTAL).expect("not zero")
}

fn register() -> Register {
    Register::new(number(), blocks::TOTAL, url("https://shop.example/back")).with(|order| {
        order.currency = Some(Currency::RUB);
        order.fail_url = Some(url("https://shop.example/fail"));
        order.dynamic_callback_url = Some(url("https://shop.example/callback"));
        order.description = Some("description".into());
        order.language = Some(Language::Russian);
        order.ip = Some("2001:db8::1".parse().expect("valid"));
        order.client_id = Some(ClientId::new("259753456").expect("valid"));
        order.merchant_login = Some(merchant());
        order.cardholder_name = Some("TEST CARDHOLDER".into());
        order.params = Some(params());
        order.session_timeout_secs = Some(1200);
        order.expiration_date = Some("2027-01-02T03:04:05".parse().expect("valid"));
        order.binding_id = Some(BindingId::new("01491394-63a6-7d45").expect("valid"));
        order.features = vec![Feature::ForceTds];
        order.post_address = Some("Street 1".into());
        order.order_bundle = Some(blocks::order_bundle());
        order.additional_ofd_params = Some(blocks::ofd_params());
        order.tax_system = Some(TaxSystem::General);
        order.fee_input = Some(Minor::new(100));
        order.email = Some("payer@test.example".into());
        order.merchant_inn = Some("0123456789".into());
        order.billing_payer_data = Some(blocks::billing());
        order.shipping_payer_data = Some(blocks::shipping());
        order.pre_order_payer_data = Some(blocks::pre_order());
        order.order_payer_data = Some(blocks::payer());
        order.address_match = Some(AddressMatchIndicator::Match);
    })
}

/// With a phone in the receipt data instead of the e-mail.
fn register_by_phone() -> Register {
    register().with(|order| {
        order.additional_ofd_params = Some(blocks::ofd_params_by_phone());
    })
}

fn registers() -> Vec<Pairs> {
    vec![prepared(&login(), &register()), prepared(&token(), &register_by_phone())]
}

fn pre_auths() -> Vec<Pairs> {
    let dated = |order: Register| {
        RegisterPreAuth::from(order).with(|request| {
            request.autocompletion_date = Some("2027-01-03T00:00:00".parse().expect("valid"));
            request.auto_reverse_date = Some("2027-01-04T00:00:00".parse().expect("valid"));
        })
    };
    vec![prepared(&login(), &dated(register())), prepared(&token(), &dated(register_by_phone()))]
}

fn holder() -> Cardholder {
    Cardholder::new("TEST CARDHOLDER").expect("valid")
}

fn card() -> Card {
    let pan = Pan::new("4000001111111118").expect("the samples' test card");
    let expiry = Expiry::new(2030, 12).expect("valid");
    Card::new(pan, expiry, Cvc::new("123").expect("valid"), holder())
}

fn payment(means: impl Into<Means>) -> PaymentOrder {
    PaymentOrder::new(order(), means, Language::English).with(|payment| {
        payment.ip = Some("192.0.2.1".parse().expect("valid"));
        payment.binding_not_needed = Some(true);
        payment.params = Some(params());
        payment.email = Some("payer@test.example".into());
        payment.billing_payer_data = Some(blocks::billing());
        payment.shipping_payer_data = Some(blocks::shipping());
        payment.pre_order_payer_data = Some(blocks::pre_order());
        payment.order_payer_data = Some(blocks::payer());
        payment.tii = Some(Tii::UnscheduledCit);
        payment.client_browser_info = Some(blocks::browser());
    })
}

/// With the gateway's 3DS server.
fn internal(means: impl Into<Means>) -> PaymentOrder {
    payment(means).with(|payment| {
        payment.three_ds_sdk = Some(false);
        payment.sca_exemption = Some(ScaExemption::from("TRA"));
        payment.original_payment_net_ref_num = Some("714105591198".into());
        payment.original_payment_date = Some(now());
        payment.three_ds_server_trans_id = Some(authentication());
        payment.three_ds_ver2_finish_url = Some(url("https://shop.example/finish"));
        payment.three_ds_method_notification_url = Some(url("https://shop.example/method"));
    })
}

/// With a 3DS server of one's own.
fn external(means: impl Into<Means>) -> PaymentOrder {
    payment(means).with(|payment| {
        payment.address_match = Some(AddressMatchIndicator::Match);
        payment.three_ds_protocol_version = Some(ThreeDsProtocolVersion::from("2.2.0"));
        payment.external_three_ds = Some(ExternalThreeDs::new().with(|found| {
            found.eci = Some("02".into());
            found.cavv = Some(Secret::new("cavv"));
            found.xid = Some(Secret::new("xid"));
            found.three_ds_protocol_version = Some(ThreeDsProtocolVersion::from("2.2.0"));
            found.three_ds_type = Some("5".into());
        }));
    })
}

fn payments() -> Vec<Pairs> {
    let whole = card().with(|card| card.expiry_form = ExpiryForm::Whole);
    let token = SeToken::new(Secret::new("c2VUb2tlbg=="), holder());
    let subscription = SbpSubscription::new(Secret::new("subscription"), "100000000005");
    [internal(card()), internal(whole), internal(token), internal(subscription)]
        .iter()
        .map(|payment| prepared(&login(), payment))
        .collect()
}

fn external_payments() -> Vec<Pairs> {
    let whole = card().with(|card| card.expiry_form = ExpiryForm::Whole);
    let token = SeToken::new(Secret::new("c2VUb2tlbg=="), holder());
    [external(card()), external(whole), external(token)]
        .iter()
        .map(|payment| prepared(&login(), payment))
        .collect()
}

fn statuses() -> Vec<Pairs> {
    let both = OrderStatus::of_order(order()).with(|question| {
        question.order_number = Some(number());
        question.language = Some(Language::English);
        question.merchant_login = Some(merchant());
    });
    vec![prepared(&login(), &both), prepared(&token(), &both)]
}

fn deposits() -> Vec<Pairs> {
    let deposit = Deposit::new(order(), total()).with(|deposit| {
        deposit.deposit_items = Some(blocks::order_bundle().cart_items);
        deposit.currency = Some(Currency::RUB);
        deposit.params = Some(params());
        deposit.language = Some(Language::English);
    });
    vec![prepared(&login(), &deposit)]
}

fn reverses() -> Vec<Pairs> {
    let reverse = Reverse::new(order(), total()).with(|reverse| {
        reverse.order_number = Some(number());
        reverse.merchant_login = Some(merchant());
        reverse.currency = Some(Currency::RUB);
        reverse.penalty = Some(Minor::new(1300));
        reverse.params = Some(params());
        reverse.language = Some(Language::English);
    });
    vec![prepared(&login(), &reverse)]
}

fn refunds() -> Vec<Pairs> {
    let refund = |receipt| {
        Refund::new(order(), total(), RefundId::new("refund-1").expect("valid")).with(|refund| {
            refund.expected_deposited_amount = Some(blocks::TOTAL);
            refund.refund_items = Some(blocks::order_bundle().cart_items);
            refund.additional_ofd_params = Some(receipt);
            refund.currency = Some(Currency::RUB);
            refund.penalty = Some(Minor::new(1300));
            refund.params = Some(params());
            refund.language = Some(Language::English);
        })
    };
    let receipts = [blocks::ofd_params(), blocks::ofd_params_by_phone()];
    receipts.map(|receipt| prepared(&login(), &refund(receipt))).into()
}

fn declines() -> Vec<Pairs> {
    let decline = Decline::new(order(), number()).with(|decline| {
        decline.merchant_login = Some(merchant());
        decline.language = Some(Language::English);
    });
    vec![prepared(&login(), &decline)]
}

fn redirects() -> Vec<Pairs> {
    let url = acs_redirect(&Profile::vtb_test(), &order()).expect("joins");
    vec![url.query_pairs().into_owned().collect()]
}

fn finishes() -> Vec<Pairs> {
    vec![prepared(&login(), &Finish3dsPayment::new(order(), Secret::new("paRes")))]
}

fn finishes_of_version_2() -> Vec<Pairs> {
    vec![prepared(&login(), &Finish3dsVer2Payment::new(authentication(), order()))]
}

fn continues() -> Vec<Pairs> {
    let request = Continue3ds::new(order());
    vec![prepared(&login(), &request), prepared(&token(), &request)]
}

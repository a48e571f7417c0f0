//! Requests with every documented field set. Where fields exclude each other, several requests.

use gateway_rest::{
    Context, Credentials, FullUrl, Profile,
    order::{
        language::Language,
        params::Params,
        pay::{Card, ExpiryForm, ExternalThreeDs, Means, PaymentOrder, SbpSubscription, SeToken},
        register::Register,
        register_pre_auth::RegisterPreAuth,
        status::OrderStatus,
    },
};
use payments_core::{
    Currency, Endpoint, Minor, Outgoing, Prepared, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, ClientId, MerchantLogin, OrderId, OrderNumber, ThreeDsServerTransId},
    order::{AddressMatchIndicator, Feature, ScaExemption, TaxSystem, ThreeDsProtocolVersion, Tii},
};

use super::{blocks, now};

fn prepared<E>(credentials: &Credentials, request: &E) -> Outgoing
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let profile = Profile::vtb_test();
    match request.prepare(&Context::new(&profile, credentials, now())).expect("breaks no rule") {
        Prepared::Ready(outgoing) => outgoing,
        Prepared::ToSign(_) => panic!("nothing is to be signed"),
    }
}

fn login() -> Credentials {
    Credentials::login("test_user", "test_user_password").expect("valid")
}

fn token() -> Credentials {
    Credentials::token("test_token").expect("valid")
}

fn url(text: &str) -> FullUrl {
    FullUrl::new(text).expect("valid")
}

fn register() -> Register {
    let number = OrderNumber::new("1234567890ABCDEF").expect("valid");
    Register::new(number, blocks::TOTAL, url("https://shop.example/back")).with(|order| {
        order.currency = Some(Currency::RUB);
        order.fail_url = Some(url("https://shop.example/fail"));
        order.dynamic_callback_url = Some(url("https://shop.example/callback"));
        order.description = Some("description".into());
        order.language = Some(Language::Russian);
        order.ip = Some("2001:db8::1".parse().expect("valid"));
        order.client_id = Some(ClientId::new("259753456").expect("valid"));
        order.merchant_login = Some(MerchantLogin::new("merch_child").expect("valid"));
        order.cardholder_name = Some("TEST CARDHOLDER".into());
        order.params = Some(Params::from_iter([("backToShopUrl", "https://shop.example")]));
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
        order.additional_ofd_params = Some(blocks::ofd_params().with(|params| {
            params.client_email = None;
            params.client_phone = Some("+79161234567".into());
        }));
    })
}

pub(super) fn registers() -> Vec<Outgoing> {
    vec![prepared(&login(), &register()), prepared(&token(), &register_by_phone())]
}

pub(super) fn pre_auths() -> Vec<Outgoing> {
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
    let order = OrderId::from_bank("64d3b8c2-5d87-7d92-bd20-d8db011b4f5b");
    PaymentOrder::new(order, means, Language::English).with(|payment| {
        payment.ip = Some("192.0.2.1".parse().expect("valid"));
        payment.binding_not_needed = Some(true);
        payment.params = Some(Params::from_iter([("param_1_name", "param_1_value")]));
        payment.three_ds_sdk = Some(false);
        payment.email = Some("payer@test.example".into());
        payment.billing_payer_data = Some(blocks::billing());
        payment.shipping_payer_data = Some(blocks::shipping());
        payment.pre_order_payer_data = Some(blocks::pre_order());
        payment.order_payer_data = Some(blocks::payer());
        payment.address_match = Some(AddressMatchIndicator::Match);
        payment.tii = Some(Tii::UnscheduledCit);
        payment.sca_exemption = Some(ScaExemption::from("TRA"));
        payment.client_browser_info = Some(blocks::browser());
        payment.original_payment_net_ref_num = Some("714105591198".into());
        payment.original_payment_date = Some(now());
        let authentication = "5802746e-3393-40c3-929a-dc966ebf08c6";
        payment.three_ds_server_trans_id =
            Some(ThreeDsServerTransId::new(authentication).expect("valid"));
        payment.three_ds_ver2_finish_url = Some(url("https://shop.example/finish"));
        payment.three_ds_method_notification_url = Some(url("https://shop.example/method"));
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

pub(super) fn payments() -> Vec<Outgoing> {
    let whole = card().with(|card| card.expiry_form = ExpiryForm::Whole);
    let token = SeToken::new(Secret::new("c2VUb2tlbg=="), holder());
    let subscription = SbpSubscription::new(Secret::new("subscription"), "100000000005");
    [payment(card()), payment(whole), payment(token), payment(subscription)]
        .iter()
        .map(|payment| prepared(&login(), payment))
        .collect()
}

pub(super) fn statuses() -> Vec<Outgoing> {
    let order = OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0");
    let both = OrderStatus::of_order(order).with(|question| {
        question.order_number = Some(OrderNumber::new("7005").expect("valid"));
        question.language = Some(Language::English);
        question.merchant_login = Some(MerchantLogin::new("merch_child").expect("valid"));
    });
    vec![prepared(&login(), &both), prepared(&token(), &both)]
}

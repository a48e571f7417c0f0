//! Requests of payments and of 3-D Secure, with every field set.

use bytes::Bytes;
use gateway_rest::{
    Profile,
    order::{
        language::Language,
        pay::{Card, ExpiryForm, ExternalThreeDs, Means, PaymentOrder, SbpSubscription, SeToken},
    },
    three_ds::{
        finish::Finish3dsPayment, finish_v2::Finish3dsVer2Payment, proceed::Continue3ds,
        redirect::acs_redirect as redirect,
    },
};
use payments_core::{
    Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::ThreeDsServerTransId,
    time::UnixMillis,
};

use super::{blocks, by_login, by_token, order_id, orders, url};
use crate::{coverage::Sent, project::Outcome};

fn holder() -> Outcome<Cardholder> {
    Ok(Cardholder::new("TEST CARDHOLDER")?)
}

fn card() -> Outcome<Card> {
    let (pan, code) = (Pan::new("4000001111111118")?, Cvc::new("123")?);
    Ok(Card::new(pan, Expiry::new(2030, 12)?, code, holder()?))
}

/// Everything that can pay: each is an alternative of the others.
fn means() -> Outcome<Vec<Means>> {
    Ok(vec![
        card()?.into(),
        card()?.with(|card| card.expiry_form = ExpiryForm::Whole).into(),
        SeToken::new(Secret::new("c2VUb2tlbg=="), holder()?).into(),
        SbpSubscription::new(Secret::new("subscription"), "100000000005").into(),
    ])
}

fn authentication() -> Outcome<ThreeDsServerTransId> {
    Ok(ThreeDsServerTransId::new("5802746e-3393-40c3-929a-dc966ebf08c6")?)
}

/// What payments with the gateway's own 3DS server and with another one have in common.
fn payment(means: Means) -> Outcome<PaymentOrder> {
    Ok(PaymentOrder::new(order_id()?, means, Language::English).with(|request| {
        request.ip = Some(orders::BUYER);
        request.binding_not_needed = Some(true);
        request.params = Some(orders::params());
        request.email = Some("test@test.com".into());
        request.billing_payer_data = Some(blocks::billing());
        request.shipping_payer_data = Some(blocks::shipping());
        request.pre_order_payer_data = Some(blocks::pre_order());
        request.order_payer_data = Some(blocks::payer());
        request.tii = Some("F".into());
        request.client_browser_info = Some(blocks::browser());
    }))
}

pub(super) fn payment_order() -> Outcome<Vec<Sent>> {
    let with = |means| -> Outcome<Sent> {
        let mut request = payment(means)?;
        request.three_ds_sdk = Some(false);
        request.sca_exemption = Some("LVP".into());
        request.original_payment_net_ref_num = Some("123456789012".into());
        request.original_payment_date = Some(UnixMillis::new(1_617_972_915_659));
        request.three_ds_server_trans_id = Some(authentication()?);
        request.three_ds_ver2_finish_url = Some(url("finish")?);
        request.three_ds_method_notification_url = Some(url("method")?);
        by_login(&request)
    };
    means()?.into_iter().map(with).collect()
}

pub(super) fn external_three_ds() -> Outcome<Vec<Sent>> {
    let with = |means| -> Outcome<Sent> {
        let mut request = payment(means)?;
        request.address_match = Some("Y".into());
        request.three_ds_protocol_version = Some("2.2.0".into());
        request.external_three_ds = Some(ExternalThreeDs::new().with(|found| {
            found.eci = Some("02".into());
            found.cavv = Some(Secret::new("AkZO5XQAA0rhBxoaufa+MAABAAA="));
            found.xid = Some(Secret::new("5010857f-8d3f-74e1-9c5a-54a000cc4110"));
            found.three_ds_protocol_version = Some("2.2.0".into());
            found.three_ds_type = Some("5".into());
        }));
        by_login(&request)
    };
    let by_card = |means: &Means| !matches!(means, Means::SbpSubscription(_));
    means()?.into_iter().filter(by_card).map(with).collect()
}

/// No call: an address for the payer's browser.
pub(super) fn acs_redirect() -> Outcome<Vec<Sent>> {
    let address = redirect(&Profile::vtb_test(), &order_id()?)?;
    Ok(vec![http::Request::get(address.as_str()).body(Bytes::new())?])
}

pub(super) fn finish() -> Outcome<Vec<Sent>> {
    Ok(vec![by_login(&Finish3dsPayment::new(order_id()?, Secret::new("eJzFV2uT")))?])
}

pub(super) fn finish_v2() -> Outcome<Vec<Sent>> {
    Ok(vec![by_login(&Finish3dsVer2Payment::new(authentication()?, order_id()?))?])
}

pub(super) fn proceed() -> Outcome<Vec<Sent>> {
    let request = Continue3ds::new(order_id()?);
    Ok(vec![by_login(&request)?, by_token(&request)?])
}

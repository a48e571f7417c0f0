//! The gateway's endpoints: each with requests that hold every field, and with what its answer shows.

mod bindings;
mod blocks;
mod orders;
mod payments;
mod raw_refund;
mod receipts;
mod recurrent;
mod sbp;
mod shown;
mod templates;

use gateway_rest::{Context, Credentials, FullUrl, Profile};
use payments_core::{
    Endpoint, Prepared,
    id::{MerchantLogin, OrderId, OrderNumber},
    time::UnixMillis,
};

use super::{Counts, Covered, Family, Sent};
use crate::project::Outcome;

pub(super) const FAMILY: Family = Family {
    name: "gateway-rest",
    table: "testdata/spec/gateway-rest.json",
    rules: "testdata/spec/gateway-rules.md",
    letter: 'G',
    answers: "testdata/wire/gateway",
    evidence: "crates/gateway-rest/tests/it/evidence.rs",
    totals: Counts { methods: 36, fields: 1714, rules: 267 },
    endpoints: ENDPOINTS,
};

const ENDPOINTS: &[Covered] = &[
    Covered { path: "rest/register.do", full: orders::register, shown: Some(shown::register) },
    Covered {
        path: "rest/registerPreAuth.do",
        full: orders::register_pre_auth,
        shown: Some(shown::register_pre_auth),
    },
    Covered {
        path: "rest/paymentorder.do",
        full: payments::payment_order,
        shown: Some(shown::payment_order),
    },
    Covered {
        path: "rest/paymentorder.do#external3ds",
        full: payments::external_three_ds,
        shown: Some(shown::payment_order),
    },
    Covered { path: "acsRedirect.do", full: payments::acs_redirect, shown: None },
    Covered {
        path: "rest/getOrderStatusExtended.do",
        full: orders::status,
        shown: Some(shown::status),
    },
    Covered { path: "rest/deposit.do", full: orders::deposit, shown: Some(shown::deposit) },
    Covered { path: "rest/reverse.do", full: orders::reverse, shown: Some(shown::reverse) },
    Covered { path: "rest/refund.do", full: orders::refund, shown: Some(shown::refund) },
    Covered { path: "rest/decline.do", full: orders::decline, shown: Some(shown::decline) },
    Covered {
        path: "rest/processRawSumRefund.do",
        full: raw_refund::sum_refund,
        shown: Some(raw_refund::sum_refund_shown),
    },
    Covered {
        path: "rest/processRawPositionRefund.do",
        full: raw_refund::position_refund,
        shown: Some(raw_refund::position_refund_shown),
    },
    Covered {
        path: "rest/paymentOrderBinding.do",
        full: bindings::payment,
        shown: Some(bindings::payment_shown),
    },
    Covered {
        path: "rest/getBindings.do",
        full: bindings::list,
        shown: Some(bindings::list_shown),
    },
    Covered {
        path: "rest/getBindingsByCardOrId.do",
        full: bindings::list_by_card,
        shown: Some(bindings::list_by_card_shown),
    },
    Covered {
        path: "rest/unBindCard.do",
        full: bindings::unbind,
        shown: Some(bindings::unbind_shown),
    },
    Covered { path: "rest/bindCard.do", full: bindings::bind, shown: Some(bindings::bind_shown) },
    Covered {
        path: "rest/extendBinding.do",
        full: bindings::extension,
        shown: Some(bindings::extension_shown),
    },
    Covered {
        path: "recurrentPayment.do",
        full: recurrent::recurrent,
        shown: Some(recurrent::recurrent_shown),
    },
    Covered {
        path: "installmentPayment.do",
        full: recurrent::installment,
        shown: Some(recurrent::installment_shown),
    },
    Covered {
        path: "rest/createBindingNoPayment.do",
        full: bindings::creation,
        shown: Some(bindings::creation_shown),
    },
    Covered {
        path: "rest/sbp/c2b/qr/dynamic/get.do",
        full: sbp::dynamic_qr,
        shown: Some(sbp::dynamic_qr_shown),
    },
    Covered {
        path: "rest/sbp/c2b/qr/status.do",
        full: sbp::check_qr,
        shown: Some(sbp::check_qr_shown),
    },
    Covered {
        path: "rest/sbp/c2b/qr/dynamic/reject.do",
        full: sbp::reject_qr,
        shown: Some(sbp::reject_qr_shown),
    },
    Covered {
        path: "rest/sbp/c2b/getBindings.do",
        full: sbp::subscriptions,
        shown: Some(sbp::subscriptions_shown),
    },
    Covered {
        path: "rest/sbp/c2b/unBind.do",
        full: sbp::unsubscribe,
        shown: Some(sbp::unsubscribe_shown),
    },
    Covered {
        path: "rest/finish3dsPayment.do",
        full: payments::finish,
        shown: Some(shown::finish),
    },
    Covered {
        path: "rest/finish3dsVer2Payment.do",
        full: payments::finish_v2,
        shown: Some(shown::finish_v2),
    },
    Covered { path: "rest/3ds/continue.do", full: payments::proceed, shown: Some(shown::proceed) },
    Covered {
        path: "rest/verifyCard.do",
        full: recurrent::verify_card,
        shown: Some(recurrent::verify_card_shown),
    },
    Covered {
        path: "rest/closeOfdReceipt.do",
        full: receipts::close_receipt,
        shown: Some(receipts::close_receipt_shown),
    },
    Covered {
        path: "rest/getReceiptStatus.do",
        full: receipts::status,
        shown: Some(receipts::status_shown),
    },
    Covered {
        path: "rest/templates/create.do",
        full: templates::create,
        shown: Some(templates::create_shown),
    },
    Covered {
        path: "rest/templates/get.do",
        full: templates::read,
        shown: Some(templates::read_shown),
    },
    Covered {
        path: "rest/templates/update.do",
        full: templates::update,
        shown: Some(templates::update_shown),
    },
    Covered {
        path: "rest/templates/getList.do",
        full: templates::list,
        shown: Some(templates::list_shown),
    },
];

/// What a request sends, by login and password.
fn by_login<E>(request: &E) -> Outcome<Sent>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    sent(request, &Credentials::login("test_user", "test_user_password")?)
}

/// What a request sends, by token.
fn by_token<E>(request: &E) -> Outcome<Sent>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    sent(request, &Credentials::token("test_token")?)
}

fn sent<E>(request: &E, credentials: &Credentials) -> Outcome<Sent>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let profile = Profile::vtb_test();
    match request.prepare(&Context::new(&profile, credentials, UnixMillis::new(0)))? {
        Prepared::Ready(outgoing) => Ok(outgoing.into_request()),
        Prepared::ToSign(_) => Err("the request waits for a signature".into()),
    }
}

/// A value of a type without a constructor: its default, changed.
fn set<T: Default>(change: impl FnOnce(&mut T)) -> T {
    let mut value = T::default();
    change(&mut value);
    value
}

fn order_id() -> Outcome<OrderId> {
    Ok(OrderId::new("01491d0b-c848-7dd6-a20d-e96900a7d8c0")?)
}

fn order_number() -> Outcome<OrderNumber> {
    Ok(OrderNumber::new("1234567890ABCDEF")?)
}

fn merchant() -> Outcome<Option<MerchantLogin>> {
    Ok(Some(MerchantLogin::new("merch_test418")?))
}

fn url(name: &str) -> Outcome<FullUrl> {
    Ok(FullUrl::new(format!("https://merchant.example/{name}"))?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        coverage::{Report, add, table, tests::empty},
        project,
    };

    /// What one endpoint covers of an entry of the gateway's own table.
    fn counted(endpoint: &Covered) -> Report {
        let root = project::root();
        let methods = table::read(&fs::read_to_string(root.join(FAMILY.table)).expect("there"));
        let methods = methods.expect("a table");
        let method = methods.iter().find(|method| method.path == endpoint.path).expect("there");
        let mut report = empty();
        add(&mut report, method, Some(endpoint), &root.join(FAMILY.answers)).expect("counts");
        report
    }

    #[test]
    fn the_count_falls_with_a_field_that_is_left_out() {
        fn without_description() -> Outcome<Vec<Sent>> {
            let cut = |receipt| {
                orders::registration(receipt).map(|it| it.with(|it| it.description = None))
            };
            let by_mail = by_login(&cut(blocks::receipt())?)?;
            Ok(vec![by_mail, by_token(&cut(blocks::receipt_by_phone())?)?])
        }
        let covered =
            |full| Covered { path: "rest/register.do", full, shown: Some(shown::register) };
        let (whole, cut) =
            (counted(&covered(orders::register)), counted(&covered(without_description)));
        assert_eq!(whole.missing, [] as [String; 0]);
        assert_eq!(cut.missing, ["rest/register.do request description"]);
        assert_eq!(cut.covered.fields + 1, whole.covered.fields);
        assert_eq!((whole.covered.methods, cut.covered.methods), (1, 1));
    }

    #[test]
    fn the_count_falls_with_an_answer_that_is_read_less() {
        fn no_holder(answer: &http::Response<bytes::Bytes>) -> Option<String> {
            let shown = shown::status(answer)?;
            // As if the type did not know the name on the card and one of the cryptograms.
            Some(
                shown
                    .replace("TEST CARDHOLDER", "")
                    .replace("TEST CARDHOLDEA", "")
                    .replace("cavv 97", "")
                    .replace("cavv 98", ""),
            )
        }
        let covered = |shown| Covered {
            path: "rest/getOrderStatusExtended.do",
            full: orders::status,
            shown: Some(shown),
        };
        assert_eq!(counted(&covered(shown::status)).missing, [] as [String; 0]);
        assert_eq!(
            counted(&covered(no_holder)).missing,
            [
                "rest/getOrderStatusExtended.do response cardAuthInfo.cardholderName",
                "rest/getOrderStatusExtended.do response cardAuthInfo.secureAuthInfo.threeDSInfo.cavv",
            ]
        );
    }

    #[test]
    fn a_method_without_its_answer_is_missing() {
        let endpoint = Covered { path: "rest/decline.do", full: orders::decline, shown: None };
        let report = counted(&endpoint);
        assert_eq!(report.covered.methods, 0);
        assert_eq!(
            report.missing,
            [
                "rest/decline.do",
                "rest/decline.do response errorCode",
                "rest/decline.do response errorMessage",
            ]
        );
        // A redirect has no answer.
        let redirect =
            Covered { path: "acsRedirect.do", full: payments::acs_redirect, shown: None };
        assert_eq!(counted(&redirect).covered.methods, 1);
    }
}

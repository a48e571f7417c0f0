//! The table of the router.

use payments_core::{
    Minor, Part, Secret,
    id::{BindingId, ClientId, OrderId, OrderNumber, RefundId},
};
use router_json::{
    Call,
    alfapay::AlfaPay,
    bindings::{list::ClientBindings, pay::PayByBinding},
    order::{
        decline::Decline, deposit::Deposit, refund::Refund, register::Register,
        register_pre_auth::RegisterPreAuth, reverse::Reverse, status::OrderStatus,
    },
    recurrent::{installment::InstallmentPayment, payment::RecurrentPayment},
    sbp::{CheckQr, DynamicQr, PayByToken, RejectQr, SbpSubscription, Subscriptions, Unsubscribe},
    settings::ReadRouterParams,
    tpay::{Device, TPay},
};

use super::{Said, assert_all, compare, of_call, table};

fn said<C: Call>(request: C) -> Said {
    let resolves = request.trail().is_some();
    of_call(request, resolves)
}

fn order() -> OrderId {
    OrderId::from_bank("2dc811e7-8d1c-407a-bd25-a4f41f96cc60")
}

fn number() -> OrderNumber {
    OrderNumber::new("1").expect("valid")
}

fn stored() -> BindingId {
    BindingId::new("1").expect("valid")
}

fn paying() -> Vec<Said> {
    let means = SbpSubscription::new(Secret::<String>::new("token"), "110000000005");
    vec![said(PayByToken::new(order(), means)), said(PayByBinding::new(order(), stored()))]
}

fn refunds() -> Vec<Said> {
    let key = RefundId::new("key").expect("valid");
    let plain = || Refund::without_key(order(), Part::Whole);
    vec![
        said(Refund::new(order(), Part::Whole, key)),
        said(plain()),
        said(plain().with(|it| it.expected_deposited_amount = Some(Minor::new(1)))),
    ]
}

fn linking() -> Vec<Said> {
    let tpay = [Device::Desktop, Device::Mobile]
        .map(|device| said(TPay::new(order(), device, "Chrome", "Windows")));
    tpay.into_iter().chain([said(AlfaPay::new(order()))]).collect()
}

fn calls() -> Vec<(&'static str, Vec<Said>)> {
    let client = || ClientId::new("customer").expect("valid");
    let back = "https://shop.example/".parse().expect("valid");
    let register = Register::new(number(), Minor::new(1), back);
    let charges = vec![
        said(RecurrentPayment::new(number(), Minor::new(1), stored())),
        said(InstallmentPayment::new(number(), Minor::new(1), stored())),
    ];
    vec![
        (
            "`register`, `registerPreAuth`",
            vec![said(register.clone()), said(RegisterPreAuth::from(register))],
        ),
        ("`getOrderStatusExtended`", vec![said(OrderStatus::of_order(order()))]),
        ("`sbp_c2b/get`", vec![said(DynamicQr::new(order()))]),
        ("`sbp_c2b/status`", vec![said(CheckQr::new(order()))]),
        ("`sbp_c2b/reject`", vec![said(RejectQr::new(order()))]),
        ("`sbp_c2b/getBindings`", vec![said(Subscriptions::new(client()))]),
        ("`sbp_c2b/unBind`", vec![said(Unsubscribe::new(stored()))]),
        ("`paymentOrder`, `paymentOrderBinding`", paying()),
        ("`recurrentPayment`, `installmentPayment`", charges),
        ("`getBindings`", vec![said(ClientBindings::new(client()))]),
        ("`deposit`", vec![said(Deposit::new(order(), Part::Whole))]),
        ("`reverse`", vec![said(Reverse::new(order(), Part::Whole))]),
        ("`refund`", refunds()),
        ("`decline`", vec![said(Decline::new(order(), number()))]),
        ("`tpay/paymentOrder`, `alfapay/paymentOrder`", linking()),
        ("`settings/getRouterParams`", vec![said(ReadRouterParams::new())]),
    ]
}

#[test]
fn each_method_does_what_its_row_says() {
    compare(&table("\n## By method of the router\n"), &calls());
}

/// Every call that the crate has stands in the table.
#[test]
fn no_method_is_without_a_row() {
    assert_all(&calls(), "../router-json/src");
}

//! Closing receipts at a bank that loses requests and answers: found out, never doubled.

use std::time::Duration;

use gateway_rest::{
    Client, Credentials, Profile, Proof, Resolved,
    order::{
        language::Language,
        pay::{Card, PaymentOrder},
        refund::Refund,
        register::Register,
    },
    receipts::{CloseOfdReceipt, ReceiptReport, ReceiptStatus},
};
use payments_core::{
    Effect, Minor, Part,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{OrderId, OrderNumber, RefundId},
    money::NonZeroMinor,
    order::{
        PaymentMethod, PaymentObject,
        cart::{CartItem, ItemAttributes, OrderBundle, Quantity},
    },
};
use payments_http::Transport;
use payments_sandbox::{Fault, Sandbox, Settings};

/// A merchant with an order that is paid in advance.
struct Shop {
    bank: Sandbox,
    client: Client,
    order: OrderId,
}

impl Shop {
    async fn new() -> Self {
        let bank = Sandbox::new(Settings::default());
        let profile = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
        let credentials = Credentials::login("test_user", "test_user_password").expect("valid");
        let clock = bank.clone();
        let client = Client::builder(profile, credentials, Transport::new(bank.clone()))
            .clock(move || clock.now())
            .build();
        let number = OrderNumber::new("2026-0001").expect("fits");
        let back = "https://shop.example/back".parse().expect("valid");
        let items = [(1, "water", 1200), (2, "bread", 800)].map(|(id, name, cost)| {
            CartItem::new(id.into(), name, Quantity::pieces(1)).with(|item| {
                item.item_amount = Some(Minor::new(cost));
                let advance = PaymentMethod::Advance;
                item.item_attributes = Some(ItemAttributes::new(advance, PaymentObject::Payment));
            })
        });
        let register = Register::new(number, Minor::new(2000), back)
            .with(|order| order.order_bundle = Some(OrderBundle::new(items.to_vec())));
        let order = client.call(&register).await.expect("registered").order_id.clone();
        let card = Card::new(
            Pan::new("4111111111111111").expect("a test card"),
            Expiry::new(2030, 12).expect("valid"),
            Cvc::new("123").expect("fits"),
            Cardholder::new("TEST CARDHOLDER").expect("fits"),
        );
        let pay = PaymentOrder::new(order.clone(), card, Language::English);
        client.call(&pay).await.expect("paid");
        Self { bank, client, order }
    }

    async fn receipts(&self) -> ReceiptReport {
        let ask = ReceiptStatus::of_order(self.order.clone());
        self.client.call(&ask).await.expect("answered").into_inner()
    }

    async fn close(&self) -> CloseOfdReceipt {
        let amount = NonZeroMinor::new(Minor::new(2000)).expect("more than zero");
        let seen = self.receipts().await.seen();
        CloseOfdReceipt::of_order(self.order.clone(), amount).with(|it| it.seen = Some(seen))
    }

    fn goes_wrong(&self, fault: Fault) {
        self.bank.with_bank(|bank| {
            bank.faults().next("closeOfdReceipt.do", fault);
        });
    }
}

/// G-216, G-219: an answer that is lost says nothing; the receipts say that it was made, once.
#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_out() {
    let shop = Shop::new().await;
    let close = shop.close().await;
    shop.goes_wrong(Fault::LostAnswer);
    let error = shop.client.call(&close).await.expect_err("lost");
    assert_eq!(error.effect(), Effect::Maybe);
    let sent = error.sent_at().expect("sent");
    let resolved = shop.client.resolve(&close, sent).await.expect("resolved");
    let Resolved::Happened(Proof::Receipts(report)) = resolved else { panic!("{resolved:?}") };
    assert_eq!(report.receipts.len(), 2, "nobody sent it a second time");
    assert!(report.receipts[1].says_closing() && !report.receipts[1].is_delivered());
    shop.bank.advance(Duration::from_secs(3));
    assert!(shop.receipts().await.receipts[1].is_delivered());
    // A copy would have made another: that is why none is sent.
    shop.client.call(&close).await.expect("made once more");
    assert_eq!(shop.receipts().await.receipts.len(), 3);
}

/// G-216: a request that never came is known to be lost once it can no longer arrive.
#[tokio::test(start_paused = true)]
async fn a_lost_request_is_found_out() {
    for fault in [Fault::LostRequest, Fault::LateExecution(Duration::from_secs(20))] {
        let shop = Shop::new().await;
        let close = shop.close().await;
        let late = matches!(fault, Fault::LateExecution(_));
        shop.goes_wrong(fault);
        let sent = shop.client.call(&close).await.expect_err("lost").sent_at().expect("sent");
        let early = shop.client.resolve(&close, sent).await.expect("resolved");
        assert_eq!(early.known(), None, "it may still arrive");
        shop.bank.advance(shop.client.profile().settle);
        let settled = shop.client.resolve(&close, sent).await.expect("resolved");
        assert_eq!(settled.known(), Some(late));
    }
}

/// G-217: after a refund in part it is made, after one in full refused; a refund's own receipt is
/// not taken for a closing one.
#[tokio::test(start_paused = true)]
async fn refunds_in_between() {
    let shop = Shop::new().await;
    let close = shop.close().await;
    let refund =
        |key: &str, part| Refund::new(shop.order.clone(), part, RefundId::new(key).expect("fits"));
    let part = Part::exactly(Minor::new(500)).expect("more than zero");
    shop.client.call(&refund("a", part)).await.expect("refunded");
    shop.goes_wrong(Fault::LostRequest);
    let sent = shop.client.call(&close).await.expect_err("lost").sent_at().expect("sent");
    shop.bank.advance(shop.client.profile().settle);
    let resolved = shop.client.resolve(&close, sent).await.expect("resolved");
    assert_eq!(resolved.known(), Some(false), "the new receipt is the refund's");
    let report = shop.receipts().await;
    assert!(report.receipts[1].is_refund());
    // G-129: what is left, in the very same types as a status report's.
    let left: Vec<_> = report.receipts[0].items.iter().map(|item| item.item_amount).collect();
    assert_eq!(left, [Some(Minor::new(900)), Some(Minor::new(600))]);
    assert_eq!(report.receipts[0].items[0].payment_method(), Some(PaymentMethod::Advance));
    shop.client.call(&close).await.expect("made");
    shop.client.call(&refund("b", Part::Whole)).await.expect("refunded");
    let refused = shop.client.call(&close).await.expect_err("refunded in full");
    assert!(refused.is_wrong_state());
}

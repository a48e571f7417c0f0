//! Closing receipts and what became of receipts.

use gateway_rest::{
    Profile,
    receipts::{CloseOfdReceipt, ReceiptStatus},
};
use payments_core::{
    Minor,
    id::{MerchantLogin, OrderId},
    money::NonZeroMinor,
    order::{
        Decimal, PaymentMethod, ReceiptStatus as Status, Rule,
        cart::{
            CartItem, CustomerDetails, ItemAttributes, Measure, OrderBundle, PositionId, Quantity,
        },
        ofd::OfdParams,
    },
};

use super::{Row, orders::item_attributes, read, sent, sent_as, sent_at, shop::cart};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "rest/closeOfdReceipt.do",
        requests: &[
            || {
                // The sample names a unit and an INN that the tables do not allow, and leaves out
                // what the position is.
                let sampled = Profile::vtb_test().with(|it| {
                    let off = [Rule::MeasureCode, Rule::Inn, Rule::MethodAndObject];
                    it.rules = off.into_iter().fold(it.rules, |rules, rule| rules.without(rule));
                });
                sent_at(&sampled, &close().with(|it| it.order_bundle = Some(printed_cart())))
            },
            || sent(&close()),
        ],
        answer: |answer| read(&close(), answer),
        fragments: &[item_attributes],
        refused: || {
            let nobody = cart().with(|it| it.customer_details = Some(CustomerDetails::new()));
            samples::refused(&close().with(|it| it.order_bundle = Some(nobody)))
        },
        run: |shop| {
            let order = shop.paid_cart();
            let before = shop.call(&ReceiptStatus::of_order(order.clone())).seen();
            let closing = CloseOfdReceipt::of_order(order.clone(), amount(2000))
                .with(|it| it.order_bundle = Some(cart()));
            let done = shop.call(&closing);
            let after = shop.call(&ReceiptStatus::of_order(order.clone())).seen();
            assert_eq!(after.ids.len(), before.ids.len() + 1, "one more receipt");
            assert_eq!(shop.books(&order).merchant, 2000, "a receipt moves no money");
            format!("{done:#?}")
        },
    },
    Row {
        path: "rest/getReceiptStatus.do",
        requests: &[|| sent_as("login-api", "password", &ask())],
        answer: |answer| read(&ask(), answer),
        fragments: &[],
        refused: || samples::refused(&ask().with(|it| it.order_id = None)),
        run: |shop| {
            let order = shop.paid_cart();
            let ask = ReceiptStatus::of_order(order.clone());
            assert_eq!(shop.call(&ask).receipts[0].status, Some(Status::PaymentSent));
            shop.wait(3600);
            let report = shop.call(&ask);
            assert_eq!((report.order_id.as_ref(), report.receipts.len()), (Some(&order), 1));
            assert_eq!(report.receipts[0].status, Some(Status::PaymentDelivered));
            format!("{report:#?}")
        },
    },
];

fn amount(minor: u64) -> NonZeroMinor {
    NonZeroMinor::new(Minor::new(minor)).expect("not zero")
}

fn close() -> CloseOfdReceipt {
    let order = OrderId::from_bank("9766d33c-7c32-7e55-a150-f61e0cc4a648");
    CloseOfdReceipt::of_order(order, amount(123_456)).with(|request| {
        request.merchant_login = Some(MerchantLogin::new("merch_child").expect("fits"));
        let receipt = OfdParams::new();
        let receipt = receipt.with(|it| it.additional_check_props = Some("test".into()));
        request.additional_ofd_params = Some(receipt);
    })
}

fn printed_cart() -> OrderBundle {
    let number = PositionId::new("001").expect("digits");
    let quantity = Quantity::new(Decimal::from(10), Measure::from("kg"));
    let item = CartItem::new(number, "apple", quantity).with(|item| {
        item.item_amount = Some(Minor::new(100_000));
        item.item_code = Some("122333".into());
        item.item_price = Some(Minor::new(10_000));
        let attributes = ItemAttributes::default();
        item.item_attributes =
            Some(attributes.with(|it| it.payment_method = Some(PaymentMethod::FullPayment)));
    });
    OrderBundle::new(vec![item]).with(|cart| {
        cart.customer_details = Some(CustomerDetails::new().with(|customer| {
            customer.email = Some("test@test.com".into());
            customer.full_name = Some("xxxx".into());
            customer.inn = Some("xxxx".into());
        }));
    })
}

fn ask() -> ReceiptStatus {
    ReceiptStatus::of_order(OrderId::from_bank("abd60d0c-e096-42c3-8b17-6081c67db214"))
}

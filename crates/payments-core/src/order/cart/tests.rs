use std::str::FromStr as _;

use proptest::prelude::*;

use super::*;
use crate::{
    Currency,
    order::{AgentType, Decimal, PaymentMethod, PaymentObject, Personal, TaxType, ofd::OfdParams},
};

fn item(number: u32) -> CartItem {
    CartItem::new(number.into(), "apple", Quantity::pieces(2)).with(|item| {
        item.item_price = Some(Minor::new(5_000));
        item.item_amount = Some(Minor::new(10_000));
    })
}

fn refusal(item: CartItem) -> Invalid {
    let bundle = OrderBundle::new(vec![item]);
    bundle.validate("orderBundle").expect_err("breaks a rule")
}

fn full_item() -> CartItem {
    item(7).with(|item| {
        item.item_details = Some(ItemDetails::new([Pair::new("colour", "red")]));
        item.quantity = Quantity::new(Decimal::from_str("1.5").expect("valid"), Measure::Kilogram);
        item.item_amount = Some(Minor::new(7_500));
        item.item_currency = Some(Currency::RUB);
        item.item_code = Some("122333".into());
        item.tax = Some(Tax::new(TaxType::Vat20, Minor::new(1_250)));
        let attributes = ItemAttributes::new(PaymentMethod::FullPayment, PaymentObject::Commodity);
        item.item_attributes = Some(attributes.with(|attributes| {
            attributes.nomenclature = Some("44 4D".into());
            attributes.user_data = Some("data".into());
            attributes.agent_info = Some(AgentInfo::new(AgentType::OtherAgent).with(|agent| {
                agent.paying = Some(Paying {
                    operation: Some("transfer".into()),
                    phones: vec!["+79161234567".into()],
                });
                agent.mt_operator =
                    Some(MtOperator { inn: Some("0123456789".into()), ..Default::default() });
            }));
            attributes.supplier_info = Some(SupplierInfo::new().with(|supplier| {
                supplier.inn = Some("0123456789".into());
                supplier.commission = Some(Minor::new(100));
            }));
        }));
    })
}

/// G-072, G-085, G-012: the shape of a cart, byte for byte.
#[test]
fn the_wire_form_of_a_cart() {
    let bundle = OrderBundle::new(vec![full_item()]).with(|bundle| {
        bundle.order_creation_date = Some("2027-01-02T03:04:05".parse().expect("valid"));
        bundle.customer_details = Some(CustomerDetails::new().with(|customer| {
            customer.email = Some("test@test.com".into());
            customer.full_name = Some("xxxx".into());
            customer.inn = Some("012345678901".into());
            customer.delivery_info = Some(DeliveryInfo::new("RU", "Moscow", "Street 1"));
        }));
        bundle.supplier_phones = vec!["+79161234567".into()];
        bundle.agent = Some(Agent::new(AgentType::PayingAgent).with(|agent| {
            agent.mt_operator_name = Some("operator".into());
        }));
    });
    assert_eq!(bundle.validate("orderBundle"), Ok(()));
    insta::assert_snapshot!(
        serde_json::to_string(&bundle).expect("writes"),
        @r#"{"orderCreationDate":"2027-01-02T03:04:05","customerDetails":{"email":"test@test.com","fullName":"xxxx","deliveryInfo":{"country":"RU","city":"Moscow","postAddress":"Street 1"},"inn":"012345678901"},"cartItems":{"items":[{"positionId":7,"name":"apple","itemDetails":{"itemDetailsParams":[{"name":"colour","value":"red"}]},"quantity":{"value":1.5,"measure":"11"},"itemAmount":7500,"itemPrice":5000,"itemCurrency":643,"itemCode":"122333","tax":{"taxType":6,"taxSum":1250},"itemAttributes":{"attributes":[{"name":"paymentMethod","value":"4"},{"name":"paymentObject","value":"1"},{"name":"nomenclature","value":"44 4D"},{"name":"userData","value":"data"},{"name":"agent_info","value":{"type":7,"paying":{"operation":"transfer","phones":["+79161234567"]},"MTOperator":{"inn":"0123456789"}}},{"name":"supplier_info","value":{"inn":"0123456789","commission":"100"}}]}}]},"agent":{"agentType":3,"MTOperatorName":"operator"},"supplierPhones":["+79161234567"]}"#
    );
}

/// The sample of the attributes block reads and writes as printed (G-072).
#[test]
fn the_sample_of_attributes() {
    let sample = r#"{"attributes":[{"name":"paymentMethod","value":"1"},{"name":"paymentObject","value":"1"}]}"#;
    let read: ItemAttributes = serde_json::from_str(sample).expect("reads");
    assert_eq!(read.payment_method, Some(PaymentMethod::FullPrepayment));
    assert_eq!(serde_json::to_string(&read).expect("writes"), sample);
}

/// What was written is read back, and dotted names and objects in text are read too.
#[test]
fn attributes_are_read_in_every_form() {
    let json = serde_json::to_string(&full_item()).expect("writes");
    let again: CartItem = serde_json::from_str(&json).expect("reads");
    assert_eq!(serde_json::to_string(&again).expect("writes"), json);

    let dotted = r#"{"attributes":[
        {"name":"paymentObject","value":4},{"name":"agent_info.type","value":"2"},
        {"name":"agent_info.MTOperator.inn","value":"0123456789"},
        {"name":"agent_info.paying.phones","value":"+71111111111, +72222222222"},
        {"name":"supplier_info.name","value":"supplier"},
        {"name":"markQuantity","value":"{\"numerator\":1,\"denominator\":\"2\"}"},
        {"name":"fresh","value":{"a":1}},{"name":"empty","value":null}]}"#;
    let read: ItemAttributes = serde_json::from_str(dotted).expect("reads");
    assert_eq!(read.payment_object, Some(PaymentObject::Service));
    let agent = read.agent_info.expect("dotted");
    assert_eq!(agent.kind, AgentType::BankPayingSubagent);
    assert_eq!(agent.paying.expect("dotted").phones, ["+71111111111", "+72222222222"]);
    assert_eq!(agent.mt_operator.expect("dotted").inn.as_deref(), Some("0123456789"));
    assert_eq!(read.supplier_info.expect("dotted").name.as_deref(), Some("supplier"));
    assert_eq!(read.mark_quantity, Some(MarkQuantity::new(1, 2)));
    assert_eq!(read.other, [Pair::new("fresh", "{\"a\":1}")]);
}

/// Text and numbers are read alike, whatever the tables say.
#[test]
fn carts_are_read_leniently() {
    let json = r#"{"cartItems":{"items":[{"positionId":"001","name":"apple","quantity":
        {"value":"2.500","measure":0},"itemAmount":"100","itemPrice":40,"depositedItemAmount":"50",
        "itemCurrency":643,"itemCode":5,"tax":{"taxType":"6","taxSum":"10"},"unknown":[1]}]},
        "customerDetails":{"inn":1234567890,"fullName":"MARKER","passport":"MARKER"},
        "loyalties":{"bonusAmountForCredit":"","bonusAmountRefunded":"5","positionId":1}}"#;
    let bundle: OrderBundle = serde_json::from_str(json).expect("reads");
    let item = bundle.cart_items.items.first().expect("one");
    assert_eq!(item.position_id.as_str(), "001");
    assert_eq!(item.quantity.value, Decimal::new(25, 1));
    assert_eq!(item.quantity.measure, Measure::Piece);
    assert_eq!(item.deposited_item_amount, Some(Minor::new(50)));
    assert_eq!(item.item_currency, Some(Currency::RUB));
    assert_eq!(item.tax.as_ref().map(|tax| tax.tax_sum), Some(Minor::new(10)));
    let loyalty = bundle.loyalties.first().expect("one object counts as one");
    assert_eq!(loyalty.bonus_amount_refunded, Some(Minor::new(5)));
    let customer = bundle.customer_details.as_ref().expect("there");
    assert_eq!(customer.inn.as_ref().map(Personal::as_str), Some("1234567890"));
    assert!(!format!("{bundle:?}").contains("MARKER"));
}

/// G-067: both amounts must agree exactly, without a float.
#[test]
fn item_amount_is_price_times_quantity() {
    let wrong = refusal(item(1).with(|item| item.item_amount = Some(Minor::new(9_999))));
    assert_eq!(
        wrong.to_string(),
        "orderBundle.cartItems.items[0].itemAmount: must equal itemPrice times quantity"
    );
    assert_eq!(wrong.name(), Some("item-amount"));

    let weighed = |value: &str, price, amount| {
        let quantity = Quantity::new(Decimal::from_str(value).expect("valid"), Measure::Kilogram);
        let item = CartItem::new(1.into(), "cheese", quantity).with(|item| {
            item.item_price = Some(Minor::new(price));
            item.item_amount = Some(Minor::new(amount));
        });
        OrderBundle::new(vec![item]).validate("orderBundle")
    };
    assert_eq!(weighed("0.3", 10, 3), Ok(()));
    assert_eq!(weighed("0.300", 10, 3), Ok(()));
    assert!(weighed("0.333", 10, 3).is_err());
    assert_eq!(
        weighed("0.1", 999_999_999_999_999_990, 99_999_999_999_999_999).map(|()| 1).ok(),
        None
    );

    let neither = refusal(CartItem::new(1.into(), "apple", Quantity::pieces(1)));
    assert_eq!(neither.name(), Some("amount-or-price"));
    let alone = item(1).with(|item| item.item_price = None);
    assert_eq!(OrderBundle::new(vec![alone]).validate("orderBundle"), Ok(()));
}

/// G-068: the price is a rule that a contract with receipts turns on.
#[test]
fn the_price_can_be_demanded() {
    let bundle = OrderBundle::new(vec![item(1).with(|item| item.item_price = None)]);
    let rules = Rules::default().with(Rule::PriceForReceipt);
    let refused = bundle.validate_with("orderBundle", rules).expect_err("no price");
    assert_eq!(refused.field(), "orderBundle.cartItems.items[0].itemPrice");
}

/// A position stands once, whether its number has leading zeros or not.
#[test]
fn positions_are_unique() {
    let twin = item(1).with(|item| item.position_id = PositionId::new("001").expect("valid"));
    let bundle = OrderBundle::new(vec![item(1), item(2), twin]);
    let refused = bundle.validate("orderBundle").expect_err("twin");
    assert_eq!(refused.field(), "orderBundle.cartItems.items[2].positionId");
    let rules = Rules::default().without(Rule::UniquePositions);
    assert_eq!(bundle.validate_with("orderBundle", rules), Ok(()));
    assert!(PositionId::new("").is_err() && PositionId::new("1234567890123").is_err());
    assert!(OrderBundle::new(vec![]).validate("orderBundle").is_err());
}

/// G-070: more than nothing, three decimals, 1 in format 1.2; no exponent on the wire.
#[test]
fn quantities() {
    let sold = |value: &str| {
        let quantity = Quantity::new(Decimal::from_str(value).expect("valid"), Measure::Piece);
        CartItem::new(1.into(), "x", quantity).with(|item| item.item_amount = Some(Minor::new(1)))
    };
    for wrong in ["0", "-1", "0.0001", "1234567890123456789"] {
        let refused = refusal(sold(wrong));
        assert_eq!(refused.field(), "orderBundle.cartItems.items[0].quantity.value", "{wrong}");
    }
    for (value, wire) in
        [("10.0", "10"), ("0.001", "0.001"), ("100000000000000", "100000000000000")]
    {
        let item = sold(value);
        assert_eq!(item.validate("item"), Ok(()), "{value}");
        let json = serde_json::to_string(&item.quantity).expect("writes");
        assert_eq!(json, format!("{{\"value\":{wire},\"measure\":\"0\"}}"));
    }
    let rules = Rules::default().with(Rule::QuantityOne);
    let refused = OrderBundle::new(vec![sold("2")]).validate_with("orderBundle", rules);
    assert_eq!(refused.expect_err("two").name(), Some("quantity-one"));
}

/// G-071, G-075: marks need their code, single pieces and a proper fraction.
#[test]
fn marked_goods() {
    let marked = |code: Option<&str>, mark, measure| {
        item(1).with(|item| {
            item.quantity.measure = measure;
            let attributes =
                ItemAttributes::new(PaymentMethod::FullPayment, PaymentObject::MarkedWithCode);
            item.item_attributes = Some(attributes.with(|attributes| {
                attributes.nomenclature = code.map(Into::into);
                attributes.mark_quantity = Some(mark);
            }));
        })
    };
    let (code, half) = ("00 00 0A fF", MarkQuantity::new(1, 2));
    assert_eq!(marked(Some(code), half, Measure::Piece).validate("item"), Ok(()));
    let table = [
        (
            marked(None, half, Measure::Piece),
            "itemAttributes.attributes.nomenclature",
            "marked-code",
        ),
        (marked(Some(code), half, Measure::Gram), "quantity.measure", "marked-measure"),
        (
            marked(Some("0G"), half, Measure::Piece),
            "itemAttributes.attributes.nomenclature",
            "nomenclature-form",
        ),
        (
            marked(Some("00  00"), half, Measure::Piece),
            "itemAttributes.attributes.nomenclature",
            "nomenclature-form",
        ),
        (
            marked(Some(code), MarkQuantity::new(2, 2), Measure::Piece),
            "itemAttributes.attributes.markQuantity.numerator",
            "marked-fraction",
        ),
    ];
    for (item, field, rule) in table {
        let refused = refusal(item);
        assert_eq!(refused.field(), format!("orderBundle.cartItems.items[0].{field}"));
        assert_eq!(refused.name(), Some(rule));
    }
    let long = marked(Some(&["00"; 33].join(" ")), half, Measure::Piece);
    assert!(refusal(long).rule().contains("95"));
}

/// G-077, G-078: an agent has a kind; agents' phones are `+` and digits.
#[test]
fn agents_and_suppliers() {
    let with_agent = |agent: AgentInfo| {
        item(1).with(|item| {
            let attributes = ItemAttributes::default();
            item.item_attributes = Some(attributes.with(|to| to.agent_info = Some(agent)));
        })
    };
    let refused = refusal(with_agent(AgentInfo::new("".into())));
    let place = "orderBundle.cartItems.items[0].itemAttributes.attributes.agent_info";
    assert_eq!(refused.field(), format!("{place}.type"));
    let agent = AgentInfo::new(AgentType::Attorney).with(|agent| {
        agent.payments_operator = Some(PaymentsOperator { phones: vec!["79161234567".into()] });
    });
    let refused = refusal(with_agent(agent));
    assert_eq!(refused.field(), format!("{place}.paymentsOperator.phones[0]"));
    assert_eq!(refused.name(), Some("plus-phone"));
    let bundle = OrderBundle::new(vec![item(1)]).with(|bundle| {
        bundle.agent = Some(Agent::new(AgentType::Attorney).with(|agent| {
            agent.mt_operator_inn = Some("1".into());
        }));
    });
    let refused = bundle.validate("orderBundle").expect_err("short");
    assert_eq!(refused.field(), "orderBundle.agent.MTOperatorInn");
}

/// G-079, G-080, G-084, G-085: e-mail lists, phones, addresses and taxpayer numbers of customers.
#[test]
fn customers() {
    let customer = |change: fn(&mut CustomerDetails)| {
        CustomerDetails::new().with(change).validate("customerDetails")
    };
    assert_eq!(customer(|it| it.email = Some("a@b.c,d@e.f".into())), Ok(()));
    assert_eq!(customer(|it| it.inn = Some("0123456789".into())), Ok(()));
    type Change = fn(&mut CustomerDetails);
    let table: [(Change, &str); 6] = [
        (|it| it.email = Some("a@b.c, d@e.f".into()), "customerDetails.email"),
        (|it| it.email = Some(format!("{}@b.c", "a".repeat(40)).into()), "customerDetails.email"),
        (|it| it.phone = Some("8(916)".into()), "customerDetails.phone"),
        (|it| it.inn = Some("12345678901".into()), "customerDetails.inn"),
        (
            |it| it.delivery_info = Some(DeliveryInfo::new("RUS", "", "x")),
            "customerDetails.deliveryInfo.country",
        ),
        (
            |it| it.delivery_info = Some(DeliveryInfo::new("RU", "", "")),
            "customerDetails.deliveryInfo.postAddress",
        ),
    ];
    for (change, field) in table {
        assert_eq!(customer(change).expect_err(field).field(), field);
    }
}

/// G-218: a closing receipt's customer needs one way to be reached.
#[test]
fn closing_receipts_need_a_contact() {
    let rules = Rules::default();
    let empty = CustomerDetails::new();
    assert_eq!(empty.validate_with("customerDetails", rules), Ok(()), "of other carts nothing");
    let refused = empty.validate_contact("customerDetails", rules).expect_err("no contact");
    assert_eq!((refused.field(), refused.name()), ("customerDetails.email", Some("some-contact")));
    let off = rules.without(Rule::SomeContact);
    assert_eq!(empty.validate_contact("customerDetails", off), Ok(()));
    let reached = empty.with(|it| it.phone = Some("+79161234567".into()));
    assert_eq!(reached.validate_contact("customerDetails", rules), Ok(()));
}

/// G-082, G-083: whoever names the customer gives the taxpayer number or the whole document.
#[test]
fn who_the_customer_is() {
    let rules = Rules::default();
    let named = CustomerDetails::new().with(|it| it.full_name = Some("x".into()));
    let refused = customer_identity(Some(&named), None, rules).expect_err("name alone");
    assert_eq!(refused.field(), "orderBundle.customerDetails.inn");
    assert_eq!(refused.name(), Some("customer-identity"));
    let inn = named.clone().with(|it| it.inn = Some("0123456789".into()));
    assert_eq!(customer_identity(Some(&inn), None, rules), Ok(()));
    let passport = named.with(|it| it.passport = Some("2222888888".into()));
    assert!(customer_identity(Some(&passport), None, rules).is_err());
    let document = OfdParams::new().with(|it| {
        it.client_birth_date = Some("01.02.1990".into());
        it.client_document_code = Some("21".into());
    });
    assert_eq!(customer_identity(Some(&passport), Some(&document), rules), Ok(()));
    assert!(customer_identity(None, Some(&document), rules).is_err());
    let citizen = OfdParams::new().with(|it| it.client_citizenship = Some("643".into()));
    let refused = customer_identity(None, Some(&citizen), rules).expect_err("citizenship alone");
    assert_eq!(refused.field(), "additionalOfdParams.client.inn");
    let mail = CustomerDetails::new().with(|it| it.email = Some("a@b.c".into()));
    assert_eq!(customer_identity(Some(&mail), Some(&OfdParams::new()), rules), Ok(()));
}

/// G-147: positions cost together what the call is about.
#[test]
fn totals() {
    let items = CartItems::new([item(1), item(2).with(|item| item.item_amount = None)]);
    assert_eq!(items.total(), Some(Minor::new(20_000)));
    let rules = Rules::default();
    assert_eq!(items.validate_total("depositItems", Minor::new(20_000), rules), Ok(()));
    let refused = items.validate_total("depositItems", Minor::new(19_999), rules);
    let refused = refused.expect_err("differs");
    assert_eq!((refused.field(), refused.name()), ("depositItems.items", Some("cart-total")));
    let huge = item(1).with(|item| item.item_amount = Some(Minor::new(u64::MAX)));
    assert_eq!(CartItems::new([huge.clone(), huge]).total(), None);
}

/// G-073: fiscal data format 1.05 ends at 18, where a contract says so; 1.2 has further values.
#[test]
fn formats_have_their_objects() {
    let sold = |object| {
        let attributes = ItemAttributes::new(PaymentMethod::FullPayment, object);
        OrderBundle::new(vec![item(1).with(|item| item.item_attributes = Some(attributes))])
    };
    let rules = Rules::default().with(Rule::ObjectsOfFormat105);
    assert_eq!(sold(PaymentObject::ResortFee).validate_with("orderBundle", rules), Ok(()));
    let pledge = sold(PaymentObject::Pledge);
    let refused = pledge.validate_with("orderBundle", rules).expect_err("newer");
    assert_eq!(refused.name(), Some("objects-of-format-105"));
    assert_eq!(pledge.validate("orderBundle"), Ok(()));
    for object in ["0", "28", "34", "x"] {
        let bundle = sold(object.into());
        let refused = bundle.validate("orderBundle").expect_err("in no format");
        assert_eq!(refused.name(), Some("objects-of-format-12"), "{object}");
        let rules = Rules::default().without(Rule::ObjectsOfFormat12);
        assert_eq!(bundle.validate_with("orderBundle", rules), Ok(()));
    }
    let method = ItemAttributes::new("8".into(), PaymentObject::Commodity);
    let refused = refusal(item(1).with(|item| item.item_attributes = Some(method)));
    let field = "orderBundle.cartItems.items[0].itemAttributes.attributes.paymentMethod";
    assert_eq!((refused.field(), refused.name()), (field, Some("payment-method-code")));
}

/// G-130, G-131: names as those who make receipts take them, where a contract says so.
#[test]
fn names_of_receipts() {
    let named = |name: &str, object: &str| {
        item(1).with(|item| {
            item.name = name.into();
            item.item_attributes = Some(ItemAttributes::new("1".into(), object.into()));
        })
    };
    let with = |rule| Rules::default().with(rule);
    let check = |item: CartItem, rules| item.check(rules).map_err(|wrong| wrong.name());
    for (name, object, right) in [
        ("1", "15", true),
        ("25", "15", true),
        ("26", "15", false),
        ("0", "15", false),
        ("01", "15", false),
        ("fine", "15", false),
        ("26", "16", true),
        ("31", "16", true),
        ("25", "16", false),
        ("32", "16", false),
        ("257", "16", false),
        ("apple", "14", true),
        ("apple", "17", true),
    ] {
        let checked = check(named(name, object), with(Rule::CodedName));
        let want = if right { Ok(()) } else { Err(Some("coded-name")) };
        assert_eq!(checked, want, "{name} of {object}");
        assert_eq!(check(named(name, object), Rules::default()), Ok(()));
    }
    let long = named(&"ж".repeat(129), "1");
    assert_eq!(check(named(&"ж".repeat(128), "1"), with(Rule::ReceiptName)), Ok(()));
    assert_eq!(check(long.clone(), with(Rule::ReceiptName)), Err(Some("receipt-name")));
    assert_eq!(check(long, Rules::default()), Ok(()));
}

/// G-069: a position without a currency is in that of the order; another one is refused.
#[test]
fn positions_share_the_currency_of_the_order() {
    let paid_in = |number, currency| item(number).with(|item| item.item_currency = currency);
    let rules = Rules::default();
    let mixed = CartItems::new([paid_in(1, None), paid_in(2, Some(Currency::EUR))]);
    let path = "orderBundle.cartItems";
    assert_eq!(mixed.validate_currency(path, Some(Currency::EUR), rules), Ok(()));
    assert_eq!(mixed.validate_currency(path, None, rules), Ok(()));
    let refused = mixed.validate_currency(path, Some(Currency::RUB), rules).expect_err("euros");
    assert_eq!(refused.field(), "orderBundle.cartItems.items[1].itemCurrency");
    assert_eq!(refused.name(), Some("item-currency"));
    let both = CartItems::new([paid_in(1, Some(Currency::RUB)), paid_in(2, Some(Currency::EUR))]);
    assert!(both.validate_currency(path, None, rules).is_err());
    let off = rules.without(Rule::ItemCurrency);
    assert_eq!(both.validate_currency(path, Some(Currency::RUB), off), Ok(()));
}

proptest! {
    /// G-067, G-070: whatever price and quantity are, exactly one amount is right.
    #[test]
    fn exactly_one_amount_is_right(
        price in 1_u64..90_000,
        value in 1_i64..10_000_000,
        scale in 0_u32..=3,
        off in 1_u64..1_000,
    ) {
        let quantity = Quantity::new(Decimal::new(value, scale), Measure::Kilogram);
        let priced = CartItem::new(1.into(), "x", quantity).with(|item| {
            item.item_price = Some(Minor::new(price));
        });
        let unit = 10_u128.pow(scale);
        let product = u128::from(price) * u128::from(value.unsigned_abs());
        let right = product.is_multiple_of(unit).then(|| u64::try_from(product / unit).expect("small"));
        prop_assert_eq!(priced.cost().map(Minor::get), right);
        let rules = Rules::default();
        let claimed = |amount| priced.clone().with(|item| item.item_amount = Some(Minor::new(amount)));
        if let Some(right) = right {
            prop_assert_eq!(claimed(right).check(rules), Ok(()));
            prop_assert!(claimed(right + off).check(rules).is_err());
        }
    }

    #[test]
    fn reading_is_total(text: String) {
        let _ = serde_json::from_str::<OrderBundle>(&text);
        let json = serde_json::to_string(&text).expect("text");
        let attribute = format!("{{\"attributes\":[{{\"name\":\"agent_info\",\"value\":{json}}}]}}");
        let _ = serde_json::from_str::<ItemAttributes>(&attribute);
    }
}

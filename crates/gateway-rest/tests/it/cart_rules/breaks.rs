//! Ways to break each rule, and no other.

use payments_core::{
    Currency, Minor,
    order::{
        AgentType, Decimal, PaymentMethod, PaymentObject, Personal,
        Rule::{self, *},
        TaxType,
        cart::{
            Agent, CartItem, CustomerDetails, ItemAttributes, MarkQuantity, Measure, OrderBundle,
            Paying, PositionId, Tax,
        },
        ofd::OfdParams,
        payer::{OrderPayerData, ShippingPayerData},
    },
};

use super::valid::{
    Call::{self, Close, Deposit, Refund, Register},
    Case, agent_info, supplier_info,
};

/// A call that is broken, and the wire path at which it is.
pub(super) type Broken = (Call, String);

/// Breaks a rule in a case, at one of its positions where the rule is about positions.
pub(super) type Break = fn(&mut Case, usize) -> Vec<Broken>;

/// A way for every rule, more where the rule is about more than one field.
pub(super) const BREAKS: &[(Rule, &[Break])] = &[
    (ItemAmount, &[item_amount]),
    (AmountOrPrice, &[no_amount_and_no_price]),
    (PriceForReceipt, &[no_price]),
    (CartTotal, &[total_of_another_amount]),
    (RefundTotal, &[refund_of_another_amount]),
    (ItemCurrency, &[another_currency]),
    (UniquePositions, &[twin, twin_with_zeros]),
    (QuantityValue, &[four_decimals, nothing_of_it]),
    (QuantityOne, &[two_of_it]),
    (MeasureCode, &[measured_in_words]),
    (MarkedMeasure, &[marked_by_weight]),
    (MarkedCode, &[marked_without_code]),
    (MarkedFraction, &[fraction_of_nothing, whole_fraction]),
    (NomenclatureForm, &[code_of_letters, code_without_blanks, code_of_one_digit]),
    (MethodAndObject, &[no_method, no_object]),
    (PaymentMethodCode, &[unlisted_method]),
    (ObjectsOfFormat105, &[newer_object]),
    (ObjectsOfFormat12, &[unlisted_object]),
    (ReceiptName, &[long_name]),
    (CodedName, &[word_for_a_code, code_of_the_other_object]),
    (AgentKind, &[agent_of_no_kind]),
    (TaxCode, &[unlisted_tax]),
    (CustomerIdentity, &[name_alone, document_without_birth_date, name_beside_the_cart]),
    (Inn, &[short_inn, inn_of_the_agent, inn_of_the_supplier, inn_of_the_cashier]),
    (Phone, &[phone_with_a_trunk_prefix, phone_in_the_receipt, phone_of_the_payer]),
    (
        PlusPhone,
        &[
            phone_of_the_supplier,
            phone_of_an_agent,
            phone_of_the_agent_of_the_cart,
            phone_of_the_receipt_agent,
        ],
    ),
    (Email, &[mails_with_a_blank, two_mails_in_the_receipt, no_mail_for_goods, no_mail]),
    (OneContact, &[both_contacts]),
    (SomeContact, &[no_contact]),
    (ReceiptDates, &[american_day, day_without_time, a_thirtieth_of_february]),
    (NumericCodes, &[country_in_letters, operation_of_another_name]),
    (BillingAddress, &[no_billing_address, no_postal_code]),
    (PayerEmail, &[no_email_at_all]),
];

/// Every call, at a field of one position.
fn everywhere(place: usize, field: &str) -> Vec<Broken> {
    Call::ALL.map(|call| (call, format!("{}.items[{place}].{field}", call.cart()))).into()
}

fn attribute(place: usize, field: &str) -> Vec<Broken> {
    everywhere(place, &format!("itemAttributes.attributes.{field}"))
}

fn registration(path: &str) -> Vec<Broken> {
    vec![(Register, path.to_owned())]
}

/// The calls that carry the cart with its customer.
fn bundle(field: &str) -> Vec<Broken> {
    [Register, Close].map(|call| (call, format!("orderBundle.{field}"))).into()
}

/// The calls that carry receipt data.
fn receipts(field: &str) -> Vec<Broken> {
    let path = format!("additionalOfdParams.{field}");
    [Register, Refund, Close].map(|call| (call, path.clone())).into()
}

fn receipt(case: &mut Case, change: fn(&mut OfdParams)) {
    change(case.register.additional_ofd_params.get_or_insert_default());
    change(case.refund.additional_ofd_params.get_or_insert_default());
}

fn attributes(item: &mut CartItem) -> &mut ItemAttributes {
    let goods = || ItemAttributes::new(PaymentMethod::FullPayment, PaymentObject::Commodity);
    item.item_attributes.get_or_insert_with(goods)
}

fn unmarked(item: &mut CartItem) {
    attributes(item).mark_quantity = None;
}

fn customer(case: &mut Case) -> &mut CustomerDetails {
    let bundle: &mut OrderBundle = case.bundle_mut();
    bundle.customer_details.get_or_insert_with(|| {
        CustomerDetails::new().with(|it| it.email = Some("a@shop.example".into()))
    })
}

fn item_amount(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        item.quantity.value = Decimal::ONE;
        (item.item_price, item.item_amount) = (Some(Minor::new(100)), Some(Minor::new(101)));
    });
    everywhere(place, "itemAmount")
}

fn no_amount_and_no_price(case: &mut Case, place: usize) -> Vec<Broken> {
    // What it costs is then not known at all: the rules about that cannot hold either.
    let rules = case.rules.without(CartTotal).without(RefundTotal).without(PriceForReceipt);
    case.rules = rules;
    let paid = case.register.amount;
    case.item(place, |item| {
        (item.item_price, item.item_amount) = (None, Some(paid));
    });
    for items in [
        &mut case.register.order_bundle.as_mut().expect("there").cart_items,
        case.deposit.deposit_items.as_mut().expect("there"),
        case.refund.refund_items.as_mut().expect("there"),
    ] {
        items.items[place].item_amount = None;
    }
    everywhere(place, "itemAmount")
}

fn no_price(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        (item.item_amount, item.item_price) = (item.cost(), None);
    });
    everywhere(place, "itemPrice")
}

fn total_of_another_amount(case: &mut Case, _: usize) -> Vec<Broken> {
    let more = Minor::new(case.register.amount.get() + 1);
    case.register.amount = more;
    case.deposit.part = more.try_into().expect("not zero");
    [Register, Deposit].map(|call| (call, format!("{}.items", call.cart()))).into()
}

fn refund_of_another_amount(case: &mut Case, _: usize) -> Vec<Broken> {
    let more = Minor::new(case.register.amount.get() + 1);
    case.refund.part = more.try_into().expect("not zero");
    vec![(Refund, "refundItems.items".into())]
}

fn another_currency(case: &mut Case, place: usize) -> Vec<Broken> {
    let (order, other) = (Some(Currency::RUB), Some(Currency::USD));
    case.register.currency = order;
    (case.deposit.currency, case.refund.currency) = (order, order);
    case.items(|items| {
        items.iter_mut().for_each(|item| item.item_currency = None);
        items[place].item_currency = other;
    });
    // A closing receipt names no currency.
    let mut broken = everywhere(place, "itemCurrency");
    broken.retain(|(call, _)| *call != Close);
    broken
}

fn twin(case: &mut Case, place: usize) -> Vec<Broken> {
    case.items(|items| items.push(items[place].clone()));
    everywhere(case.len() - 1, "positionId")
}

fn twin_with_zeros(case: &mut Case, place: usize) -> Vec<Broken> {
    case.items(|items| {
        let mut twin = items[place].clone();
        let id = format!("0{}", twin.position_id.as_str());
        twin.position_id = PositionId::new(id).expect("short");
        items.push(twin);
    });
    everywhere(case.len() - 1, "positionId")
}

fn four_decimals(case: &mut Case, place: usize) -> Vec<Broken> {
    case.rules = case.rules.without(QuantityOne);
    case.item(place, |item| {
        item.quantity.value = Decimal::new(10_005, 4);
        (item.item_price, item.item_amount) = (Some(Minor::new(10_000)), None);
    });
    everywhere(place, "quantity.value")
}

fn nothing_of_it(case: &mut Case, _: usize) -> Vec<Broken> {
    case.rules = case.rules.without(QuantityOne);
    case.items(|items| {
        let mut nothing = items[0].clone();
        nothing.position_id = 999_999.into();
        nothing.quantity.value = Decimal::ZERO;
        (nothing.item_price, nothing.item_amount) = (Some(Minor::new(100)), None);
        items.push(nothing);
    });
    everywhere(case.len() - 1, "quantity.value")
}

fn two_of_it(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        item.quantity.value = Decimal::TWO;
        (item.item_price, item.item_amount) = (Some(Minor::new(100)), None);
    });
    everywhere(place, "quantity.value")
}

fn measured_in_words(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        unmarked(item);
        item.quantity.measure = "kg".into();
    });
    everywhere(place, "quantity.measure")
}

fn marked_by_weight(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        let attributes = attributes(item);
        attributes.nomenclature = Some("44 4D".into());
        attributes.mark_quantity = Some(MarkQuantity::new(1, 2));
        item.quantity.measure = Measure::Kilogram;
    });
    everywhere(place, "quantity.measure")
}

fn marked_without_code(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        let attributes = attributes(item);
        attributes.nomenclature = None;
        attributes.mark_quantity = Some(MarkQuantity::new(1, 2));
    });
    attribute(place, "nomenclature")
}

fn marked_as(case: &mut Case, place: usize, numerator: u64, denominator: u64) -> Vec<Broken> {
    case.item(place, |item| {
        item.quantity.measure = Measure::Piece;
        let attributes = attributes(item);
        attributes.nomenclature = Some("44 4d".into());
        attributes.mark_quantity = Some(MarkQuantity::new(numerator, denominator));
    });
    attribute(place, "markQuantity.numerator")
}

fn fraction_of_nothing(case: &mut Case, place: usize) -> Vec<Broken> {
    marked_as(case, place, 0, 5)
}

fn whole_fraction(case: &mut Case, place: usize) -> Vec<Broken> {
    marked_as(case, place, 5, 5)
}

fn coded_as(case: &mut Case, place: usize, code: &str) -> Vec<Broken> {
    case.item(place, |item| attributes(item).nomenclature = Some(code.into()));
    attribute(place, "nomenclature")
}

fn code_of_letters(case: &mut Case, place: usize) -> Vec<Broken> {
    coded_as(case, place, "44 GG")
}

fn code_without_blanks(case: &mut Case, place: usize) -> Vec<Broken> {
    coded_as(case, place, "444D")
}

fn code_of_one_digit(case: &mut Case, place: usize) -> Vec<Broken> {
    coded_as(case, place, "44 4D 4")
}

fn no_method(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| attributes(item).payment_method = None);
    attribute(place, "paymentMethod")
}

fn no_object(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        let attributes = attributes(item);
        attributes.payment_method = Some(PaymentMethod::FullPayment);
        attributes.payment_object = None;
    });
    attribute(place, "paymentObject")
}

fn unlisted_method(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| attributes(item).payment_method = Some("8".into()));
    attribute(place, "paymentMethod")
}

fn newer_object(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| attributes(item).payment_object = Some(PaymentObject::Pledge));
    attribute(place, "paymentObject")
}

fn unlisted_object(case: &mut Case, place: usize) -> Vec<Broken> {
    case.rules = case.rules.without(ObjectsOfFormat105);
    case.item(place, |item| attributes(item).payment_object = Some("28".into()));
    attribute(place, "paymentObject")
}

fn long_name(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        attributes(item).payment_object = Some(PaymentObject::Service);
        item.name = "ж".repeat(129);
    });
    everywhere(place, "name")
}

fn named(case: &mut Case, place: usize, object: PaymentObject, name: &str) -> Vec<Broken> {
    case.item(place, |item| {
        attributes(item).payment_object = Some(object);
        item.name = name.into();
    });
    everywhere(place, "name")
}

fn word_for_a_code(case: &mut Case, place: usize) -> Vec<Broken> {
    named(case, place, PaymentObject::NonOperatingGain, "fine")
}

fn code_of_the_other_object(case: &mut Case, place: usize) -> Vec<Broken> {
    named(case, place, PaymentObject::InsurancePremium, "25")
}

fn agent_of_no_kind(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        let mut agent = agent_info();
        agent.kind = AgentType::from("");
        attributes(item).agent_info = Some(agent);
    });
    attribute(place, "agent_info.type")
}

fn unlisted_tax(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| item.tax = Some(Tax::new(TaxType::from("9"), Minor::new(1))));
    everywhere(place, "tax.taxType")
}

fn name_alone(case: &mut Case, _: usize) -> Vec<Broken> {
    case.register.additional_ofd_params = None;
    let customer = customer(case);
    (customer.inn, customer.passport) = (None, None);
    customer.full_name = Some("Name".into());
    bundle("customerDetails.inn")
}

fn document_without_birth_date(case: &mut Case, _: usize) -> Vec<Broken> {
    let customer = customer(case);
    customer.inn = None;
    customer.passport = Some("2222888888".into());
    let document = OfdParams::new().with(|it| it.client_document_code = Some("21".into()));
    case.register.additional_ofd_params = Some(document);
    bundle("customerDetails.inn")
}

fn name_beside_the_cart(case: &mut Case, _: usize) -> Vec<Broken> {
    case.bundle_mut().customer_details = None;
    let named = OfdParams::new().with(|it| it.client_name = Some("Name".into()));
    case.register.additional_ofd_params = Some(named.clone());
    case.refund.additional_ofd_params = Some(named);
    receipts("client.inn")
}

fn short_inn(case: &mut Case, _: usize) -> Vec<Broken> {
    customer(case).inn = Some("12345678901".into());
    bundle("customerDetails.inn")
}

fn inn_of_the_agent(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        let mut agent = agent_info();
        agent.mt_operator.as_mut().expect("there").inn = Some("letters000".into());
        attributes(item).agent_info = Some(agent);
    });
    attribute(place, "agent_info.MTOperator.inn")
}

fn inn_of_the_supplier(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        let mut supplier = supplier_info();
        supplier.inn = Some("1".into());
        attributes(item).supplier_info = Some(supplier);
    });
    attribute(place, "supplier_info.inn")
}

fn inn_of_the_cashier(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| it.cashier_inn = Some("1".into()));
    receipts("cashier_inn")
}

fn phone_with_a_trunk_prefix(case: &mut Case, _: usize) -> Vec<Broken> {
    customer(case).phone = Some("8(916)1234567".into());
    bundle("customerDetails.phone")
}

fn phone_in_the_receipt(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| {
        it.client_email = None;
        it.client_phone = Some("+371 2 1234567".into());
    });
    receipts("client.phone")
}

fn phone_of_the_payer(case: &mut Case, _: usize) -> Vec<Broken> {
    case.register.order_payer_data =
        Some(OrderPayerData::new().with(|it| it.work_phone = Some("123456".into())));
    registration("orderPayerData.workPhone")
}

fn phone_of_the_supplier(case: &mut Case, _: usize) -> Vec<Broken> {
    case.bundle_mut().supplier_phones = vec!["+7916".into(), "79161234567".into()];
    bundle("supplierPhones[1]")
}

fn phone_of_an_agent(case: &mut Case, place: usize) -> Vec<Broken> {
    case.item(place, |item| {
        let mut agent = agent_info();
        agent.paying = Some(Paying::new().with(|it| it.phones = vec!["+7 916".into()]));
        attributes(item).agent_info = Some(agent);
    });
    attribute(place, "agent_info.paying.phones[0]")
}

fn phone_of_the_agent_of_the_cart(case: &mut Case, _: usize) -> Vec<Broken> {
    case.bundle_mut().agent =
        Some(Agent::new(AgentType::Attorney).with(|it| it.mt_operator_phones = vec!["8".into()]));
    bundle("agent.MTOperatorPhones[0]")
}

fn phone_of_the_receipt_agent(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| it.mt_operator_phones = vec!["+".into()]);
    receipts("agent_info.mtoperator.phones[0]")
}

fn mails_with_a_blank(case: &mut Case, _: usize) -> Vec<Broken> {
    customer(case).email = Some("a@shop.example, b@shop.example".into());
    bundle("customerDetails.email")
}

fn two_mails_in_the_receipt(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| {
        it.client_phone = None;
        it.client_email = Some("a@shop.example,b@shop.example".into());
    });
    receipts("client.email")
}

fn no_mail_for_goods(case: &mut Case, _: usize) -> Vec<Broken> {
    let goods = ShippingPayerData::new().with(|it| it.delivery_email = Some("goods".into()));
    case.register.shipping_payer_data = Some(goods);
    registration("shippingPayerData.deliveryEmail")
}

fn no_mail(case: &mut Case, _: usize) -> Vec<Broken> {
    case.register.email = Some("nobody".into());
    registration("email")
}

fn both_contacts(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| {
        it.client_email = Some("a@shop.example".into());
        it.client_phone = Some("+37121234567".into());
    });
    receipts("client.email")
}

fn no_contact(case: &mut Case, _: usize) -> Vec<Broken> {
    let customer = customer(case);
    let nobody: Option<Personal> = None;
    (customer.email, customer.phone) = (nobody.clone(), nobody);
    vec![(Close, "orderBundle.customerDetails.email".into())]
}

fn american_day(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| it.sectoral_date = Some("12/31/2026".into()));
    receipts("sectoralcheckprops.date")
}

fn day_without_time(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| it.operating_timestamp = Some("31.12.2026".into()));
    receipts("operatingcheckprops.timestamp")
}

fn a_thirtieth_of_february(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| {
        it.client_inn = Some("012345678901".into());
        it.client_birth_date = Some("30.02.1992".into());
    });
    receipts("client.birth_date")
}

fn country_in_letters(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| {
        it.client_inn = Some("012345678901".into());
        it.client_citizenship = Some("RUS".into());
    });
    receipts("client.citizenship")
}

fn operation_of_another_name(case: &mut Case, _: usize) -> Vec<Broken> {
    receipt(case, |it| it.operating_name = Some("1".into()));
    receipts("operatingcheckprops.name")
}

fn no_billing_address(case: &mut Case, _: usize) -> Vec<Broken> {
    case.register.billing_payer_data = None;
    registration("billingPayerData.billingAddressLine1")
}

fn no_postal_code(case: &mut Case, _: usize) -> Vec<Broken> {
    let billing = case.register.billing_payer_data.as_mut().expect("there");
    billing.billing_postal_code = Some("".into());
    registration("billingPayerData.billingPostalCode")
}

fn no_email_at_all(case: &mut Case, _: usize) -> Vec<Broken> {
    case.register.email = None;
    registration("email")
}

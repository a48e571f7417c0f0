//! Blocks that several methods share, with every field set.

use payments_core::{
    Currency, Minor,
    order::{
        Personal,
        browser::ClientBrowserInfo,
        cart::{
            Agent, AgentInfo, CartItem, CartItems, CustomerDetails, DeliveryInfo, ItemAttributes,
            ItemDetails, MarkQuantity, MtOperator, OrderBundle, Pair, Paying, PaymentsOperator,
            Quantity, SupplierInfo, Tax,
        },
        ofd::OfdParams,
        payer::{BillingPayerData, OrderPayerData, PreOrderPayerData, ShippingPayerData},
    },
};

use super::set;
use crate::project::Outcome;

/// What a call with these blocks is about: two pieces at 1000.
pub(super) const AMOUNT: Minor = Minor::new(2000);

const INN: &str = "012345678901";

fn phones() -> Vec<String> {
    vec!["+79161234567".into()]
}

fn some<T: for<'a> From<&'a str>>(text: &str) -> Option<T> {
    Some(T::from(text))
}

pub(super) fn bundle() -> Outcome<OrderBundle> {
    let created = "2027-01-02T03:04:05".parse()?;
    Ok(OrderBundle::new(items()).with(|bundle| {
        bundle.order_creation_date = Some(created);
        bundle.customer_details = Some(customer());
        bundle.agent = Some(agent());
        bundle.supplier_phones = phones();
    }))
}

fn customer() -> CustomerDetails {
    CustomerDetails::new().with(|customer| {
        customer.email = some("test@test.com");
        customer.phone = some("+79161234567");
        customer.contact = some("by phone");
        customer.full_name = some("Test Customer");
        customer.passport = some("2222888888");
        let delivery = DeliveryInfo::new("RU", "Moscow", "Street 1");
        customer.delivery_info = Some(delivery.with(|it| it.delivery_type = some("courier")));
        customer.inn = some(INN);
    })
}

fn agent() -> Agent {
    Agent::new("7".into()).with(|agent| {
        agent.paying_operation = some("transfer");
        agent.paying_phones = phones();
        agent.payments_operator_phones = phones();
        agent.mt_operator_phones = phones();
        agent.mt_operator_name = some("operator");
        agent.mt_operator_address = some("Street 2");
        agent.mt_operator_inn = some(INN);
    })
}

pub(super) fn items() -> CartItems {
    let item = CartItem::new(1.into(), "apple", Quantity::pieces(2)).with(|item| {
        item.item_details = Some(ItemDetails::new([Pair::new("colour", "red")]));
        item.item_amount = Some(AMOUNT);
        item.item_price = Some(Minor::new(1000));
        item.item_currency = Some(Currency::RUB);
        item.item_code = some("122333");
        item.tax = Some(Tax::new("6".into(), Minor::new(333)));
        item.item_attributes = Some(attributes());
    });
    CartItems::new([item])
}

fn attributes() -> ItemAttributes {
    ItemAttributes::new("4".into(), "1".into()).with(|attributes| {
        attributes.nomenclature = some("00 00 00 01 00 21");
        attributes.mark_quantity = Some(MarkQuantity::new(1, 2));
        attributes.user_data = some("data");
        attributes.agent_info = Some(AgentInfo::new("7".into()).with(|agent| {
            agent.paying = Some(set(|paying: &mut Paying| {
                paying.operation = some("transfer");
                paying.phones = phones();
            }));
            agent.payments_operator = Some(set(|operator: &mut PaymentsOperator| {
                operator.phones = phones();
            }));
            agent.mt_operator = Some(set(|operator: &mut MtOperator| {
                operator.phones = phones();
                operator.name = some("operator");
                operator.address = some("Street 2");
                operator.inn = some(INN);
            }));
        }));
        attributes.supplier_info = Some(supplier());
    })
}

fn supplier() -> SupplierInfo {
    SupplierInfo::new().with(|supplier| {
        supplier.phones = phones();
        supplier.name = some("supplier");
        supplier.inn = some(INN);
        supplier.document_id = some("17");
        supplier.payer_name = some("Test Payer");
        supplier.payer_ls = some("40817810");
        supplier.ls = some("40702810");
        supplier.bank_bic = some("044525225");
        supplier.bank_name = some("Bank");
        supplier.kpp = some("770701001");
        supplier.rs = some("40702810400000000001");
        supplier.commission = Some(Minor::new(100));
    })
}

/// Receipt data that reach the customer by e-mail.
pub(super) fn receipt() -> OfdParams {
    OfdParams::new().with(|receipt| {
        receipt.agent_type = some("7");
        receipt.paying_operation = some("transfer");
        receipt.paying_phones = phones();
        receipt.payments_operator_phones = phones();
        receipt.mt_operator_address = some("Street 2");
        receipt.mt_operator_inn = some(INN);
        receipt.mt_operator_name = some("operator");
        receipt.mt_operator_phones = phones();
        receipt.supplier_phones = phones();
        receipt.cashier = some("Test Cashier");
        receipt.additional_check_props = some("test");
        receipt.user_props_name = some("name");
        receipt.user_props_value = some("value");
        receipt.cashier_inn = some(INN);
        receipt.operating_name = some("0");
        receipt.operating_timestamp = some("01.02.2027 03:04:05");
        receipt.operating_value = some("value");
        receipt.sectoral_date = some("01.02.2027");
        receipt.sectoral_federal_id = some("001");
        receipt.sectoral_number = some("17");
        receipt.sectoral_value = some("value");
        receipt.company_automat_number = some("17");
        receipt.company_location = some("Moscow");
        receipt.company_payment_address = some("Street 3");
        receipt.use_legacy_vat = Some(true);
        client(receipt);
    })
}

fn client(receipt: &mut OfdParams) {
    receipt.client_address = some("Street 1");
    receipt.client_birth_date = some("31.12.1990");
    receipt.client_citizenship = some("643");
    receipt.client_document_code = some("21");
    receipt.client_passport_number = some("2222 888888");
    receipt.client_email = some("test@test.com");
    receipt.client_inn = some(INN);
    receipt.client_name = some("Test Customer");
}

/// The same with the phone, of which the e-mail is the alternative.
pub(super) fn receipt_by_phone() -> OfdParams {
    receipt().with(|receipt| {
        receipt.client_email = None;
        receipt.client_phone = some("+79161234567");
    })
}

pub(super) fn billing() -> BillingPayerData {
    BillingPayerData::new().with(|data| {
        data.billing_city = some("Moscow");
        data.billing_country = some("RU");
        data.billing_address_line1 = some("Street 1");
        data.billing_address_line2 = some("Flat 2");
        data.billing_address_line3 = some("Door 3");
        data.billing_postal_code = some("101000");
        data.billing_state = some("MOW");
    })
}

pub(super) fn shipping() -> ShippingPayerData {
    ShippingPayerData::new().with(|data| {
        data.shipping_city = some("Moscow");
        data.shipping_country = some("RU");
        data.shipping_address_line1 = some("Street 1");
        data.shipping_address_line2 = some("Flat 2");
        data.shipping_address_line3 = some("Door 3");
        data.shipping_postal_code = some("101000");
        data.shipping_state = some("MOW");
        data.shipping_method_indicator = some("01");
        data.delivery_timeframe = some("02");
        data.delivery_email = some("test@test.com");
    })
}

pub(super) fn pre_order() -> PreOrderPayerData {
    PreOrderPayerData::new().with(|data| {
        data.pre_order_date = some("20270102");
        data.pre_order_purchase_ind = some("02");
        data.reorder_items_ind = some("01");
    })
}

pub(super) fn payer() -> OrderPayerData {
    let phone = || Some(Personal::new("+79161234567"));
    OrderPayerData::new().with(|data| {
        data.home_phone = phone();
        data.work_phone = phone();
        data.mobile_phone = phone();
    })
}

pub(super) fn browser() -> ClientBrowserInfo {
    ClientBrowserInfo::new().with(|info| {
        info.user_agent = some("Mozilla/5.0");
        info.fingerprint = Some(850_891_523.into());
        info.os = some("Windows");
        info.os_version = some("10");
        info.is_mobile = Some(false);
        info.screen_print = some("1080x1920x24");
        info.color_depth = Some(24);
        info.screen_height = Some(1080);
        info.screen_width = Some(1920);
        info.plugins = some("PDF Viewer");
        info.java_enabled = Some(false);
        info.javascript_enabled = Some(true);
        info.browser_language = some("en");
        info.browser_time_zone = some("Europe/Moscow");
        info.browser_time_zone_offset = Some(-180);
        info.browser_accept_header = some("*/*");
        info.browser_ip_address = some("192.0.2.17");
        info.device = some("phone 1");
        info.device_type = some("phone");
    })
}

//! The shared blocks with every documented field set.

use payments_core::{
    Currency, Minor,
    order::{
        AgentType, DeliveryTimeframe, PaymentMethod, PaymentObject, PreOrderPurchaseIndicator,
        ReorderItemsIndicator, ShippingMethodIndicator, TaxType,
        browser::ClientBrowserInfo,
        cart::{
            Agent, AgentInfo, CartItem, CustomerDetails, DeliveryInfo, ItemAttributes, ItemDetails,
            MarkQuantity, Measure, MtOperator, OrderBundle, Pair, Paying, PaymentsOperator,
            Quantity, SupplierInfo, Tax,
        },
        ofd::OfdParams,
        payer::{BillingPayerData, OrderPayerData, PreOrderPayerData, ShippingPayerData},
    },
};

/// What the one position of [`order_bundle`] costs.
pub(super) const TOTAL: Minor = Minor::new(12_345);

fn phones() -> Vec<String> {
    vec!["+79161234567".into(), "+79167654321".into()]
}

fn agent_info() -> AgentInfo {
    AgentInfo::new(AgentType::OtherAgent).with(|agent| {
        agent.paying = Some(Paying::new().with(|paying| {
            paying.operation = Some("transfer".into());
            paying.phones = phones();
        }));
        agent.payments_operator = Some(PaymentsOperator::new(phones()));
        agent.mt_operator = Some(MtOperator::new().with(|operator| {
            operator.phones = phones();
            operator.name = Some("operator".into());
            operator.address = Some("Street 1".into());
            operator.inn = Some("0123456789".into());
        }));
    })
}

fn supplier_info() -> SupplierInfo {
    SupplierInfo::new().with(|supplier| {
        supplier.phones = phones();
        supplier.name = Some("supplier".into());
        supplier.inn = Some("0123456789".into());
        supplier.document_id = Some("document".into());
        supplier.payer_name = Some("payer".into());
        supplier.payer_ls = Some("account".into());
        supplier.ls = Some("account".into());
        supplier.bank_bic = Some("044525187".into());
        supplier.bank_name = Some("bank".into());
        supplier.kpp = Some("770943002".into());
        supplier.rs = Some("40702810".into());
        supplier.commission = Some(Minor::new(100));
    })
}

fn item() -> CartItem {
    CartItem::new(1.into(), "apple", Quantity::new(1, Measure::Piece)).with(|item| {
        item.item_details = Some(ItemDetails::new([Pair::new("colour", "red")]));
        item.item_amount = Some(TOTAL);
        item.item_price = Some(TOTAL);
        item.item_currency = Some(Currency::RUB);
        item.item_code = Some("122333".into());
        item.tax = Some(Tax::new(TaxType::Vat20, Minor::new(2057)));
        let attributes = ItemAttributes::new(PaymentMethod::FullPayment, PaymentObject::Commodity);
        item.item_attributes = Some(attributes.with(|attributes| {
            attributes.nomenclature = Some("44 4D 04 62".into());
            attributes.mark_quantity = Some(MarkQuantity::new(1, 2));
            attributes.user_data = Some("data".into());
            attributes.agent_info = Some(agent_info());
            attributes.supplier_info = Some(supplier_info());
        }));
    })
}

/// A cart of one position.
pub(super) fn order_bundle() -> OrderBundle {
    OrderBundle::new(vec![item()]).with(|bundle| {
        bundle.order_creation_date = Some("2027-01-02T03:04:05".parse().expect("valid"));
        bundle.customer_details = Some(CustomerDetails::new().with(|customer| {
            customer.email = Some("payer@test.example".into());
            customer.phone = Some("+79161234567".into());
            customer.contact = Some("phone".into());
            customer.full_name = Some("name".into());
            customer.passport = Some("2222888888".into());
            let delivery = DeliveryInfo::new("RU", "Moscow", "Street 1");
            customer.delivery_info =
                Some(delivery.with(|delivery| delivery.delivery_type = Some("courier".into())));
            customer.inn = Some("012345678901".into());
        }));
        bundle.agent = Some(Agent::new(AgentType::PayingAgent).with(|agent| {
            agent.paying_operation = Some("transfer".into());
            agent.paying_phones = phones();
            agent.payments_operator_phones = phones();
            agent.mt_operator_phones = phones();
            agent.mt_operator_name = Some("operator".into());
            agent.mt_operator_address = Some("Street 1".into());
            agent.mt_operator_inn = Some("0123456789".into());
        }));
        bundle.supplier_phones = phones();
    })
}

/// Receipt data with the customer's e-mail; the phone is its alternative.
pub(super) fn ofd_params() -> OfdParams {
    OfdParams::new().with(|params| {
        params.agent_type = Some(AgentType::PayingAgent);
        params.paying_operation = Some("transfer".into());
        params.paying_phones = phones();
        params.payments_operator_phones = phones();
        params.mt_operator_address = Some("Street 1".into());
        params.mt_operator_inn = Some("0123456789".into());
        params.mt_operator_name = Some("operator".into());
        params.mt_operator_phones = phones();
        params.supplier_phones = phones();
        params.cashier = Some("cashier".into());
        params.additional_check_props = Some("test".into());
        params.user_props_name = Some("name".into());
        params.user_props_value = Some("value".into());
        params.cashier_inn = Some("012345678901".into());
        params.client_address = Some("Street 1".into());
        params.client_birth_date = Some("31.12.1990".into());
        params.client_citizenship = Some("643".into());
        params.client_document_code = Some("21".into());
        params.client_passport_number = Some("2222 888888".into());
        params.client_email = Some("payer@test.example".into());
        params.client_inn = Some("012345678901".into());
        params.client_name = Some("name".into());
        params.operating_name = Some("0".into());
        params.operating_timestamp = Some("01.02.2027 03:04:05".into());
        params.operating_value = Some("value".into());
        params.sectoral_date = Some("01.02.2027".into());
        params.sectoral_federal_id = Some("001".into());
        params.sectoral_number = Some("1".into());
        params.sectoral_value = Some("value".into());
        params.company_automat_number = Some("1".into());
        params.company_location = Some("place".into());
        params.company_payment_address = Some("Street 1".into());
        params.use_legacy_vat = Some(true);
    })
}

/// The same with the customer's phone.
pub(super) fn ofd_params_by_phone() -> OfdParams {
    ofd_params().with(|params| {
        params.client_email = None;
        params.client_phone = Some("+79161234567".into());
    })
}

pub(super) fn billing() -> BillingPayerData {
    BillingPayerData::new().with(|data| {
        data.billing_city = Some("Moscow".into());
        data.billing_country = Some("RU".into());
        data.billing_address_line1 = Some("Street 1".into());
        data.billing_address_line2 = Some("House 2".into());
        data.billing_address_line3 = Some("Flat 3".into());
        data.billing_postal_code = Some("101000".into());
        data.billing_state = Some("RU-MOW".into());
    })
}

pub(super) fn shipping() -> ShippingPayerData {
    ShippingPayerData::new().with(|data| {
        data.shipping_city = Some("Moscow".into());
        data.shipping_country = Some("RU".into());
        data.shipping_address_line1 = Some("Street 1".into());
        data.shipping_address_line2 = Some("House 2".into());
        data.shipping_address_line3 = Some("Flat 3".into());
        data.shipping_postal_code = Some("101000".into());
        data.shipping_state = Some("RU-MOW".into());
        data.shipping_method_indicator = Some(ShippingMethodIndicator::Digital);
        data.delivery_timeframe = Some(DeliveryTimeframe::Digital);
        data.delivery_email = Some("goods@test.example".into());
    })
}

pub(super) fn pre_order() -> PreOrderPayerData {
    PreOrderPayerData::new().with(|data| {
        data.pre_order_date = Some("20270102".into());
        data.pre_order_purchase_ind = Some(PreOrderPurchaseIndicator::Available);
        data.reorder_items_ind = Some(ReorderItemsIndicator::First);
    })
}

pub(super) fn payer() -> OrderPayerData {
    OrderPayerData::new().with(|data| {
        data.home_phone = Some("84951234567".into());
        data.work_phone = Some("0074951234567".into());
        data.mobile_phone = Some("+79161234567".into());
    })
}

pub(super) fn browser() -> ClientBrowserInfo {
    ClientBrowserInfo::new().with(|info| {
        info.user_agent = Some("Mozilla/5.0".into());
        info.fingerprint = Some(850_891_523.into());
        info.os = Some("Windows".into());
        info.os_version = Some("10".into());
        info.is_mobile = Some(false);
        info.screen_print = Some("1536x864".into());
        info.color_depth = Some(24);
        info.screen_height = Some(864);
        info.screen_width = Some(1536);
        info.plugins = Some("PDF Viewer".into());
        info.java_enabled = Some(false);
        info.javascript_enabled = Some(true);
        info.browser_language = Some("it-IT".into());
        info.browser_time_zone = Some("Europe/Rome".into());
        info.browser_time_zone_offset = Some(-120);
        info.browser_accept_header = Some("gzip".into());
        info.browser_ip_address = Some("192.0.2.1".into());
        info.device = Some("device".into());
        info.device_type = Some("desktop".into());
    })
}

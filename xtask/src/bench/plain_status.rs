//! A status report as a programmer in a hurry writes it: the fields of the typed one, plainly typed.

use serde::Deserialize;

macro_rules! plain {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty),* $(,)? })*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Default, Deserialize)]
            #[serde(default, rename_all = "camelCase")]
            pub(super) struct $name { $($(#[$field_meta])* pub(super) $field: Option<$kind>),* }
        )*
    };
}

plain! {
    PlainStatus {
        error_code: String, error_message: String, order_number: String, order_status: u8,
        action_code: i64, action_code_description: String, amount: u64, currency: String,
        date: i64, deposited_date: i64, order_description: String, ip: String,
        auth_ref_num: String, refunded_date: i64, reversed_date: i64, payment_way: String,
        avs_code: String, chargeback: bool, auth_date_time: i64, terminal_id: String,
        order_bundle: Bundle, payment_amount_info: Amounts, refunds: Vec<Refund>,
        card_auth_info: Card, transaction_attributes: Vec<Pair>, prepayment_md_order: String,
        partpayment_md_orders: Vec<String>, fe_utrnno: u64, binding_info: Binding,
        efecty_order_info: Efecty, plugin_info: Plugin, display_error_message: String,
        tii: String, used_psd_indicator_value: String, ofd_order_bundle: Vec<OfdItem>,
        attributes: Vec<Pair>, merchant_order_params: Vec<Pair>, bank_info: Bank,
        payer_data: Payer,
    }
    Amounts {
        approved_amount: u64, deposited_amount: u64, refunded_amount: u64,
        payment_state: String, total_amount: u64,
    }
    Refund {
        date: String, external_refund_id: String, approval_code: String, action_code: String,
        reference_number: String, amount: u64,
    }
    Card {
        masked_pan: String, expiration: String, cardholder_name: String, approval_code: String,
        payment_system: String, product: String, product_category: String,
        corporate_card: String, secure_auth_info: Secure, pan: String,
    }
    Secure {
        eci: u8, auth_type_indicator: String,
        #[serde(rename = "threeDSInfo")] three_ds_info: ThreeDs,
        #[serde(rename = "threeDSProtocolVersion")] three_ds_protocol_version: String,
        rreq_trans_status: String, ares_trans_status: String, pa_res_status: String,
        ve_res_status: String, pa_res_check_status: String,
    }
    ThreeDs { cavv: String, xid: String }
    Pair { name: String, value: String }
    Binding {
        client_id: String, binding_id: String, auth_date_time: i64, auth_ref_num: String,
        terminal_id: String, external_created: bool,
    }
    Efecty {
        reference_number: u64, reference_date: i64, reference_status: String,
        reference_term: u32, #[serde(rename = "networkID")] network_id: u32,
        network_name: String,
    }
    Plugin { name: String }
    OfdItem {
        name: String, item_amount: u64, item_attributes: Vec<Pair>, item_price: u64,
        tax_type: String, quantity: Quantity,
    }
    Quantity { value: serde_json::Number, measure: String }
    Bank { bank_name: String, bank_country_code: String, bank_country_name: String }
    Payer { email: String, phone: String, post_address: String }
    Bundle {
        order_creation_date: String, customer_details: Customer, cart_items: Items,
        supplier_phones: Vec<String>,
    }
    Customer {
        email: String, phone: String, contact: String, full_name: String, passport: String,
        inn: String, delivery_info: Delivery,
    }
    Delivery { delivery_type: String, country: String, city: String, post_address: String }
    Items { items: Vec<Item> }
    Item {
        position_id: String, name: String, quantity: Quantity, item_amount: u64,
        item_price: u64, item_currency: u16, item_code: String, tax: Tax,
        item_attributes: Attributes, item_details: Details, deposited_item_amount: u64,
    }
    Tax { tax_type: u8, tax_sum: u64 }
    Attributes { attributes: Vec<Pair> }
    Details { item_details_params: Vec<Pair> }
}

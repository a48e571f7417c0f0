//! Random requests that keep every rule which is on.

use std::time::Duration;

use gateway_rest::{
    Context, Credentials, FullUrl, Profile,
    order::{deposit::Deposit, refund::Refund, register::Register},
    receipts::CloseOfdReceipt,
};
use payments_core::{
    Currency, Endpoint, Invalid, Minor, Part,
    id::{OrderId, OrderNumber},
    money::NonZeroMinor,
    order::{
        AgentType, Decimal, PaymentMethod, PaymentObject, Rule, Rules, TaxType,
        cart::{
            Agent, AgentInfo, CartItem, CartItems, CustomerDetails, DeliveryInfo, ItemAttributes,
            ItemDetails, MarkQuantity, Measure, MtOperator, OrderBundle, Pair, Paying, PositionId,
            Quantity, SupplierInfo, Tax,
        },
        ofd::OfdParams,
        payer::{BillingPayerData, OrderPayerData, ShippingPayerData},
    },
    time::UnixMillis,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// The calls that carry carts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Register,
    Deposit,
    Refund,
    /// A closing receipt over what was registered.
    Close,
}

impl Call {
    pub(super) const ALL: [Self; 4] = [Self::Register, Self::Deposit, Self::Refund, Self::Close];

    /// Where the positions of a call stand.
    pub(super) fn cart(self) -> &'static str {
        match self {
            Self::Register | Self::Close => "orderBundle.cartItems",
            Self::Deposit => "depositItems",
            Self::Refund => "refundItems",
        }
    }
}

/// One cart, registered, completed and refunded.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) rules: Rules,
    pub(super) register: Register,
    pub(super) deposit: Deposit,
    pub(super) refund: Refund,
}

impl Case {
    /// How many positions there are.
    pub(super) fn len(&self) -> usize {
        self.bundle().cart_items.items.len()
    }

    pub(super) fn bundle(&self) -> &OrderBundle {
        self.register.order_bundle.as_ref().expect("every case has a cart")
    }

    pub(super) fn bundle_mut(&mut self) -> &mut OrderBundle {
        self.register.order_bundle.as_mut().expect("every case has a cart")
    }

    /// Changes one position, and with it the amounts of the calls.
    pub(super) fn item(&mut self, place: usize, change: impl FnOnce(&mut CartItem)) {
        self.items(|items| change(&mut items[place]));
    }

    /// Changes the positions, and with them the amounts of the calls.
    pub(super) fn items(&mut self, change: impl FnOnce(&mut Vec<CartItem>)) {
        change(&mut self.bundle_mut().cart_items.items);
        let cart = self.bundle().cart_items.clone();
        let total = cart.items.iter().filter_map(CartItem::cost).map(Minor::get).sum();
        self.register.amount = Minor::new(total);
        let part = Part::exactly(Minor::new(total)).expect("no cart is free");
        (self.deposit.part, self.refund.part) = (part, part);
        self.deposit.deposit_items = Some(cart.clone());
        self.refund.refund_items = Some(cart);
    }

    fn close(&self) -> CloseOfdReceipt {
        let amount = NonZeroMinor::new(self.register.amount).expect("no cart is free");
        CloseOfdReceipt::of_order(OrderId::from_bank("1"), amount).with(|close| {
            close.order_bundle = self.register.order_bundle.clone();
            close.additional_ofd_params = self.register.additional_ofd_params.clone();
        })
    }

    /// The field and the name of the rule that a call breaks.
    pub(super) fn refusal(&self, call: Call, rules: Rules) -> Refused {
        let profile = Profile::vtb_test().with(|profile| profile.rules = rules);
        match call {
            Call::Register => refused(&self.register, &profile),
            Call::Deposit => refused(&self.deposit, &profile),
            Call::Refund => refused(&self.refund, &profile),
            Call::Close => refused(&self.close(), &profile),
        }
    }
}

/// The field and the name of the rule that a request breaks.
pub(super) type Refused = Option<(String, Option<&'static str>)>;

/// Prepares a request with the login of the samples.
pub(super) fn refused<E>(request: &E, profile: &Profile) -> Refused
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let credentials = Credentials::login("test_user", "test_user_password").expect("fits");
    refused_as(request, profile, &credentials)
}

/// Prepares a request.
pub(super) fn refused_as<E>(request: &E, profile: &Profile, credentials: &Credentials) -> Refused
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let now = UnixMillis::new(0).plus(Duration::from_secs(1));
    let error = request.prepare(&Context::new(profile, credentials, now)).err()?;
    let invalid: &Invalid = error.as_invalid().expect("nothing else can fail");
    Some((invalid.field().to_owned(), invalid.name()))
}

/// A case under the default rules and some of the others.
pub(super) fn case() -> impl Strategy<Value = Case> {
    rules().prop_flat_map(under)
}

/// The same, and this rule is on.
pub(super) fn case_with(rule: Rule) -> impl Strategy<Value = Case> {
    rules().prop_flat_map(move |rules| under(rules.with(rule)))
}

fn rules() -> impl Strategy<Value = Rules> {
    vec(any::<bool>(), Rule::ALL.len()).prop_map(|on| {
        let wanted = Rule::ALL.iter().zip(on).filter(|(rule, on)| *on && !rule.is_default());
        wanted.fold(Rules::default(), |rules, (rule, _)| rules.with(*rule))
    })
}

fn under(rules: Rules) -> impl Strategy<Value = Case> {
    let currency = option::of(select(vec![Currency::RUB, Currency::RUR, Currency::EUR]));
    currency.prop_flat_map(move |currency| {
        let items = vec(item(rules, currency), 1..5);
        let parts = (items, 0_u32..90_000, customer(), receipt(), payer(), agent());
        parts.prop_map(move |(mut items, first, customer, receipt, payer, agent)| {
            for (place, item) in (first..).zip(&mut items) {
                let zeros = if place % 3 == 0 { "00" } else { "" };
                item.position_id = PositionId::new(format!("{zeros}{place}")).expect("short");
            }
            let bundle = OrderBundle::new(CartItems::new(Vec::new())).with(|bundle| {
                bundle.customer_details = customer.0;
                bundle.agent = agent.clone();
                bundle.supplier_phones = vec!["+79160000001".into()];
            });
            let number = OrderNumber::new("1").expect("short");
            let back = FullUrl::new("https://shop.example/").expect("full");
            let register = Register::new(number, Minor::ZERO, back).with(|register| {
                register.currency = currency;
                register.order_bundle = Some(bundle);
                register.additional_ofd_params =
                    customer.1.clone().map(|identity| merged(receipt.clone(), identity));
                (register.billing_payer_data, register.shipping_payer_data) = (payer.0, payer.1);
                register.order_payer_data = payer.2;
                register.email = Some("payer@shop.example,second@shop.example".into());
            });
            let order = OrderId::from_bank("1");
            let whole = Part::Whole;
            let mut case = Case {
                rules,
                deposit: Deposit::new(order.clone(), whole).with(|it| it.currency = currency),
                refund: Refund::without_key(order, whole).with(|it| {
                    it.currency = currency;
                    it.additional_ofd_params = Some(receipt);
                }),
                register,
            };
            case.items(|all| *all = items);
            case
        })
    })
}

fn item(rules: Rules, currency: Option<Currency>) -> impl Strategy<Value = CartItem> {
    let quantity = (1_i64..50_000, 0_u32..=3, 1_u64..5_000, 0_u8..3);
    let text = ("[a-zа-я][a-zа-я0-9 .\"\\\\-]{0,99}", any::<bool>(), any::<prop::sample::Index>());
    (quantity, text, attributes(rules), any::<[bool; 4]>()).prop_map(
        move |((value, scale, price, amounts), (name, long, pick), attributes, has)| {
            let one = rules.checks(Rule::QuantityOne);
            let value = if one { Decimal::ONE } else { Decimal::new(value, scale) };
            let marked = attributes.as_ref().is_some_and(|it| it.mark_quantity.is_some());
            let measure = match marked {
                true => Measure::Piece,
                false if has[0] && !rules.checks(Rule::MeasureCode) => "kg".into(),
                false => Measure::KNOWN[pick.index(Measure::KNOWN.len())].into(),
            };
            let price = Minor::new(price * 10_u64.pow(value.scale()));
            let object = attributes.as_ref().and_then(|it| it.payment_object.as_ref());
            let coded = rules.checks(Rule::CodedName);
            let name = match object {
                Some(PaymentObject::NonOperatingGain) if coded => "25".into(),
                Some(PaymentObject::InsurancePremium) if coded => "26".into(),
                _ if long && !rules.checks(Rule::ReceiptName) => "ж".repeat(255),
                _ => name,
            };
            let item = CartItem::new(1.into(), name, Quantity::new(value, measure));
            let both = item.clone().with(|item| item.item_price = Some(price)).cost();
            item.with(|item| {
                item.item_price =
                    (amounts > 0 || rules.checks(Rule::PriceForReceipt)).then_some(price);
                item.item_amount = if amounts < 2 { both } else { None };
                item.item_currency = if has[1] { currency } else { None };
                item.item_code = has[2].then(|| "code".to_owned());
                item.item_details = has[2].then(|| ItemDetails::new([Pair::new("colour", "red")]));
                let rate: TaxType =
                    if has[3] || rules.checks(Rule::TaxCode) { "6" } else { "8" }.into();
                item.tax = has[2].then(|| Tax::new(rate, Minor::new(100)));
                item.item_attributes = attributes;
            })
        },
    )
}

fn attributes(rules: Rules) -> impl Strategy<Value = Option<ItemAttributes>> {
    let known: Vec<&str> = match rules.checks(Rule::ObjectsOfFormat105) {
        true => PaymentObject::KNOWN[..18].to_vec(),
        false => PaymentObject::KNOWN.to_vec(),
    };
    let codes = (select(PaymentMethod::KNOWN.to_vec()), select(known));
    let code = option::of(vec(any::<u8>(), 1..=32));
    let mark = (any::<bool>(), 1_u64..1_000, 1_u64..1_000);
    let all = (codes, code, mark, any::<[bool; 4]>());
    option::of(all.prop_map(move |((method, object), code, (marked, part, rest), has)| {
        let both = rules.checks(Rule::MethodAndObject);
        ItemAttributes::new(method.into(), object.into()).with(|it| {
            if has[0] && !both {
                it.payment_method = None;
            }
            it.nomenclature = code.map(|bytes| {
                bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
            });
            let marked = marked && it.nomenclature.is_some();
            it.mark_quantity = marked.then(|| MarkQuantity::new(part, part + rest));
            it.agent_info = has[1].then(agent_info);
            it.supplier_info = has[2].then(supplier_info);
            it.user_data = has[3].then(|| "data".to_owned());
        })
    }))
}

pub(super) fn agent_info() -> AgentInfo {
    AgentInfo::new(AgentType::OtherAgent).with(|agent| {
        agent.paying = Some(Paying::new().with(|it| it.phones = vec!["+79160000002".into()]));
        agent.mt_operator = Some(MtOperator::new().with(|it| it.inn = Some("0123456789".into())));
    })
}

pub(super) fn supplier_info() -> SupplierInfo {
    SupplierInfo::new().with(|supplier| {
        supplier.phones = vec!["+79160000003".into()];
        supplier.inn = Some("012345678901".into());
    })
}

fn agent() -> impl Strategy<Value = Option<Agent>> {
    option::of(Just(Agent::new(AgentType::PayingAgent).with(|agent| {
        agent.paying_phones = vec!["+79160000004".into()];
        agent.mt_operator_inn = Some("0123456789".into());
    })))
}

/// The customer, and the receipt data that says who that is: nothing, the taxpayer number, or the
/// whole document, in the cart or beside it.
fn customer() -> impl Strategy<Value = (Option<CustomerDetails>, Option<OfdParams>)> {
    let customer = || {
        CustomerDetails::new().with(|it| {
            it.email = Some("a@shop.example,b@shop.example".into());
            it.phone = Some("0079161234567".into());
            it.delivery_info = Some(DeliveryInfo::new("RU", "Moscow", "Street 1"));
        })
    };
    let named = customer().with(|it| {
        it.full_name = Some("Name".into());
        it.inn = Some("0123456789".into());
    });
    let passport = customer().with(|it| it.passport = Some("2222888888".into()));
    let document = OfdParams::new().with(|it| {
        it.client_birth_date = Some("29.02.1992".into());
        it.client_document_code = Some("21".into());
    });
    let beside = OfdParams::new().with(|it| {
        it.client_name = Some("Name".into());
        it.client_inn = Some("012345678901".into());
        it.client_citizenship = Some("643".into());
    });
    select(vec![
        (None, None),
        (None, Some(beside.clone())),
        (Some(customer()), Some(beside)),
        (Some(named.clone()), None),
        (Some(named), Some(OfdParams::new())),
        (Some(passport), Some(document)),
        (Some(customer()), Some(OfdParams::new())),
    ])
}

/// Receipt data that says nothing of who the customer is.
fn receipt() -> impl Strategy<Value = OfdParams> {
    any::<[bool; 4]>().prop_map(|has| {
        OfdParams::new().with(|it| {
            it.agent_type = has[0].then_some(AgentType::OtherAgent);
            it.paying_phones = vec!["+79160000005".into()];
            it.mt_operator_inn = has[0].then(|| "0123456789".into());
            it.cashier_inn = has[1].then(|| "012345678901".into());
            it.client_email = has[2].then(|| "a@shop.example".into());
            it.client_phone = (has[3] && !has[2]).then(|| "+37121234567".into());
            it.operating_name = has[1].then(|| "0".into());
            it.operating_timestamp = Some("01.02.2027 03:04:05".into());
            it.sectoral_date = has[3].then(|| "31.12.2026".into());
        })
    })
}

fn merged(receipt: OfdParams, identity: OfdParams) -> OfdParams {
    receipt.with(|it| {
        it.client_birth_date = identity.client_birth_date;
        it.client_document_code = identity.client_document_code;
        it.client_name = identity.client_name;
        it.client_inn = identity.client_inn;
        it.client_citizenship = identity.client_citizenship;
    })
}

type Payer = (Option<BillingPayerData>, Option<ShippingPayerData>, Option<OrderPayerData>);

fn payer() -> impl Strategy<Value = Payer> {
    any::<bool>().prop_map(|all| {
        let billing = BillingPayerData::new().with(|it| {
            it.billing_address_line1 = Some("Street 1".into());
            it.billing_postal_code = Some("101000".into());
        });
        let shipping = ShippingPayerData::new().with(|it| {
            it.delivery_email = Some("goods@shop.example".into());
        });
        let order = OrderPayerData::new().with(|it| it.mobile_phone = Some("79161234567".into()));
        (Some(billing), all.then_some(shipping), all.then_some(order))
    })
}

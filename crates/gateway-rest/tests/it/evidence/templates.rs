//! Payment links.

use gateway_rest::{
    Profile,
    order::language::Language,
    templates::{
        CreateTemplate, ListTemplates, ReadTemplate, UpdateTemplate,
        parts::{AdditionalParam, Commission, ParamChange, QrTemplate, TemplateAmount},
        spelling::TemplateSpelling,
    },
};
use payments_core::{
    Currency, Minor,
    id::{MerchantLogin, TemplateId},
    order::{Rule, TemplateParamMode, TemplateStatus},
};

use super::{Row, read, sent_at, shop::Shop};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "rest/templates/create.do",
        requests: &[|| sent_at(&sampled(), &create())],
        answer: |answer| read(&create(), answer),
        fragments: &[],
        refused: || samples::refused(&create()),
        run: |shop| {
            let size = Some(QrTemplate::png(150, 150));
            let created = shop.call(&link("one").with(|it| it.qr_template = size));
            assert_eq!(created.template.status, Some(TemplateStatus::Active));
            let code = created.template.qr_template.as_ref().expect("a code");
            assert!(code.png().is_some_and(|png| png.starts_with(b"\x89PNG")));
            assert!(code.payload.is_some());
            let drawn = code.rendered_qr.as_deref().expect("drawn");
            let id = created.template.template_id.as_str();
            format!("{created:#?}").replace(drawn, "<png>").replace(id, "<link>")
        },
    },
    Row {
        path: "rest/templates/get.do",
        requests: &[|| sent_at(&sampled(), &ReadTemplate::new(printed()))],
        answer: |answer| read(&ReadTemplate::new(printed()), answer),
        fragments: &[],
        refused: || {
            let small = QrTemplate::png(9, 9);
            samples::refused(&ReadTemplate::new(printed()).with(|it| it.qr_template = Some(small)))
        },
        run: |shop| {
            let made = made(shop, "one");
            let report = shop.call(&ReadTemplate::new(made.clone()));
            assert_eq!(report.template.template_id, made);
            assert_eq!(report.template.amount, Some(Minor::new(2000)));
            format!("{report:#?}").replace(made.as_str(), "<link>")
        },
    },
    Row {
        path: "rest/templates/update.do",
        requests: &[|| sent_at(&sampled(), &update())],
        answer: |answer| read(&update(), answer),
        fragments: &[],
        refused: || samples::refused(&update()),
        run: |shop| {
            let made = made(shop, "one");
            let change = UpdateTemplate::new(made.clone()).with(|it| {
                it.amount = TemplateAmount::exactly(Minor::new(3000)).ok();
                it.status = Some(TemplateStatus::Inactive);
            });
            let updated = shop.call(&change);
            let now = shop.call(&ReadTemplate::new(made)).template;
            assert_eq!(now.amount, Some(Minor::new(3000)));
            assert_eq!(now.status, Some(TemplateStatus::Inactive));
            format!("{updated:#?}")
        },
    },
    Row {
        path: "rest/templates/getList.do",
        requests: &[|| sent_at(&sampled(), &list())],
        answer: |answer| read(&list(), answer),
        fragments: &[],
        refused: || {
            samples::refused(&list().with(|it| it.qr_template = Some(QrTemplate::png(9, 9))))
        },
        run: |shop| {
            assert!(shop.call(&ListTemplates::active()).templates.is_empty());
            let (first, second) = (made(shop, "one"), made(shop, "two"));
            shop.call(
                &UpdateTemplate::new(second).with(|it| it.status = Some(TemplateStatus::Inactive)),
            );
            let active = shop.call(&ListTemplates::active());
            let found: Vec<_> = active.templates.iter().map(|it| &it.template_id).collect();
            assert_eq!(found, [&first]);
            format!("{active:#?}").replace(first.as_str(), "<link>")
        },
    },
];

/// The bank of the samples: it spells three names as they do and takes both kinds of commission.
fn sampled() -> Profile {
    Profile::vtb_test().with(|it| {
        it.templates = TemplateSpelling::SAMPLES;
        it.rules = it.rules.without(Rule::OneCommission);
    })
}

fn printed() -> TemplateId {
    TemplateId::new("umoPoMUCbGrsKRKT").expect("fits")
}

/// Both kinds of commission, which the prose forbids.
fn commission(fee: u64, fixed: u64, percentage: &str) -> Option<Commission> {
    let percentage = percentage.parse().expect("a number");
    let commission = Commission::percentage(Minor::new(fee), Minor::new(fee), percentage);
    Some(commission.with(|it| it.fixed_amount = Some(Minor::new(fixed))))
}

fn create() -> CreateTemplate {
    let name = "Name For Client";
    CreateTemplate::new("template_test", name, TemplateAmount::PayerChooses).with(|it| {
        it.language = Some(Language::English);
        it.currency = Some(Currency::EUR);
        it.description_for_client = Some("Description For Client".into());
        it.qr_template = Some(QrTemplate::png(150, 150));
        it.commission = commission(14, 34, "3.3");
        it.additional_params = vec![AdditionalParam::new("Test", "phone", true).with(|param| {
            param.placeholder = Some("test".into());
            param.regexp = Some("\\w+".into());
            param.value = Some("123".into());
            param.visible = Some(true);
        })];
    })
}

fn update() -> UpdateTemplate {
    let param = AdditionalParam::new("Phone number", "phone", true).with(|param| {
        param.placeholder = Some("test".into());
        param.regexp = Some("\\w+".into());
        param.value = Some("+35799988877".into());
        param.visible = Some(true);
    });
    let removed = ParamChange::add(param).with(|it| it.mode = Some(TemplateParamMode::Remove));
    UpdateTemplate::new(printed()).with(|it| {
        it.language = Some(Language::English);
        it.name = Some("merchapitest".into());
        it.amount = TemplateAmount::exactly(Minor::new(300_444)).ok();
        it.name_for_client = Some("Name for client".into());
        it.description_for_client = Some("Description for client".into());
        it.description = Some("description555".into());
        it.commission = commission(141, 341, "31.3");
        it.additional_params = vec![removed];
    })
}

fn list() -> ListTemplates {
    ListTemplates::active()
        .with(|it| it.merchant_login = Some(MerchantLogin::new("testMerchant").expect("fits")))
}

fn link(name: &str) -> CreateTemplate {
    let amount = TemplateAmount::exactly(Minor::new(2000)).expect("not zero");
    CreateTemplate::new(name, "A link", amount)
}

fn made(shop: &Shop, name: &str) -> TemplateId {
    shop.call(&link(name)).template.template_id.clone()
}

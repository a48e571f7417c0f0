//! What a payment must and must not hold beside the findings of a 3DS server of one's own.

use payments_core::{
    Invalid, limit,
    order::{Eci, ThreeDsProtocolVersion},
};

use super::{ExternalThreeDs, Means, PaymentOrder};

/// The fields that the table of this way to pay lacks (G-119), and those that say that the gateway
/// is to authenticate the payer.
pub(super) fn check(payment: &PaymentOrder) -> Result<(), Invalid> {
    let Some(found) = &payment.external_three_ds else { return Ok(()) };
    found.validate()?;
    authenticated(found)?;
    let by_sbp = matches!(payment.means, Means::SbpSubscription(_));
    for (held, field) in [
        (by_sbp, "sbpSubscriptionToken"),
        (payment.three_ds_sdk.is_some(), "threeDSSDK"),
        (payment.sca_exemption.is_some(), "externalScaExemptionIndicator"),
        (payment.original_payment_net_ref_num.is_some(), "originalPaymentNetRefNum"),
        (payment.original_payment_date.is_some(), "originalPaymentDate"),
        (payment.three_ds_server_trans_id.is_some(), "threeDSServerTransId"),
        (payment.three_ds_ver2_finish_url.is_some(), "threeDSVer2FinishUrl"),
        (payment.three_ds_method_notification_url.is_some(), "threeDSMethodNotificationUrl"),
    ] {
        let rule = || "must not go with the findings of a 3DS server of one's own".into();
        limit::ensure(!held, field, rule)?;
    }
    versions(payment, found)?;
    for (name, _) in payment.params.iter().flat_map(|params| params.iter()) {
        let rule = || format!("must not hold {name} beside the findings of a 3DS server");
        limit::ensure(found.pairs().all(|(own, _)| own != name), "jsonParams", rule)?;
    }
    Ok(())
}

/// `eci` always comes, and with it the proof, unless it says that nobody was authenticated (G-117).
fn authenticated(found: &ExternalThreeDs) -> Result<(), Invalid> {
    let eci = found.eci.as_ref().map(Eci::listed);
    let rule = || "must be set with the findings of a 3DS server of one's own".into();
    limit::ensure(eci.is_some(), "jsonParams.eci", rule)?;
    if matches!(eci, Some(Eci::SslNoTds | Eci::CupSsl)) {
        return Ok(());
    }
    limit::ensure(found.cavv.is_some(), "jsonParams.cavv", rule)?;
    limit::ensure(found.xid.is_some(), "jsonParams.xid", rule)
}

/// The version may stand in two places, and then says the same in both.
fn versions(payment: &PaymentOrder, found: &ExternalThreeDs) -> Result<(), Invalid> {
    let beside = payment.three_ds_protocol_version.as_ref().map(ThreeDsProtocolVersion::as_str);
    let inside = found.three_ds_protocol_version.as_ref().map(ThreeDsProtocolVersion::as_str);
    let same = beside.is_none() || inside.is_none() || beside == inside;
    limit::ensure(same, "threeDSProtocolVersion", || "must be the one in jsonParams".into())
}

//! The router and its banks in small, written from the documents and not from the table.

use super::*;

/// How the payer pays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    Sbp,
    Other,
}

/// Something that happens; an amount may be more than is there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Route,
    Wait,
    Fail,
    Pay(Way),
    Refuse,
    Expire,
    Deposit(u64),
    Reverse(u64),
    Refund(u64),
    Decline,
}

/// An order as the router keeps it, in plain numbers and words.
#[derive(Clone, Debug)]
pub(super) struct Router {
    pub(super) two_phases: bool,
    ordered: u64,
    pub(super) state: &'static str,
    way: Option<Way>,
    approved: u64,
    deposited: u64,
    refunded: u64,
    reversed_before: bool,
}

impl Router {
    pub(super) fn new(two_phases: bool, ordered: u64) -> Self {
        Self {
            two_phases,
            ordered,
            state: "PREREGISTERED",
            way: None,
            approved: 0,
            deposited: 0,
            refunded: 0,
            reversed_before: false,
        }
    }

    /// What comes of it; nothing if it is refused.
    pub(super) fn happens(&mut self, event: Event) -> bool {
        match (event, self.state) {
            (Event::Route, "PREREGISTERED") | (Event::Fail, "PENDING") => self.state = "CREATED",
            (Event::Wait, "CREATED") => self.state = "PENDING",
            (Event::Pay(way), "CREATED" | "PENDING") => self.pay(way),
            (Event::Refuse, "CREATED" | "PENDING")
            | (Event::Expire, "PREREGISTERED" | "CREATED" | "PENDING")
            | (Event::Decline, "PREREGISTERED" | "CREATED") => self.state = "DECLINED",
            (Event::Deposit(sum), "APPROVED") if sum > 0 && sum <= self.approved => {
                self.deposited = sum;
                self.state = "DEPOSITED";
            }
            (Event::Reverse(sum), "APPROVED")
                if sum > 0 && sum <= self.approved && !self.reversed_before =>
            {
                self.approved -= sum;
                self.reversed_before = true;
                if self.approved == 0 {
                    self.state = "REVERSED";
                }
            }
            (Event::Refund(sum), "DEPOSITED" | "REFUNDED") if sum > 0 && sum <= self.deposited => {
                self.deposited -= sum;
                self.refunded += sum;
                self.state = "REFUNDED";
            }
            _ => return false,
        }
        true
    }

    fn pay(&mut self, way: Way) {
        self.way = Some(way);
        self.approved = self.ordered;
        if self.two_phases && way == Way::Other {
            self.state = "APPROVED";
        } else {
            self.deposited = self.ordered;
            self.state = "DEPOSITED";
        }
    }

    pub(super) fn amounts(&self) -> Amounts {
        amounts(self.approved, self.deposited, self.refunded)
    }

    /// Some answers tell all amounts, some the router's own, some the way, some nothing.
    pub(super) fn report(&self, told: u8) -> Report {
        let amounts = told.is_multiple_of(4).then(|| self.amounts());
        let report = says(self.state, amounts);
        let report =
            if told % 4 == 1 { report.deposited(Some(minor(self.deposited))) } else { report };
        let sbp = told % 4 != 3 && self.way == Some(Way::Sbp);
        report.paid_by(sbp.then_some(&PaymentWay::SbpC2b))
    }

    pub(super) fn phases(&self) -> Phases {
        if self.two_phases { Phases::Two } else { Phases::One }
    }
}

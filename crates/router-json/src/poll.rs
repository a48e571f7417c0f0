//! Waiting until it is known how the payment of an order ended.

use payments_core::{Answer, time::UnixMillis};
use payments_http::{Poll, poll::Time};

use crate::{
    Client,
    order::status::{OrderStatus, RouterReport},
};

impl Client {
    /// Asks for an order at growing intervals until it is known how its payment ended, or until its
    /// lifetime ends, which is when `until` says: 30 minutes after registration unless that says
    /// otherwise (documents/004, "Payment status"). The router asks the bank each time.
    ///
    /// A callback that is proven genuine ends the waiting at once, if it is given the
    /// [`callbacks`](Poll::callbacks). Callbacks come from the bank and may name the order by the
    /// bank's own id: correlate them by `orderNumber`.
    ///
    /// Paid is an order that is held or debited. [`Outcome::Unknown`](payments_core::poll::Outcome) is
    /// no failure: somebody may have paid at the last moment.
    ///
    /// ```no_run
    /// # async fn wait(client: router_json::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use payments_core::{id::OrderId, poll::Outcome};
    /// use router_json::order::status::OrderStatus;
    ///
    /// let order = OrderStatus::of_order(OrderId::from_bank("2c04379b-03ef-7e25-b619-446807dc54c2"));
    /// let until = client.now().plus(Duration::from_secs(30 * 60));
    /// let polled = client.poll(order, until).outcome().await?;
    /// if polled.outcome == Outcome::Paid {
    ///     println!("paid");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll(&self, order: OrderStatus, until: UnixMillis) -> Poll<'static, Box<RouterReport>> {
        let (client, clock) = (self.clone(), self.clone());
        let ask = move || {
            let (client, order) = (client.clone(), order.clone());
            Box::pin(async move { client.call(&order).await.map(Answer::into_inner) }) as _
        };
        Poll::new(Time::tokio(move || clock.now()), until, ask, |report| (report.standing(), None))
    }
}

//! The router and the banks behind it, by requests written by hand.

mod access;
mod callbacks;
mod control;
mod money;
mod orders;
mod pages;
mod properties;
mod registration;
mod routing;
mod subscriptions;
mod support;
mod wallets;

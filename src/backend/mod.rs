//! Turns questions into answers: the only room that speaks to the three systems.

pub mod breaker;
pub mod http;
pub mod pace;

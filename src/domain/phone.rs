//! stub
/// s
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Msisdn(String);
/// s
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

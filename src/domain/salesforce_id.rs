//! stub
/// s
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SalesforceId(String);
impl std::fmt::Display for SalesforceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

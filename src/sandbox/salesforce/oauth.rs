//! Who is signed in.

/// Sessions handed out by the token endpoint.
#[derive(Clone, Debug, Default)]
pub struct Sessions {}

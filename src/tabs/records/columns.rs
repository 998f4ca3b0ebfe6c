//! Which columns of a list are shown, and in which order.

/// Columns in their order, by their numbers in [`super::Record::COLUMNS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Every column, shown or not.
    order: Vec<(usize, bool)>,
    shown: Vec<usize>,
}

impl Columns {
    /// All of so many, in their order.
    pub fn all(len: usize) -> Self {
        Self::new((0..len).map(|column| (column, true)).collect())
    }

    /// Columns in this order, and which of them are shown. One at least is: a list without columns says nothing.
    pub fn new(mut order: Vec<(usize, bool)>) -> Self {
        if !order.iter().any(|(_, shown)| *shown)
            && let Some((_, shown)) = order.first_mut()
        {
            *shown = true;
        }
        let shown = order.iter().filter(|(_, shown)| *shown).map(|(column, _)| *column).collect();
        Self { order, shown }
    }

    /// Every column in its order, and whether it is shown.
    pub fn order(&self) -> &[(usize, bool)] {
        &self.order
    }

    /// Those that are shown, in their order.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }
}

//! Which keys do what: a preset, and what this configuration says of single actions.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::keymap::{Keymap, Preset, Rebinding, WrongKeys};

/// Keys by the action they belong to. None takes an action's keys away.
pub type Table = BTreeMap<String, Vec<String>>;

/// `[keys]`: a table for every place where keys count.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// What these are laid over: `plain` or `vim`.
    pub preset: Preset,
    /// Everywhere.
    pub desk: Table,
    /// With a customer open.
    pub customer: Table,
    /// In a list.
    pub records: Table,
    /// Where details can stand beside it.
    pub details: Table,
    /// Changes on the first tab.
    pub dashboard: Table,
    /// Changes of services.
    pub subscriptions: Table,
    /// Changes of what is owed.
    pub billing: Table,
    /// Changes of orders.
    pub orders: Table,
    /// Changes of lines.
    pub sim: Table,
    /// Changes of cases and tickets.
    pub support: Table,
    /// In whatever lies over the screen.
    pub overlay: Table,
    /// Where one of several is looked for by typing.
    pub picker: Table,
    /// In a form.
    pub form: Table,
    /// Where something is confirmed.
    pub confirm: Table,
    /// In the list of changes on their way.
    pub operations: Table,
    /// In the notification centre.
    pub centre: Table,
    /// In the outbox.
    pub outbox: Table,
    /// Where the systems' health is.
    pub systems: Table,
    /// Where a change of many rows is.
    pub rows: Table,
    /// Where what was recorded is named.
    pub routine: Table,
    /// Where columns are chosen.
    pub columns: Table,
    /// Where an activation code is.
    pub code: Table,
}

impl Keys {
    /// The tables by their names.
    fn tables(&self) -> [(&'static str, &Table); 22] {
        [
            ("desk", &self.desk),
            ("customer", &self.customer),
            ("records", &self.records),
            ("details", &self.details),
            ("dashboard", &self.dashboard),
            ("subscriptions", &self.subscriptions),
            ("billing", &self.billing),
            ("orders", &self.orders),
            ("sim", &self.sim),
            ("support", &self.support),
            ("overlay", &self.overlay),
            ("picker", &self.picker),
            ("form", &self.form),
            ("confirm", &self.confirm),
            ("operations", &self.operations),
            ("centre", &self.centre),
            ("outbox", &self.outbox),
            ("systems", &self.systems),
            ("rows", &self.rows),
            ("routine", &self.routine),
            ("columns", &self.columns),
            ("code", &self.code),
        ]
    }

    /// As the desk looks them up.
    ///
    /// # Errors
    /// The first action whose keys cannot be so.
    pub fn keymap(&self) -> Result<Keymap, WrongKeys> {
        let rows = self
            .tables()
            .into_iter()
            .flat_map(|(layer, table)| table.iter().map(move |(action, keys)| Rebinding { layer, action, keys }));
        Keymap::new(self.preset, &rows.collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::show::EXAMPLE;
    use crate::flow::bindable;

    /// A line for every action, with the keys it has by default, and none for anything else.
    #[test]
    fn the_example_lists_every_action_with_its_keys() {
        let mut table = "";
        let mut listed = BTreeSet::new();
        for line in EXAMPLE.lines().map(|line| line.strip_prefix("#| ").unwrap_or(line)) {
            if let Some(header) = line.strip_prefix('[') {
                table = header.strip_prefix("keys.").and_then(|rest| rest.strip_suffix(']')).unwrap_or("");
            } else if let Some((action, keys)) = line.split_once(" = ").filter(|_| !table.is_empty()) {
                listed.insert((table.to_owned(), action.to_owned(), keys.to_owned()));
            }
        }
        let written =
            |keys: &[&str]| format!("[{}]", keys.iter().map(|key| format!("{key:?}")).collect::<Vec<_>>().join(", "));
        let row = |layer: &str, name: &str, keys: &[&str]| (layer.to_owned(), name.to_owned(), written(keys));
        let there: BTreeSet<_> = bindable().map(|spec| row(spec.layer.name(), spec.name, spec.keys)).collect();
        let missing: Vec<_> = there.difference(&listed).collect();
        let wrong: Vec<_> = listed.difference(&there).collect();
        assert!(missing.is_empty() && wrong.is_empty(), "missing: {missing:?}\nwrong: {wrong:?}");
    }
}

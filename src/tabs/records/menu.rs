//! What a list asks in overlays, and what it does with the answers: copies, columns, views, files.

use madoguchi_ui::table::{Direction, Sort};

use crate::domain::{nearest, time};
use crate::flow::View;
use crate::scene::Scene;
use crate::tabs::ask::{
    Ask, Choice, ChoiceOption, ColumnsAsked, ExportAsked, ExportRows, ExportWish, Exported, Layout, Told,
};
use crate::tabs::{Copied, Did};

use super::filter::Filter;
use super::rows::{is_masked, names};
use super::{Record, Records, export};

/// A view that comes with a list.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn {
    /// Key of its name in the language table.
    pub title: &'static str,
    /// Name of the column it is sorted by, with `-` before it for largest first; empty for the order of the system.
    pub sort: &'static str,
    /// What stands in the filter. `field:word` holds in both languages where the word is that of a state's key.
    pub filter: &'static str,
}

impl<R: Record> Records<R> {
    /// The copy menu: the whole row for a spreadsheet, its number, each of its cells.
    pub(super) fn copies(&self, scene: &Scene<'_>) -> Did {
        let Some(row) = self.current() else { return Did::Nothing };
        let masked = Scene { revealed: false, ..*scene };
        let cells: Vec<(String, Copied)> = R::COLUMNS
            .iter()
            .map(|column| {
                let text = (column.cell)(row, scene).text.into_owned();
                let personal = scene.revealed && is_masked(&(column.cell)(row, &masked).text, &masked);
                (scene.words.say(column.title).into_owned(), Copied { text, personal })
            })
            .collect();
        let whole = Copied {
            text: self
                .columns
                .shown()
                .iter()
                .map(|column| cells[*column].1.text.as_str())
                .collect::<Vec<_>>()
                .join("\t"),
            personal: self.columns.shown().iter().any(|column| cells[*column].1.personal),
        };
        // A number may be copied without being shown, and is audited then; the menu does not show it either.
        let option = |text: String, copied: Copied| ChoiceOption {
            text,
            aside: if copied.personal && !scene.revealed { String::new() } else { copied.text.replace('\t', "  ") },
            did: Did::Copy(copied),
        };
        let mut options = vec![
            option(scene.say("copy-number").into_owned(), row.copied()),
            option(scene.say("copy-row").into_owned(), whole),
        ];
        options.extend(cells.into_iter().filter(|(_, it)| !it.text.is_empty()).map(|(title, it)| option(title, it)));
        Did::Ask(Ask::Choose(Choice { title: "copy-title", options }))
    }

    /// Which columns, in which order, sorted by which.
    pub(super) fn ask_columns(&self, scene: &Scene<'_>) -> Did {
        let titles = R::COLUMNS.iter().map(|column| scene.words.say(column.title).into_owned()).collect();
        let layout = Layout { columns: self.columns.order().to_vec(), sort: self.sort };
        Did::Ask(Ask::Columns(ColumnsAsked { titles, layout }))
    }

    /// The views of this list: as it comes, those built in, those configured.
    pub(super) fn views(scene: &Scene<'_>) -> Did {
        let option = |text: String, aside: String, layout: Layout, filter: &str| ChoiceOption {
            text,
            aside,
            did: Did::Tell(Told::View(layout, filter.to_owned())),
        };
        let plain = Layout { columns: in_order::<R>(&[]), sort: None };
        let mut options = vec![option(scene.say("view-plain").into_owned(), String::new(), plain, "")];
        options.extend(R::VIEWS.iter().map(|view| {
            let layout = Layout { columns: in_order::<R>(&[]), sort: sort::<R>(view.sort) };
            let aside = [view.filter, view.sort].join(" ");
            option(scene.words.say(view.title).into_owned(), aside.trim().to_owned(), layout, view.filter)
        }));
        options.extend(scene.lists.views.iter().filter(|view| view.list == R::NAME).map(|view| {
            let layout = Layout { columns: in_order::<R>(&view.columns), sort: sort::<R>(&view.sort) };
            let aside = format!("{} {}", view.filter, view.sort);
            option(view.name.clone(), aside.trim().to_owned(), layout, &view.filter)
        }));
        Did::Ask(Ask::Choose(Choice { title: "views-title", options }))
    }

    /// What is to be written to a file.
    pub(super) fn ask_export(&self, scene: &Scene<'_>) -> Did {
        if self.rows.all().is_empty() {
            return Did::Refused("export-nothing");
        }
        let at = time::date_time(scene.now).replace([' ', ':'], "-");
        Did::Ask(Ask::Export(ExportAsked {
            rows: [self.rows.len(), self.rows.all().len(), self.marks.len()],
            stem: scene.lists.folder.join(format!("{}-{at}", R::NAME)),
            personal: scene.revealed,
        }))
    }

    /// The file that was asked for. A desk that shows personal data gives none without a reason.
    pub(super) fn export(&self, wish: ExportWish, scene: &Scene<'_>) -> Did {
        let reason = wish.reason.trim();
        if scene.revealed && reason.is_empty() {
            return Did::Nothing;
        }
        let rows: Vec<u32> = match wish.rows {
            ExportRows::Shown => self.rows.shown().to_vec(),
            ExportRows::All => self.rows.order().to_vec(),
            ExportRows::Marked => self.marks.in_order(&self.rows),
        };
        let records = rows.iter().filter_map(|index| self.rows.row(*index));
        let content = export::content(wish.format, self.columns.shown(), records, scene);
        let note = format!("{} rows of {} as {}: {reason}", rows.len(), R::NAME, wish.format.extension());
        Did::Export(Exported { path: wish.path, content, personal: scene.revealed, note })
    }
}

/// Every column: these shown in their order, then the others hidden. Without any, all are shown as they come.
fn in_order<R: Record>(names: &[String]) -> Vec<(usize, bool)> {
    let named: Vec<usize> = names.iter().filter_map(|name| column::<R>(name)).collect();
    let others = (0..R::COLUMNS.len()).filter(|column| !named.contains(column));
    named.iter().map(|column| (*column, true)).chain(others.map(|column| (column, named.is_empty()))).collect()
}

fn column<R: Record>(name: &str) -> Option<usize> {
    R::COLUMNS.iter().position(|column| column.name == name)
}

fn sort<R: Record>(written: &str) -> Option<Sort> {
    let (name, direction) = match written.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (written, Direction::Ascending),
    };
    Some(Sort { column: column::<R>(name)?, direction })
}

/// Whether a configured view fits its list.
///
/// # Errors
/// What is wrong, with the word that would be right.
pub fn check<R: Record>(view: &View, scene: &Scene<'_>) -> Result<(), String> {
    let columns: Vec<&str> = R::COLUMNS.iter().map(|column| column.name).collect();
    let sort = view.sort.strip_prefix('-').unwrap_or(&view.sort);
    let unknown = Filter::parse(&view.filter, &names::<R>(scene), scene.today()).unknown;
    let mut used = view.columns.iter().map(String::as_str).chain((!sort.is_empty()).then_some(sort));
    match used.find(|name| !columns.contains(name)).or(unknown.as_deref()) {
        Some(wrong) => Err(format!("the list {} has no column {}", R::NAME, nearest::instead(wrong, &columns))),
        None => Ok(()),
    }
}

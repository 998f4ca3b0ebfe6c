//! The widgets of the desk. They know no domain words, no IO and no clock.
//!
//! # How to use them
//!
//! 1. Once, at start: `theme::builtin("dark")` (or [`theme::Palette::named`] with a user's file), then
//!    [`theme::Palette::lower`] to what the terminal shows. The [`theme::Theme`] is handed to everything that draws.
//! 2. State lives with whoever owns the screen: [`scroll::Scroll`], [`table::TableState`], [`input::TextInput`]. It changes
//!    only by methods that take what happened and the sizes (`state.go(Move::Page(1), len, area)`).
//! 3. Drawing is a function of state and area: `widget.render(area, buf, theme)`. It changes nothing, allocates next to
//!    nothing, writes only inside `area`, and takes any area, 0×0 included.
//! 4. Clicks are answered by the same arithmetic that drew: `row_at`, `column_at`, `tab_at`, `click`.
//!
//! | module | what |
//! |---|---|
//! | [`theme`], [`themes`] | roles instead of colours; theme files; built-in themes and the person's own |
//! | [`color`] | depths, lowering, contrast |
//! | [`glyphs`] | the shapes widgets draw, Unicode or ASCII; marks |
//! | [`text`], [`ambiguous`] | widths, cutting, wrapping, and `put`, which writes text into cells |
//! | [`scroll`] | cursor and offset arithmetic, the scrollbar |
//! | [`table`] | a table of any length |
//! | [`input`] | a line to type into, and where the real cursor belongs |
//! | [`panel`] | a frame with a title and an age or a fault at its right |
//! | [`overlay`] | the place of a box over the screen, and clearing what is under it |
//! | [`detail`] | one record: labels and wrapped values in sections, a cursor over them, links |
//! | [`form`] | lines, choices and ticks with their labels, help and errors |
//! | [`picker`] | a filter and a list, with what matched |
//! | [`tabs`], [`pages`], [`crumbs`], [`hints`], [`status`] | the frame of the screen; what matters least is dropped first |
//! | [`toast`] | notices in the corner |
//! | [`bars`] | charts: lying bars, standing columns |
//! | [`modules`] | a square that cameras read: dark on light whatever the theme |
//! | [`lanes`] | steps of one piece of work through four lanes |
//! | [`gauge`], [`spinner`] | how much is used or left; something is under way |
//! | [`empty`] | a sentence where there is nothing |
//!
//! Texts that a table makes for one frame are [`written`] in place.
//!
//! # Three rules
//!
//! * **Cells, not characters.** Text is measured and drawn by [`text`] alone, never by `len`, `chars().count()`, `Span` or
//!   `Buffer::set_string`: those disagree with terminals about half-width kana, emoji and hostile characters.
//! * **Meaning never by colour alone.** A tone has a [`glyphs::Mark`] or a word beside its colour.
//! * **Few bytes.** A selected row has one style over its whole width; themes use palette indexes.

pub mod ambiguous;
pub mod bars;
pub mod color;
pub mod crumbs;
pub mod detail;
pub mod empty;
mod fit;
pub mod form;
pub mod gauge;
pub mod glyphs;
pub mod hints;
pub mod input;
pub mod lanes;
pub mod modules;
pub mod overlay;
pub mod pages;
pub mod panel;
pub mod picker;
pub mod scroll;
pub mod spinner;
mod stack;
pub mod status;
pub mod table;
pub mod tabs;
#[cfg(test)]
mod testing;
pub mod text;
pub mod theme;
pub mod themes;
pub mod toast;
pub mod written;

//! The glass as a picture: each run of cells of one look is a text as long as its cells are wide, whatever font shows it.

use std::fmt::Write as _;

/// Size of a cell in the picture's units.
const CELL: (f32, f32) = (8.0, 17.0);
/// What the terminal itself would paint.
const PAPER: u32 = 0x001c_1c1c;
const INK: u32 = 0x00d0_d0d0;

#[derive(Clone, Copy, PartialEq)]
struct Look {
    ink: u32,
    paper: u32,
    bold: bool,
    italic: bool,
    underline: bool,
}

/// The first sixteen colours, as xterm has them.
const NAMED: [u32; 16] = [
    0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f, 0xff_0000,
    0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
];

fn rgb(color: vt100::Color, otherwise: u32) -> u32 {
    match color {
        vt100::Color::Default => otherwise,
        vt100::Color::Rgb(r, g, b) => u32::from(r) << 16 | u32::from(g) << 8 | u32::from(b),
        vt100::Color::Idx(n @ 0..16) => NAMED[usize::from(n)],
        vt100::Color::Idx(n @ 16..232) => {
            let n = u32::from(n) - 16;
            let level = |n: u32| if n == 0 { 0 } else { 55 + 40 * n };
            level(n / 36) << 16 | level(n / 6 % 6) << 8 | level(n % 6)
        }
        vt100::Color::Idx(n) => (8 + 10 * (u32::from(n) - 232)) * 0x01_0101,
    }
}

fn look(cell: &vt100::Cell) -> Look {
    let (mut ink, mut paper) = (rgb(cell.fgcolor(), INK), rgb(cell.bgcolor(), PAPER));
    if cell.inverse() {
        (ink, paper) = (paper, ink);
    }
    Look { ink, paper, bold: cell.bold(), italic: cell.italic(), underline: cell.underline() }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(' ', "\u{a0}")
}

/// Draws the glass. `title` is what a person hears who does not see it.
pub fn draw(screen: &vt100::Screen, title: &str) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (width, height) = (f32::from(columns) * CELL.0, f32::from(rows) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n\
         <style>text{{font:13.3px \"DejaVu Sans Mono\",\"Noto Sans Mono CJK JP\",Menlo,Consolas,monospace;\
         white-space:pre}}rect{{shape-rendering:crispEdges}}</style>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#{PAPER:06x}\"/>\n",
        escaped(title)
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let start = column;
            let Some(first) = screen.cell(row, column) else { break };
            let its = look(first);
            let mut cells = Vec::new();
            while let Some(cell) = screen.cell(row, column).filter(|cell| column < columns && look(cell) == its) {
                cells.push((column, if cell.has_contents() { cell.contents() } else { " " }, cell.is_wide()));
                column += if cell.is_wide() { 2 } else { 1 };
            }
            let y = f32::from(row) * CELL.1;
            if its.paper != PAPER {
                let (x, width) = (f32::from(start) * CELL.0, f32::from(column - start) * CELL.0);
                let _ = writeln!(
                    out,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\" fill=\"#{:06x}\"/>",
                    CELL.1, its.paper
                );
            }
            // Wide characters come from another font than the others: each text has one of the two, and begins at its cell.
            for piece in cells.chunk_by(|a, b| a.2 == b.2 && (a.1 == " ") == (b.1 == " ")) {
                write_text(&mut out, piece, y, its);
            }
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Writes a text whose characters are all wide or all narrow.
fn write_text(out: &mut String, cells: &[(u16, &str, bool)], y: f32, look: Look) {
    let [(column, first, wide), ..] = cells else { return };
    if *first == " " && !look.underline {
        return;
    }
    let x = f32::from(*column) * CELL.0;
    let length = cells.len() as f32 * CELL.0 * if *wide { 2.0 } else { 1.0 };
    let mut style = String::new();
    for (on, says) in [
        (look.bold, " font-weight=\"bold\""),
        (look.italic, " font-style=\"italic\""),
        (look.underline, " text-decoration=\"underline\""),
    ] {
        if on {
            style.push_str(says);
        }
    }
    let text: String = cells.iter().map(|(_, text, _)| *text).collect();
    let _ = writeln!(
        out,
        "<text x=\"{x}\" y=\"{}\" fill=\"#{:06x}\"{style} textLength=\"{length}\">{}</text>",
        y + 13.0,
        look.ink,
        escaped(&text)
    );
}

//! Whether the terminal is dark or light.

/// What the terminal's text stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ground {
    /// Light text on dark.
    #[default]
    Dark,
    /// Dark text on light.
    Light,
}

impl Ground {
    /// The ground of this colour (red, green and blue), by how light it looks.
    pub const fn of([red, green, blue]: [u16; 3]) -> Self {
        let looks = (299 * red as u32 + 587 * green as u32 + 114 * blue as u32) / 1000;
        if looks > u16::MAX as u32 / 2 { Self::Light } else { Self::Dark }
    }

    /// The word it is kept by.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// What was kept by this word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Dark, Self::Light].into_iter().find(|ground| ground.word() == word)
    }

    /// What `COLORFGBG` says, where a terminal sets it: numbers of the sixteen colours, the last one the background's.
    pub fn of_variable(value: &str) -> Option<Self> {
        match value.rsplit(';').next()?.parse().ok()? {
            0..=6 | 8 => Some(Self::Dark),
            7 | 9..=15 => Some(Self::Light),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_dark_or_light() {
        let of = |rgb: u32| Ground::of([16, 8, 0].map(|shift| ((rgb >> shift & 0xff) * 257) as u16));
        for dark in [0x00_00_00, 0x1c_1c_1c, 0x00_2b_36, 0x28_2c_34, 0x00_00_ff, 0x80_00_80] {
            assert_eq!(of(dark), Ground::Dark, "{dark:06x}");
        }
        for light in [0xff_ff_ff, 0xfd_f6_e3, 0xee_ee_ee, 0xa0_a0_a0, 0xff_ff_00] {
            assert_eq!(of(light), Ground::Light, "{light:06x}");
        }
    }

    #[test]
    fn the_variable_is_read_as_terminals_write_it() {
        for (value, ground) in [
            ("15;0", Some(Ground::Dark)),
            ("0;15", Some(Ground::Light)),
            ("0;default;15", Some(Ground::Light)),
            ("7;8", Some(Ground::Dark)),
            ("0;7", Some(Ground::Light)),
            ("default;default", None),
            ("", None),
            ("15;99", None),
        ] {
            assert_eq!(Ground::of_variable(value), ground, "{value:?}");
        }
    }
}

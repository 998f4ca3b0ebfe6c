//! Chance in pauses: desks that lost a system at one moment do not come back to it at one moment.

use std::time::Duration;

/// Makes pauses differ.
#[derive(Debug, Clone)]
pub struct Jitter(fastrand::Rng);

impl Default for Jitter {
    fn default() -> Self {
        Self(fastrand::Rng::new())
    }
}

impl Jitter {
    /// One whose chances are known beforehand.
    pub fn seeded(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// At least half of a pause, and never more than it.
    pub fn up_to(&mut self, pause: Duration) -> Duration {
        pause.mul_f64(0.5 + self.0.f64() / 2.0)
    }

    /// A pause, and up to half of it more.
    pub fn from(&mut self, pause: Duration) -> Duration {
        pause + pause.mul_f64(self.0.f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_stay_within_their_bounds_and_differ() {
        let pause = Duration::from_secs(10);
        let mut jitter = Jitter::seeded(7);
        let (mut less, mut more) = (Vec::new(), Vec::new());
        for _ in 0..1_000 {
            less.push(jitter.up_to(pause));
            more.push(jitter.from(pause));
        }
        assert!(less.iter().all(|it| (pause / 2..=pause).contains(it)));
        assert!(more.iter().all(|it| (pause..=pause + pause / 2).contains(it)));
        for all in [&mut less, &mut more] {
            all.sort_unstable();
            all.dedup();
            assert!(all.len() > 900, "{}", all.len());
        }
    }
}

//! How far the glass is behind. A slow line takes whatever is written and delivers it much later: whoever holds a key would
//! see every step of it long after letting go. So a frame that is not small ends with a question that every terminal
//! answers (DSR), and while too much is unanswered no new frame is sent. What is drawn then is the newest.

use std::collections::VecDeque;

/// Asks whether the terminal is well, which it answers once everything before it is on the glass.
pub(super) const MARK: &[u8] = b"\x1b[5n";

/// So many bytes after a question the next one is asked: single keys stay below it, and cost nothing.
const STRIDE: usize = 1024;
/// So many bytes may be on their way: two or three steps of a long list with its details, on the slowest lines a fifth of
/// a second. Fast lines answer long before it matters.
const MOST: usize = 4096;

/// Whether the terminal answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// Nobody asked yet.
    Untried,
    /// It was asked once, and nothing depends on the answer.
    Tried,
    /// It answered.
    Proven,
    /// It is not asked: it is known not to answer, or did not when something depended on it.
    Deaf,
}

/// What is on its way to the glass.
#[derive(Debug)]
pub(super) struct Line {
    trust: Trust,
    /// Bytes sent up to each question that is not answered yet, since the one before.
    asked: VecDeque<usize>,
    /// Bytes sent since the last question.
    since: usize,
}

impl Line {
    /// A line of which nothing is known. Where nobody `may_ask`, it counts as fast.
    pub(super) const fn new(may_ask: bool) -> Self {
        let trust = if may_ask { Trust::Untried } else { Trust::Deaf };
        Self { trust, asked: VecDeque::new(), since: 0 }
    }

    /// A frame of so many bytes is sent. Answers whether the question goes behind it.
    pub(super) fn send(&mut self, bytes: usize) -> bool {
        self.since += bytes;
        let asks = match self.trust {
            Trust::Untried | Trust::Proven => self.since >= STRIDE,
            Trust::Tried | Trust::Deaf => false,
        };
        if asks {
            self.asked.push_back(std::mem::take(&mut self.since));
            if self.trust == Trust::Untried {
                self.trust = Trust::Tried;
            }
        }
        asks
    }

    /// A question was answered.
    pub(super) fn reached(&mut self) {
        if self.asked.pop_front().is_some() {
            self.trust = Trust::Proven;
        }
    }

    /// Whether an answer may still come. A terminal that never answered may just be slower than the hand.
    pub(super) fn may_answer(&self) -> bool {
        matches!(self.trust, Trust::Tried | Trust::Proven) && !self.asked.is_empty()
    }

    /// Whether an answer is still to come from a terminal that answers.
    fn awaits(&self) -> bool {
        self.trust == Trust::Proven && !self.asked.is_empty()
    }

    /// Whether so much is on its way that a new frame would only make it worse.
    pub(super) fn is_behind(&self) -> bool {
        self.awaits() && self.asked.iter().sum::<usize>() + self.since >= MOST
    }

    /// It does not answer any more, as after it was replaced by another terminal.
    pub(super) fn give_up(&mut self) {
        *self = Self::new(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line whose terminal answered the first question.
    fn proven() -> Line {
        let mut line = Line::new(true);
        assert!(line.send(6000));
        assert!(!line.is_behind(), "nothing depends on an answer that may never come");
        line.reached();
        line
    }

    #[test]
    fn a_line_that_answers_is_never_given_more_than_it_can_take() {
        let mut line = proven();
        let sent = (0..100).take_while(|_| !line.is_behind() && (line.send(900), true).1).count();
        assert_eq!(sent, 5, "4,096 bytes and the frame that goes beyond them");
        line.reached();
        assert!(!line.is_behind());
    }

    #[test]
    fn single_keys_ask_nothing() {
        let mut line = proven();
        assert!(!line.send(240));
        assert!(!line.awaits());
    }

    #[test]
    fn a_terminal_that_never_answered_is_asked_once_and_never_waited_for() {
        let mut line = Line::new(true);
        assert!(line.send(6000));
        for _ in 0..20 {
            assert!(!line.send(6000) && !line.is_behind() && !line.awaits());
        }
    }

    #[test]
    fn an_answer_may_come_until_it_came_or_is_given_up() {
        let mut line = Line::new(true);
        assert!(!line.may_answer(), "nobody asked");
        line.send(6000);
        assert!(line.may_answer() && !line.awaits());
        line.reached();
        assert!(!line.may_answer());
        line.send(6000);
        assert!(line.may_answer());
        line.give_up();
        assert!(!line.may_answer());
    }

    #[test]
    fn one_that_stopped_answering_is_not_asked_again_and_late_answers_change_nothing() {
        let mut line = proven();
        while !line.is_behind() {
            line.send(2000);
        }
        line.give_up();
        line.reached();
        assert!(!line.is_behind() && !line.send(6000) && !line.is_behind());
    }
}

//! Loops whose rounds call models: each round has a line of its own.

use rlm_lang_std::fault::Fault;
use rlm_lang_std::value::Value;

use super::Machine;
use super::code::*;
use super::flow::{Flow, Walk};
use super::summary::Summary;

impl Machine<'_> {
    /// A `for` loop whose rounds may call models. It takes a position, and each round has its own line.
    pub(super) fn calling_loop(
        &mut self,
        parts: &ForLoop,
        summary: &Summary,
        items: Value,
    ) -> Result<Flow, Fault> {
        let span = parts.iterable.span;
        self.lane.advance();
        if !self.reach(summary).answers {
            let wanted = self.count_loop(summary, &items);
            self.admit(wanted, Some(&parts.iterable), span)?;
        }
        let walk = self.walk(items, span)?;
        let place = self.lane.clone();
        let flow = self.rounds(parts, walk, &place);
        self.lane = place;
        match flow? {
            Flow::Next => self.block(&parts.otherwise),
            Flow::Break => Ok(Flow::Next),
            other => Ok(other),
        }
    }

    fn rounds(
        &mut self,
        parts: &ForLoop,
        mut walk: Walk,
        place: &super::Lane,
    ) -> Result<Flow, Fault> {
        let mut round = 0;
        while let Some(item) = walk.next() {
            self.step().map_err(|fault| self.at(fault, parts.iterable.span))?;
            self.lane = place.item(round);
            round += 1;
            self.assign(&parts.target, item)?;
            match self.block(&parts.body)? {
                Flow::Next | Flow::Continue => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }
}

//! A tape that state is written to and read back from, exactly: one walk over the fields serves both ways, so that
//! they cannot go out of step.
//!
//! Bytes in little-endian order, no lengths of its own: who reads knows the shapes, and checks them first.

use std::io::{self, Read, Write};

/// Numbers converted at a time.
const CHUNK: usize = 1024;

/// Where state goes to, or comes from.
pub(crate) enum Tape<'a> {
    /// State is written.
    Out(&'a mut dyn Write),
    /// State is read, over whatever is there.
    In(&'a mut dyn Read),
}

impl Tape<'_> {
    /// Whether state is read.
    pub(crate) fn is_reading(&self) -> bool {
        matches!(self, Self::In(_))
    }

    fn bytes(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        match self {
            Self::Out(out) => out.write_all(bytes),
            Self::In(input) => input.read_exact(bytes),
        }
    }

    pub(crate) fn u64(&mut self, value: &mut u64) -> io::Result<()> {
        let mut bytes = value.to_le_bytes();
        self.bytes(&mut bytes)?;
        *value = u64::from_le_bytes(bytes);
        Ok(())
    }

    pub(crate) fn usize(&mut self, value: &mut usize) -> io::Result<()> {
        let mut wide = *value as u64;
        self.u64(&mut wide)?;
        *value = usize::try_from(wide).map_err(|_| damaged())?;
        Ok(())
    }

    /// A number that both sides know already; anything else was read from something else.
    pub(crate) fn same(&mut self, known: u64) -> io::Result<()> {
        let mut value = known;
        self.u64(&mut value)?;
        if value == known { Ok(()) } else { Err(damaged()) }
    }

    pub(crate) fn words(&mut self, values: &mut [u64]) -> io::Result<()> {
        values.iter_mut().try_for_each(|value| self.u64(value))
    }

    pub(crate) fn f64(&mut self, value: &mut f64) -> io::Result<()> {
        self.f64s(std::slice::from_mut(value))
    }

    pub(crate) fn f64s(&mut self, values: &mut [f64]) -> io::Result<()> {
        let mut bytes = [[0; 8]; CHUNK];
        for values in values.chunks_mut(CHUNK) {
            let bytes = &mut bytes[..values.len()];
            bytes.iter_mut().zip(&*values).for_each(|(bytes, value)| *bytes = value.to_le_bytes());
            self.bytes(bytes.as_flattened_mut())?;
            values.iter_mut().zip(&*bytes).for_each(|(value, bytes)| *value = f64::from_le_bytes(*bytes));
        }
        Ok(())
    }

    pub(crate) fn f32s(&mut self, values: &mut [f32]) -> io::Result<()> {
        let mut bytes = [[0; 4]; CHUNK];
        for values in values.chunks_mut(CHUNK) {
            let bytes = &mut bytes[..values.len()];
            bytes.iter_mut().zip(&*values).for_each(|(bytes, value)| *bytes = value.to_le_bytes());
            self.bytes(bytes.as_flattened_mut())?;
            values.iter_mut().zip(&*bytes).for_each(|(value, bytes)| *value = f32::from_le_bytes(*bytes));
        }
        Ok(())
    }

    pub(crate) fn flag(&mut self, value: &mut bool) -> io::Result<()> {
        let mut word = u64::from(*value);
        self.u64(&mut word)?;
        *value = match word {
            0 => false,
            1 => true,
            _ => return Err(damaged()),
        };
        Ok(())
    }

    /// A value that may be absent; `empty` is what reading starts from.
    pub(crate) fn option<T>(
        &mut self,
        value: &mut Option<T>,
        empty: impl FnOnce() -> T,
        each: impl FnOnce(&mut Self, &mut T) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut is_some = value.is_some();
        self.flag(&mut is_some)?;
        if !is_some {
            *value = None;
            return Ok(());
        }
        each(self, value.get_or_insert_with(empty))
    }

    pub(crate) fn optional_word(&mut self, value: &mut Option<u64>) -> io::Result<()> {
        self.option(value, || 0, Self::u64)
    }
}

/// What is read is not what was written.
pub(crate) fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Everything = (u64, usize, Vec<f64>, [f32; 3], Option<u64>, Option<u64>, bool);

    fn walk(tape: &mut Tape<'_>, all: &mut Everything) -> io::Result<()> {
        tape.u64(&mut all.0)?;
        tape.usize(&mut all.1)?;
        tape.f64s(&mut all.2)?;
        tape.f32s(&mut all.3)?;
        tape.optional_word(&mut all.4)?;
        tape.optional_word(&mut all.5)?;
        tape.flag(&mut all.6)?;
        tape.same(77)
    }

    #[test]
    fn everything_comes_back_bit_for_bit_and_something_else_is_refused() {
        let numbers: Vec<f64> = (0..3000).map(|k| f64::from(k).sqrt() * -1e-300).collect();
        let mut all = (u64::MAX, 5, numbers, [0.1, -0.0, f32::INFINITY], Some(3), None, true);
        let mut bytes = Vec::new();
        walk(&mut Tape::Out(&mut bytes), &mut all).unwrap();
        let mut read = (0, 0, vec![0.0; 3000], [0.0; 3], None, Some(9), false);
        walk(&mut Tape::In(&mut bytes.as_slice()), &mut read).unwrap();
        assert_eq!(read, all);
        let last = bytes.len() - 8;
        bytes[last] = 78;
        assert!(walk(&mut Tape::In(&mut bytes.as_slice()), &mut read).is_err());
        assert!(walk(&mut Tape::In(&mut &bytes[..last]), &mut read).is_err(), "cut off");
    }
}

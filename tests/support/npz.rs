//! A reader of .npz files that shares no code with the writer: walks the zip by hand, reads .npy through `npyz`.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::HashMap;
use std::path::Path;

/// The members of an archive, by array name.
pub(crate) struct Archive(HashMap<String, Vec<u8>>);

/// Reads an archive of uncompressed members, one local header after the other.
pub(crate) fn read_npz(path: &Path) -> Archive {
    let bytes = std::fs::read(path).unwrap();
    let half = |at: usize| usize::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()));
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let (mut at, mut members) = (0, HashMap::new());
    while bytes[at..].starts_with(b"PK\x03\x04") {
        assert_eq!(half(at + 8), 0, "members are not compressed");
        let (length, name_length, extra) = (word(at + 18), half(at + 26), half(at + 28));
        let content = at + 30 + name_length + extra;
        let name = std::str::from_utf8(&bytes[at + 30..at + 30 + name_length]).unwrap();
        let array = name.strip_suffix(".npy").unwrap().to_owned();
        assert!(members.insert(array, bytes[content..content + length].to_vec()).is_none());
        at = content + length;
    }
    assert!(bytes[at..].starts_with(b"PK\x01\x02"), "the directory follows the members");
    Archive(members)
}

impl Archive {
    fn array(&self, name: &str) -> npyz::NpyFile<&[u8]> {
        let array = npyz::NpyFile::new(self.0[name].as_slice()).unwrap();
        assert_eq!(array.order(), npyz::Order::C);
        array
    }

    /// An array's numbers in C order.
    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        self.array(name).into_vec().unwrap()
    }

    /// An array's shape.
    pub(crate) fn shape(&self, name: &str) -> Vec<u64> {
        self.array(name).shape().to_vec()
    }

    /// An array of one text, of NumPy's own type for text.
    pub(crate) fn text(&self, name: &str) -> String {
        assert!(self.array(name).dtype().descr().starts_with("'<U"), "{name}");
        self.array(name).into_vec::<String>().unwrap().remove(0)
    }

    /// An array of one whole number.
    pub(crate) fn whole(&self, name: &str) -> i64 {
        self.array(name).into_vec().unwrap()[0]
    }

    /// The names of all arrays.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

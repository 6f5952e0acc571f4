//! What the system says of a file, in words: no error numbers, no names of the standard library.

use std::io;

use io::ErrorKind;

/// Kinds of failure, and what they are called.
const WORDS: [(ErrorKind, &str); 27] = [
    (ErrorKind::NotFound, "there is no such file"),
    (ErrorKind::PermissionDenied, "permission denied"),
    (ErrorKind::IsADirectory, "it is a folder"),
    (ErrorKind::NotADirectory, "a part of its path is a file, not a folder"),
    (ErrorKind::DirectoryNotEmpty, "the folder is not empty"),
    (ErrorKind::StorageFull, "the disk is full"),
    (ErrorKind::QuotaExceeded, "the disk quota is used up"),
    (ErrorKind::FileTooLarge, "the file would be larger than the system allows"),
    (ErrorKind::ReadOnlyFilesystem, "the disk is read-only"),
    (ErrorKind::InvalidFilename, "no file can have this name, or it is too long"),
    (ErrorKind::CrossesDevices, "it is on another disk"),
    (ErrorKind::TooManyLinks, "there are too many links to it"),
    (ErrorKind::ExecutableFileBusy, "it is a program that is running"),
    (ErrorKind::ResourceBusy, "it is in use"),
    (ErrorKind::Deadlock, "it is in use"),
    (ErrorKind::StaleNetworkFileHandle, "the network disk has lost it"),
    (ErrorKind::NetworkUnreachable, "the network disk cannot be reached"),
    (ErrorKind::HostUnreachable, "the network disk cannot be reached"),
    (ErrorKind::NetworkDown, "the network disk cannot be reached"),
    (ErrorKind::TimedOut, "the disk did not answer in time"),
    (ErrorKind::BrokenPipe, "nobody reads it any more"),
    (ErrorKind::WouldBlock, "nothing can be read from or written to it now"),
    (ErrorKind::WriteZero, "nothing more could be written"),
    (ErrorKind::UnexpectedEof, "it ends too early"),
    (ErrorKind::OutOfMemory, "there is not enough memory"),
    (ErrorKind::Interrupted, "it was interrupted"),
    (ErrorKind::Unsupported, "the disk cannot do this"),
];

/// What the system says, in words.
pub fn reason(error: &io::Error) -> String {
    // What the program itself says of a failure is in words already.
    if error.get_ref().is_some() {
        let text = error.to_string();
        // Libraries that write for us pass the system's number on as text.
        let number = text.split_once("(os error ").and_then(|(_, rest)| rest.split(')').next()?.parse().ok());
        return number.map_or(text, |number| reason(&io::Error::from_raw_os_error(number)));
    }
    let known = WORDS.iter().find(|(kind, _)| *kind == error.kind()).map(|(_, words)| (*words).to_owned());
    known.unwrap_or_else(|| {
        let text = error.to_string();
        let words = text.split(" (os error").next().unwrap_or_default();
        words.to_lowercase()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_failure_of_the_system_is_told_by_its_number() {
        for number in 1..134 {
            let words = reason(&io::Error::from_raw_os_error(number));
            assert!(!words.is_empty() && !words.contains("os error") && !words.contains("entity"), "{words}");
        }
        let full = io::Error::other(io::Error::from_raw_os_error(28).to_string());
        assert_eq!(reason(&full), "the disk is full", "as a library passes it on");
        for (kind, words) in WORDS {
            assert_eq!(reason(&io::Error::from(kind)), words);
        }
        assert_eq!(
            reason(&io::Error::other("an archive holds at most 4 GiB")),
            "an archive holds at most 4 GiB"
        );
    }
}

//! Bytes, such as a digest, as text. Not for secrets: the text is not wiped.

/// Returns the bytes as lower-case hexadecimal digits, two for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

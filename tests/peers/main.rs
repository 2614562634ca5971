//! Tests against servers, SDKs and clients that nobody here wrote.

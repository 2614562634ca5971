//! Tests of the real binary against a loopback server.

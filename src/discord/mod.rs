//! The wire to Discord: the gateway connection and the REST client.

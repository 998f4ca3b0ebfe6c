//! The three systems' wire protocols over one seeded world, on loopback.

"""Several machines over one database, one queue, one store and one index: real servers, all on loopback."""

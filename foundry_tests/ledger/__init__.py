"""The ledger: one unbroken row of lines, whoever writes and whenever somebody is killed."""

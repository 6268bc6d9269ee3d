WORD = "loose"

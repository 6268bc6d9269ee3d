WORD: str = "tweet"

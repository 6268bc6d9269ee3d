def polite(word):
    return f"{word.capitalize()}, please"
